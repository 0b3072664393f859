"""A FLAC header as FFmpeg's demuxer reads it: a cue sheet that names no track makes it refuse a whole file.

RFC 9639, 8.7: the lead-out alone is one. libavformat wants a track beside it, and no cue sheet is part of a
copy anyway.
"""

_CUE_SHEET, _PADDING, _LAST = 5, 1, 0x80
_COUNT = 4 + 128 + 8 + 259
"""Where the number of tracks stands: behind a head, a catalog number, the lead-in and reserved bits."""

_MAX_BLOCKS = 1000


def without_empty_cue_sheets(untrusted: bytes) -> bytes:
    """The same bytes where there is none; else as many, with padding in its place."""
    at = untrusted.find(b"fLaC") + 4
    places = []
    for _ in range(_MAX_BLOCKS):
        head = untrusted[at : at + 4]
        if len(head) < 4:
            break
        if head[0] & ~_LAST == _CUE_SHEET and untrusted[at + _COUNT : at + _COUNT + 1] in (b"\0", b"\1"):
            places.append(at)
        at += 4 + int.from_bytes(head[1:], "big")
        if head[0] & _LAST:
            break
    if not places:
        return untrusted
    mended = bytearray(untrusted)
    for place in places:
        mended[place] = mended[place] & _LAST | _PADDING
    return bytes(mended)

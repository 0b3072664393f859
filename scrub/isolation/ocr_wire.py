"""The bytes by which words in pictures are read, between the two children and their parent.

    dots   media type (1) || a copy   ->  complete (1) || pictures (1) || each: a picture (6) || its dots,
                                          a byte each
    read   a picture: page (2) || width (2) || height (2) || its dots   ->  as for marks (`marks_wire`), but
                                          240 of them at most
    show   media type (1) || page (2) || left, top, right, bottom (2 each) || a copy  ->  a PNG, or nothing

What isn't exactly this is treated like a crash.
"""

import struct

from scrub.isolation.wire import WireError

PICTURE = struct.Struct(">HHH")
SHOW = struct.Struct(">BH4H")
_DOTS = struct.Struct(">BB")
MAX_PICTURES = 8
MAX_READ = 240
"""Marks of a picture: a name may be tiled over all of it."""

MAX_DOTS = (2 << 20) + (2 << 16)
MAX_ANSWER = _DOTS.size + MAX_PICTURES * (PICTURE.size + MAX_DOTS)


def pack_dots(pictures: list[tuple[int, int, int, bytes]], *, complete: bool) -> tuple[bytes, ...]:
    """Page, width, height and dots of each."""
    pieces = [_DOTS.pack(complete, len(pictures))]
    for page, width, height, gray in pictures:
        pieces += [PICTURE.pack(min(page, 0xFFFF), width, height), gray]
    return tuple(pieces)


def unpack_dots(untrusted: bytes) -> tuple[list[tuple[bytes, bytes]], bool]:
    """A request to read for each picture, its head and its dots; whether those are all. Raises WireError."""
    try:
        complete, count = _DOTS.unpack_from(untrusted)
        at, found = _DOTS.size, []
        for _ in range(count):
            _, width, height = PICTURE.unpack_from(untrusted, at)
            start = at + PICTURE.size
            found.append((untrusted[at:start], untrusted[start : start + width * height]))
            at = start + width * height
            if not 0 < width * height <= MAX_DOTS or at > len(untrusted):
                raise WireError
    except struct.error:
        raise WireError from None
    if at != len(untrusted) or complete > 1 or count > MAX_PICTURES:
        raise WireError
    return found, bool(complete)

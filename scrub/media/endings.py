"""Whether the end of a recording is missing, as when copying was interrupted: by the sizes that it declares.

What has no size of its own (streams, bare frames) can't be told from one that just stopped.
"""

import struct
from collections.abc import Callable

_UNKNOWN = frozenset({0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF})  # what a program writes that doesn't know yet
_MOVIE = frozenset({b"moov", b"moof"})
_OUTSIDE = _MOVIE | {b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"mfra", b"sidx"}


def ends_early(media_type: str, data: bytes) -> bool:
    """False also where nobody can know."""
    look = _LOOKS.get(media_type)
    try:
        return look is not None and look(data)
    except (struct.error, IndexError, ValueError):
        return False


def has_no_index(media_type: str, data: bytes) -> bool:
    """Whether what tells where everything is in an MP4 or QuickTime file is in the missing part."""
    whole = {kind for kind, end in _boxes(data) if end <= len(data)}
    return media_type in _BOXES and _cut_boxes(data) and not _MOVIE & whole


def whole_part(media_type: str, data: bytes) -> bytes | None:
    """Of an MP4 or QuickTime file in pieces that ends within one, all pieces before it; None of any other.
    Where its end falls into a table of what follows, no reader opens it.
    """
    if media_type not in _BOXES:
        return None
    whole = [(kind, end) for kind, end in _boxes(data) if end <= len(data)]
    ends = [end for kind, end in whole if kind == b"mdat"]
    has_pieces = any(kind == b"moof" for kind, _ in whole)
    return data[: ends[-1]] if has_pieces and ends and ends[-1] < len(data) else None


def _cut_riff(data: bytes) -> bool:
    """RIFF and its like: all of it, and the last of the chunks."""
    if data[:4] not in (b"RIFF", b"FORM"):  # RF64 has its sizes elsewhere
        return False
    order = ">" if data[:4] == b"FORM" else "<"
    (size,) = struct.unpack_from(order + "I", data, 4)
    if size not in _UNKNOWN and 8 + size > len(data) + 1:
        return True
    at = 12
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(order + "I", data, at + 4)
        if size in _UNKNOWN and data[at : at + 4] == b"data":
            return False
        at += 8 + size + size % 2
    return at > len(data) + 1 and data[8:12] != b"AVI "  # AVI goes on in further RIFFs


def _cut_au(data: bytes) -> bool:
    start, size = struct.unpack_from(">II", data, 4)
    return size not in _UNKNOWN and bool(start + size > len(data))


def _cut_caf(data: bytes) -> bool:
    at = 8
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">q", data, at + 4)
        if size < 0:
            return False
        at += 12 + size
    return at > len(data)


def _boxes(data: bytes) -> list[tuple[bytes, int]]:
    """Kind and end of each on the outside."""
    found, at = [], 0
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        elif size == 0:
            size = len(data) - at
        if size < 8:
            break
        found.append((data[at + 4 : at + 8], at + size))
        at += size
    return found


def _cut_boxes(data: bytes) -> bool:
    boxes = _boxes(data)
    return bool(boxes) and boxes[-1][0] in _OUTSIDE and boxes[-1][1] > len(data)


def _cut_ogg(data: bytes) -> bool:
    """In the middle of the last page."""
    at = data.rfind(b"OggS")
    count = data[at + 26]
    lacing = data[at + 27 : at + 27 + count]
    return len(lacing) < count or at + 27 + count + sum(lacing) > len(data)


def _cut_flv(data: bytes) -> bool:
    at = 4 + int.from_bytes(data[5:9], "big")
    while at + 11 <= len(data):
        at += 11 + int.from_bytes(data[at + 1 : at + 4], "big") + 4
    return at > len(data)


def _cut_matroska(data: bytes) -> bool:
    """The segment, and in one of unknown size the last element."""
    at, ends = 0, 0
    while at < len(data):
        kind, at = _number(data, at, keep=True)
        size, after = _number(data, at, keep=False)
        if size < 0 or kind == _SEGMENT:
            if kind == _SEGMENT and size >= 0:
                return bool(after + size > len(data))
            if kind not in (_SEGMENT, _CLUSTER):
                return False
            at = after
            continue
        at = ends = after + size
    return ends > len(data)


_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675


def _number(data: bytes, at: int, *, keep: bool) -> tuple[int, int]:
    """One of EBML's, with or without the bits that tell its length, and where it ends; -1 for unknown."""
    length = 9 - data[at].bit_length()
    if length > 8:
        raise ValueError
    raw = int.from_bytes(data[at : at + length], "big")
    if keep:
        return raw, at + length
    value = raw & ((1 << 7 * length) - 1)
    return (-1 if value == (1 << 7 * length) - 1 else value), at + length


def _cut_mp3(data: bytes) -> bool:
    """By what the encoder wrote into the first frame: how many bytes there are."""
    head = data[: (1 << 20)]
    for name in (b"Xing", b"Info"):
        at = head.find(name)
        if at >= 0:
            (flags,) = struct.unpack_from(">I", data, at + 4)
            if flags & 3 != 3:
                return False
            (size,) = struct.unpack_from(">I", data, at + 12)
            return size not in _UNKNOWN and bool(at - 36 + size > len(data) + 4)
    return False


def _cut_w64(data: bytes) -> bool:
    (size,) = struct.unpack_from("<Q", data, 16)
    return bool(len(data) < size < 1 << 62)


def declared_seconds(media_type: str, data: bytes) -> float:
    """What the head of a FLAC, True Audio or WavPack file says; 0 where it doesn't."""
    count = rate = 0
    try:
        if media_type == "audio/flac":
            at = data.index(b"fLaC") + 18
            packed = int.from_bytes(data[at : at + 8], "big")
            rate, count = packed >> 44, packed & ((1 << 36) - 1)
        elif media_type == "audio/x-tta":
            rate, count = struct.unpack_from("<II", data, data.index(b"TTA1") + 10)
        elif media_type == "audio/x-wavpack":
            count, _, _, flags = struct.unpack_from("<IIII", data, 12)
            rate = (_WAVPACK_RATES[flags >> 23 & 15]) * (count not in _UNKNOWN)
    except (struct.error, IndexError, ValueError):
        return 0.0
    return count / rate if rate else 0.0


_WAVPACK_RATES = (
    *(6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000),
    *(32000, 44100, 48000, 64000, 88200, 96000, 192000, 0),
)


_BOXES = frozenset({"audio/mp4", "video/mp4", "video/quicktime"})
_LOOKS: dict[str, Callable[[bytes], bool]] = {
    **dict.fromkeys(_BOXES, _cut_boxes),
    **dict.fromkeys(("audio/wav", "audio/aiff", "video/x-msvideo"), _cut_riff),
    "audio/basic": _cut_au,
    "audio/x-caf": _cut_caf,
    "audio/x-w64": _cut_w64,
    "audio/ogg": _cut_ogg,
    "audio/mpeg": _cut_mp3,
    "video/webm": _cut_matroska,
    "video/x-flv": _cut_flv,
}

"""A JPEG that has an end and fewer rows than it says, as an interrupted program leaves it.

libjpeg fills what is missing with the last colour and says nothing that reaches Python. Source: ITU-T T.81,
annex B and E.1.4.
"""

import io
import re
from typing import NamedTuple

from PIL import Image, JpegImagePlugin

_EOI = b"\xff\xd9"
_NOISE = b"\x55\x2a\x9c\x31" * 64
_SOS, _DRI, _FILL = 0xDA, 0xDD, 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BEHIND = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_LAST = 64  # dots
_SMALLER = 8


class _Scan(NamedTuple):
    end: int
    restarts: int
    needed: int


def has_plain_end(image: Image.Image) -> bool:
    """Whether the last dots of a loaded picture have one colour: it may be what was filled in."""
    last = image.crop((max(0, image.width - _LAST), image.height - 1, image.width, image.height))
    return len(last.getcolors(_LAST) or ()) == 1


def lacks_rows(untrusted: bytes) -> bool:
    """Whether the first scan ends early: it has fewer restart markers than its rows need, or other bytes
    behind it would be dots.
    """
    scan = _first_scan(untrusted)
    if scan is None or scan.restarts < scan.needed:
        return scan is not None
    plain, other = (_small(untrusted[: scan.end] + more + _EOI) for more in (b"", _NOISE))
    return plain is not None and other is not None and plain != other


def _first_scan(data: bytes) -> _Scan | None:
    at, interval, frame = 2, 0, b""
    while at + 4 <= len(data) and data[at] == _FILL:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == _FILL:
            at += 1
            continue
        if marker == _DRI:
            interval = int.from_bytes(body[:2], "big")
        elif marker in _FRAMES:
            frame = body
        at += 2 + length
        if marker == _SOS:
            behind = _BEHIND.search(data, at)
            end = len(data) if behind is None else behind.start()
            needed = (_units(frame, body[:1]) - 1) // interval if interval else 0
            return _Scan(end, len(_RESTART.findall(data, at, end)), needed)
    return None


def _units(frame: bytes, count: bytes) -> int:
    """How many coded units the scan has, of which an interval has so many; 1 where that isn't known."""
    components = [frame[at + 1] for at in range(6, len(frame) - 2, 3)]
    if len(frame) < 9 or len(components) != frame[5] or count != frame[5:6]:
        return 1
    across, down = max(each >> 4 for each in components), max(each & 15 for each in components)
    if len(components) == 1:
        across = down = 1
    height, width = (int.from_bytes(frame[at : at + 2], "big") for at in (1, 3))
    if not across or not down:
        return 1
    return -(-height // (8 * down)) * -(-width // (8 * across))


def _small(data: bytes) -> bytes | None:
    """The dots of an eighth of its size."""
    try:
        image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        image.draft(image.mode, (image.width // _SMALLER, image.height // _SMALLER))
        image.load()
    except (OSError, SyntaxError, ValueError):
        return None
    return image.tobytes()

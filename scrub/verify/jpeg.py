"""Compares a JPEG with the allow-list of `docs/scrub.md`.

SOI, JFIF APP0, DQT, SOF0, DHT, DRI, SOS exactly as ours; one scan with the restart markers that belong there
and no other; EOI; nothing after it.

Source: ITU-T T.81, annex B.
"""

import re
import struct

from scrub.verify.errors import Unverified
from scrub.verify.jpeg_tables import jpeg_head, restarts

_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00]")
_MAX_PIXELS = 100_000_000


def verify_jpeg(data: bytes) -> tuple[int, int, int]:
    """Width, height and 1 or 3 components. Raises Unverified unless every byte is accounted for.

    The frame header is at a fixed place, so the expected head is built from its height and width alone.
    """
    for components in (1, 3):
        frame = 20 + 69 * (1 if components == 1 else 2)
        if len(data) < frame + 9:
            break
        height, width = struct.unpack_from(">HH", data, frame + 5)
        head = jpeg_head(width, height, components)
        if data.startswith(head):
            fits = (
                0 < width * height <= _MAX_PIXELS
                and len(data) > len(head) + 2
                and data[-2:] == b"\xff\xd9"
                and data[-3] != 0xFF
                and _only_restarts(data, len(head), restarts(width, height, components))
            )
            if fits:
                return width, height, components
    raise Unverified


def _only_restarts(data: bytes, start: int, expected: int) -> bool:
    """Whether the markers up to EOI are that many, counted from 0 to 7 again and again."""
    found = 0
    for marker in _MARKER_IN_SCAN.finditer(data, start, len(data) - 2):
        if data[marker.end() - 1] != 0xD0 + found % 8 or found == expected:
            return False
        found += 1
    return found == expected

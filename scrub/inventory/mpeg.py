"""Kinds of metadata in MPEG sound and ADTS: everything that is no frame of sound.

Sources: ISO/IEC 11172-3 and 13818-3 (frames), 13818-7 (ADTS); the Xing, Info and LAME headers as programs
write them.
"""

import re

from scrub.inventory.findings import Inventory
from scrub.inventory.sound_tags import read_tag

_MAX_PIECES = 1_000_000
_MAX_TAGS = 64
_MAX_STRANGE = 1000
_MARK = re.compile(rb"\xff[\xe0-\xff]|TAG|APETAGEX|LYRICSBEGIN|ID3")
_RATES = {  # kbit/s by version (1, or 2 and 2.5) and layer
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_FREQUENCIES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ENCODER = 120
"""Where a LAME header has the name of its program (9 bytes), counted from `Xing` or `Info`."""


def read(data: bytes, inventory: Inventory) -> None:
    """From the first byte to the last; zeros between frames tell nothing."""
    at, frames, tags, strange = 0, 0, 0, 0
    for _ in range(_MAX_PIECES):
        if at >= len(data) or strange > _MAX_STRANGE or tags > _MAX_TAGS:
            break
        length = _frame(data, at)
        if length:
            if frames == 0:
                _read_first(data[at : at + length], inventory)
            frames += 1
        else:
            length = read_tag(data, at, inventory)
            tags += length > 0
        if not length:
            following = _MARK.search(data, at + 1)
            length = (following.start() if following else len(data)) - at
            strange += bool(data[at : at + length].strip(b"\0"))
        at += length
    if strange or at < len(data):
        inventory.add("other_metadata")


def _frame(data: bytes, at: int) -> int:
    """The length of the frame of sound there; 0 for none. The last one of a file may be cut."""
    head = data[at : at + 6]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    if head[1] & 0xF6 == 0xF0:  # ADTS
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5 if len(head) == 6 else 0
        return length if length > 6 else 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, frequency, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or frequency == 3:
        return 0
    bits = 1000 * _RATES[1 if version == 3 else 2, layer][rate]
    hertz = _FREQUENCIES[version][frequency]
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (144 if version == 3 or layer == 2 else 72) * bits // hertz + padding


def _read_first(frame: bytes, inventory: Inventory) -> None:
    """The first frame is often none of sound: it says how long the file is, and who made it."""
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark, 4, 64)
        if at >= 0 and frame[at + _ENCODER : at + _ENCODER + 9].strip(b"\0 U"):
            inventory.add("software")

"""Kinds of metadata in the tags around sound: ID3v2 (id3.org, 2.2 to 2.4), ID3v1, APEv2, Lyrics3.

Each reads one whole tag, which `mpeg` finds.
"""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names

_FRAMES = names("id3")
_V1 = (
    ("description", 3, 33),
    ("author", 33, 63),
    ("description", 63, 93),
    ("date", 93, 97),
    ("comment", 97, 127),
)
_USER_TEXT = (b"TXXX", b"TXX")
_MAX_TEXT = 4096
_MAX_FRAMES = 100_000


def read_id3v2(tag: bytes, inventory: Inventory) -> None:
    """Header: `ID3`, version (2), flags (1), size (4 x 7 bits). Frames: name, size, in 2.3 and 2.4 flags (2).

    What is no frame and no padding is told as well.
    """
    version, flags = tag[3], tag[5]
    body = tag[10:].replace(b"\xff\0", b"\xff") if flags & 0x80 and version < 4 else tag[10:]
    if flags & 0x40 and version > 2:
        body = body[_extended(body, version) :]
    if flags & 0x10 and body[-10:-7] == b"3DI":
        body = body[:-10]
    width, head = (3, 6) if version == 2 else (4, 10)
    at = 0
    for _ in range(_MAX_FRAMES):
        if at + head > len(body) or not body[at]:
            break
        name = body[at : at + width]
        size = int.from_bytes(body[at + width : at + 2 * width], "big")
        if version == 4:
            size = _seven_bits(body[at + 4 : at + 8])
        content = body[at + head : at + head + size]
        if content.strip(b"\0"):
            _read_frame(name, content, inventory)
        at += head + size
    if body[at:].strip(b"\0"):
        inventory.add("other_metadata")


def _extended(body: bytes, version: int) -> int:
    """The length of an extended header; in 2.3 without its own four bytes."""
    return _seven_bits(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")


def _seven_bits(digits: bytes) -> int:
    size = 0
    for byte in digits:
        size = size << 7 | byte & 0x7F
    return size


def _read_frame(name: bytes, content: bytes, inventory: Inventory) -> None:
    if name not in _USER_TEXT:
        inventory.tell(_FRAMES.of(name))
        return
    # Its name stands inside: encoding (1), description, NUL, text.
    description = content[1:_MAX_TEXT].lstrip(b"\xff\xfe")
    wide = content[:1] in (b"\1", b"\2")
    own = description.partition(b"\0\0" if wide else b"\0")[0].replace(b"\0", b"")
    inventory.tell(("@tag",), own)


def read_id3v1(tag: bytes, inventory: Inventory) -> None:
    """128 bytes: TAG, title (30), artist (30), album (30), year (4), comment (30), genre (1)."""
    for code, start, stop in _V1:
        if tag[start:stop].strip(b"\0 "):
            inventory.add(code)


def read_ape(tag: bytes, inventory: Inventory) -> None:
    """APEv2, from its header or its first item to the end of its footer.

    `APETAGEX` (8), version (4), size of items and footer (4), count (4), 12 bytes. An item: length (4), flags
    (4), name, NUL, value; all little-endian.
    """
    footer = len(tag) - 32
    _, size, count = struct.unpack_from("<III", tag, footer + 8)
    at = footer + 32 - size
    for _ in range(min(count, 1000) if at >= 0 else 0):
        end = tag.index(b"\0", at + 8, footer)
        inventory.tell(("@tag",), tag[at + 8 : end])
        at = end + 1 + int.from_bytes(tag[at : at + 4], "little")
    if at != footer:
        inventory.add("other_metadata")

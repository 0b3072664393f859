"""Kinds of metadata in JPEG 2000, by boxes and the main header of its code (ISO/IEC 15444-1, A and I).

Only PDF holds such pictures here.
"""

import struct

from scrub.inventory.boxes import boxes
from scrub.inventory.findings import Inventory

_STRUCTURE = frozenset(
    {b"jP  ", b"ftyp", b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"res ", b"resc", b"resd"}
)
_CODE, _HEADER, _COLOR, _UUID = b"jp2c", b"jp2h", b"colr", b"uuid"
_EXIF, _XMP = b"JpgTiffExif->JP2", b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"
_COMMENT, _TILE = 0xFF64, 0xFF90


def read(data: bytes, inventory: Inventory) -> None:
    """A whole file, or its code alone."""
    if data.startswith(b"\xff\x4f"):
        _read_code(data, inventory)
        return
    _read_boxes(data, 0, len(data), inventory)


def _read_boxes(data: bytes, at: int, end: int, inventory: Inventory) -> None:
    for kind, start, stop in boxes(data, at, end):
        body = data[start:stop]
        if kind == _CODE:
            _read_code(body, inventory)
        elif kind == _HEADER:
            _read_boxes(data, start, stop, inventory)
        elif kind == _COLOR and body[:1] == b"\2":
            inventory.add("color_profile")
        elif kind == _UUID and body.startswith(_EXIF):
            inventory.tell(("@exif",), body[16:])
        elif kind == _UUID and body.startswith(_XMP):
            inventory.tell(("@xmp",), body[16:])
        elif kind != _COLOR and kind not in _STRUCTURE:
            inventory.add("other_metadata")


def _read_code(code: bytes, inventory: Inventory) -> None:
    """Markers with their lengths (2) up to the first tile. Programs leave their name in a comment."""
    at = 2
    while at + 4 <= len(code):
        marker, length = struct.unpack_from(">HH", code, at)
        if marker == _TILE:
            return
        if marker == _COMMENT:
            inventory.add("comment")
        at += 2 + length

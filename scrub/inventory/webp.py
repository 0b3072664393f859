"""Kinds of metadata in a WebP, by its RIFF chunks (RFC 9649)."""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.tiff import read_exif
from scrub.inventory.xmp import read_xmp
from scrub.report import Refusal

MAX_FRAMES = 1000
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM"})


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for too many frames."""
    end = 8 + int.from_bytes(data[4:8], "little")
    at, frames = 12, 0
    while at + 8 <= min(end, len(data)):
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
        if kind == b"ANMF":
            frames += 1
            if frames > MAX_FRAMES:
                raise Refusal("bomb")
        elif kind == b"VP8L":
            inventory.lossless = True
        elif kind == b"ICCP":
            inventory.add("color_profile")
        elif kind == b"EXIF":
            read_exif(body, inventory)
        elif kind == b"XMP ":
            read_xmp(body, inventory)
        elif kind not in _PICTURE:
            inventory.add("other_metadata")
    if data[end + end % 2 :].strip(b"\0"):
        inventory.add("trailer")

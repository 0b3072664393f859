"""TIFF files directory by directory, uncompressed and little-endian: what no library would write."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS = 256, 257, 258, 259, 262, 273
_SAMPLES, _ROWS, _COUNTS, _SUB = 277, 278, 279, 330
_SIZES = {"B": 1, "H": 3, "I": 4, "h": 8, "i": 9, "f": 11}


@dataclass(frozen=True, slots=True)
class TiffPage:
    """`tags`: number -> letter of `struct` and values. `below`: directories of its SubIFDs."""

    size: tuple[int, int]
    dots: bytes
    tags: dict[int, tuple[str, Sequence[Any]]] = field(default_factory=dict)
    bits: Sequence[int] = (8,)
    photometric: int = 1
    below: "Sequence[TiffPage]" = ()


def tiff_file(pages: Sequence[TiffPage], *, after: int = 0) -> bytes:
    """`after`: what the last directory says is the next: 0 for none, or a number of a page from 1 on."""
    out = bytearray(b"II*\0\0\0\0\0")
    link, first = 4, 0
    starts = []
    for page in pages:
        start = _directory(out, page)
        starts.append(start)
        struct.pack_into("<I", out, link, start)
        link = start + 2 + 12 * struct.unpack_from("<H", out, start)[0]
        first = first or start
    if after:
        struct.pack_into("<I", out, link, starts[after - 1])
    return bytes(out)


def _directory(out: bytearray, page: TiffPage) -> int:
    below = [_directory(out, each) for each in page.below]
    strip = len(out)
    out += page.dots + b"\0" * (len(page.dots) % 2)
    tags: dict[int, tuple[str, Sequence[Any]]] = {
        _WIDTH: ("I", [page.size[0]]),
        _HEIGHT: ("I", [page.size[1]]),
        _BITS: ("H", page.bits),
        _COMPRESSION: ("H", [1]),
        _PHOTOMETRIC: ("H", [page.photometric]),
        _STRIPS: ("I", [strip]),
        _SAMPLES: ("H", [len(page.bits)]),
        _ROWS: ("I", [page.size[1]]),
        _COUNTS: ("I", [len(page.dots)]),
    }
    if below:
        tags[_SUB] = ("I", below)
    tags |= page.tags
    entries = b""
    for tag, (letter, values) in sorted(tags.items()):
        kind, count = _SIZES.get(letter, 5), len(values)
        if letter == "r":
            value = b"".join(struct.pack("<II", *each) for each in values)
        else:
            value = struct.pack(f"<{count}{letter}", *values)
        if len(value) > 4:
            place = len(out)
            out += value + b"\0" * (len(value) % 2)
            value = struct.pack("<I", place)
        entries += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    start = len(out)
    out += struct.pack("<H", len(tags)) + entries + bytes(4)
    return start

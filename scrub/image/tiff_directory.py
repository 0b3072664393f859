"""The pages of a TIFF file, by its directories: which are pages at all, and what their samples mean.

A directory may be a preview or a mask, and the page itself may lie one level below a preview. Directories
are a chain of offsets, which may lead back: each is read once. Sources: TIFF 6.0, BigTIFF.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from scrub.report import Refusal

MAX_DIRECTORIES = 1000
_MAX_ENTRIES = 4096
_TYPES = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 18: "Q"}
_RATIONALS = {5: "II", 10: "ii"}
_REDUCED, _MASK = 1, 4
_NEW_SUBFILE, _SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES = 254, 255, 256, 257, 258, 262, 277
_MAXIMUM, _ACROSS, _UP, _SUB, _FORMAT, _SMALLEST, _LARGEST = 281, 282, 283, 330, 339, 340, 341
_COMPRESSION, _STRIPS, _ROWS, _COUNTS = 259, 273, 278, 279
HEIGHT = _HEIGHT
_READ = frozenset(
    {_NEW_SUBFILE, _SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES, _MAXIMUM, _ACROSS, _UP, _SUB}
    | {_FORMAT, _SMALLEST, _LARGEST, _COMPRESSION, _STRIPS, _ROWS, _COUNTS}
)
_MAX_VALUES = 64
_MAX_STRIPS = 100_000
Number = int | float


@dataclass(frozen=True, slots=True)
class Directory:
    """`at`: its offset. `values`: of the tags that matter here. `places`: where a single value lies, and its
    letter of `struct`.
    """

    at: int
    values: dict[int, tuple[Number, ...]]
    places: dict[int, tuple[int, str]]

    @property
    def is_page(self) -> bool:
        """Not a preview, a mask, or without a picture."""
        kind = int(self._first(_NEW_SUBFILE, 0))
        old = int(self._first(_SUBFILE, 1))
        return not kind & (_REDUCED | _MASK) and old != 2 and self.has_picture

    @property
    def has_picture(self) -> bool:
        return min(self.size) > 0

    @property
    def size(self) -> tuple[int, int]:
        """As stored, before any turn."""
        return int(self._first(_WIDTH, 0)), int(self._first(_HEIGHT, 0))

    @property
    def bits(self) -> int:
        """Of the first sample."""
        return int(self._first(_BITS, 1))

    @property
    def samples(self) -> int:
        return int(self._first(_SAMPLES, 1))

    @property
    def sample_format(self) -> int:
        """1 unsigned, 2 signed, 3 a floating-point number."""
        return int(self._first(_FORMAT, 1))

    @property
    def photometric(self) -> int:
        """0: the smallest value is white; 1: it is black."""
        return int(self._first(_PHOTOMETRIC, 1))

    @property
    def declared_range(self) -> tuple[float, float] | None:
        """By SMinSampleValue and SMaxSampleValue."""
        low, high = float(self._first(_SMALLEST, 0)), self._first(_LARGEST, math.nan)
        return (low, float(high)) if math.isfinite(low) and math.isfinite(high) and low < high else None

    @property
    def declared_maximum(self) -> int:
        """By MaxSampleValue, which is a statistic; 0 without one."""
        return int(self._first(_MAXIMUM, 0))

    def whole_rows(self, length: int) -> int:
        """How many rows are there in a file of `length` bytes: of whole strips, and of the next one if it
        isn't packed. All if it isn't told.
        """
        height = self.size[1]
        strips, counts = self.values.get(_STRIPS, ()), self.values.get(_COUNTS, ())
        if not strips or len(strips) != len(counts):
            return height
        whole = 0
        while whole < len(strips) and strips[whole] + counts[whole] <= length:
            whole += 1
        if whole == len(strips):
            return height
        each = min(max(int(self._first(_ROWS, height)), 0), height)
        there = length - strips[whole]
        more = 0 if self.is_packed or there <= 0 else int(there * each // max(counts[whole], 1))
        return min(height, int(whole * each + more))

    @property
    def is_packed(self) -> bool:
        return self._first(_COMPRESSION, 1) != 1

    @property
    def shape_of_dots(self) -> Fraction:
        """How many times as high as wide a dot is: 2 in a fax of low resolution. 1 unless it is told."""
        across, up = (Fraction(self._first(tag, 0)).limit_denominator(1000) for tag in (_ACROSS, _UP))
        return across / up if across > 0 and up > 0 else Fraction(1)

    def _first(self, tag: int, otherwise: Number) -> Number:
        values = self.values.get(tag)
        return values[0] if values and math.isfinite(values[0]) else otherwise


def pages(data: bytes) -> tuple[list[Directory], bool]:
    """Those that a person would call pages, in their order, at least one; and whether there were more, in a
    part of the file that is missing. Raises Refusal.

    Where the chain holds previews alone, the pages are below them, and else the largest preview is the page.
    """
    reader = _Reader(data)
    chain = list(reader.chain(reader.first()))
    below = [
        each
        for directory in chain
        for offset in directory.values.get(_SUB, ())
        if math.isfinite(offset)
        for each in reader.chain(int(offset), alone=True)
    ]
    found = [each for each in chain if each.is_page] or [each for each in below if each.is_page]
    if not found:
        shown = [each for each in (*chain, *below) if each.has_picture]
        if not shown:  # some programs write it last
            raise Refusal("truncated" if reader.first() >= len(data) else "broken")
        found = [max(shown, key=lambda each: each.size[0] * each.size[1])]
    return found, reader.lost


def alone(data: bytes, page: Directory, values: dict[int, int]) -> bytes:
    """The file as if `page` were its first; `values` by tag instead of what single values are there."""
    order = "<" if data[:2] == b"II" else ">"
    copy = bytearray(data)
    struct.pack_into(f"{order}Q" if _is_big(data) else f"{order}I", copy, 8 if _is_big(data) else 4, page.at)
    for tag, value in values.items():
        if tag in page.places:
            place, letter = page.places[tag]
            struct.pack_into(f"{order}{letter}", copy, place, value)
    return bytes(copy)


def _is_big(data: bytes) -> bool:
    return b"+" in data[2:4]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._big = _is_big(data)
        self._seen: set[int] = set()
        self.lost = False

    def first(self) -> int:
        return self._int(8, 8) if self._big else self._int(4, 4)

    def chain(self, at: int, *, alone: bool = False) -> Iterator[Directory]:
        """From the directory at an offset on, until the chain ends, leads out of the file or back."""
        while 0 < at < len(self._data) and at not in self._seen:
            self._seen.add(at)
            if len(self._seen) > MAX_DIRECTORIES:
                raise Refusal("bomb")
            count_size, entry_size, offset_size = (8, 20, 8) if self._big else (2, 12, 4)
            count = min(self._int(at, count_size), _MAX_ENTRIES)
            values: dict[int, tuple[Number, ...]] = {}
            places: dict[int, tuple[int, str]] = {}
            for entry in range(at + count_size, at + count_size + count * entry_size, entry_size):
                if entry + entry_size > len(self._data):
                    self.lost = True
                    break
                self._entry(entry, values, places)
            yield Directory(at, values, places)
            at = 0 if alone else self._int(at + count_size + count * entry_size, offset_size)
            self.lost |= at >= len(self._data)

    def _entry(
        self, at: int, values: dict[int, tuple[Number, ...]], places: dict[int, tuple[int, str]]
    ) -> None:
        """Tag (2), type (2), count (4; BigTIFF 8), value or its offset (4; BigTIFF 8)."""
        tag, kind = self._int(at, 2), self._int(at + 2, 2)
        width = 8 if self._big else 4
        letters = _RATIONALS.get(kind) or _TYPES.get(kind)
        if tag not in _READ or letters is None or letters == "s":
            return
        size, count = struct.calcsize(f"<{letters}"), self._int(at + 4, width)
        place = at + 4 + width
        if size * count > width:
            place = self._int(place, width)
        count = min(count, _MAX_STRIPS if tag in (_STRIPS, _COUNTS) else _MAX_VALUES)
        if count < 1 or place + size * count > len(self._data):
            return
        found = struct.unpack_from(f"{self._order}{letters * count}", self._data, place)
        if kind in _RATIONALS:
            found = tuple(
                top / bottom if bottom else math.nan
                for top, bottom in zip(found[::2], found[1::2], strict=True)
            )
        values[tag] = found
        if kind in (3, 4) and count == 1:
            places[tag] = place, letters

    def _int(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "little" if self._order == "<" else "big")

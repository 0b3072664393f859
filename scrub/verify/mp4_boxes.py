"""A cursor over the boxes of an MP4, for a judge that expects each of them. Source: ISO/IEC 14496-12, 4.2."""

import struct
from itertools import pairwise

from scrub.verify.errors import require

MAX_SAMPLES = 120 * 7200 + 1


class Box:
    """A cursor over the body of one box. Every failed expectation raises Unverified."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def size(self) -> int:
        return len(self._body)

    @property
    def next_kind(self) -> bytes:
        return self._body[self._at + 4 : self._at + 8]

    def box(self, kind: bytes) -> "Box":
        (size,) = struct.unpack_from(">I", self._body, self._at)
        body = self._body[self._at + 8 : self._at + size]
        require(self.next_kind == kind and size >= 8 and len(body) == size - 8)
        self._at += size
        return Box(body)

    def full(self, kind: bytes, version_and_flags: int = 0) -> "Box":
        inner = self.box(kind)
        inner.expect(">I", version_and_flags)
        return inner

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._body, self._at)
        self._at += struct.calcsize(layout)
        return values

    def expect(self, layout: str, *values: int | bytes) -> None:
        require(self.take(layout) == values)

    def bytes(self, length: int) -> bytes:
        piece = self._body[self._at : self._at + length]
        require(len(piece) == length)
        self._at += length
        return piece

    def end(self) -> None:
        require(self._at == len(self._body))


def table(stbl: Box, kind: bytes, layout: str) -> list[tuple[int, ...]]:
    """The rows of a table of samples, each of that layout (`struct`)."""
    box = stbl.full(kind)
    (count,) = box.take(">I")
    require(count <= MAX_SAMPLES)
    rows = [box.take(layout) for _ in range(count)]
    box.end()
    return rows


def runs(stbl: Box, kind: bytes) -> list[tuple[int, ...]]:
    """Count and value, never the same value twice in a row."""
    rows = table(stbl, kind, ">II")
    require(all(count > 0 for count, _ in rows))
    require(all(before[1] != after[1] for before, after in pairwise(rows)))
    return rows


def places(stbl: Box) -> tuple[tuple[int, ...], list[tuple[int, ...]], tuple[int, ...]]:
    """Where the chunks are, how many samples they have, and the size of each."""
    rows = table(stbl, b"stsc", ">III")
    box = stbl.full(b"stsz")
    box.expect(">I", 0)
    (count,) = box.take(">I")
    require(0 < count <= MAX_SAMPLES)
    sizes = box.take(f">{count}I")
    box.end()
    box = stbl.full(b"stco")
    (chunks,) = box.take(">I")
    require(0 < chunks <= count)
    offsets = box.take(f">{chunks}I")
    box.end()
    return offsets, rows, sizes

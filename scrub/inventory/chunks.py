"""Kinds of metadata in recordings made of chunks (AVI, AIFF, CAF), which a demuxer skips.

Sources: OpenDML AVI 1.02, AIFF 1.3 and AIFF-C, Core Audio Format.
"""

import struct
from collections.abc import Iterator
from itertools import islice

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import Rows, names

_AVI, _AIFF, _CAF = names("avi"), names("aiff"), names("caf")
_MAX_CHUNKS = 100_000
_KEPT_ROOM = (b"\4\0\0\0", b"odml")  # for an index or a header, which then wasn't needed
_LISTS = frozenset({b"hdrl", b"strl", b"odml"})


def read_avi(data: bytes, inventory: Inventory) -> None:
    """RIFF chunks: kind (4), size (4, little-endian), body padded to even."""
    _read(data, 12, len(data), "<", inventory)


def read_aiff(data: bytes, inventory: Inventory) -> None:
    """IFF chunks: kind (4), size (4, big-endian), body padded to even."""
    for kind, start, stop in islice(_chunks(data, 12, len(data), ">4sI", even=True), _MAX_CHUNKS):
        _tell(_AIFF, kind, data[start : min(stop, start + 64)], inventory)


def read_caf(data: bytes, inventory: Inventory) -> None:
    """Chunks: kind (4), size (8, big-endian, -1 for the rest)."""
    for kind, start, stop in islice(_chunks(data, 8, len(data), ">4sQ", even=False), _MAX_CHUNKS):
        _tell(_CAF, kind, data[start : min(stop, start + 64)], inventory)


def _read(data: bytes, at: int, end: int, order: str, inventory: Inventory) -> None:
    for kind, start, stop in islice(_chunks(data, at, end, f"{order}4sI", even=True), _MAX_CHUNKS):
        if kind == b"LIST" and data[start : start + 4] in _LISTS:
            _read(data, start + 4, stop, order, inventory)
        elif kind == b"LIST":
            if data[start : start + 4] == b"INFO":
                inventory.tell(("@info",), data[start + 4 : stop])
            elif data[start : start + 4] != b"movi":
                inventory.add("other_metadata")
        elif kind == b"RIFF":
            _read(data, start + 4, stop, order, inventory)
        elif kind == b"JUNK" and data[start : start + 4] in _KEPT_ROOM:
            _tell(_AVI, kind, data[start + 12 : min(stop, start + 4096)], inventory)
        else:
            _tell(_AVI, kind, data[start : min(stop, start + 4096)], inventory)


def _tell(table: "Rows[bytes]", kind: bytes, body: bytes, inventory: Inventory) -> None:
    inventory.tell(table.of(kind), body, blank=b"\0 ")


def _chunks(data: bytes, at: int, end: int, head: str, *, even: bool) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the body."""
    width = struct.calcsize(head)
    while at + width <= end:
        kind, size = struct.unpack_from(head, data, at)
        start = at + width
        yield kind, start, min(end, start + size)
        at = start + size + (size % 2 if even else 0)

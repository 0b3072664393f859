"""Kinds of metadata in containers of packets (MPEG transport streams, FLV, ASF, MXF), beside what a demuxer
shows of them.

Sources: ISO/IEC 13818-1, ETSI EN 300 468; Adobe, Video File Format 10.1; Microsoft, Advanced Systems Format
1.2; SMPTE ST 377-1 and RP 210.
"""

from collections.abc import Iterator

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names, numbers

_TABLES, _OBJECTS, _KEYS = numbers("transport"), names("asf"), names("mxf")
_MAX_PIECES = 1_000_000
_NOTHING, _MAX_STREAMS = 0x1FFF, 64
_FLV_KINDS, _FLV_SCRIPT = (8, 9), 18
_FLV_KNOWN = b"\2\0\x0aonMetaData"
_ASF_OF_OBJECTS, _ASF_FILE = {"75b22630": 30, "5fbf03b5": 46}, "8cabdca1"
"""Where the objects in an object begin."""


def read_transport(data: bytes, inventory: Inventory) -> None:
    """Packets of 188 bytes, some with 4 before or 16 behind: which streams there are that no programme
    names.
    """
    first, size = next(
        (pair for pair in ((0, 188), (4, 192), (0, 204)) if data[pair[0] + pair[1] :][:1] == b"G"), (0, 188)
    )
    if data[first::size].strip(b"G"):
        inventory.add("other_metadata")
    there = {
        (high & 31) << 8 | low
        for high, low in set(zip(data[first + 1 :: size], data[first + 2 :: size], strict=False))
    }
    places, known = range(first, len(data) - 187, size), {0, _NOTHING}
    table = _section(data, places, 0)
    for at in range(8, len(table) - 4, 4):
        programme = int.from_bytes(table[at + 2 : at + 4], "big") & 0x1FFF
        if int.from_bytes(table[at : at + 2], "big") and len(known) < _MAX_STREAMS:
            known |= {programme, *_streams(_section(data, places, programme))}
    for each in there - known:
        inventory.tell(_TABLES.of(each))


def _section(data: bytes, places: range, identifier: int) -> bytes:
    """The first table that the packets of this stream hold, as far as it goes."""
    content, begun = b"", False
    for at in places:
        high, low, flags, skipped = data[at + 1 : at + 5]
        if (high & 31) << 8 | low != identifier or not flags & 0x10:
            continue
        body = data[at + 4 + (1 + skipped if flags & 0x20 else 0) : at + 188]
        if high & 0x40 and body:
            if begun:
                break
            begun, body = True, body[1 + body[0] :]
        if begun:
            content += body
            if len(content) >= 3 + (int.from_bytes(content[1:3], "big") & 0xFFF):
                break
    return content[: 3 + (int.from_bytes(content[1:3], "big") & 0xFFF)]


def _streams(table: bytes) -> Iterator[int]:
    """Of a programme's map: the stream with the clock, then each: kind (1), identifier (2), words (2 and
    more).
    """
    yield int.from_bytes(table[8:10], "big") & 0x1FFF
    at = 12 + (int.from_bytes(table[10:12], "big") & 0xFFF)
    while at + 9 <= len(table):
        yield int.from_bytes(table[at + 1 : at + 3], "big") & 0x1FFF
        at += 5 + (int.from_bytes(table[at + 3 : at + 5], "big") & 0xFFF)


def read_flv(data: bytes, inventory: Inventory) -> None:
    """Tags: kind (1), size (3), time (4), stream (3), body; then the size of it all (4)."""
    at = int.from_bytes(data[5:9], "big") + 4
    for _ in range(_MAX_PIECES):
        if at + 11 > len(data):
            break
        kind, size = data[at] & 31, int.from_bytes(data[at + 1 : at + 4], "big")
        if kind == _FLV_SCRIPT:
            body = data[at + 11 : at + 11 + min(size, 64)]
            if not body.startswith(_FLV_KNOWN):
                inventory.add("description" if b"XMP" in body else "other_metadata")
        elif kind not in _FLV_KINDS:
            inventory.add("other_metadata")
        at += 15 + size
    if data[at:].strip(b"\0"):
        inventory.add("trailer")


def read_asf(data: bytes, inventory: Inventory) -> None:
    """Objects: an identifier (16), size (8, with these), body; some hold others."""
    _read_objects(data, 0, len(data), inventory)


def _read_objects(data: bytes, at: int, end: int, inventory: Inventory) -> None:
    for _ in range(_MAX_PIECES):
        if at + 24 > end:
            break
        kind, size = data[at : at + 4][::-1].hex(), int.from_bytes(data[at + 16 : at + 24], "little")
        stop = min(end, at + max(24, size))
        if kind in _ASF_OF_OBJECTS:
            _read_objects(data, at + _ASF_OF_OBJECTS[kind], stop, inventory)
        elif kind == _ASF_FILE:  # identifier of the file (16), its size (8), when it was made (8)
            if any(data[at + 24 : at + 40]):
                inventory.add("identifier")
            if any(data[at + 48 : at + 56]):
                inventory.add("date")
        else:
            inventory.tell(_OBJECTS.of(kind.encode()), data[at + 24 : min(stop, at + 4096)], blank=b"\0")
        at = stop
    if data[at:end].strip(b"\0"):
        inventory.add("trailer")


def read_mxf(data: bytes, inventory: Inventory) -> None:
    """Pieces: key (16), size (1, or as many more as it says), body. A key is told by where it begins."""
    at = 0
    for _ in range(_MAX_PIECES):
        if at + 17 > len(data) or data[at : at + 4] != b"\x06\x0e\x2b\x34":
            break
        key, size, start = data[at : at + 16].hex().encode(), data[at + 16], at + 17
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 17 : start], "big")
        inventory.tell(_KEYS.of_start(key[8:]), data[start : start + min(size, 64)], blank=b"\0")
        at = start + size
    if data[at:].strip(b"\0"):
        inventory.add("trailer")

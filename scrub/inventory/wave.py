"""Kinds of metadata in a WAVE file, by its RIFF chunks (RIFF; EBU Tech 3285)."""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names

_CHUNKS = names("wave")
_MAX_CHUNKS = 100_000


def read(data: bytes, inventory: Inventory) -> None:
    """Chunks: kind (4), size (4, little-endian), body padded to even. The demuxer tells what `bext`
    says.
    """
    at, declared = 12, 8 + int.from_bytes(data[4:8], "little")
    for _ in range(_MAX_CHUNKS):
        if at + 8 > min(declared, len(data)):
            break
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + min(size, 4096)]
        if kind == b"LIST" and body[:4] == b"INFO":
            inventory.tell(("@info",), data[at + 12 : at + 8 + size])
        else:
            inventory.tell(_CHUNKS.of(kind), body, blank=b"\0")
        at += 8 + size + size % 2
    if declared + 1 < len(data):
        inventory.add("trailer")

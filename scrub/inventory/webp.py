"""Kinds of metadata in a WebP, by its RIFF chunks (RFC 9649)."""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

MAX_FRAMES = 1000
_CHUNKS = names("webp")


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
        inventory.lossless |= kind == b"VP8L"
        inventory.tell(_CHUNKS.of(kind), body)
    if data[end + end % 2 :].strip(b"\0"):
        inventory.add("trailer")

"""Kinds of metadata in a WebP, by its RIFF chunks (RFC 9649)."""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

MAX_FRAMES = 1000
_OF_A_FRAME = 16  # place, size, how long
_IN_A_FRAME = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
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
            _read_frame(body[_OF_A_FRAME:], inventory)
        inventory.lossless |= kind == b"VP8L"
        inventory.tell(_CHUNKS.of(kind), body)
    if data[end + end % 2 :].strip(b"\0"):
        inventory.add("trailer")


def _read_frame(body: bytes, inventory: Inventory) -> None:
    """What stands beside the dots of one frame."""
    at = 0
    while at + 8 <= len(body):
        kind, size = struct.unpack_from("<4sI", body, at)
        if kind not in _IN_A_FRAME and body[at + 8 : at + 8 + size].strip(b"\0"):
            inventory.add("other_metadata")
        at += 8 + size + size % 2

"""Kinds of metadata in AMR: there is no place for any, so what is no frame is told (RFC 4867, 5)."""

from scrub.inventory.findings import Inventory

_NARROW = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)
_WIDE = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0)
_MAX_FRAMES = 2_000_000  # eleven hours
_HEADS = ((b"#!AMR\n", _NARROW), (b"#!AMR-WB\n", _WIDE))


def read(data: bytes, inventory: Inventory) -> None:
    """Frames: padding, kind (4 bits), quality, padding; then as many bytes as the kind has."""
    head, sizes = next(known for known in _HEADS if data.startswith(known[0]))
    at = len(head)
    for _ in range(_MAX_FRAMES):
        if at >= len(data):
            return
        if data[at] & 0x83:  # no frame has these bits
            break
        at += 1 + sizes[data[at] >> 3 & 15]
    inventory.add("trailer")

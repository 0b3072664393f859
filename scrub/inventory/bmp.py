"""Kinds of metadata in a BMP: a colour profile (which may name a file of the author's computer), gaps, a
trailer.
"""

import struct

from scrub.inventory.findings import Inventory

_V5_HEADER = 124
_PROFILE_LINKED, _PROFILE_EMBEDDED = b"KNIL", b"DEBM"


def read(data: bytes, inventory: Inventory) -> None:
    """File header: `BM`, file size (4), 4 zero bytes, offset of the pixels (4); then the size of the next
    header (4).
    """
    header_size = int.from_bytes(data[14:18], "little")
    if any(data[6:10]):
        inventory.add("other_metadata")
    end = int.from_bytes(data[2:6], "little")
    if header_size >= _V5_HEADER and data[14 + 56 : 14 + 60] in (_PROFILE_LINKED, _PROFILE_EMBEDDED):
        inventory.add("color_profile")
        if data[14 + 56 : 14 + 60] == _PROFILE_LINKED:
            inventory.add("identifier")  # a path
    if header_size >= 40:
        _read_gap(data, header_size, inventory)
    if 0 < end < len(data) and data[end:].strip(b"\0"):
        inventory.add("trailer")


def _read_gap(data: bytes, header_size: int, inventory: Inventory) -> None:
    """Bytes between the palette and the pixels, or behind the pixels, belong to nobody."""
    pixels = int.from_bytes(data[10:14], "little")
    bits, compression = struct.unpack_from("<HI", data, 14 + 14)
    width, height = struct.unpack_from("<ii", data, 14 + 4)
    size = (abs(width) * bits + 31) // 32 * 4 * abs(height)
    if compression in (1, 2, 4, 5):  # packed: only the header knows how long they are
        size = struct.unpack_from("<I", data, 14 + 20)[0]
    (used,) = struct.unpack_from("<I", data, 14 + 32)
    colors = used or (1 << bits if bits <= 8 else 0)
    masks = {3: 12, 6: 16}.get(compression, 0) if header_size == 40 else 0
    end = int.from_bytes(data[2:6], "little") or len(data)
    profile = pixels + size if header_size >= _V5_HEADER else end
    gaps = (
        data[14 + header_size + masks + 4 * min(colors, 256) : pixels],
        data[pixels + size : min(profile, end)],
    )
    if any(gap.strip(b"\0") for gap in gaps):
        inventory.add("other_metadata")

"""Kinds of metadata in DV pictures: the packs in which a camera writes when it took them, and how.

Source: IEC 61834-2 and -4, SMPTE ST 314.
"""

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import numbers

_PACKS = numbers("dv")
_BLOCK, _SEQUENCE = 80, 150 * 80
_SUBCODE, _VIDEO, _SOUND = 1, 2, 3
_PLACES = {_SUBCODE: range(6, 54, 8), _VIDEO: range(3, 78, 5), _SOUND: range(3, 8, 5)}
"""Where packs (kind, four bytes) lie in a block of each section."""
_BLOCKS = (1, 2, 3, 4, 5, *range(6, 150, 16))
_CAPTION = 0x65


def read(data: bytes, inventory: Inventory) -> None:
    """Sequences of 150 blocks of 80 bytes, each with its section in the first three bits."""
    found: set[bytes] = set()
    for sequence in range(0, len(data) - _SEQUENCE + 1, _SEQUENCE):
        for at in (sequence + number * _BLOCK for number in _BLOCKS):
            found.update(data[at + place : at + place + 5] for place in _PLACES.get(data[at] >> 5, ()))
    for pack in found:
        if pack[0] == _CAPTION:
            inventory.captions |= any(byte & 0x7F not in (0, 0x7F) for byte in pack[1:])
        else:
            inventory.tell(_PACKS.of(pack[0]), pack[1:], blank=b"\xff")
    if len(data) % _SEQUENCE:
        inventory.add("trailer")

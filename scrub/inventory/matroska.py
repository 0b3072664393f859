"""Kinds of metadata in Matroska and WebM, by their elements (RFC 8794, RFC 9559).

The demuxer tells most tags too; here are those that it skips without a word.
"""

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import numbers

_ELEMENTS = numbers("matroska")
_MAX_ELEMENTS = 200_000
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_MASTERS = frozenset(
    {
        0x1A45DFA3,
        _SEGMENT,
        0x1549A966,
        0x1654AE6B,
        0xAE,
        _CLUSTER,
        0xA0,
        0x1254C367,
        0x7373,
        0x67C8,
        0xE0,
        0xE1,
    }
)
_VOID, _TAG_NAME, _TRACK_NUMBER, _TRACK_UID, _LANGUAGE = 0xEC, 0x45A3, 0xD7, 0x73C5, 0x22B59C
_SMALL = 255
"""A track's id up to here is a count; programs that draw one draw 56 bits or more."""


def read(data: bytes, inventory: Inventory) -> None:
    """Elements: number (1 to 4 bytes), size (1 to 8; all ones: until its end), body. What is none is told."""
    ends, at = [len(data)], 0
    for _ in range(_MAX_ELEMENTS):
        while at >= ends[-1] and len(ends) > 1:
            ends.pop()
        if at >= len(data):
            return
        number, start = _number(data, at, keep_mark=True)
        size, start = _number(data, start, keep_mark=False)
        if number is None or size is None:
            inventory.add("other_metadata")
            return
        if number in _MASTERS:
            ends.append(min(len(data), start + size) if size >= 0 else len(data))
            at = start
            continue
        _read_element(number, data[start : start + min(size, 4096)], inventory)
        at = start + max(size, 0)
    inventory.add("other_metadata")


def _number(data: bytes, at: int, *, keep_mark: bool) -> tuple[int | None, int]:
    """The value and what follows it: None for no such number, -1 for a size that nobody knew."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    if first == 0 or at + width > len(data) or (keep_mark and width > 4):
        return None, at
    value = int.from_bytes(data[at : at + width], "big")
    if keep_mark:
        return value, at + width
    mask = (1 << 7 * width) - 1
    return -1 if value & mask == mask else value & mask, at + width


def _read_element(number: int, body: bytes, inventory: Inventory) -> None:
    if number == _TAG_NAME:
        inventory.tell(("@tag",), body.rstrip(b"\0"))
    elif number == _TRACK_UID:
        if int.from_bytes(body, "big") > _SMALL:
            inventory.add("identifier")
    elif number == _LANGUAGE:
        if body.rstrip(b"\0") not in (b"und", b"eng"):  # what programs write unasked
            inventory.add("other_metadata")
    else:
        inventory.tell(_ELEMENTS.of(number), body, blank=b"\0")

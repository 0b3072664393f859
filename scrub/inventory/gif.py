"""Kinds of metadata in a GIF, by its blocks (GIF89a specification)."""

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

MAX_FRAMES = 1000
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _COMMENT, _PLAIN_TEXT, _APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
_APPLICATIONS = names("gif")


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for too many frames."""
    at = 13 + _table_size(data[10])
    frames = 0
    while at < len(data):
        kind = data[at]
        if kind == _END:
            if data[at + 1 :].strip(b"\0"):
                inventory.add("trailer")
            return
        if kind == _IMAGE:
            frames += 1
            if frames > MAX_FRAMES:
                raise Refusal("bomb")
            at = _skip_blocks(data, at + 10 + _table_size(data[at + 9]) + 1)
        elif kind == _EXTENSION:
            end = _skip_blocks(data, at + 2)
            _read_extension(data[at + 1], data[at + 2 : end], inventory)
            at = end
        else:
            inventory.add("other_metadata")
            return


def _table_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int) -> int:
    """Sub-blocks: length (1), bytes; a length of 0 ends them."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _read_extension(label: int, blocks: bytes, inventory: Inventory) -> None:
    if label == _COMMENT:
        inventory.add("comment")
    elif label == _PLAIN_TEXT:
        inventory.add("description")
    elif label == _APPLICATION:
        inventory.tell(_APPLICATIONS.of(blocks[1:12]), blocks[12:])
    elif label != _CONTROL:
        inventory.add("other_metadata")

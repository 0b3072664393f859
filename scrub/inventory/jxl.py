"""Kinds of metadata in JPEG XL, by the boxes around it (ISO/IEC 18181-2). A naked codestream has none."""

from scrub.inventory.boxes import boxes
from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

_BOXES = names("jxl")
_MAX_BOXES = 10_000


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for more boxes than any picture needs."""
    if data.startswith(b"\xff\x0a"):
        return
    end = 0
    for count, (kind, start, stop) in enumerate(boxes(data, 0, len(data))):
        if count == _MAX_BOXES:
            raise Refusal("bomb")
        end = stop
        if kind == b"brob":  # a packed box: its kind first
            inventory.add("other_metadata")
        elif kind == b"Exif":
            inventory.tell(_BOXES.of(kind), data[start + 4 : stop])
        else:
            inventory.tell(_BOXES.of(kind), data[start:stop])
    if data[end:].strip(b"\0"):
        inventory.add("trailer")

"""Kinds of metadata in XMP packets (ISO 16684-1), told by property names only."""

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import patterns

_MAX_XMP = 4 << 20
_PROPERTIES = patterns("xmp")


def read_xmp(packet: bytes, inventory: Inventory) -> None:
    """UTF-8, or UTF-16 and UTF-32, which are read by leaving out the zero bytes."""
    inventory.add("description")
    inventory.tell(_PROPERTIES.all(packet[:_MAX_XMP].replace(b"\0", b""), _MAX_XMP))

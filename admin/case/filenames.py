"""How files from a drop are named: by number and media type, never by anything that the drop itself says."""

from __future__ import annotations

from admin.case.opening import Entry
from codes.kinds import READ
from crypto.drop import item_name
from crypto.item import Item

_WARNINGS = {
    "uncleaned": "-UNCLEANED",
    "original": "-ORIGINAL",
    "sealed": "-SEALED",
    "unchecked": "-UNCHECKED",
}
WARNINGS = tuple(_WARNINGS.values())
"""How the name of a file that is not clean ends, before its extension."""


def file_name(entry: Entry, item: Item, *, parcel: bool) -> str:
    """The name of an extracted item: its number, the warning if there is one, an extension from
    `READ`. What is said to be clean in a `parcel`, nobody has checked.
    """
    cleaning = "unchecked" if parcel and item.cleaning == "clean" else item.cleaning
    warning = _WARNINGS.get(cleaning, "")
    return f"{entry.number:04d}{warning}.{extension(item)}"


def extension(item: Item) -> str:
    """The extension that a file of this item gets."""
    return READ.get(item.media_type, "bin")


def sealed_name(entry: Entry) -> str:
    """The name of the age file that is handed to the custodian, the same as in the drop."""
    return item_name(entry.number)

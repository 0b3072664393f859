"""Kinds of metadata in MP4 and QuickTime files, by their boxes (ISO/IEC 14496-12, QuickTime File Format).

The demuxer tells most tags too; here are those that it skips without a word.
"""

from itertools import islice

from scrub.inventory.boxes import boxes
from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names

_BOXES, _USER_DATA, _ENTRIES = names("boxes"), names("user_data"), names("sample_entries")
_MAX_BOXES = 100_000
_BOXES_OF_BOXES = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"dinf", b"mvex", b"moof", b"traf"}
)
_XMP = b"\xbe\x7a\xcf\xcb"


def read(data: bytes, inventory: Inventory) -> None:
    """Whatever is in no box is told too."""
    _read(data, 0, len(data), b"", inventory)
    end = max((stop for _, _, stop in islice(boxes(data, 0, len(data)), _MAX_BOXES)), default=0)
    if data[end:].strip(b"\0"):
        inventory.add("trailer")


def _read(data: bytes, at: int, end: int, parent: bytes, inventory: Inventory) -> None:
    for kind, start, stop in islice(boxes(data, at, end), _MAX_BOXES):
        if parent == b"udta":
            _read_user_data(kind, data[start:stop], inventory)
        elif kind in _BOXES_OF_BOXES:
            _read(data, start, stop, kind, inventory)
        elif kind in (b"mvhd", b"tkhd", b"mdhd"):
            width = 8 if data[start : start + 1] == b"\1" else 4
            if any(data[start + 4 : start + 4 + 2 * width]):  # created, modified
                inventory.add("date")
        elif kind in (b"free", b"skip"):
            if data[start:stop].strip(b"\0"):
                inventory.add("other_metadata")
        elif kind == b"uuid" and data[start : start + 4] == _XMP:
            inventory.tell(("@xmp",), data[start + 16 : stop])
        elif kind == b"meta":
            _read_meta(data, start, stop, inventory)
        elif kind == b"stsd":
            _read_entries(data, start + 8, stop, inventory)
        else:
            inventory.tell(_BOXES.of(kind))


def _read_user_data(kind: bytes, body: bytes, inventory: Inventory) -> None:
    if kind == b"meta":
        _read_meta(body, 0, len(body), inventory)
    else:
        inventory.tell(_USER_DATA.of(kind), body, blank=b"\0")


def _read_meta(data: bytes, start: int, stop: int, inventory: Inventory) -> None:
    """A full box in MP4, a plain one in QuickTime: `hdlr`, `keys`, `ilst`, and what nobody asks for."""
    if data[start + 4 : start + 8] != b"hdlr":
        start += 4
    for kind, at, end in islice(boxes(data, start, stop), _MAX_BOXES):
        if kind == b"keys":
            _read_keys(data, at + 8, end, inventory)
        elif kind == b"ilst":
            for name, place, until in islice(boxes(data, at, end), _MAX_BOXES):
                _read_item(name, data[place:until], inventory)
        elif kind not in (b"hdlr", b"free", b"skip") or (kind != b"hdlr" and data[at:end].strip(b"\0")):
            inventory.add("other_metadata")


def _read_keys(data: bytes, at: int, end: int, inventory: Inventory) -> None:
    """Each: size (4), namespace (4), name."""
    for _, start, stop in islice(boxes(data, at, end), _MAX_BOXES):
        inventory.tell(("@tag",), data[start:stop].removeprefix(b"com.apple.quicktime."))


def _read_item(name: bytes, body: bytes, inventory: Inventory) -> None:
    """An item of `ilst`: its name is a number where there are `keys`, and stands inside for `----`."""
    if name == b"----":
        for kind, start, stop in boxes(body, 0, len(body)):
            if kind == b"name":
                inventory.tell(("@tag",), body[start + 4 : stop])
    elif name[0]:
        inventory.tell(_USER_DATA.of(name), body, blank=b"\0")


def _read_entries(data: bytes, at: int, end: int, inventory: Inventory) -> None:
    """Sample entries: how a track is coded. What lies in them besides is told by its box."""
    for _, start, stop in islice(boxes(data, at, end), _MAX_BOXES):
        for lead in (78, 28, 44, 64):
            inside = list(islice(boxes(data, start + lead, stop), 64))
            if inside and inside[-1][2] == stop and all(kind.isalnum() for kind, _, _ in inside):
                for kind, place, until in inside:
                    if data[place : place + 4] in (b"prof", b"rICC"):
                        inventory.add("color_profile")
                    inventory.tell(_ENTRIES.of(kind), data[place:until], blank=b"\0")
                break

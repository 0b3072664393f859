"""Kinds of metadata in IPTC-IIM records, and in the image resources of Photoshop, where they lie."""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import numbers

_DATASETS, _RESOURCES = numbers("iptc"), numbers("photoshop")
_HEADER = b"Photoshop 3.0\0"


def read_iptc(record: bytes, inventory: Inventory) -> None:
    """IIM datasets: 0x1C, record (1), dataset (1), length (2), value."""
    at = 0
    while at + 5 <= len(record) and record[at] == 0x1C:
        section, dataset, length = struct.unpack_from(">BBH", record, at + 1)
        if section == 2:
            inventory.tell(_DATASETS.of(dataset))
        at += 5 + (length & 0x7FFF)


def read_photoshop(data: bytes, inventory: Inventory) -> None:
    """Image resources, with or without a JPEG's header: `8BIM`, id (2), name (Pascal string, even), size (4),
    data (even).
    """
    at = len(_HEADER) if data.startswith(_HEADER) else 0
    while data[at : at + 4] == b"8BIM":
        number, name_length = struct.unpack_from(">HB", data, at + 4)
        at += 6 + (name_length + 2) // 2 * 2
        (size,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
        inventory.tell(_RESOURCES.of(number), body)

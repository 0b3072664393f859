"""Kinds of metadata in XMP packets (ISO 16684-1) and IPTC-IIM records, told by property names only."""

import re
import struct

from scrub.inventory.findings import Inventory

_MAX_XMP = 4 << 20

_PROPERTIES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    (
        "place",
        re.compile(
            rb"GPS[A-Z]|Iptc4xmpCore:Location|Location(Shown|Created)|photoshop:(City|State|Country)|geo:"
        ),
    ),
    ("device", re.compile(rb"tiff:(Make|Model)|aux:|exifEX:|SerialNumber|:Lens")),
    (
        "date",
        re.compile(rb"(Create|Modify|Metadata)Date|DateTime|DateCreated|dc:date|stEvt:when|DateTimeOriginal"),
    ),
    (
        "author",
        re.compile(
            rb"dc:(creator|rights)|Artist|Author|Owner|xmpRights:|photoshop:(Credit|Source|CaptionWriter)"
        ),
    ),
    ("software", re.compile(rb"CreatorTool|softwareAgent|x:xmptk|pdf:Producer|tiff:Software")),
    (
        "identifier",
        re.compile(rb"DocumentID|InstanceID|ImageUniqueID|dc:identifier|ContentIdentifier|xmpG?uid"),
    ),
    ("thumbnail", re.compile(rb"xmp(GImg)?:(Thumbnails|image)")),
    (
        "hidden_image",
        re.compile(rb"GDepth:Data|GImage:Data|MotionPhoto|MicroVideo|HDRGainMap|Container:Directory"),
    ),
    ("comment", re.compile(rb"exif:UserComment")),
)

_IPTC_DATE = frozenset({30, 35, 37, 38, 47, 55, 60, 62, 63, 70})
_IPTC_PLACE = frozenset({26, 27, 90, 92, 95, 100, 101})
_IPTC_AUTHOR = frozenset({80, 85, 110, 115, 116, 118, 122})
_IPTC_SOFTWARE = frozenset({65, 70})
_IPTC_IDENTIFIER = frozenset({5, 22, 103, 184, 187, 188})

_THUMBNAIL_RESOURCES = frozenset({0x0409, 0x040C})
_PLAIN_RESOURCES = frozenset({0x03ED, 0x0425})  # resolution, digest of the IPTC record


def read_xmp(packet: bytes, inventory: Inventory) -> None:
    """UTF-8, or UTF-16 and UTF-32, which are read by leaving out the zero bytes."""
    inventory.add("description")
    text = packet[:_MAX_XMP].replace(b"\0", b"")
    for code, pattern in _PROPERTIES:
        if pattern.search(text):
            inventory.add(code)


def read_iptc(record: bytes, inventory: Inventory) -> None:
    """IIM datasets: 0x1C, record (1), dataset (1), length (2), value."""
    at = 0
    while at + 5 <= len(record) and record[at] == 0x1C:
        section, dataset, length = struct.unpack_from(">BBH", record, at + 1)
        if section == 2 and dataset != 0:
            inventory.add(_iptc_kind(dataset))
        at += 5 + (length & 0x7FFF)


def _iptc_kind(dataset: int) -> str:
    for code, datasets in (
        ("date", _IPTC_DATE),
        ("place", _IPTC_PLACE),
        ("author", _IPTC_AUTHOR),
        ("software", _IPTC_SOFTWARE),
        ("identifier", _IPTC_IDENTIFIER),
    ):
        if dataset in datasets:
            return code
    return "description"


def read_photoshop(data: bytes, inventory: Inventory) -> None:
    """Image resources: `8BIM`, id (2), name (Pascal string, even), size (4), data (even)."""
    at = 0
    while data[at : at + 4] == b"8BIM":
        number, name_length = struct.unpack_from(">HB", data, at + 4)
        at += 6 + (name_length + 2) // 2 * 2
        (size,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
        _read_resource(number, body, inventory)


def _read_resource(number: int, body: bytes, inventory: Inventory) -> None:
    from scrub.inventory.tiff import read_exif  # EXIF and Photoshop blocks contain each other  # noqa: PLC0415

    if number == 0x0404:
        read_iptc(body, inventory)
    elif number in _THUMBNAIL_RESOURCES:
        inventory.add("thumbnail")
    elif number == 0x0422:
        read_exif(body, inventory)
    elif number == 0x0424:
        read_xmp(body, inventory)
    elif number == 0x040F:
        inventory.add("color_profile")
    elif number not in _PLAIN_RESOURCES:
        inventory.add("other_metadata")

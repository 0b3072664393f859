"""Kinds of metadata in sound and video: by the names of the demuxer's tags, and by structure.

ID3, APE, Vorbis comments, RIFF INFO, QuickTime and Matroska tags reach us under the demuxer's common names;
the values are looked at only to tell whether there are any.
"""

import struct
from collections.abc import Mapping
from itertools import islice

from scrub.inventory.boxes import boxes
from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names, patterns

_TAGS = patterns("tags")
_WAVE, _BOXES, _USER_DATA = names("wave"), names("boxes"), names("user_data")
_MAX_BOXES = 100_000
_BOXES_OF_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"dinf"})


def read_tags(tags: Mapping[str, str], inventory: Inventory) -> None:
    """`tags` as the demuxer names them."""
    for name, value in tags.items():
        plain = name.lower().removeprefix("com.apple.quicktime.")
        if not value.strip("\0 "):
            continue
        if plain == "language" and value in ("und", "eng", "```"):  # what programs write unasked
            continue
        if plain == "vendor_id" and value == "[0][0][0][0]":
            continue
        inventory.tell(_TAGS.first(plain.encode("utf-8", "replace")))


def read_structure(media_type: str, data: bytes, inventory: Inventory) -> None:
    """What a demuxer skips without a word."""
    match media_type:
        case "audio/mpeg" | "audio/aac":
            _read_id3v1(data, inventory)
        case "audio/ogg":
            _read_vendor(data, inventory)
        case "audio/wav":
            _read_wave(data, inventory)
        case "audio/flac":
            _read_flac(data, inventory)
        case "audio/mp4" | "video/mp4" | "video/quicktime":
            _read_boxes(data, 0, len(data), b"", inventory)


def _read_id3v1(data: bytes, inventory: Inventory) -> None:
    """The last 128 bytes: TAG, title (30), artist (30), album (30), year (4), comment (30), genre (1)."""
    end = data[-128:]
    if end[:3] == b"TAG":
        for code, start, stop in (
            ("description", 3, 33),
            ("author", 33, 63),
            ("description", 63, 93),
            ("date", 93, 97),
            ("comment", 97, 127),
        ):
            if end[start:stop].strip(b"\0 "):
                inventory.add(code)
        end = data[-256:-128]
    if b"LYRICS200" in end or b"LYRICSEND" in end:
        inventory.add("description")
    _read_ape(data, inventory)


def _read_ape(data: bytes, inventory: Inventory) -> None:
    """APEv2: items, then APETAGEX (8), version (4), size of items and this footer (4), count (4), 12 bytes.

    An item: length (4), flags (4), name, NUL, value; all little-endian.
    """
    footer = data.rfind(b"APETAGEX", -(64 << 10))
    if footer < 0:
        return
    _, size, count = struct.unpack_from("<III", data, footer + 8)
    at = footer + 32 - size
    inventory.add("other_metadata")
    for _ in range(min(count, 1000) if at > 0 else 0):
        end = data.index(b"\0", at + 8, footer)
        read_tags({data[at + 8 : end].decode("ascii", "replace"): "?"}, inventory)
        at = end + 1 + int.from_bytes(data[at : at + 4], "little")


def _read_vendor(data: bytes, inventory: Inventory) -> None:
    for magic in (b"OpusTags", b"\x03vorbis"):
        at = data.find(magic, 0, 4096)
        if at >= 0 and any(data[at + len(magic) : at + len(magic) + 4]):
            inventory.add("software")


def _read_wave(data: bytes, inventory: Inventory) -> None:
    """RIFF chunks: kind (4), size (4, little-endian), body padded to even. The demuxer tells `LIST INFO`."""
    at = 12
    for _ in range(_MAX_BOXES):
        if at + 8 > len(data):
            break
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + min(size, 64)]
        if not (kind == b"LIST" and body[:4] == b"INFO"):
            inventory.tell(_WAVE.of(kind), body, blank=b"\0")
        at += 8 + size + size % 2
    declared = 8 + int.from_bytes(data[4:8], "little")
    if declared + 1 < len(data):
        inventory.add("trailer")


def _read_flac(data: bytes, inventory: Inventory) -> None:
    """Metadata blocks: last flag and type (1), size (3), body. 0 STREAMINFO, 3 SEEKTABLE, 4 VORBIS_COMMENT
    (led by the encoder's name), 6 PICTURE: the demuxer makes it a stream.
    """
    at = data.find(b"fLaC") + 4
    for _ in range(1000):
        head = int.from_bytes(data[at : at + 4], "big")
        kind, size = head >> 24 & 0x7F, head & 0xFFFFFF
        body = data[at + 4 : at + 4 + size]
        if kind == 4 and any(body[:4]):
            inventory.add("software")
        elif kind not in (0, 3, 4, 6) and body.strip(b"\0"):
            inventory.add("other_metadata")
        at += 4 + size
        if head >> 31 or at >= len(data):
            break


def _read_boxes(data: bytes, at: int, end: int, parent: bytes, inventory: Inventory) -> None:
    """ISO/IEC 14496-12 and the QuickTime File Format."""
    for kind, start, stop in islice(boxes(data, at, end), _MAX_BOXES):
        if parent == b"udta":
            _read_user_data(kind, data[start:stop], inventory)
        elif kind in _BOXES_OF_BOXES:
            _read_boxes(data, start, stop, kind, inventory)
        elif kind in (b"mvhd", b"tkhd", b"mdhd"):
            width = 8 if data[start : start + 1] == b"\1" else 4
            if any(data[start + 4 : start + 4 + 2 * width]):  # created, modified
                inventory.add("date")
        elif kind in (b"free", b"skip"):
            if data[start:stop].strip(b"\0"):
                inventory.add("other_metadata")
        elif kind == b"uuid" and data[start : start + 4] == b"\xbe\x7a\xcf\xcb":
            inventory.add("description")  # XMP
        else:
            inventory.tell(_BOXES.of(kind))


def _read_user_data(kind: bytes, body: bytes, inventory: Inventory) -> None:
    if kind in _USER_DATA.named:
        inventory.tell(_USER_DATA.of(kind))
    elif not kind.startswith(b"\xa9"):  # those reach us as tags
        inventory.tell(_USER_DATA.of(kind), body, blank=b"\0")

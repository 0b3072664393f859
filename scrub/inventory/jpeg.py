"""Kinds of metadata in a JPEG, by its marker segments (ITU-T T.81 annex B, JFIF, EXIF, CIPA DC-007 for
MPO).
"""

import re
import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

MAX_SCANS = 100
MAX_SCAN_PIXELS = 1_500_000_000
"""Scans x width x height: a scan of one bit still costs a pass over the whole picture, about 15 ns a
pixel.
"""

_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # not stuffing, restart or fill
_FILM = re.compile(rb"\0\0\0[\x08-\xff]ftyp(?:mp4|iso|qt  |3gp|3g2|avc|M4V|mmp|MSN)")
_OTHER_PICTURE = re.compile(rb"\0\0\0[\x08-\xff]ftyp(?:hei|hev|mif|avif)")
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NOT_HUFFMAN = frozenset({0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})  # T.81, table B.1: arithmetic coding
_TABLES = frozenset({0xC4, 0xC8, 0xCC, 0xDB, 0xDC, 0xDD})
_APP0, _APP15 = 0xE0, 0xEF
_SEGMENTS = names("jpeg")


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for too many scans, and "unsupported" for arithmetic coding, which the decoder
    takes for damage.
    """
    at, scans, pixels, in_scan = 2, 0, 0, False
    while (found := _NEXT_MARKER.search(data, at)) is not None:
        if not in_scan and data[at : found.start()].strip(b"\xff"):
            inventory.add("other_metadata")
        marker, at = data[found.start() + 1], found.end()
        if marker == _EOI:
            _read_trailer(data[at:], inventory)
            return
        if marker in (_SOI, 0x01):
            continue
        (length,) = struct.unpack_from(">H", data, at)
        body = data[at + 2 : at + length]
        at += max(length, 2)
        in_scan = marker == _SOS
        if marker in _NOT_HUFFMAN and not scans:
            raise Refusal("unsupported")
        if marker in _FRAMES and len(body) >= 5:
            height, width = struct.unpack_from(">HH", body, 1)
            pixels = max(pixels, height * width)
        elif marker == _SOS:
            scans += 1
            if scans > MAX_SCANS or scans * pixels > MAX_SCAN_PIXELS:
                raise Refusal("bomb")
        elif marker == _COM:
            inventory.add("comment")
        elif _APP0 <= marker <= _APP15:
            _read_application(marker - _APP0, body, inventory)
        elif marker not in _TABLES and marker not in _FRAMES:
            inventory.add("other_metadata")


def _read_application(number: int, body: bytes, inventory: Inventory) -> None:
    if number == 0 and body.startswith(b"JFIF\0") and len(body) > 14:
        inventory.add("thumbnail")
    if number == 14 and body.startswith(b"Adobe") and len(body) > 12:
        inventory.add("other_metadata")
    start = b"jumb" if number == 11 and b"jumb" in body[:64] else body[:32]  # a box inside boxes
    inventory.tell(_SEGMENTS.of_start(b"APP%d/%b" % (number, start)), body)


def _read_trailer(trailer: bytes, inventory: Inventory) -> None:
    """Further pictures (MPO, gain maps), a video (motion photo), a maker's block, or anything somebody
    appended.
    """
    rest = trailer.lstrip(b"\0")
    if not rest:
        return
    if b"\xff\xd8\xff" in rest or _OTHER_PICTURE.search(trailer):
        inventory.add("hidden_image")
    inventory.film = bool(_FILM.search(trailer))
    if not rest.startswith(b"\xff\xd8\xff"):
        inventory.add("trailer")

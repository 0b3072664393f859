"""Kinds of metadata in an Ogg file, by its pages and the packet of comments (RFC 3533, RFC 7845, Vorbis I).

The demuxer tells what the comments are called.
"""

from scrub.inventory.findings import Inventory

_HEAD = 27
_MAX_HEADERS = 4 << 20
_OF_HEADERS = (0, (1 << 64) - 1)
"""The position of pages that hold no sound yet: none, or not known."""

_OPUS, _COMMENTS = b"OpusTags", (b"OpusTags", b"\x03vorbis", b"\x81theora")


def read(data: bytes, inventory: Inventory) -> None:
    """Pages: `OggS`, version, flags, position (8), stream (4), number (4), CRC (4), count, lengths, content.

    What lies behind the pages, and what follows the comments of Opus in their packet, is told too.
    """
    at = 0
    headers: dict[bytes, bytearray] = {}
    while data[at : at + 4] == b"OggS" and at + _HEAD <= len(data):
        position, stream = int.from_bytes(data[at + 6 : at + 14], "little"), data[at + 14 : at + 18]
        start = at + _HEAD + data[at + _HEAD - 1]
        end = start + sum(data[at + _HEAD : start])
        found = headers.setdefault(stream, bytearray())
        if position in _OF_HEADERS and len(found) < _MAX_HEADERS:
            found += data[start:end]
        at = end
    if data[at:].strip(b"\0"):
        inventory.add("trailer")
    for found in headers.values():
        for magic in _COMMENTS:
            place = found.find(magic)
            if place >= 0:
                _read_comments(found, place + len(magic), magic == _OPUS, inventory)


def _read_comments(packet: bytearray, at: int, alone: bool, inventory: Inventory) -> None:
    """The vendor's length (4) and name, the count (4), each comment's length (4) and text. `alone`: nothing
    belongs behind them.
    """
    size = int.from_bytes(packet[at : at + 4], "little")
    if size:
        inventory.add("software")
    at += 4 + size
    count = int.from_bytes(packet[at : at + 4], "little")
    at += 4
    for _ in range(min(count, 10_000)):
        at += 4 + int.from_bytes(packet[at : at + 4], "little")
    if alone and packet[at:].strip(b"\0"):
        inventory.add("other_metadata")

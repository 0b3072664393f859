"""Kinds of metadata in a FLAC file, by its blocks (RFC 9639)."""

from scrub.inventory.findings import Inventory

_STREAM, _SEEK_TABLE, _COMMENTS, _PICTURE = 0, 3, 4, 6


def read(data: bytes, inventory: Inventory) -> None:
    """Blocks: last flag and kind (1), size (3), body. The comments begin with the encoder's name; the demuxer
    makes a picture a stream. Tags of other kinds may lie before the first block and at the end.
    """
    start = data.find(b"fLaC")
    if data[:3] == b"ID3":
        inventory.tell(("@id3",), data[:start])
    at = start + 4
    for _ in range(1000):
        head = int.from_bytes(data[at : at + 4], "big")
        kind, size = head >> 24 & 0x7F, head & 0xFFFFFF
        body = data[at + 4 : at + 4 + size]
        if kind == _COMMENTS and any(body[:4]):
            inventory.add("software")
        elif kind not in (_STREAM, _SEEK_TABLE, _COMMENTS, _PICTURE) and body.strip(b"\0"):
            inventory.add("other_metadata")
        at += 4 + size
        if head >> 31 or at >= len(data):
            break
    if data[-128:-125] == b"TAG":
        inventory.tell(("@id3v1",), data[-128:])
    if b"APETAGEX" in data[-(64 << 10) :]:
        inventory.add("other_metadata")

"""The tags that stand before and behind sound of any kind: ID3, APE, Lyrics3 v2."""

from scrub.inventory.findings import Inventory

_MAX_LYRICS = 256 << 10


def read_tag(data: bytes, at: int, inventory: Inventory) -> int:
    """The length of the tag at `at`, after telling it; 0 for none."""
    if data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 10 + (data[at + 5] >> 4 & 1) * 10
        size += sum(
            (byte & 0x7F) << shift for byte, shift in zip(data[at + 6 : at + 10], (21, 14, 7, 0), strict=True)
        )
        inventory.tell(("@id3",), data[at : at + size])
        return size
    if data[at : at + 3] == b"TAG" and len(data) - at == 128:
        inventory.tell(("@id3v1",), data[at:])
        return 128
    if data[at : at + 11] == b"LYRICSBEGIN":
        until = at + _MAX_LYRICS
        end = max(data.find(b"LYRICS200", at, until), data.find(b"LYRICSEND", at, until))
        inventory.add("description")
        return end + 9 - at if end >= 0 else 0
    if data[at : at + 8] == b"APETAGEX":
        size = int.from_bytes(data[at + 12 : at + 16], "little")
        leads = bool(data[at + 23 : at + 24] and data[at + 23] & 0x20)
        tag = data[at : at + 32 + size] if leads else data[max(0, at + 32 - size) : at + 32]
        inventory.tell(("@ape",), tag)
        return len(tag) if leads else 32
    return 0

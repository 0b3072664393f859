"""Compares an Ogg Opus file with the allow-list of `docs/scrub.md`, byte by byte, without any codec library.

Its checksum is its own; a test holds it against another program's pages.

Sources: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg), RFC 6716 section 3 (the packet's first byte).
"""

import struct
import zlib
from collections.abc import Iterator

from scrub.verify.errors import Unverified, require

_PAGE = struct.Struct("<4sBBqIIIB")
_FIRST, _LAST = 2, 4
_HEADS = {
    b"OpusHead\x01" + bytes([channels]) + b"\x38\x01\x80\xbb\x00\x00\x00\x00\x00": channels
    for channels in (1, 2)
}
_TAGS = b"OpusTags" + bytes(8)
_PRE_SKIP = 312
_SAMPLES = 960
_MAX_PACKETS = 2 * 60 * 60 * 50 * 17 // 16 + 1
"""Two hours, and what a disguise adds when it speaks slower."""

_MAX_PACKET = 1 + 1275
# Configurations of RFC 6716 table 2 with frames of 20 ms: SILK 1 5 9, hybrid 13 15, CELT 19 23 27 31.
_TWENTY_MS = frozenset({1, 5, 9, 13, 15, 19, 23, 27, 31})


def is_opus_packet(packet: bytes, channels: int) -> bool:
    """One frame of 20 ms (code 0: no padding, no second frame) of at most 1,275 bytes; no stereo in mono."""
    if not 1 <= len(packet) <= _MAX_PACKET:
        return False
    toc = packet[0]
    return toc & 3 == 0 and toc >> 3 in _TWENTY_MS and (channels == 2 or not toc & 4)


def verify_ogg(data: bytes) -> None:
    """Raises Unverified unless every byte of the file is accounted for."""
    pages = _pages(data)
    flags, granule, head = next(pages, (0, 0, []))
    channels = _HEADS.get(b"".join(head), 0)
    require(channels > 0 and (flags, granule, len(head)) == (_FIRST, 0, 1))
    require(next(pages, None) == (0, 0, [_TAGS]))
    packets = 0
    for flags, granule, page in pages:
        require(all(is_opus_packet(packet, channels) for packet in page))
        packets += len(page)
        require(packets <= _MAX_PACKETS and granule == packets * _SAMPLES and flags in (0, _LAST))
        if flags == _LAST:
            require(next(pages, None) is None)
            return
    raise Unverified


def _pages(data: bytes) -> Iterator[tuple[int, int, list[bytes]]]:
    """Flags, granule position and whole packets of each page, from the first byte of the file to the last.

    Raises Unverified for anything between pages, another version, a serial number, a gap in the sequence, a
    wrong checksum, or a packet that goes on in the next page.
    """
    at = sequence = 0
    while at < len(data):
        magic, version, flags, granule, serial, number, crc, segments = _PAGE.unpack_from(data, at)
        start = at + _PAGE.size + segments
        lacing = data[at + _PAGE.size : start]
        end = start + sum(lacing)
        if (magic, version, serial, number) != (b"OggS", 0, 0, sequence) or end > len(data):
            raise Unverified
        if not lacing or lacing[-1] == 255:
            raise Unverified
        if _checksum(data[at : at + 22] + bytes(4) + data[at + 26 : end]) != crc:
            raise Unverified
        packets, size = [], 0
        for value in lacing:
            size += value
            if value < 255:
                packets.append(data[start : start + size])
                start, size = start + size, 0
        yield flags, granule, packets
        at, sequence = end, sequence + 1


_MIRROR = bytes(sum((byte >> place & 1) << 7 - place for place in range(8)) for byte in range(256))


def _checksum(page: bytes) -> int:
    """RFC 3533's CRC-32, from 0 and most significant bit first, by way of zlib's: the same polynomial on
    mirrored bits, with both ends inverted.
    """
    rest = zlib.crc32(page.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(rest.to_bytes(4, "little").translate(_MIRROR), "big")

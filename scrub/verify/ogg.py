"""Compares an Ogg Opus file with the allow-list of `docs/scrub.md`, byte by byte, without any codec library.

Shares only the checksum with the writer; a test holds that against another program's pages.

Sources: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg), RFC 6716 section 3 (the packet's first byte).
"""

import struct
from collections.abc import Iterator

from scrub.media.ogg import ogg_crc

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


def is_ogg_opus(data: bytes) -> bool:
    """True when every byte of the file is accounted for. May raise ValueError or struct.error instead of
    False.
    """
    pages = _pages(data)
    flags, granule, head = next(pages)
    channels = _HEADS.get(b"".join(head))
    if channels is None or (flags, granule, len(head)) != (_FIRST, 0, 1):
        return False
    if next(pages) != (0, 0, [_TAGS]):
        return False
    packets = 0
    for flags, granule, page in pages:
        if not all(is_opus_packet(packet, channels) for packet in page):
            return False
        packets += len(page)
        whole = packets * _SAMPLES
        if packets > _MAX_PACKETS:
            return False
        if flags == _LAST:
            return granule == whole and next(pages, None) is None
        if flags != 0 or granule != whole:
            return False
    return False


def _pages(data: bytes) -> Iterator[tuple[int, int, list[bytes]]]:
    """Flags, granule position and whole packets of each page, from the first byte of the file to the last.

    Raises ValueError for anything between pages, another version, a serial number, a gap in the sequence, a
    wrong checksum, or a packet that goes on in the next page.
    """
    at = sequence = 0
    while at < len(data):
        magic, version, flags, granule, serial, number, crc, segments = _PAGE.unpack_from(data, at)
        start = at + _PAGE.size + segments
        lacing = data[at + _PAGE.size : start]
        end = start + sum(lacing)
        if (magic, version, serial, number) != (b"OggS", 0, 0, sequence) or end > len(data):
            raise ValueError
        if not lacing or lacing[-1] == 255:
            raise ValueError
        if ogg_crc(data[at : at + 22] + bytes(4) + data[at + 26 : end]) != crc:
            raise ValueError
        packets, size = [], 0
        for value in lacing:
            size += value
            if value < 255:
                packets.append(data[start : start + size])
                start, size = start + size, 0
        yield flags, granule, packets
        at, sequence = end, sequence + 1

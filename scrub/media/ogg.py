"""Writes Opus packets as an Ogg file of which every byte but the packets is fixed (RFC 3533, RFC 7845).

One stream with serial number 0, no comment, an empty vendor string; whole packets only, `PACKETS_A_PAGE` to a
page unless their lacing values would not fit in 255.
"""

import struct
import zlib
from collections.abc import Sequence

PRE_SKIP = 312
"""Samples at 48 kHz that a decoder leaves out at the start: the look-ahead of libopus."""

PACKETS_A_PAGE = 50
PACKET_SAMPLES = 960
"""20 ms at 48 kHz."""

_HEADER = struct.Struct("<4sBBqIIIB")
_FIRST, _LAST = 2, 4
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_crc(page: bytes) -> int:
    """The CRC-32 of RFC 3533: polynomial 0x04C11DB7, most significant bit first, nothing inverted.

    zlib's has the same polynomial, the bits mirrored and both ends inverted.
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def opus_head(channels: int, rate: int = 48_000) -> bytes:
    """OpusHead (19 bytes): version 1, `channels` 1 or 2, 48 kHz in every file whatever the input's rate was,
    gain 0, family 0.
    """
    return struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, PRE_SKIP, rate, 0, 0)


OPUS_TAGS = b"OpusTags" + bytes(8)
"""No vendor, no comment."""


def write_ogg(packets: Sequence[bytes], channels: int, samples: int) -> bytes:
    """`packets` of 20 ms each, at least one; `samples` at 48 kHz are to be heard, the rest of the last packet
    is cut.
    """
    pages = [_page(0, 0, _FIRST, [opus_head(channels)]), _page(1, 0, 0, [OPUS_TAGS])]
    start = 0
    while start < len(packets):
        end, lacing = start, 0
        while end < min(len(packets), start + PACKETS_A_PAGE):
            lacing += len(packets[end]) // 255 + 1
            if lacing > 255:
                break
            end += 1
        last = end == len(packets)
        granule = PRE_SKIP + samples if last else end * PACKET_SAMPLES
        pages.append(_page(len(pages), granule, _LAST if last else 0, packets[start:end]))
        start = end
    return b"".join(pages)


def _page(number: int, granule: int, flags: int, packets: Sequence[bytes]) -> bytes:
    """27 bytes of header, the lacing values, the packets; the CRC is taken with its own field 0."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = lacing + b"".join(packets)
    blank = _HEADER.pack(b"OggS", 0, flags, granule, 0, number, 0, len(lacing))
    crc = ogg_crc(blank + body)
    return _HEADER.pack(b"OggS", 0, flags, granule, 0, number, crc, len(lacing)) + body

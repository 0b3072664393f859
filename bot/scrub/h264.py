"""H.264 without anything but slices: NAL units taken apart and put together (ITU-T H.264 7.3.1, annex B).

Encoders put their names, options, dates and captions into SEI units; those and every other unit that a
picture can do without are left out. Parameter sets go to the file's header once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SLICE, IDR, SPS, PPS = 1, 5, 7, 8
_PARTITIONS = frozenset({2, 3, 4})
_START = re.compile(rb"\x00\x00\x01")
_MAX_SETS = 8
MAX_SET_BYTES = 512


class CannotFilter(Exception):
    """The stream has to be decoded and encoded instead."""


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """`sps` and `pps`: whole NAL units. `length_bytes`: of each unit in a packet; 0 for annex B."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    length_bytes: int


def parse_extradata(extradata: bytes) -> ParameterSets:
    """From an `avcC` record (ISO/IEC 14496-15 5.3.3) or from annex B. Raises CannotFilter."""
    if extradata[:1] == b"\1" and len(extradata) > 6:
        length_bytes = (extradata[4] & 3) + 1
        units, at = [], 5
        for mask in (0x1F, 0xFF):
            if at >= len(extradata):
                raise CannotFilter
            count, at = extradata[at] & mask, at + 1
            for _ in range(count):
                size = int.from_bytes(extradata[at : at + 2], "big")
                units.append(extradata[at + 2 : at + 2 + size])
                at += 2 + size
    else:
        length_bytes, units = 0, list(_annex_b(extradata))
    sps = tuple(unit for unit in units if unit and unit[0] & 31 == SPS)
    pps = tuple(unit for unit in units if unit and unit[0] & 31 == PPS)
    if not (1 <= len(sps) <= _MAX_SETS and 1 <= len(pps) <= _MAX_SETS):
        raise CannotFilter
    if any(not 4 <= len(unit) <= MAX_SET_BYTES for unit in sps) or any(
        len(unit) > MAX_SET_BYTES for unit in pps
    ):
        raise CannotFilter
    return ParameterSets(sps, pps, length_bytes)


def filter_packet(packet: bytes, sets: ParameterSets) -> tuple[bytes, bool, bool]:
    """The packet's slices, each behind its length (4); whether it is an IDR picture; whether there was SEI.

    Raises CannotFilter for other parameter sets than `sets`, data partitioning, or no slice at all.
    """
    units = _annex_b(packet) if sets.length_bytes == 0 else _length_led(packet, sets.length_bytes)
    kept, told = [], False
    kinds = set()
    for unit in units:
        kind = unit[0] & 31
        if kind in (SLICE, IDR):
            kept.append(len(unit).to_bytes(4, "big") + unit)
            kinds.add(kind)
        elif (
            kind in _PARTITIONS
            or (kind == SPS and unit not in sets.sps)
            or (kind == PPS and unit not in sets.pps)
        ):
            raise CannotFilter
        told |= kind == 6
    if len(kinds) != 1:
        raise CannotFilter
    return b"".join(kept), IDR in kinds, told


def avcc(sets: ParameterSets) -> bytes:
    """The record for a file: lengths of 4 bytes, the sets, and what a high profile adds."""
    first = sets.sps[0]
    record = b"\1" + first[1:4] + b"\xff"
    for mark, units in ((0xE0, sets.sps), (0, sets.pps)):
        record += bytes([mark | len(units)]) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    if first[1] in (100, 110, 122, 144, 244, 44):
        chroma, luma_depth, chroma_depth = _high_profile_fields(first)
        record += bytes([0xFC | chroma, 0xF8 | luma_depth, 0xF8 | chroma_depth, 0])
    return record


def _high_profile_fields(sps: bytes) -> tuple[int, int, int]:
    """Chroma format and the two bit depths less 8, which follow the set's id (7.3.2.1.1)."""
    data = sps[4:].replace(b"\0\0\3", b"\0\0")
    bits = int.from_bytes(data, "big")
    left = 8 * len(data)

    def exp_golomb() -> int:
        nonlocal left
        zeros = 0
        while left and not bits >> (left - 1) & 1:
            zeros, left = zeros + 1, left - 1
        if left < zeros + 1 or zeros > 16:
            raise CannotFilter
        left -= zeros + 1
        return (bits >> left & ((2 << zeros) - 1)) - 1

    exp_golomb()
    chroma = exp_golomb()
    if chroma == 3:
        left -= 1
    luma_depth, chroma_depth = exp_golomb(), exp_golomb()
    if chroma > 3 or luma_depth > 6 or chroma_depth > 6:
        raise CannotFilter
    return chroma, luma_depth, chroma_depth


def _length_led(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at < len(packet):
        size = int.from_bytes(packet[at : at + length_bytes], "big")
        unit = packet[at + length_bytes : at + length_bytes + size]
        if len(unit) != size:
            raise CannotFilter
        if unit:
            yield unit
        at += length_bytes + size


def _annex_b(stream: bytes) -> Iterator[bytes]:
    """Zeros before a start code belong to no unit."""
    starts = [match.end() for match in _START.finditer(stream)]
    for start, following in zip(starts, [*(at - 3 for at in starts[1:]), len(stream)], strict=True):
        unit = stream[start:following].rstrip(b"\0")
        if unit:
            yield unit

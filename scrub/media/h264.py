"""H.264 without anything but slices: NAL units taken apart and put together (ITU-T H.264 7.3.1, annex B).

Encoders put their names, options, dates and captions into SEI units; those and every other unit that a
picture can do without are left out. Parameter sets go to the file's header once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrub.inventory.sei import read_sei
from scrub.media.h264_sets import is_plain_pps, is_plain_sps, is_whole

SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8
_HIGH = 100
_PARTITIONS = frozenset({2, 3, 4})
_START = re.compile(rb"\x00\x00\x01")
_FILLING = re.compile(rb"(?:\x00\x00\x03)*\x00*\Z")  # cabac_zero_word, 7.3.2.8
_MAX_PPS = 8


class CannotFilter(Exception):
    """The stream has to be decoded and encoded instead."""


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """`sps` and `pps`: whole NAL units. `length_bytes`: of each unit in a packet; 0 for annex B."""

    sps: bytes
    pps: tuple[bytes, ...]
    length_bytes: int


def parse_extradata(extradata: bytes) -> ParameterSets:
    """From an `avcC` record (ISO/IEC 14496-15 5.3.3) or from annex B. Raises CannotFilter for more than one
    sequence, and for sets that hold more than a picture needs.
    """
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
    sps = [unit for unit in units if unit and unit[0] & 31 == SPS]
    pps = tuple(unit for unit in units if unit and unit[0] & 31 == PPS)
    if len(sps) != 1 or not 1 <= len(pps) <= _MAX_PPS:
        raise CannotFilter
    if not is_plain_sps(sps[0]) or not all(map(is_plain_pps, pps)):
        raise CannotFilter
    return ParameterSets(sps[0], pps, length_bytes)


def filter_packet(packet: bytes, sets: ParameterSets, removed: set[str]) -> tuple[bytes, bool, bool]:
    """The packet's slices, each behind its length (4); whether it is an IDR picture; whether there were
    captions. Adds to `removed` what else its side information (SEI) told.

    Raises CannotFilter for other parameter sets than `sets`, data partitioning, a unit inside a unit, or no
    slice at all. Zeros that only fill up a rate are left out.
    """
    units = _annex_b(packet) if sets.length_bytes == 0 else _length_led(packet, sets.length_bytes)
    kept, captions = [], False
    kinds = set()
    for unit in units:
        kind = unit[0] & 31
        if kind in (SLICE, IDR):
            slice_ = _FILLING.sub(b"", unit)
            if not is_whole(slice_):
                raise CannotFilter
            kept.append(len(slice_).to_bytes(4, "big") + slice_)
            kinds.add(kind)
        elif (
            kind in _PARTITIONS
            or (kind == SPS and unit != sets.sps)
            or (kind == PPS and unit not in sets.pps)
        ):
            raise CannotFilter
        if kind == SEI:
            captions |= read_sei(unit[1:], removed.add)
    if len(kinds) != 1:
        raise CannotFilter
    return b"".join(kept), IDR in kinds, captions


def avcc(sets: ParameterSets) -> bytes:
    """The record for a file: lengths of 4 bytes, the sets, and what the high profile adds (4:2:0, 8 bits)."""
    profile = sets.sps[1:4]
    record = b"\1" + profile + b"\xff"
    for mark, units in ((0xE0, (sets.sps,)), (0, sets.pps)):
        record += bytes([mark | len(units)]) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return record + (b"\xfd\xf8\xf8\0" if profile[0] == _HIGH else b"")


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

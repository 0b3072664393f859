"""The samples of an MP4: they cover `mdat` without a gap, and hold slices and Opus packets only.

Sources: ISO/IEC 14496-12, 8.7 (chunks); 14496-15; ITU-T H.264 7.4.1.
"""

from dataclasses import dataclass

from scrub.verify.errors import require
from scrub.verify.h264 import is_escaped
from scrub.verify.ogg import is_opus_packet

_SLICE, _IDR = 1, 5


@dataclass(frozen=True, slots=True)
class Track:
    """Where the samples of one track are; `channels` for sound, `syncs` (from 1) for pictures."""

    ms: int
    offsets: tuple[int, ...]
    rows: tuple[tuple[int, int, int], ...]
    sizes: tuple[int, ...]
    channels: int
    syncs: frozenset[int]


def check_samples(data: bytes, first: int, tracks: list[Track]) -> None:
    """Chunk after chunk from the first byte of `mdat` to the last of the file, each sample what it must
    be.
    """
    chunks = sorted(
        (offset, number, start, count)
        for number, track in enumerate(tracks)
        for offset, start, count in _chunks(track)
    )
    at = first
    for offset, number, start, count in chunks:
        track = tracks[number]
        require(offset == at)
        for index in range(start, start + count):
            sample = data[at : at + track.sizes[index]]
            require(len(sample) == track.sizes[index])
            if number == 0:
                require(_is_picture(sample, sync=index + 1 in track.syncs))
            else:
                require(is_opus_packet(sample, track.channels))
            at += len(sample)
    require(at == len(data))


def _chunks(track: Track) -> list[tuple[int, int, int]]:
    """Offset, first sample (from 0) and number of samples of each chunk."""
    rows = track.rows
    require(bool(rows) and rows[0][0] == 1 and all(row[1] > 0 and row[2] == 1 for row in rows))
    ends = [row[0] for row in rows[1:]] + [len(track.offsets) + 1]
    counts: list[int] = []
    for (begin, samples, _), end in zip(rows, ends, strict=True):
        require(begin < end <= len(track.offsets) + 1)
        counts += [samples] * (end - begin)
    require(sum(counts) == len(track.sizes))
    starts = [0]
    for count in counts:
        starts.append(starts[-1] + count)
    return list(zip(track.offsets, starts[:-1], counts, strict=True))


def _is_picture(sample: bytes, *, sync: bool) -> bool:
    """Slices behind their lengths, all IDR or none: no SEI (6), no parameter set, no filler, nothing else,
    and no unit inside a unit.
    """
    at = 0
    while at < len(sample):
        size = int.from_bytes(sample[at : at + 4], "big")
        unit = sample[at + 4 : at + 4 + size]
        if len(unit) != size or size < 2 or unit[0] & 0x9F != (_IDR if sync else _SLICE):
            return False
        if unit[-1] == 0 or unit.endswith(b"\0\0\3") or not is_escaped(unit):
            return False
        at += 4 + size
    return at > 0 and at == len(sample)

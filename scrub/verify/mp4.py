"""Compares an MP4 with the allow-list of `docs/scrub.md`, byte by byte, without any codec library.

Each box must be where it is expected, hold exactly the fields that are expected, and end where its size says.
What is left are sizes, times, two parameter sets and the samples: those cover `mdat` without a gap and hold
slices and Opus packets only.

Sources: ISO/IEC 14496-12, 14496-15, ITU-T H.264 7.4.1, "Encapsulation of Opus in ISO Base Media File Format".
"""

import struct
from dataclasses import dataclass
from itertools import pairwise

from scrub.verify.errors import require
from scrub.verify.h264 import check_pps, check_sps, is_escaped
from scrub.verify.ogg import is_opus_packet

_FTYP = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
_ONE, _IDENTITY = 0x10000, (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MAX_SAMPLES = 120 * 7200 + 1
_MAX_SIDE = 8192
_SLICE, _IDR = 1, 5
_HIGH = 100
_STEPS = tuple(90_000 // rate for rate in (60, 50, 30, 25, 24, 20, 15, 12, 10))
"""Between two pictures, in 1/90000 s: the clock of a device is never exactly that."""


@dataclass(frozen=True, slots=True)
class _Track:
    """Where the samples of one track are; `channels` for sound, `syncs` (from 1) for pictures."""

    ms: int
    offsets: tuple[int, ...]
    rows: tuple[tuple[int, int, int], ...]
    sizes: tuple[int, ...]
    channels: int
    syncs: frozenset[int]


class _Box:
    """A cursor over the body of one box. Every failed expectation raises Unverified."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def size(self) -> int:
        return len(self._body)

    @property
    def next_kind(self) -> bytes:
        return self._body[self._at + 4 : self._at + 8]

    def box(self, kind: bytes) -> "_Box":
        (size,) = struct.unpack_from(">I", self._body, self._at)
        body = self._body[self._at + 8 : self._at + size]
        require(self.next_kind == kind and size >= 8 and len(body) == size - 8)
        self._at += size
        return _Box(body)

    def full(self, kind: bytes, version_and_flags: int = 0) -> "_Box":
        inner = self.box(kind)
        inner.expect(">I", version_and_flags)
        return inner

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._body, self._at)
        self._at += struct.calcsize(layout)
        return values

    def expect(self, layout: str, *values: int | bytes) -> None:
        require(self.take(layout) == values)

    def bytes(self, length: int) -> bytes:
        piece = self._body[self._at : self._at + length]
        require(len(piece) == length)
        self._at += length
        return piece

    def end(self) -> None:
        require(self._at == len(self._body))


def verify_mp4(data: bytes) -> None:
    """Raises Unverified, or struct.error at a ragged end, unless every byte of the file is accounted for."""
    require(data.startswith(_FTYP))
    file = _Box(data[len(_FTYP) :])
    moov = file.box(b"moov")
    first = len(data) - file.box(b"mdat").size  # it is the last box
    file.end()
    length, next_track = _movie_header(moov)
    tracks = [_video_track(moov)]
    if next_track == 3:
        tracks.append(_sound_track(moov))
    require(next_track == len(tracks) + 1 and length == max(track.ms for track in tracks))
    moov.end()
    _samples(data, first, tracks)


def _movie_header(moov: _Box) -> tuple[int, int]:
    box = moov.full(b"mvhd")
    box.expect(">III", 0, 0, 1000)
    (length,) = box.take(">I")
    box.expect(">IH10s", _ONE, 0x100, bytes(10))
    box.expect(">9I", *_IDENTITY)
    box.expect(">24s", bytes(24))
    (next_track,) = box.take(">I")
    box.end()
    return length, next_track


def _track_header(trak: _Box, number: int) -> tuple[int, tuple[int, ...], int, int]:
    """The duration in ms, the matrix, and width and height in whole pixels."""
    box = trak.full(b"tkhd", 3)
    box.expect(">IIII", 0, 0, number, 0)
    (length,) = box.take(">I")
    box.expect(">8sHHHH", bytes(8), 0, 0, 0x100 if number == 2 else 0, 0)
    matrix = box.take(">9i")
    width, width_rest, height, height_rest = box.take(">HHHH")
    require(width_rest == height_rest == 0)
    box.end()
    return length, matrix, width, height


def _edits(trak: _Box) -> list[tuple[int, int]]:
    """Milliseconds and beginning of each, at most two; only the first of two is empty (-1)."""
    edts = trak.box(b"edts")
    box = edts.full(b"elst")
    edts.end()
    (count,) = box.take(">I")
    require(count in (1, 2))
    edits = []
    for number in range(count):
        length, begin = box.take(">Ii")
        box.expect(">HH", 1, 0)
        require(length > 0 and begin == -1 if number < count - 1 else begin >= 0)
        edits.append((length, begin))
    box.end()
    return edits


def _media(trak: _Box, scale: int, handler: bytes) -> tuple[_Box, int]:
    """The box `minf` past its data reference, and the track's length. Ends `trak` and `mdia`."""
    mdia = trak.box(b"mdia")
    trak.end()
    box = mdia.full(b"mdhd")
    box.expect(">III", 0, 0, scale)
    (length,) = box.take(">I")
    box.expect(">HH", 0x55C4, 0)
    box.end()
    box = mdia.full(b"hdlr")
    box.expect(">I4s13s", 0, handler, bytes(13))  # no name
    box.end()
    minf = mdia.box(b"minf")
    mdia.end()
    if handler == b"vide":
        box = minf.full(b"vmhd", 1)
        box.expect(">8s", bytes(8))
    else:
        box = minf.full(b"smhd")
        box.expect(">I", 0)
    box.end()
    dinf = minf.box(b"dinf")
    dref = dinf.full(b"dref")
    dinf.end()
    dref.expect(">I", 1)
    dref.full(b"url ", 1).end()
    dref.end()
    stbl = minf.box(b"stbl")
    minf.end()
    return stbl, length


def _entry(stbl: _Box, kind: bytes) -> _Box:
    stsd = stbl.full(b"stsd")
    stsd.expect(">I", 1)
    entry = stsd.box(kind)
    stsd.end()
    entry.expect(">6sH", bytes(6), 1)
    return entry


def _table(stbl: _Box, kind: bytes, layout: str) -> list[tuple[int, ...]]:
    box = stbl.full(kind)
    (count,) = box.take(">I")
    require(count <= _MAX_SAMPLES)
    rows = [box.take(layout) for _ in range(count)]
    box.end()
    return rows


def _runs(stbl: _Box, kind: bytes) -> list[tuple[int, ...]]:
    """Count and value, never the same value twice in a row."""
    rows = _table(stbl, kind, ">II")
    require(all(count > 0 for count, _ in rows))
    require(all(before[1] != after[1] for before, after in pairwise(rows)))
    return rows


def _places(stbl: _Box) -> tuple[tuple[int, ...], list[tuple[int, ...]], tuple[int, ...]]:
    rows = _table(stbl, b"stsc", ">III")
    box = stbl.full(b"stsz")
    box.expect(">I", 0)
    (count,) = box.take(">I")
    require(0 < count <= _MAX_SAMPLES)
    sizes = box.take(f">{count}I")
    box.end()
    box = stbl.full(b"stco")
    (chunks,) = box.take(">I")
    require(0 < chunks <= count)
    offsets = box.take(f">{chunks}I")
    box.end()
    return offsets, rows, sizes


def _video_track(moov: _Box) -> _Track:
    trak = moov.box(b"trak")
    ms, matrix, width, height = _track_header(trak, 1)
    require(matrix == _turned(matrix, width, height) and 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE)
    edits = _edits(trak)
    stbl, length = _media(trak, 90_000, b"vide")
    entry = _entry(stbl, b"avc1")
    entry.expect(">16s", bytes(16))
    coded = entry.take(">HH")
    entry.expect(">IIIH32sHh", 0x480000, 0x480000, 0, 1, bytes(32), 0x18, -1)
    require(coded == _configuration(entry.box(b"avcC")) and max(coded) <= _MAX_SIDE)
    entry.end()
    durations, shown = _runs(stbl, b"stts"), _runs(stbl, b"ctts")
    syncs = [row[0] for row in _table(stbl, b"stss", ">I")]
    offsets, rows, sizes = _places(stbl)
    stbl.end()
    require(sum(count for count, _ in durations) == sum(count for count, _ in shown) == len(sizes))
    require(sum(count * value for count, value in durations) == length and all(row[1] for row in durations))
    times = [value for _, value in (*durations, *shown)]
    require(any(all(value % step == 0 for value in times) for step in _STEPS))
    require(all(milliseconds % 20 == 0 for milliseconds, _ in edits[:-1]))
    require(edits[-1] == (length * 1000 // 90_000, shown[0][1]) and ms == sum(edit[0] for edit in edits))
    require(syncs == sorted(set(syncs)) and syncs[:1] == [1] and syncs[-1] <= len(sizes))
    return _Track(ms, offsets, tuple((a, b, c) for a, b, c in rows), sizes, 0, frozenset(syncs))


def _turned(matrix: tuple[int, ...], width: int, height: int) -> tuple[int, ...]:
    """The only matrix with these signs: a quarter turn or a mirror image, moved back into view."""
    a, b, c, d = ((value > 0) - (value < 0) for value in (matrix[0], matrix[1], matrix[3], matrix[4]))
    require((a * d != 0 and b == c == 0) or (b * c != 0 and a == d == 0))
    x, y = width * (a < 0) + height * (c < 0), width * (b < 0) + height * (d < 0)
    return (a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, x * _ONE, y * _ONE, 0x40000000)


def _configuration(box: _Box) -> tuple[int, ...]:
    """avcC: lengths of 4 bytes, one sequence's set and those of its pictures, and what a high profile adds.
    The size of the pictures.
    """
    box.expect(">B", 1)
    profile = box.bytes(3)
    box.expect(">BB", 0xFF, 0xE1)
    (length,) = box.take(">H")
    sps = box.bytes(length)
    size = check_sps(sps)
    require(sps[1:4] == profile)
    (count,) = box.take(">B")
    require(1 <= count <= 8)
    for _ in range(count):
        (length,) = box.take(">H")
        check_pps(box.bytes(length))
    if profile[0] == _HIGH:
        box.expect(">4s", b"\xfd\xf8\xf8\0")  # 4:2:0, 8 bits
    box.end()
    return size


def _sound_track(moov: _Box) -> _Track:
    trak = moov.box(b"trak")
    ms, *shape = _track_header(trak, 2)
    require(shape == [_IDENTITY, 0, 0] and _edits(trak) == [(ms, 312)])
    stbl, length = _media(trak, 48_000, b"soun")
    entry = _entry(stbl, b"Opus")
    entry.expect(">8s", bytes(8))
    (channels,) = entry.take(">H")
    require(channels in (1, 2))
    entry.expect(">HHHI", 16, 0, 0, 48_000 << 16)
    settings = entry.box(b"dOps")
    settings.expect(">BBHIhB", 0, channels, 312, 48_000, 0, 0)
    settings.end()
    entry.end()
    ((count, duration),) = _runs(stbl, b"stts")
    offsets, rows, sizes = _places(stbl)
    roll = stbl.full(b"sgpd", 1 << 24)
    roll.expect(">4sIIh", b"roll", 2, 1, -4)
    roll.end()
    roll = stbl.full(b"sbgp")
    roll.expect(">4sIII", b"roll", 1, count, 1)
    roll.end()
    stbl.end()
    require((count, duration) == (len(sizes), 960) and length == count * 960)
    require(ms == (length - 312) * 1000 // 48_000)
    return _Track(ms, offsets, tuple((a, b, c) for a, b, c in rows), sizes, channels, frozenset())


def _samples(data: bytes, first: int, tracks: list[_Track]) -> None:
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


def _chunks(track: _Track) -> list[tuple[int, int, int]]:
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

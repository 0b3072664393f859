"""Compares an MP4 with the allow-list of `docs/scrub.md`, byte by byte, without any codec library.

Each box must be where it is expected, hold exactly the fields that are expected, and end where its size says.
What is left are sizes, times, two parameter sets and the samples: those cover `mdat` without a gap and hold
slices and Opus packets only.

Sources: ISO/IEC 14496-12, 14496-15, ITU-T H.264 7.4.1, "Encapsulation of Opus in ISO Base Media File Format".
"""

from scrub.verify.errors import require
from scrub.verify.h264 import check_pps, check_sps
from scrub.verify.mp4_boxes import Box, places, runs, table
from scrub.verify.mp4_samples import Track, check_samples

_FTYP = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
_ONE, _IDENTITY = 0x10000, (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MAX_SIDE = 8192
_HIGH = 100
_STEPS = tuple(90_000 // rate for rate in (60, 50, 30, 25, 24, 20, 15, 12, 10))
"""Between two pictures, in 1/90000 s: the clock of a device is never exactly that."""


def verify_mp4(data: bytes) -> None:
    """Raises Unverified, or struct.error at a ragged end, unless every byte of the file is accounted for."""
    require(data.startswith(_FTYP))
    file = Box(data[len(_FTYP) :])
    moov = file.box(b"moov")
    first = len(data) - file.box(b"mdat").size  # it is the last box
    file.end()
    length, next_track = _movie_header(moov)
    tracks = [_video_track(moov)]
    if next_track == 3:
        tracks.append(_sound_track(moov))
    require(next_track == len(tracks) + 1 and length == max(track.ms for track in tracks))
    moov.end()
    check_samples(data, first, tracks)


def _movie_header(moov: Box) -> tuple[int, int]:
    box = moov.full(b"mvhd")
    box.expect(">III", 0, 0, 1000)
    (length,) = box.take(">I")
    box.expect(">IH10s", _ONE, 0x100, bytes(10))
    box.expect(">9I", *_IDENTITY)
    box.expect(">24s", bytes(24))
    (next_track,) = box.take(">I")
    box.end()
    return length, next_track


def _track_header(trak: Box, number: int) -> tuple[int, tuple[int, ...], int, int]:
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


def _edits(trak: Box) -> list[tuple[int, int]]:
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


def _media(trak: Box, scale: int, handler: bytes) -> tuple[Box, int]:
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


def _entry(stbl: Box, kind: bytes) -> Box:
    stsd = stbl.full(b"stsd")
    stsd.expect(">I", 1)
    entry = stsd.box(kind)
    stsd.end()
    entry.expect(">6sH", bytes(6), 1)
    return entry


def _video_track(moov: Box) -> Track:
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
    durations, shown = runs(stbl, b"stts"), runs(stbl, b"ctts")
    syncs = [row[0] for row in table(stbl, b"stss", ">I")]
    offsets, rows, sizes = places(stbl)
    stbl.end()
    require(sum(count for count, _ in durations) == sum(count for count, _ in shown) == len(sizes))
    require(sum(count * value for count, value in durations) == length and all(row[1] for row in durations))
    times = [value for _, value in (*durations, *shown)]
    require(any(all(value % step == 0 for value in times) for step in _STEPS))
    require(all(milliseconds % 20 == 0 for milliseconds, _ in edits[:-1]))
    require(edits[-1] == (length * 1000 // 90_000, shown[0][1]) and ms == sum(edit[0] for edit in edits))
    require(syncs == sorted(set(syncs)) and syncs[:1] == [1] and syncs[-1] <= len(sizes))
    return Track(ms, offsets, tuple((a, b, c) for a, b, c in rows), sizes, 0, frozenset(syncs))


def _turned(matrix: tuple[int, ...], width: int, height: int) -> tuple[int, ...]:
    """The only matrix with these signs: a quarter turn or a mirror image, moved back into view."""
    a, b, c, d = ((value > 0) - (value < 0) for value in (matrix[0], matrix[1], matrix[3], matrix[4]))
    require((a * d != 0 and b == c == 0) or (b * c != 0 and a == d == 0))
    x, y = width * (a < 0) + height * (c < 0), width * (b < 0) + height * (d < 0)
    return (a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, x * _ONE, y * _ONE, 0x40000000)


def _configuration(box: Box) -> tuple[int, ...]:
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


def _sound_track(moov: Box) -> Track:
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
    ((count, duration),) = runs(stbl, b"stts")
    offsets, rows, sizes = places(stbl)
    roll = stbl.full(b"sgpd", 1 << 24)
    roll.expect(">4sIIh", b"roll", 2, 1, -4)
    roll.end()
    roll = stbl.full(b"sbgp")
    roll.expect(">4sIII", b"roll", 1, count, 1)
    roll.end()
    stbl.end()
    require((count, duration) == (len(sizes), 960) and length == count * 960)
    require(ms == (length - 312) * 1000 // 48_000)
    return Track(ms, offsets, tuple((a, b, c) for a, b, c in rows), sizes, channels, frozenset())

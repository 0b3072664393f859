"""Writes an H.264 track and at most one Opus track as MP4: all but sizes, times and samples is fixed.

No dates, no place, no names, no user data, nothing free. Sources: ISO/IEC 14496-12 (boxes) and 14496-15
(avc1), "Encapsulation of Opus in ISO Base Media File Format" 0.8 (Opus, dOps, roll).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from scrub.media.ogg import PACKET_SAMPLES, PRE_SKIP

MOVIE_SCALE, VIDEO_SCALE, SOUND_SCALE = 1000, 90_000, 48_000
Matrix = tuple[int, int, int, int]
"""a, b, c, d of 14496-12 8.3.2: each -1, 0 or 1, a quarter turn or a mirror image of one."""

FTYP = struct.pack(">I4s4sI16s", 32, b"ftyp", b"isom", 512, b"isomiso2avc1mp41")
_UNDETERMINED = 0x55C4  # the language "und"


@dataclass(frozen=True, slots=True)
class VideoSample:
    """`content`: NAL units behind their lengths. Times in 1/90000 s; `shown` is the time after decoding."""

    content: bytes
    duration: int
    shown: int
    sync: bool


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """`delay`: milliseconds until the first picture; `display`: width and height on the screen, unturned."""

    samples: Sequence[VideoSample]
    avcc: bytes
    size: tuple[int, int]
    display: tuple[int, int]
    matrix: Matrix
    delay: int


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """Opus packets of 20 ms; `samples` at 48 kHz are to be heard."""

    packets: Sequence[bytes]
    channels: int
    samples: int


def write_mp4(video: VideoTrack, sound: SoundTrack | None) -> bytes:
    """ftyp, moov, mdat; a second of pictures, then a second of sound, and so on."""
    pictures = _seconds(video.samples)
    packets = (
        [] if sound is None else [sound.packets[at : at + 50] for at in range(0, len(sound.packets), 50)]
    )
    video_chunks = [[sample.content for sample in chunk] for chunk in pictures]
    order: list[tuple[int, Sequence[bytes]]] = []
    for number in range(max(len(video_chunks), len(packets))):
        order += [(0, chunk) for chunk in video_chunks[number : number + 1]]
        order += [(1, chunk) for chunk in packets[number : number + 1]]

    def moov(start: int) -> bytes:
        offsets: tuple[list[int], list[int]] = ([], [])
        for track, chunk in order:
            offsets[track].append(start)
            start += sum(map(len, chunk))
        video_ms = sum(sample.duration for sample in video.samples) * MOVIE_SCALE // VIDEO_SCALE
        sound_ms = 0 if sound is None else sound.samples * MOVIE_SCALE // SOUND_SCALE
        tracks = _video_trak(video, video_ms, video_chunks, offsets[0])
        if sound is not None:
            tracks += _sound_trak(sound, sound_ms, packets, offsets[1])
        length = max(video.delay + video_ms, sound_ms)
        return _box(b"moov", _movie_header(length, 2 if sound is None else 3) + tracks)

    start = len(FTYP) + len(moov(0)) + 8
    contents = [content for _, chunk in order for content in chunk]
    mdat = struct.pack(">I4s", 8 + sum(map(len, contents)), b"mdat")
    return b"".join((FTYP, moov(start), mdat, *contents))


def _seconds(samples: Sequence[VideoSample]) -> list[list[VideoSample]]:
    chunks: list[list[VideoSample]] = []
    clock, second = 0, -1
    for sample in samples:
        if clock // VIDEO_SCALE != second:
            second = clock // VIDEO_SCALE
            chunks.append([])
        chunks[-1].append(sample)
        clock += sample.duration
    return chunks


def _box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, body: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), body)


def _matrix(matrix: Matrix, width: int, height: int) -> bytes:
    """Turned about the corner, then moved back into view."""
    a, b, c, d = matrix
    x = width * (a < 0) + height * (c < 0)
    y = width * (b < 0) + height * (d < 0)
    one = 0x10000
    return struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, x * one, y * one, 0x40000000)


def _movie_header(length: int, next_track: int) -> bytes:
    times = struct.pack(">IIIIIH10x", 0, 0, MOVIE_SCALE, length, 0x10000, 0x100)
    return _full(b"mvhd", times + _matrix((1, 0, 0, 1), 0, 0) + bytes(24) + struct.pack(">I", next_track))


def _track_header(number: int, length: int, volume: int, matrix: bytes, size: tuple[int, int]) -> bytes:
    head = struct.pack(">IIIII8xHHHH", 0, 0, number, 0, length, 0, 0, volume, 0)
    return _full(b"tkhd", head + matrix + struct.pack(">II", size[0] << 16, size[1] << 16), flags=3)


def _edits(*edits: tuple[int, int]) -> bytes:
    """Each edit: milliseconds, and where they begin in the track (-1: nothing is shown)."""
    rows = b"".join(struct.pack(">IiHH", length, start, 1, 0) for length, start in edits)
    return _box(b"edts", _full(b"elst", struct.pack(">I", len(edits)) + rows))


def _media(scale: int, length: int, handler: bytes, header: bytes, table: bytes) -> bytes:
    source = _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", flags=1))
    return _box(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, scale, length, _UNDETERMINED, 0)),
        _full(b"hdlr", struct.pack(">I4s12xB", 0, handler, 0)),
        _box(b"minf", header, _box(b"dinf", source), table),
    )


def _runs(values: Iterable[int]) -> bytes:
    """Count of runs, then length and value of each."""
    runs = [(len(list(group)), value) for value, group in groupby(values)]
    return struct.pack(">I", len(runs)) + b"".join(struct.pack(">II", *run) for run in runs)


def _places(chunks: Sequence[Sequence[bytes]], offsets: Sequence[int]) -> bytes:
    """stsc, stsz, stco."""
    rows: list[tuple[int, int, int]] = []
    for number, chunk in enumerate(chunks, 1):
        if not rows or rows[-1][1] != len(chunk):
            rows.append((number, len(chunk), 1))
    sizes = [len(content) for chunk in chunks for content in chunk]
    return (
        _full(b"stsc", struct.pack(">I", len(rows)) + b"".join(struct.pack(">III", *row) for row in rows))
        + _full(b"stsz", struct.pack(f">II{len(sizes)}I", 0, len(sizes), *sizes))
        + _full(b"stco", struct.pack(f">I{len(offsets)}I", len(offsets), *offsets))
    )


def _video_trak(
    video: VideoTrack, length: int, chunks: Sequence[Sequence[bytes]], offsets: Sequence[int]
) -> bytes:
    samples = video.samples
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH32xHh", 1, *video.size, 0x480000, 0x480000, 0, 1, 0x18, -1),
        _box(b"avcC", video.avcc),
    )
    table = _full(b"stsd", struct.pack(">I", 1) + entry)
    table += _full(b"stts", _runs(sample.duration for sample in samples))
    table += _full(b"ctts", _runs(sample.shown for sample in samples))
    syncs = [number for number, sample in enumerate(samples, 1) if sample.sync]
    table += _full(b"stss", struct.pack(f">I{len(syncs)}I", len(syncs), *syncs))
    edits = [(length, min(sample.shown for sample in samples[:1]))]
    if video.delay:
        edits.insert(0, (video.delay, -1))
    return _box(
        b"trak",
        _track_header(1, video.delay + length, 0, _matrix(video.matrix, *video.display), video.display),
        _edits(*edits),
        _media(
            VIDEO_SCALE,
            sum(sample.duration for sample in samples),
            b"vide",
            _full(b"vmhd", bytes(8), flags=1),
            _box(b"stbl", table, _places(chunks, offsets)),
        ),
    )


def _sound_trak(
    sound: SoundTrack, length: int, chunks: Sequence[Sequence[bytes]], offsets: Sequence[int]
) -> bytes:
    count = len(sound.packets)
    settings = struct.pack(">BBHIhB", 0, sound.channels, PRE_SKIP, SOUND_SCALE, 0, 0)
    entry = _box(
        b"Opus",
        struct.pack(">6xH8xHHHHI", 1, sound.channels, 16, 0, 0, SOUND_SCALE << 16),
        _box(b"dOps", settings),
    )
    table = _full(b"stsd", struct.pack(">I", 1) + entry)
    table += _full(b"stts", struct.pack(">III", 1, count, PACKET_SAMPLES))
    roll = _full(b"sgpd", struct.pack(">4sIIh", b"roll", 2, 1, -4), version=1)
    roll += _full(b"sbgp", struct.pack(">4sIII", b"roll", 1, count, 1))
    return _box(
        b"trak",
        _track_header(2, length, 0x100, _matrix((1, 0, 0, 1), 0, 0), (0, 0)),
        _edits((length, PRE_SKIP)),
        _media(
            SOUND_SCALE,
            count * PACKET_SAMPLES,
            b"soun",
            _full(b"smhd", bytes(4)),
            _box(b"stbl", table, _places(chunks, offsets), roll),
        ),
    )

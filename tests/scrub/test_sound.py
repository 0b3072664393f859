"""Sound: every place where a mark can hide, what is kept, and what a hostile file costs."""

import io
import struct
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import av
import pytest
from PIL import Image

from scrub import engine
from scrub.media import ogg, sound
from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate

CANARY = "CANARY-silbo-4f1d7a"
MARK = CANARY.encode()
Record = Callable[..., bytes]

FORMATS: dict[str, dict[str, Any]] = {
    "ogg": {"codec": "libopus", "container": "ogg"},
    "mp3": {"codec": "libmp3lame", "container": "mp3"},
    "m4a": {"codec": "aac", "container": "ipod"},
    "mp4": {"codec": "aac", "container": "mp4"},
    "aac": {"codec": "aac", "container": "adts"},
    "wav": {},
    "flac": {"codec": "flac", "container": "flac"},
    "amr": {"codec": "libopencore_amrnb", "container": "amr", "rate": 8000},
    "3gp": {"codec": "libopencore_amrnb", "container": "3gp", "rate": 8000},
    "mka": {"codec": "libopus", "container": "matroska"},
    "mov": {"codec": "pcm_s16be", "container": "mov"},
}


def _synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _id3(*frames: tuple[str, bytes]) -> bytes:
    """ID3v2.4: header (10), frames: id (4), size (4, synchsafe), flags (2), body."""
    body = b"".join(name.encode() + _synchsafe(len(data)) + b"\0\0" + data for name, data in frames)
    return b"ID3\4\0\0" + _synchsafe(len(body)) + body


def _ape(name: bytes) -> bytes:
    item = struct.pack("<II", len(MARK), 0) + name + b"\0" + MARK
    size = len(item) + 32

    def end(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<IIII8x", 2000, size, 1, flags)

    return end(0xA0000000) + item + end(0x80000000)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _wave(data: bytes, *chunks: bytes) -> bytes:
    """`chunks` before the sound."""
    at = data.index(b"data")
    body = data[8:at] + b"".join(chunks) + data[at:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _flac(data: bytes, kind: int, body: bytes) -> bytes:
    """One metadata block more, right after STREAMINFO (34 bytes)."""
    return data[:42] + bytes([kind]) + len(body).to_bytes(3, "big") + body + data[42:]


def _picture(kind: int = 3) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=MARK)
    jpeg = out.getvalue()
    return (
        struct.pack(">II", kind, 10)
        + b"image/jpeg"
        + struct.pack(">IIIIII", 0, 8, 8, 24, 0, len(jpeg))
        + jpeg
    )


def _vendor(opus: bytes) -> bytes:
    """Another second page: the first is 27 + 1 + 19 bytes, ours 27 + 1 + 16."""
    tags = b"OpusTags" + struct.pack("<I", len(MARK)) + MARK + bytes(4)
    return opus[:47] + ogg._page(1, 0, 0, [tags]) + opus[91:]


class Mark(NamedTuple):
    name: str
    data: bytes
    kinds: frozenset[str]


def _marks(record: Record) -> list[Mark]:
    mp3 = record("libmp3lame", "mp3", options={"write_id3v2": "0", "write_xing": "0", "id3v2_version": "0"})
    wav, flac = record(), record("flac", "flac")
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=MARK)
    jpeg = out.getvalue()

    def tagged(container: str, name: str, **more: Any) -> bytes:
        options = {**FORMATS[container], **more}
        return record(**options, tags={name: CANARY})

    chapter = (
        b"c\0" + struct.pack(">IIII", 0, 100, 0xFFFFFFFF, 0xFFFFFFFF) + _id3(("TIT2", b"\3" + MARK))[10:]
    )
    rows: list[tuple[str, bytes, str]] = [
        ("ID3 TIT2", _id3(("TIT2", b"\3" + MARK)) + mp3, "description"),
        ("ID3 TPE1", _id3(("TPE1", b"\3" + MARK)) + mp3, "author"),
        ("ID3 COMM", _id3(("COMM", b"\3eng\0" + MARK)) + mp3, "comment"),
        ("ID3 USLT", _id3(("USLT", b"\3eng\0" + MARK)) + mp3, "description"),
        ("ID3 TXXX", _id3(("TXXX", b"\3own\0" + MARK)) + mp3, "other_metadata"),
        ("ID3 TENC", _id3(("TENC", b"\3" + MARK)) + mp3, "author"),
        ("ID3 TSSE", _id3(("TSSE", b"\3" + MARK)) + mp3, "software"),
        ("ID3 TDRC", _id3(("TDRC", b"\x032026-11-20" + MARK)) + mp3, "date"),
        ("ID3 PRIV", _id3(("PRIV", b"owner\0" + MARK)) + mp3, "identifier"),
        ("ID3 APIC", _id3(("APIC", b"\0image/jpeg\0\3\0" + jpeg)) + mp3, "thumbnail"),
        ("ID3 CHAP", _id3(("CHAP", chapter)) + mp3, "description"),
        ("ID3 before ADTS", _id3(("TIT2", b"\3" + MARK)) + record("aac", "adts"), "description"),
        ("ID3v1 title", mp3 + b"TAG" + MARK.ljust(30, b"\0") + bytes(95), "description"),
        ("ID3v1 comment", mp3 + b"TAG" + bytes(94) + MARK.ljust(30, b"\0") + b"\0", "comment"),
        ("APE", mp3 + _ape(b"Artist"), "author"),
        ("Lyrics3", mp3 + b"LYRICSBEGIN" + MARK + b"000030LYRICS200" + b"TAG" + bytes(125), "description"),
        ("Vorbis comment TITLE", tagged("ogg", "title"), "description"),
        ("Vorbis comment GPS", tagged("ogg", "location"), "place"),
        ("Opus vendor", _vendor(engine.scrub(record()).content), "software"),
        ("FLAC comment ARTIST", tagged("flac", "artist"), "author"),
        ("FLAC picture", _flac(flac, 6, _picture()), "thumbnail"),
        ("FLAC application", _flac(flac, 2, b"abcd" + MARK), "other_metadata"),
        ("FLAC padding", _flac(flac, 1, MARK), "other_metadata"),
        ("WAV INFO IART", _wave(wav, _chunk(b"LIST", b"INFO" + _chunk(b"IART", MARK))), "author"),
        ("WAV INFO ICRD", _wave(wav, _chunk(b"LIST", b"INFO" + _chunk(b"ICRD", MARK))), "date"),
        ("WAV bext", _wave(wav, _chunk(b"bext", bytes(256) + MARK.ljust(346, b"\0"))), "author"),
        ("WAV iXML", _wave(wav, _chunk(b"iXML", b"<a>" + MARK)), "other_metadata"),
        ("WAV trailer", wav + MARK, "trailer"),
        ("MP4 title", tagged("m4a", "title"), "description"),
        ("MP4 place", tagged("mov", "location", options={"use_editlist": "0"}), "place"),
        ("MP4 date", tagged("mp4", "date"), "date"),
        ("MP4 handler", record("aac", "mp4", track_tags={"handler_name": CANARY}), "software"),
        ("MP4 uuid", record("aac", "mp4") + _box(b"uuid", bytes(16) + MARK), "other_metadata"),
        ("MP4 free", record("aac", "mp4") + _box(b"free", MARK), "other_metadata"),
        ("MP4 creation", record("aac", "mp4", tags={"creation_time": "2026-11-20T10:11:12Z"}), "date"),
        ("Matroska title", tagged("mka", "title"), "description"),
        ("Matroska own tag", tagged("mka", "own"), "other_metadata"),
    ]
    return [Mark(name, data, frozenset(kinds.split())) for name, data, kinds in rows]


def test_no_mark_of_any_place_is_left(record: Record, clean: Callable[[bytes], Clean]) -> None:
    marks = _marks(record)
    assert len(marks) >= 17
    for mark in marks:
        assert MARK in mark.data or mark.name == "MP4 creation", mark.name
        result = clean(mark.data)
        assert mark.kinds <= set(result.removed), (mark.name, result.removed)
        assert b"CANA" not in result.content, mark.name
        assert b"Lav" not in result.content


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_becomes_opus_of_the_same_length(
    name: str, record: Record, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(record(**FORMATS[name], seconds=1.3))
    assert (result.media_type, result.extension) == ("audio/ogg", "ogg")
    assert result.notes == ("voice_remains",)
    with av.open(io.BytesIO(result.content), "r") as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
        assert file.metadata == file.streams.audio[0].metadata == {}
    assert 1.25 < samples / 48000 < 1.4


@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (2, 2), (6, 2)])
def test_mono_stays_mono_and_more_becomes_stereo(
    channels: int, kept: int, record: Record, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(record(channels=channels))
    with av.open(io.BytesIO(result.content), "r") as file:
        assert file.streams.audio[0].channels == kept


def test_the_sound_is_still_there(record: Record, clean: Callable[[bytes], Clean]) -> None:
    """440 Hz in, 440 Hz out: the signal crosses zero 880 times a second."""
    result = clean(record("libmp3lame", "mp3", rate=44100, seconds=1.0))
    with av.open(io.BytesIO(result.content), "r") as file:
        resampler = av.AudioResampler("s16", "mono", 48000)
        pieces = [piece for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    heard = b"".join(bytes(piece.planes[0])[: 2 * piece.samples] for piece in pieces)
    values = struct.unpack(f"<{len(heard) // 2}h", heard)[12000:36000]
    crossings = sum(a < 0 <= b or b < 0 <= a for a, b in pairwise(values))
    assert 430 <= crossings <= 450
    assert max(values) > 5000


def test_the_same_sound_gives_the_same_bytes(record: Record, clean: Callable[[bytes], Clean]) -> None:
    for options in (FORMATS["ogg"], FORMATS["mp3"], FORMATS["m4a"]):
        plain, tagged = record(**options), record(**options, tags={"title": CANARY})
        assert clean(plain).content == clean(plain).content == clean(tagged).content


def test_a_second_sound_is_dropped_and_told(record: Record, clean: Callable[[bytes], Clean]) -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as file:
        tracks = [file.add_stream("pcm_s16le", rate=48000, layout="mono") for _ in range(2)]
        for track in tracks:
            frame = av.AudioFrame(format="s16", layout="mono", samples=9600)
            frame.sample_rate = 48000
            frame.planes[0].update(bytes(19200))
            for packet in [*track.encode(frame), *track.encode(None)]:
                file.mux(packet)
    assert clean(out.getvalue()).notes == ("tracks_dropped", "voice_remains")


def test_heads_without_sound_are_refused() -> None:
    for head in (b"OggS", b"ID3\4", b"\xff\xfb\x90\x44", b"RIFF\0\0\0\0WAVE", b"fLaC", b"#!AMR\n"):
        assert fate(head) == "broken"
        if head != b"#!AMR\n":  # zeros are frames of AMR
            assert fate(head + bytes(5000)) == "broken"
    for head in (b"\0\0\0\x14ftypM4A \0\0\0\0isom", b"\x1a\x45\xdf\xa3", b"\0\0\0\x08wide"):
        assert fate(head) in ("broken", "unsupported")
        assert fate(head + bytes(5000)) in ("broken", "unsupported")


def test_declared_sizes_are_not_believed(record: Record) -> None:
    """2 GB in 1 KB, 4 GHz, 65,535 channels."""
    wav = bytearray(record(seconds=0.01))
    at = wav.index(b"data")
    huge, fast, wide, slow = (bytearray(wav) for _ in range(4))
    struct.pack_into("<I", huge, at + 4, 0x7FFFFFFF)
    struct.pack_into("<I", fast, 24, 0xFFFFFFFF)
    struct.pack_into("<H", wide, 22, 0xFFFF)
    struct.pack_into("<I", slow, 24, 1)
    assert fate(bytes(huge)) == "clean"
    for data in (fast, wide, slow):
        assert fate(bytes(data)) in ("broken", "unsupported")


def test_hours_in_a_few_megabytes_are_too_large(monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    monkeypatch.setattr(sound, "MAX_SECONDS", 2)
    assert fate(record(seconds=1.9)) == "clean"
    assert fate(record(seconds=2.1)) == "too_large"


def test_a_file_cut_anywhere_is_refused_or_shorter(record: Record) -> None:
    for name in ("ogg", "mp3", "m4a", "flac"):
        data = record(**FORMATS[name], seconds=0.2)
        for end in range(0, len(data), 331):
            assert fate(data[:end]) in ("clean", "broken", "truncated", "unsupported")


async def test_random_damage_is_clean_or_refused(record: Record, in_children: Scrubber) -> None:
    hosts = [record(**options, seconds=0.1) for options in FORMATS.values()]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=5, number=110)


async def test_sound_passes_through_the_processes(record: Record, in_children: Scrubber) -> None:
    for options in FORMATS.values():
        assert isinstance(await in_children.scrub(record(**options)), Clean)


@pytest.mark.parametrize("count", [0, 1])
def test_a_flac_whose_cue_sheet_names_no_track_is_heard(record: Record, count: int) -> None:
    """The lead-out alone is a cue sheet (RFC 9639, 8.7), which FFmpeg takes for damage."""
    sheet = (
        MARK.ljust(128, b"\0") + bytes(8 + 259) + bytes([count]) + (bytes(8) + b"\xaa" + bytes(27)) * count
    )
    plain = record("flac", "flac")
    clean = engine.scrub(_flac(plain, 5, sheet))
    assert clean.content == engine.scrub(plain).content
    assert "other_metadata" in clean.removed

"""Video: every place where a mark can hide, what is kept, and what a hostile file costs."""

import io
import json
import re
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import av
import pytest

from scrub.media import video, video_pictures
from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate

CANARY = "CANARY-silbo-4f1d7a"
MARK = CANARY.encode()
EXIFTOOL = shutil.which("exiftool")
Film = Callable[..., bytes]
_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta")

FORMATS: dict[str, dict[str, Any]] = {
    "mp4": {},
    "mov": {"container": "mov"},
    "mkv": {"container": "matroska"},
    "webm vp8": {"container": "webm", "codec": "libvpx", "sound": "libopus"},
    "webm vp9": {"container": "webm", "codec": "libvpx-vp9", "sound": "libopus"},
    "mpeg4": {"codec": "mpeg4"},
    "animation": {"sound": None},
    "fragmented": {"options": {"movflags": "frag_keyframe+empty_moov"}},
}


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box, the inner ones after their parent."""
    end = len(data) if end is None else end
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, start + size
        if kind in _PARENTS:
            yield from _boxes(data, start + 8, start + size)
        start += size


def _into(data: bytes, parents: tuple[bytes, ...], extra: bytes) -> bytes:
    """`extra` as the last box of the box that `parents` lead to; the file has its moov after its mdat."""
    changed = bytearray(data)
    begin, end = 0, len(data)
    for parent in parents:
        begin, end = next((a, b) for kind, a, b in _boxes(data, begin, end) if kind == parent)
        size = int.from_bytes(changed[begin : begin + 4], "big") + len(extra)
        changed[begin : begin + 4] = size.to_bytes(4, "big")
        begin += 8
    changed[end:end] = extra
    return bytes(changed)


def _patched(data: bytes, kind: bytes, at: int, value: bytes) -> bytes:
    start = next(a for name, a, _ in _boxes(data) if name == kind) + 8 + at
    return data[:start] + value + data[start + len(value) :]


class Mark(NamedTuple):
    name: str
    data: bytes
    kinds: frozenset[str]


def _marks(film: Film) -> list[Mark]:
    plain = film()
    at = plain.index(b"x264 - core")
    with_sei = plain[:at] + MARK + plain[at + len(MARK) :]
    loci = b"\0\0\0\0\x15\xc7" + MARK + b"\0" + bytes(13) + b"earth\0\0"
    place = struct.pack(">HH", len(MARK), 0x15C7) + MARK
    rows: list[tuple[str, bytes, str]] = [
        ("title", film(tags={"title": CANARY}), "description"),
        ("artist", film(tags={"artist": CANARY}), "author"),
        ("comment", film(tags={"comment": CANARY}), "comment"),
        ("description", film(tags={"description": CANARY}), "description"),
        ("copyright", film(tags={"copyright": CANARY}), "author"),
        ("lyrics", film(tags={"lyrics": CANARY}), "description"),
        ("QuickTime make", film("mov", tags={"com.apple.quicktime.make": CANARY}, options=_KEYS), "device"),
        ("QuickTime model", film("mov", tags={"com.apple.quicktime.model": CANARY}, options=_KEYS), "device"),
        (
            "QuickTime software",
            film("mov", tags={"com.apple.quicktime.software": CANARY}, options=_KEYS),
            "software",
        ),
        (
            "QuickTime location",
            film("mov", tags={"com.apple.quicktime.location.ISO6709": CANARY}, options=_KEYS),
            "place",
        ),
        (
            "QuickTime date",
            film("mov", tags={"com.apple.quicktime.creationdate": CANARY}, options=_KEYS),
            "date",
        ),
        (
            "QuickTime identifier",
            film("mov", tags={"com.apple.quicktime.content.identifier": CANARY}, options=_KEYS),
            "identifier",
        ),
        ("user data place", _into(plain, (b"moov",), _box(b"udta", _box(b"\xa9xyz", place))), "place"),
        ("user data loci", _into(plain, (b"moov",), _box(b"udta", _box(b"loci", loci))), "place"),
        (
            "user data of a track",
            _into(plain, (b"moov", b"trak"), _box(b"udta", _box(b"priv", MARK))),
            "other_metadata",
        ),
        ("handler name", film(track_tags={"handler_name": CANARY}), "software"),
        ("uuid", plain + _box(b"uuid", bytes(16) + MARK), "other_metadata"),
        (
            "XMP uuid",
            plain + _box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + MARK),
            "description",
        ),
        ("uuid in moov", _into(plain, (b"moov",), _box(b"uuid", bytes(16) + MARK)), "other_metadata"),
        ("free", plain + _box(b"free", MARK), "other_metadata"),
        ("skip in a track", _into(plain, (b"moov", b"trak"), _box(b"skip", MARK)), "other_metadata"),
        ("unknown box", plain + _box(b"abcd", MARK), "other_metadata"),
        ("second mdat", plain + _box(b"mdat", MARK), ""),
        ("SEI of x264", with_sei, "software"),
        ("Matroska title", film("matroska", tags={"title": CANARY}), "description"),
        ("Matroska track name", film("matroska", track_tags={"title": CANARY}), "description"),
        ("WebM comment", film(**FORMATS["webm vp8"], tags={"comment": CANARY}), "comment"),
    ]
    return [Mark(name, data, frozenset(kinds.split())) for name, data, kinds in rows]


_KEYS = {"movflags": "use_metadata_tags"}


def test_no_mark_of_any_place_is_left(film: Film, clean: Callable[[bytes], Clean]) -> None:
    marks = _marks(film)
    assert len(marks) >= 17
    for mark in marks:
        assert MARK in mark.data, mark.name
        result = clean(mark.data)
        assert mark.kinds <= set(result.removed), (mark.name, result.removed)
        assert b"CANARY" not in result.content, mark.name
        for word in (b"Lav", b"x264", b"Handler"):
            assert word not in result.content, mark.name


def test_the_dates_of_every_header_are_gone(film: Film, clean: Callable[[bytes], Clean]) -> None:
    dated = film(tags={"creation_time": "2026-11-20T10:11:12Z"})
    stamp = next(dated[a + 12 : a + 16] for kind, a, _ in _boxes(dated) if kind == b"mvhd")
    assert any(stamp)
    result = clean(dated)
    assert "date" in result.removed
    assert stamp not in result.content


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_becomes_mp4_with_the_same_pictures(
    name: str, film: Film, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(film(**FORMATS[name]))
    assert (result.media_type, result.extension) == ("video/mp4", "mp4")
    silent = name == "animation"
    assert result.notes == (("faces_remain",) if silent else ("voice_remains", "faces_remain"))
    with av.open(io.BytesIO(result.content), "r") as file:
        assert [stream.type for stream in file.streams] == (["video"] if silent else ["video", "audio"])
        shown = [
            float(frame.pts * (frame.time_base or 0))
            for frame in file.decode(video=0)
            if frame.pts is not None
        ]
    assert len(shown) == 12
    # Without an edit list the fragmented file's pictures begin two late, and its sound doesn't.
    late = 0.08 if name == "fragmented" else 0.0
    assert shown == pytest.approx([late + number / 25 for number in range(12)], abs=0.002)


def _decoded(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data), "r") as file:
        return [bytes(frame.planes[0]) for frame in file.decode(video=0)]


def test_h264_that_is_too_long_to_encode_keeps_its_pictures_bit_by_bit(
    film: Film, clean: Callable[[bytes], Clean], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film()
    encoded = _decoded(clean(data).content)
    monkeypatch.setattr(video, "_TOO_LARGE", 0)
    assert len(encoded) == len(_decoded(data))
    assert encoded != _decoded(clean(data).content) == _decoded(data)


def test_the_same_video_gives_the_same_bytes(film: Film, clean: Callable[[bytes], Clean]) -> None:
    for options in (FORMATS["mp4"], FORMATS["webm vp8"]):
        plain, tagged = film(**options), film(**options, tags={"title": CANARY})
        assert clean(plain).content == clean(plain).content == clean(tagged).content


_ONE = 0x10000
_TURNS = {
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
    "mirror": (-1, 0, 0, 1),
}


@pytest.mark.parametrize("turn", _TURNS)
def test_a_turned_video_stays_turned(turn: int | str, film: Film, clean: Callable[[bytes], Clean]) -> None:
    a, b, c, d = _TURNS[turn]
    matrix = struct.pack(">9i", a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, 0, 0, 0x40000000)
    turned = _patched(film(), b"tkhd", 40, matrix)
    for data in (turned, _patched(film(codec="mpeg4"), b"tkhd", 40, matrix)):
        content = clean(data).content
        kept = next(content[start + 48 : start + 84] for kind, start, _ in _boxes(content) if kind == b"tkhd")
        values = struct.unpack(">9i", kept)
        assert (values[0], values[1], values[3], values[4]) == (a * _ONE, b * _ONE, c * _ONE, d * _ONE)
        with av.open(io.BytesIO(data), "r") as before, av.open(io.BytesIO(content), "r") as after:
            assert next(before.decode(video=0)).rotation == next(after.decode(video=0)).rotation


def test_a_matrix_that_hides_numbers_is_straightened(film: Film, clean: Callable[[bytes], Clean]) -> None:
    odd = struct.pack(">9i", 65535, 7, 0, 0, 65537, 0, 123456, 0, 0x40000000)
    content = clean(_patched(film(), b"tkhd", 40, odd)).content
    assert struct.pack(">i", 123456) not in content


def test_pictures_that_an_edit_hides_are_not_passed_on(film: Film, clean: Callable[[bytes], Clean]) -> None:
    """A trimmed recording often keeps all its pictures, and only says where to begin."""
    data = film(pictures=12, sound=None)
    start = next(a for kind, a, _ in _boxes(data) if kind == b"trak")
    edit = data.index(b"elst", start) + 4
    length, begin = struct.unpack_from(">Ii", data, edit + 8)
    scale = struct.unpack_from(">I", data, data.index(b"mdhd", start) + 16)[0]
    for shown, edited in ((8, (length - 160, begin + 4 * scale // 25)), (4, (160, begin))):
        trimmed = bytearray(data)
        struct.pack_into(">Ii", trimmed, edit + 8, *edited)
        result = clean(bytes(trimmed))
        assert len(_decoded(result.content)) == shown
        assert "hidden_image" in result.removed
        with av.open(io.BytesIO(result.content), "r", options={"ignore_editlist": "1"}) as file:
            assert sum(1 for _ in file.decode(video=0)) == shown


def test_other_tracks_are_dropped_and_told(film: Film, clean: Callable[[bytes], Clean]) -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as file, av.open(io.BytesIO(film()), "r") as source:
        tracks = [file.add_stream_from_template(source.streams.video[0]) for _ in range(2)]
        file.add_attachment("CANARY.txt", "text/plain", MARK)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = tracks[0]
                file.mux(packet)
    result = clean(out.getvalue())
    assert result.notes == ("tracks_dropped", "faces_remain")
    assert "other_metadata" in result.removed
    assert b"CANARY" not in result.content


@pytest.mark.parametrize("container", ["matroska", "mpegts"])
def test_subtitles_are_left_out_and_told_by_their_name(
    container: str, clean: Callable[[bytes], Clean]
) -> None:
    said = b"1\n00:00:00,000 --> 00:00:01,000\nHe says: CANARY-5b1e\n\n"
    out = io.BytesIO()
    with av.open(io.BytesIO(said), "r", format="srt") as words, av.open(out, "w", format="matroska") as film:
        pictures = film.add_stream("mpeg4", rate=10, width=64, height=64)
        track = film.add_stream_from_template(words.streams[0])
        for packet in [*pictures.encode(av.VideoFrame(64, 64, "yuv420p")), *pictures.encode(None)]:
            film.mux(packet)
        for packet in words.demux():
            if packet.dts is not None:
                packet.stream = track
                film.mux(packet)
    assert b"CANARY-5b1e" in out.getvalue()
    copy = clean(out.getvalue())
    assert "subtitles_left_out" in copy.notes
    assert b"CANARY-5b1e" not in copy.content


def _with_teletext(film: bytes, said: bytes) -> bytes:
    """The film with a track of teletext, and one packet of it. Sources: ETSI EN 300 468, EN 300 472."""
    data = bytearray(film)
    for at in range(0, len(data), 188):
        if data[at + 1 : at + 3] == b"\x50\x00":  # where libav puts the table, at the first packet of it
            length = int.from_bytes(data[at + 6 : at + 8], "big") & 0xFFF
            table = data[at + 5 : at + 4 + length] + b"\x06\xe1\x10\xf0\x07\x56\x05eng\x10\x88"
            table[1:3] = (0xB000 | len(table) + 1).to_bytes(2, "big")
            crc = 0xFFFFFFFF
            for byte in table:
                for bit in range(7, -1, -1):
                    crc = crc << 1 & 0xFFFFFFFF ^ 0x04C11DB7 * (crc >> 31 ^ byte >> bit & 1)
            data[at + 5 : at + 188] = (table + crc.to_bytes(4, "big")).ljust(183, b"\xff")
    unit = b"\x10\x02\x2c\xe7\x55" + said.ljust(42)
    packet = b"\0\0\1\xbd" + (len(unit) + 8).to_bytes(2, "big") + b"\x80\x80\x05\x21\0\x01\0\x01" + unit
    filled = 184 - len(packet)
    return bytes(data) + b"\x47\x41\x10\x30" + bytes([filled - 1, 0]).ljust(filled, b"\xff") + packet


def test_teletext_is_told_as_subtitles(clean: Callable[[bytes], Clean]) -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mpegts") as film:
        pictures = film.add_stream("mpeg4", rate=10, width=64, height=64)
        for packet in [*pictures.encode(av.VideoFrame(64, 64, "yuv420p")), *pictures.encode(None)]:
            film.mux(packet)
    sent = _with_teletext(out.getvalue(), b"CANARY-77c3")
    with av.open(io.BytesIO(sent)) as told:
        assert [stream.type for stream in told.streams] == ["video", "subtitle"]
    copy = clean(sent)
    assert "subtitles_left_out" in copy.notes
    assert b"CANARY-77c3" not in copy.content


def test_sound_and_pictures_stay_together(film: Film, clean: Callable[[bytes], Clean]) -> None:
    """A sound that begins 0.2 s after the pictures still does."""
    data = film(pictures=25)
    first = next(a for kind, a, _ in _boxes(data) if kind == b"trak")
    second = next(a for kind, a, _ in _boxes(data) if kind == b"trak" and a != first)
    edit = data.index(b"elst", second) - 4
    old = data[edit : edit + struct.unpack_from(">I", data, edit)[0]]
    rows = struct.pack(">IiHH", 200, -1, 1, 0) + old[16:28]
    late = data[: edit - 8] + b"CUT" + data[edit + len(old) :]
    grown = _box(b"edts", _box(b"elst", struct.pack(">II", 0, 2) + rows))
    late = late.replace(b"CUT", grown)
    growth = len(late) - len(data)
    for at in (second, next(a for kind, a, _ in _boxes(data) if kind == b"moov")):
        late = late[:at] + struct.pack(">I", struct.unpack_from(">I", late, at)[0] + growth) + late[at + 4 :]
    with av.open(io.BytesIO(clean(late).content), "r") as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
    with av.open(io.BytesIO(clean(data).content), "r") as file:
        assert 0.15 < samples / 48000 - sum(frame.samples for frame in file.decode(audio=0)) / 48000 < 0.25


def test_absurd_sizes_are_refused(film: Film) -> None:
    data = film(codec="mpeg4", sound=None)
    entry = data.index(b"mp4v") + 4
    wide = data[: entry + 24] + b"\xff\xff\xff\xff" + data[entry + 28 :]
    assert fate(wide) in ("clean", "broken", "too_large")
    many = bytearray(data)
    struct.pack_into(">I", many, data.index(b"stsz") + 12, 0x7FFFFFFF)
    assert fate(bytes(many)) in ("clean", "broken", "too_large")
    assert fate(data[:32] + struct.pack(">I4s", 0x7FFFFFFF, b"mdat") + bytes(1000)) == "broken"
    assert fate(data[:32] + b"\0\0\0\1mdat\x7f" + bytes(7)) == "broken"


def test_too_large_a_picture_is_refused_before_it_is_encoded(
    monkeypatch: pytest.MonkeyPatch, film: Film
) -> None:
    monkeypatch.setattr(video_pictures, "MAX_PIXELS", 64 * 48 - 1)
    for options in FORMATS.values():
        assert fate(film(**options)) == "too_large"


def test_too_many_pictures_are_refused(monkeypatch: pytest.MonkeyPatch, film: Film) -> None:
    monkeypatch.setattr(video_pictures, "MAX_PICTURES", 11)
    for name in ("mp4", "webm vp8"):
        assert fate(film(**FORMATS[name])) == "too_large"


def test_a_file_cut_anywhere_is_refused_or_shorter(film: Film) -> None:
    for name in ("mp4", "mkv", "webm vp8", "fragmented"):
        data = film(**FORMATS[name])
        for end in range(0, len(data), len(data) // 12):
            assert fate(data[:end]) in ("clean", "broken", "truncated", "unsupported")


async def test_random_damage_is_clean_or_refused(film: Film, in_children: Scrubber) -> None:
    hosts = [film(**options, size=(32, 32)) for options in FORMATS.values()]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=7, number=80)


async def test_video_passes_through_the_processes(film: Film, in_children: Scrubber) -> None:
    for options in FORMATS.values():
        assert isinstance(await in_children.scrub(film(**options)), Clean)


@pytest.mark.skipif(EXIFTOOL is None, reason="left out: no exiftool")
def test_exiftool_finds_structure_only(film: Film, record: Film, clean: Callable[[bytes], Clean]) -> None:
    """An independent judge: no date, no words, nothing that it names after a maker, an author or a place."""
    words = re.compile(r"CANARY|Lav[cf]|x264|[12][0-9]{3}:[0-9]{2}:[0-9]{2}")
    names = re.compile(
        r"GPS|Location|Author|Artist|Title|Comment|Make$|Model$|Software|Encoder|Vendor|HandlerDesc"
    )
    tags = {"title": CANARY, "artist": CANARY, "comment": CANARY}
    for data in (film(tags=tags), film("mov", tags=tags), record("libmp3lame", "mp3", tags=tags)):
        run = subprocess.run(
            [str(EXIFTOOL), "-j", "-a", "-u", "-G1", "-"],
            input=clean(data).content,
            capture_output=True,
            check=True,
        )
        (told,) = json.loads(run.stdout)
        inside = {
            name: value for name, value in told.items() if not name.startswith(("System:", "ExifTool:"))
        }
        assert len(inside) > 5
        for name, value in inside.items():
            assert not (value and names.search(name)), name
            assert not words.search(str(value)), (name, value)

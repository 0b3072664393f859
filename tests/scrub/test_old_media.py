"""Recordings of dash cameras, dictation machines, DVDs and old phones; which track and channel is taken."""

import io
import struct
from collections.abc import Callable
from typing import Any

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.stream import Disposition
from numpy.typing import NDArray

from scrub import engine, verify
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate

Record = Callable[..., bytes]
Film = Callable[..., bytes]
Floats = NDArray[np.float32]
CleanIt = Callable[[bytes], Clean]
RATE = 48_000
SEED = bytes(range(32))

SOUNDS: dict[str, dict[str, Any]] = {
    "caf": {"codec": "alac", "container": "caf"},
    "caf pcm": {"codec": "pcm_s16be", "container": "caf"},
    "aiff": {"codec": "pcm_s16be", "container": "aiff"},
    "aifc": {"codec": "pcm_alaw", "container": "aiff"},
    "au": {"codec": "pcm_mulaw", "container": "au"},
    "w64": {"container": "w64"},
    "rf64": {"options": {"rf64": "always"}},
    "wavpack": {"codec": "wavpack", "container": "wv"},
    "tta": {"codec": "tta", "container": "tta"},
    "voc": {"container": "voc"},
    "avi": {"container": "avi"},
    "flv": {"codec": "libmp3lame", "container": "flv", "rate": 44100},
    "ts": {"codec": "mp2", "container": "mpegts"},
    "3g2": {"codec": "aac", "container": "3g2"},
    "rm": {"codec": "ac3", "container": "rm"},
    "ac3": {"codec": "ac3", "container": "ac3"},
    "eac3": {"codec": "eac3", "container": "eac3"},
}
FILMS: dict[str, dict[str, Any]] = {
    "avi": {"container": "avi", "codec": "mpeg4", "sound": "pcm_s16le"},
    "ts": {"container": "mpegts"},
    "m2ts": {"container": "mpegts", "sound": "ac3", "options": {"mpegts_m2ts_mode": "1"}},
    "ps": {"container": "mpeg", "codec": "mpeg1video", "sound": "mp2"},
    "vob": {"container": "vob", "codec": "mpeg2video", "sound": "ac3"},
    "dvd": {"container": "dvd", "codec": "mpeg2video", "sound": "ac3"},
    "svcd": {"container": "svcd", "codec": "mpeg2video", "sound": "mp2"},
    "pictures alone": {"container": "mpeg2video", "codec": "mpeg2video", "sound": None},
    "flv": {"container": "flv"},
    "flv1": {"container": "flv", "codec": "flv", "sound": None},
    "wmv": {"container": "asf", "codec": "wmv2", "sound": None},
    "3gp": {"container": "3gp", "codec": "mpeg4"},
    "3gp h263": {"container": "3gp", "codec": "h263", "size": (176, 144), "sound": None},
    "wtv": {"container": "wtv", "codec": "mpeg2video", "sound": "mp2"},
    "mxf": {"container": "mxf", "codec": "mpeg2video", "sound": None},
    "rm": {"container": "rm", "codec": "rv20", "sound": "ac3"},
    "h264 of a camera": {"container": "h264", "codec": "libx264", "sound": None},
    "h265 of a camera": {"container": "hevc", "codec": "libx265", "sound": None},
    "mpeg4 alone": {"container": "m4v", "codec": "mpeg4", "sound": None},
    "ivf": {"container": "ivf", "codec": "libvpx", "sound": None},
    "f4v": {"container": "f4v"},
}


def _heard(content: bytes) -> Floats:
    """(channels, samples) at 48 kHz."""
    with av.open(io.BytesIO(content), "r") as file:
        resampler = av.AudioResampler("fltp", file.streams.audio[0].layout.name, RATE)
        pieces = [piece for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    whole: Floats = np.concatenate([piece.to_ndarray() for piece in pieces], axis=1)
    return whole


def _loudness(sound: Floats) -> float:
    """Decibels of the loudest channel."""
    return float(10 * np.log10(np.square(sound).mean(axis=-1).max() + 1e-12))


@pytest.mark.parametrize("name", SOUNDS)
def test_an_old_recorder_is_cleaned_like_the_rest(name: str, record: Record, clean: CleanIt) -> None:
    result = clean(record(**SOUNDS[name], seconds=0.8))
    assert (result.media_type, result.notes) == ("audio/ogg", ("voice_remains",))
    assert "other_metadata" not in result.removed
    sound = _heard(result.content)
    assert 0.75 < sound.shape[1] / RATE < 0.9
    assert -17 < _loudness(sound) < -12


@pytest.mark.parametrize("name", FILMS)
def test_an_old_camera_is_cleaned_like_the_rest(name: str, film: Film, clean: CleanIt) -> None:
    result = clean(film(**FILMS[name]))
    silent = FILMS[name].get("sound", "aac") is None
    assert result.media_type == "video/mp4"
    assert ("other_metadata" in result.removed) == (name == "wtv")
    assert result.notes == (("faces_remain",) if silent else ("voice_remains", "faces_remain"))
    with av.open(io.BytesIO(result.content), "r") as file:
        assert sum(1 for _ in file.decode(video=0)) == 12


def _wma(seconds: float = 0.8) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="asf") as file:
        track = file.add_stream("wmav2", rate=44100, layout="mono")
        track.bit_rate = 64_000
        _mux(file, [(track, np.sin(np.arange(int(44100 * seconds)) / 15).astype(np.float32)[None] * 0.3)])
    return out.getvalue()


def _mux(file: Any, tracks: "list[tuple[AudioStream, Floats]]") -> None:
    for track, sound in tracks:
        interleaved = np.ascontiguousarray(np.rint(sound.T * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=track.layout.name)
        frame.sample_rate, frame.pts = track.rate, 0
        for packet in [*track.encode(frame), *track.encode(None)]:
            file.mux(packet)


def test_windows_media_is_cleaned(clean: CleanIt) -> None:
    result = clean(_wma())
    assert (result.media_type, result.notes) == ("audio/ogg", ("voice_remains",))


def _chunk(kind: bytes, body: bytes, order: str) -> bytes:
    return struct.pack(f"{order}4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (b"NAME", "description"),
        (b"AUTH", "author"),
        (b"(c) ", "author"),
        (b"ANNO", "comment"),
        (b"ID3 ", "other_metadata"),
        (b"APPL", "other_metadata"),
    ],
)
def test_what_an_aiff_says_of_itself_is_gone_and_told(
    kind: bytes, code: str, record: Record, clean: CleanIt
) -> None:
    plain = record(**SOUNDS["aiff"])
    result = clean(plain[:12] + _chunk(kind, b"CANARY-here", ">") + plain[12:])
    assert code in result.removed
    assert b"CANARY" not in result.content
    assert code not in clean(plain).removed


@pytest.mark.parametrize(
    ("kind", "code"), [(b"IDIT", "date"), (b"JUNK", "other_metadata"), (b"GPS ", "other_metadata")]
)
def test_what_an_avi_says_of_itself_is_gone_and_told(
    kind: bytes, code: str, film: Film, clean: CleanIt
) -> None:
    plain = film(**FILMS["avi"])
    at = plain.index(b"LIST", plain.index(b"movi") - 8)
    result = clean(plain[:at] + _chunk(kind, b"CANARY-here", "<") + plain[at:])
    assert code in result.removed
    assert b"CANARY" not in result.content
    assert code not in clean(plain).removed


def test_what_a_caf_says_of_itself_is_gone_and_told(record: Record, clean: CleanIt) -> None:
    plain = record(**SOUNDS["caf pcm"])
    at = plain.index(b"data")
    extra = struct.pack(">4sQ", b"uuid", 27) + bytes(16) + b"CANARY-here"
    result = clean(plain[:at] + extra + plain[at:])
    assert "other_metadata" in result.removed
    assert b"CANARY" not in result.content


def _two_tracks(container: str, sounds: "list[Floats]", default: int | None) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        tracks = [file.add_stream("aac", rate=16000, layout="mono") for _ in sounds]
        for number, track in enumerate(tracks):
            track.disposition = Disposition.default if number == default else Disposition(0)
        _mux(file, list(zip(tracks, sounds, strict=True)))
    return out.getvalue()


_TONE: Floats = (0.3 * np.sin(np.arange(16000) / 6)).astype(np.float32)[None]
_LOW: Floats = (0.3 * np.sin(np.arange(16000) / 40)).astype(np.float32)[None]
_SILENCE: Floats = np.zeros_like(_TONE)
_SPEECH: Floats = (_LOW * (0.6 + 0.4 * np.sin(np.arange(16000) / 800)) + _TONE / 4).astype(np.float32)


def _crossings(content: bytes) -> int:
    sound = _heard(content)[0]
    return int(np.count_nonzero(np.diff(np.signbit(sound))))


@pytest.mark.parametrize("container", ["matroska", "mov"])
@pytest.mark.parametrize("disguise", [None, SEED])
def test_the_track_that_a_player_plays_is_the_one_that_is_kept(
    container: str, disguise: bytes | None
) -> None:
    choices = Choices(disguise=disguise)
    alone = engine.scrub(_two_tracks(container, [_SPEECH], default=0), choices)
    result = engine.scrub(_two_tracks(container, [_SILENCE, _SPEECH], default=1), choices)
    assert set(result.notes) - set(alone.notes) == {"tracks_dropped"}
    assert _loudness(_heard(result.content)) == pytest.approx(_loudness(_heard(alone.content)), abs=0.5)


def test_of_two_that_are_heard_the_default_one_is_kept(clean: CleanIt) -> None:
    first = _crossings(clean(_two_tracks("matroska", [_LOW, _TONE], default=0)).content)
    second = _crossings(clean(_two_tracks("matroska", [_LOW, _TONE], default=1)).content)
    neither = _crossings(clean(_two_tracks("matroska", [_LOW, _TONE], default=None)).content)
    assert first == pytest.approx(neither, rel=0.1)
    assert second > 4 * first


@pytest.mark.parametrize("default", [0, 1])
def test_of_two_cameras_the_default_one_is_kept(default: int, film: Film, clean: CleanIt) -> None:
    out = io.BytesIO()
    sources = [av.open(io.BytesIO(film(sound=None, size=size)), "r") for size in ((64, 48), (32, 32))]
    with av.open(out, "w", format="matroska") as file:
        tracks = [file.add_stream_from_template(source.streams.video[0]) for source in sources]
        for number, track in enumerate(tracks):
            track.disposition = Disposition.default if number == default else Disposition(0)
        for source, track in zip(sources, tracks, strict=True):
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = track
                    file.mux(packet)
    result = clean(out.getvalue())
    assert result.notes == ("tracks_dropped", "faces_remain")
    with av.open(io.BytesIO(result.content), "r") as file:
        assert file.streams.video[0].width == (64, 32)[default]


def test_a_silent_track_gives_way_to_one_that_is_heard(clean: CleanIt) -> None:
    """A muted microphone is often the first of a meeting's tracks, and all are flagged alike."""
    result = clean(_two_tracks("matroska", [_SILENCE, _TONE, _LOW], default=0))
    assert result.notes == ("tracks_dropped", "voice_remains")
    assert _loudness(_heard(result.content)) > -20


def test_a_recording_of_silence_alone_stays_silence(clean: CleanIt) -> None:
    assert _loudness(_heard(clean(_two_tracks("matroska", [_SILENCE, _SILENCE], default=1)).content)) < -80


def _wave(*channels: Floats, layout: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="wav") as file:
        track = file.add_stream("pcm_s16le", rate=16000, layout=layout)
        _mux(file, [(track, np.concatenate(channels))])
    return out.getvalue()


@pytest.mark.parametrize(
    ("layout", "channels"),
    [
        ("stereo", [_SPEECH, -_SPEECH]),
        ("stereo", [_SPEECH, _SILENCE]),
        ("stereo", [_SPEECH, -0.9 * _SPEECH]),
        ("stereo", [_SPEECH, np.roll(_SPEECH, 20)]),
        ("quad", [_SPEECH, _SPEECH, -_SPEECH, -_SPEECH]),
        ("5.1", [_SPEECH, _SPEECH, -1.4 * _SPEECH, _SILENCE, _SILENCE, _SILENCE]),
        ("5.1", [_SILENCE, _SILENCE, _SILENCE, _SPEECH, _SILENCE, _SILENCE]),
    ],
)
def test_channels_that_cancel_out_are_not_disguised_as_silence(layout: str, channels: "list[Floats]") -> None:
    mono = engine.scrub(_wave(_SPEECH, layout="mono"), Choices(disguise=SEED))
    both = engine.scrub(_wave(*channels, layout=layout), Choices(disguise=SEED))
    verify.verify(both.content, both.media_type)
    enough = min(_loudness(_heard(mono.content)) - 0.5, _loudness(_SPEECH))
    assert _loudness(_heard(both.content)) >= enough


@pytest.mark.parametrize(
    ("layout", "channels"),
    [
        ("stereo", [_SPEECH, -_SPEECH]),
        ("quad", [_SPEECH, _SILENCE, -_SPEECH, _SILENCE]),
        ("quad", [_SPEECH, _SPEECH, -_SPEECH, -_SPEECH]),
        ("5.1", [_SPEECH, _SPEECH, -1.4 * _SPEECH, _SILENCE, _SILENCE, _SILENCE]),
        ("5.1", [_SILENCE, _SILENCE, _SILENCE, _SPEECH, _SILENCE, _SILENCE]),
        ("5.1", [_SILENCE, _SILENCE, _SPEECH, _SILENCE, _SILENCE, _SILENCE]),
    ],
)
def test_channels_that_cancel_out_are_still_heard(
    layout: str, channels: "list[Floats]", clean: CleanIt
) -> None:
    assert _loudness(_heard(clean(_wave(*channels, layout=layout)).content)) > _loudness(_SPEECH) - 4


def test_an_inverted_channel_of_a_film_is_not_disguised_as_silence(film: Film) -> None:
    loudness = []
    for layout, channels in (("mono", [_SPEECH]), ("stereo", [_SPEECH, -_SPEECH])):
        out = io.BytesIO()
        with av.open(out, "w", format="mov") as file, av.open(io.BytesIO(film(sound=None)), "r") as source:
            pictures = file.add_stream_from_template(source.streams.video[0])
            sound = file.add_stream("pcm_s16le", rate=16000, layout=layout)
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = pictures
                    file.mux(packet)
            _mux(file, [(sound, np.concatenate(channels))])
        result = engine.scrub(out.getvalue(), Choices(disguise=SEED))
        assert "disguised" in result.notes
        loudness.append(_loudness(_heard(result.content)))
    assert loudness[1] >= loudness[0] - 0.5


def test_a_clock_that_begins_anew_loses_no_picture(film: Film, clean: CleanIt) -> None:
    """A DVD's times begin again in the middle; so do those of two parts that were joined."""
    for name in ("ts", "vob"):
        part = film(**FILMS[name], pictures=25)
        result = clean(part + part)
        with av.open(io.BytesIO(result.content), "r") as file:
            shown = [float(frame.time or 0) for frame in file.decode(video=0)]
        assert len(shown) >= 48
        assert 1.8 < shown[-1] < 2.6
        assert 1.8 < _heard(result.content).shape[1] / RATE < 2.6


def test_what_only_begins_like_a_transport_stream_is_told_so() -> None:
    assert fate(b"G\x40\x11\x10" + bytes(range(256)) * 8) == "unsupported"


@pytest.mark.parametrize("name", SOUNDS)
def test_a_recording_with_a_fault_in_it_is_kept_as_far_as_it_goes(name: str, record: Record) -> None:
    data = record(**SOUNDS[name], seconds=0.8)
    assert fate(data[: len(data) * 3 // 4]) in ("clean", "broken", "truncated")
    assert fate(data[:64]) in ("broken", "truncated", "unsupported", "clean")


async def test_random_damage_is_clean_or_refused(record: Record, film: Film, in_children: Scrubber) -> None:
    hosts = [record(**options, seconds=0.1) for options in SOUNDS.values()]
    hosts += [film(**options) for options in FILMS.values()]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=11, number=62)

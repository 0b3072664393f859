"""What a disguise takes from a voice, what it keeps, and that no sound breaks it."""

import io
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from scrub import verify
from scrub.media import scrub_media, sound
from scrub.media.voice import disguised
from scrub.media.voice_bands import RATE, BandMeter, Levels, Samples
from scrub.media.voice_synthesis import voice_of
from scrub.media.voice_warp import balance, even
from scrub.report import Choices, Clean, Refusal
from scrub.scrubber import Scrubber

Record = Callable[..., bytes]
Film = Callable[..., bytes]
SEED = bytes(range(32))


def _vowels(pitch: float, seconds: float = 2.0, gain: float = 0.1) -> Samples:
    """Harmonics under two formants that move, three syllables a second."""
    time = np.arange(int(seconds * RATE)) / RATE
    first, second = 500 + 200 * np.sin(2 * np.pi * 0.7 * time), 1500 + 500 * np.sin(2 * np.pi * 1.1 * time)
    sound = np.zeros_like(time)
    for number in range(1, int(7000 / pitch)):
        hertz = number * pitch
        loud = 1 / (1 + ((hertz - first) / 120) ** 2) + 0.5 / (1 + ((hertz - second) / 200) ** 2) + 0.01
        sound += loud * np.sin(2 * np.pi * hertz * time)
    syllables: Samples = (gain * sound * (0.55 + 0.45 * np.sin(2 * np.pi * 3 * time))).astype(np.float32)
    return syllables


def _levels(sound: Samples) -> Levels:
    meter = BandMeter()
    meter.add(sound)
    return meter.finish()


def _disguise(sound: Samples, seed: bytes = SEED) -> Samples:
    return np.concatenate(list(disguised(_levels(sound), voice_of(seed, keep_time=True))))


def _pitch(sound: Samples) -> float:
    """Hz, by the shortest good autocorrelation between 70 and 300 Hz over the whole of it."""
    spectrum = np.abs(np.fft.rfft(sound, 2 * len(sound))) ** 2
    correlation = np.fft.irfft(spectrum)[: RATE // 70]
    correlation[: RATE // 300] = 0
    good = np.flatnonzero(correlation > 0.85 * correlation.max())
    first = good[: 1 + np.argmax(np.append(np.diff(good), 9) > 1)]
    return RATE / float(first[np.argmax(correlation[first])])


def _wav(sound: NDArray[np.float32], channels: int = 1) -> bytes:
    """32-bit floats as they are, so that a file can hold what is no number."""
    body = np.repeat(sound, channels).astype("<f4").tobytes()
    form = np.array([3, channels], "<u2").tobytes() + np.array([RATE, RATE * 4 * channels], "<u4").tobytes()
    form += np.array([4 * channels, 32], "<u2").tobytes()
    chunks = b"WAVEfmt \x10\0\0\0" + form + b"data" + len(body).to_bytes(4, "little") + body
    return b"RIFF" + len(chunks).to_bytes(4, "little") + chunks


def _scrubbed(sound: Samples, channels: int = 1, seed: bytes = SEED) -> Clean:
    result = scrub_media("audio/wav", _wav(sound, channels), seed)
    verify.verify(result.content, result.media_type)
    return result


def _seconds(content: bytes) -> float:
    with av.open(io.BytesIO(content), "r") as file:
        return sum((frame.samples / frame.sample_rate for frame in file.decode(audio=0)), 0.0)


def test_the_pitch_of_the_speaker_does_not_survive() -> None:
    voice = voice_of(SEED, keep_time=True)
    low, high = _vowels(90), _vowels(230)
    assert abs(_pitch(low) - 90) < 3
    assert abs(_pitch(high) - 230) < 8
    for spoken in (low, high):
        assert abs(np.log2(_pitch(_disguise(spoken)) / voice.pitch)) < 0.2


def test_the_colour_of_a_microphone_does_not_survive() -> None:
    """The same words through another microphone and from farther away measure alike once evened."""
    sound = _vowels(120, 4)
    other = 0.3 * np.convolve(sound, [1, -0.9], "same").astype(np.float32)
    pairs = [(_levels(each)) for each in (sound, other)]
    assert np.abs(pairs[0].astype(float) - pairs[1]).mean() / 2 > 8  # decibels apart
    evened = [even(levels, balance(levels)) for levels in pairs]
    assert np.abs(evened[0] - evened[1]).mean() < 1.5


def test_a_steady_noise_is_turned_down() -> None:
    chance = np.random.default_rng(1)
    sound = np.concatenate((np.zeros(RATE, np.float32), _vowels(120, 3)))
    sound += 0.003 * chance.standard_normal(len(sound)).astype(np.float32)
    levels = _levels(sound)
    evened = even(levels, balance(levels))
    assert evened[:95].mean() < evened[110:].mean() - 30


def test_nothing_but_sixteen_numbers_is_kept() -> None:
    """1.6 kB a second, whatever the sound was: what isn't measured can't come back."""
    levels = _levels(_vowels(120, 3))
    assert levels.shape == (300, 16)
    assert levels.dtype == np.uint8


def test_pieces_of_any_size_measure_alike() -> None:
    sound, meter = _vowels(150, 1.234), BandMeter()
    for start in range(0, len(sound), 777):
        meter.add(sound[start : start + 777])
    assert np.array_equal(meter.finish(), _levels(sound))


def test_two_messages_get_two_voices_and_one_seed_one() -> None:
    voices = [voice_of(bytes([number]) * 32) for number in range(50)]
    assert len({voice.pitch for voice in voices}) == 50
    assert len({voice.tempo for voice in voices}) > 10
    for voice in voices:
        assert 95 <= voice.pitch <= 190
        assert 150 <= voice.tempo <= 170
        assert all(before < after + 0.5 for before, after in pairwise(voice.places))
    sound = _vowels(120, 0.5)
    assert _scrubbed(sound) == _scrubbed(sound)
    assert _scrubbed(sound).content != _scrubbed(sound, seed=bytes(32)).content


def test_a_voice_does_not_show_its_seed() -> None:
    assert repr(SEED) not in repr(Choices(disguise=SEED))
    assert "noise" not in repr(voice_of(SEED))


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(RATE),
        np.zeros(1),
        np.ones(5),
        np.full(RATE, 0.999),
        np.full(RATE, np.nan),
        np.full(RATE, np.inf),
        np.full(RATE, 1e30),
        np.resize([1.0, -1.0], RATE),
        np.eye(1, RATE, 8000).reshape(-1),
        np.random.default_rng(2).standard_normal(RATE),
        10 * np.sin(np.arange(RATE) * 0.05),
    ],
    ids=list("0123456789X"),
)
def test_any_sound_comes_out_finite_and_not_clipped(sound: NDArray[np.float64]) -> None:
    spoken = _disguise(sound.astype(np.float32))
    assert np.isfinite(spoken).all()
    assert len(spoken) == -(-len(sound) // 160) * 160
    assert np.abs(spoken).max(initial=0) <= 0.9
    assert _scrubbed(sound.astype(np.float32)).notes == ("disguised",)


def test_silence_stays_silent() -> None:
    assert np.abs(_disguise(np.zeros(RATE, np.float32))).max() < 0.003


def _of_speech(sound: Samples) -> float:
    """RMS in decibels, of the pieces of 20 ms that are near the loudest."""
    power = np.square(sound[: len(sound) // 320 * 320]).reshape(-1, 320).mean(axis=1)
    return float(10 * np.log10(power[power > np.quantile(power, 0.95) / 100].mean()))


@pytest.mark.parametrize("gain", [0.02, 0.2, 0.6, 2.0])
@pytest.mark.parametrize("seed", [SEED, bytes(32)])
def test_a_disguise_is_never_quieter_than_the_words_were(gain: float, seed: bytes) -> None:
    """0.1.0 spoke all as loud as a quiet recording. The last one is so loud that it is cut off throughout."""
    words = np.clip(_vowels(120, 4.0, gain), -1, 1)
    spoken = _disguise(words, seed)
    assert np.abs(spoken).max() <= 0.9
    assert _of_speech(spoken) >= _of_speech(words) - (gain > 1)


def test_two_channels_become_one() -> None:
    """Two microphones place a speaker in a room."""
    result = _scrubbed(_vowels(120, 0.5), channels=2)
    with av.open(io.BytesIO(result.content), "r") as file:
        assert file.streams.audio[0].channels == 1


def test_a_recording_changes_its_pace_and_a_video_does_not(record: Record, film: Film) -> None:
    seeds = [bytes([number]) * 32 for number in range(4)]
    sound = record("libopus", "ogg", seconds=2.0)
    lengths = {round(_seconds(scrub_media("audio/ogg", sound, seed).content), 1) for seed in seeds}
    assert len(lengths) > 1
    assert all(1.8 < length < 2.2 for length in lengths)
    picture = film(pictures=50)
    plain = _seconds(scrub_media("video/mp4", picture).content)
    for seed in seeds:
        result = scrub_media("video/mp4", picture, seed)
        verify.verify(result.content, result.media_type)
        assert abs(_seconds(result.content) - plain) < 0.03
        assert {"disguised", "faces_remain"} <= set(result.notes)
        assert "voice_remains" not in result.notes


def test_a_slower_pace_makes_no_recording_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = next(
        seed for seed in (bytes([number]) * 32 for number in range(256)) if voice_of(seed).tempo > 165
    )
    monkeypatch.setattr(sound, "MAX_SECONDS", 2)
    result = _scrubbed(_vowels(120, 1.99), seed=slow)
    assert _seconds(result.content) > 2
    with pytest.raises(Refusal):
        _scrubbed(_vowels(120, 2.1), seed=slow)


def test_a_video_without_sound_has_no_voice_to_disguise(film: Film) -> None:
    assert scrub_media("video/mp4", film(sound=None), SEED).notes == ("faces_remain",)


def test_a_broken_sound_is_refused_with_a_disguise_too() -> None:
    for data in (b"OggS" + bytes(5000), _wav(np.zeros(0, np.float32))):
        with pytest.raises(Refusal):
            scrub_media("audio/ogg" if data.startswith(b"Ogg") else "audio/wav", data, SEED)


async def test_a_disguise_passes_through_the_processes(record: Record, in_children: Scrubber) -> None:
    """A confined child opens no file and starts no helper threads for numpy."""
    for data in (record("libopus", "ogg"), record("libmp3lame", "mp3", channels=2)):
        result = await in_children.scrub(data, Choices(disguise=SEED))
        assert isinstance(result, Clean)
        assert result.notes == ("disguised",)


async def test_the_zygote_stays_single_threaded() -> None:
    """A fork may take a lock along that another thread holds; numpy's helpers would be such threads."""
    async with Scrubber():
        threads = [count for name, count in _threads_below(os.getpid()) if b"scrub.isolation." in name]
    assert len(threads) > 1
    assert set(threads) == {1}


def _threads_below(pid: int) -> Iterator[tuple[bytes, int]]:
    """The command line and how many threads, of each process that this one or a child of it has started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            count = int(status.partition("\nThreads:\t")[2].split()[0])
            yield Path(f"/proc/{child}/cmdline").read_bytes(), count
            yield from _threads_below(int(child))

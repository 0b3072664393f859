"""A new voice out of the loudness of sixteen bands: the second half of the channel vocoder.

A buzz whose pitch is drawn at random, and noise for the hissing sounds, are shaped by the bands. Whether a
moment buzzes or hisses is told by the bands too, so a whisper becomes a voice like any other.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from scrub.media.voice_bands import BANDS, HIGHEST, HOP, LOWEST, RATE, WINDOW, Samples, band_scale
from scrub.media.voice_warp import Decibels

SEED_BYTES = 32

_PURPOSE = b"silbo voice disguise 1\0"
_TRANSFORM = 640
_BINS = np.fft.rfftfreq(_TRANSFORM, 1 / RATE)
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_CEILING = 0.9
_VOICE, _BREATH = slice(0, 7), slice(11, 16)
"""Bands that are louder in vowels, and in hissing sounds."""


@dataclass(frozen=True, slots=True, repr=False)
class Voice:
    """One message's new voice. No measured number is in it, so it says nothing about who speaks.

    `pitch`: Hz. `wander`: three slow waves that bend it: rates in Hz, phases in turns, depths in octaves,
    (3, 3). `places`: which band of the old voice each band of the new one repeats, (16,). `colour`: decibels,
    (16,). `liveliness`: a factor for all loudness. `tempo`: samples a measurement, 160 as it was.
    """

    pitch: float
    wander: NDArray[np.float64]
    places: NDArray[np.float64]
    colour: NDArray[np.float64]
    liveliness: float
    tempo: int
    noise: int


def voice_of(seed: bytes, *, keep_time: bool = False) -> Voice:
    """The voice that 32 random bytes stand for. `keep_time`: for sound that must go with a picture."""
    stream = hashlib.shake_256(_PURPOSE + seed).digest(32 + 8 * 32)
    chance = np.frombuffer(stream, dtype=">u8", offset=32) / 2.0**64
    rates, depths = 0.15 + chance[1:4] * (0.3, 1.0, 2.5), np.array((0.06, 0.05, 0.03))
    up = 1 if chance[7] < 0.5 else -1
    bends = (0.2 + 0.6 * chance[8], 0.4 + 0.9 * chance[9], 0.4 + 0.9 * chance[10], 0.0)
    bands = np.arange(BANDS)
    return Voice(
        pitch=float(95 * 2 ** chance[0]),
        wander=np.stack((rates, chance[4:7], depths)),
        places=np.clip(bands + up * np.interp(bands, (0, 5, 10, 15), bends), 0, BANDS - 1),
        colour=_usual_colour() + np.interp(bands, (0, 3, 6, 9, 12, 15), 12 * chance[11:17] - 6),
        liveliness=float(0.8 + 0.4 * chance[17]),
        tempo=HOP if keep_time else int(150 + 21 * chance[18]),
        noise=int.from_bytes(stream[:32], "big"),
    )


def _usual_colour() -> NDArray[np.float64]:
    """4 decibels less for each octave above 500 Hz, and as loud as speech is recorded."""
    octaves = np.log2(np.maximum(_middles(), 500) / 500)
    colour: NDArray[np.float64] = -20 - 4 * octaves
    return colour


def _middles() -> NDArray[np.float64]:
    middles: NDArray[np.float64] = 700 * np.expm1(
        np.linspace(np.log1p(LOWEST / 700), np.log1p(HIGHEST / 700), BANDS)
    )
    return middles


class Synthesizer:
    """`speak` pieces of measurements in order; each gives `tempo` samples a measurement, mono, 16 kHz.

    `louder`: a factor; 1 is as loud as speech is recorded.
    """

    def __init__(self, voice: Voice, louder: float = 1.0) -> None:
        self._voice, self._louder = voice, louder
        self._chance = np.random.Generator(np.random.PCG64(voice.noise))
        place = np.interp(band_scale(_BINS), np.arange(BANDS), voice.places)
        self._shape = _triangles(place)
        self._colour = np.interp(band_scale(_BINS), np.arange(BANDS), voice.colour).astype(np.float32)
        self._colour[_BINS < 60] = -200
        self._gain = voice.tempo / float(_HANN.sum())
        self._turns, self._at = 0.0, 0
        ahead = WINDOW - voice.tempo
        self._buzz, self._hiss = self._pulses(ahead), self._noise(ahead)
        self._tail = np.zeros(_TRANSFORM, dtype=np.float32)

    def speak(self, relative: Decibels) -> Samples:
        """(n, 16) decibels against the average -> n * tempo samples, each at most 0.9."""
        return limited(self.unlimited(relative), self._louder)

    def unlimited(self, relative: Decibels) -> Samples:
        """The same before `louder` and the limit."""
        count, hop = len(relative), self._voice.tempo
        self._buzz = np.concatenate((self._buzz, self._pulses(count * hop)))
        self._hiss = np.concatenate((self._hiss, self._noise(count * hop)))
        share = 1 / (1 + np.exp(-_voicedness(relative)))
        decibels = (relative * np.float32(self._voice.liveliness)) @ self._shape + self._colour
        loud = np.power(np.float32(10), decibels / 20)
        spectrum = _spectra(self._buzz, count, hop) * (loud * np.sqrt(share)[:, None])
        spectrum += _spectra(self._hiss, count, hop) * (loud * np.sqrt(1 - share)[:, None])
        self._buzz, self._hiss = self._buzz[count * hop :], self._hiss[count * hop :]
        return self._overlap(np.fft.irfft(spectrum, _TRANSFORM).astype(np.float32), hop) * self._gain

    def _overlap(self, pieces: Samples, hop: int) -> Samples:
        """Adds up pieces that begin `hop` apart; keeps what is still to be added to."""
        parts = -(-_TRANSFORM // hop)
        pieces = np.pad(pieces, ((0, 0), (0, parts * hop - _TRANSFORM)))
        out = np.zeros((len(pieces) + parts, hop), dtype=np.float32)
        for part in range(parts):
            out[part : part + len(pieces)] += pieces[:, part * hop : (part + 1) * hop]
        flat = out.reshape(-1)
        flat[:_TRANSFORM] += self._tail
        self._tail = flat[len(pieces) * hop :][:_TRANSFORM].copy()
        return flat[: len(pieces) * hop]

    def _noise(self, count: int) -> Samples:
        return self._chance.standard_normal(count, dtype=np.float32)

    def _pulses(self, count: int) -> Samples:
        """One pulse a period, of power 1 on average, shared by the two samples between which it falls."""
        time = (self._at + np.arange(count)) / RATE
        waves = np.sin(2 * np.pi * (np.outer(self._voice.wander[0], time) + self._voice.wander[1][:, None]))
        step = self._voice.pitch / RATE * np.exp2(self._voice.wander[2] @ waves)
        turns = self._turns + np.cumsum(step)
        begins = np.flatnonzero(np.diff(np.floor(turns), prepend=0.0))
        late = turns[begins] % 1 / step[begins]
        height = 1 / np.sqrt(step[begins])
        out = np.zeros(count)
        out[begins] = height * (1 - late)
        out[begins - 1] += height * late * (begins > 0)
        self._turns, self._at = float(turns[-1] % 1), self._at + count
        return out.astype(np.float32)


def limited(sound: Samples, louder: float) -> Samples:
    """Times a factor, bent so that none is above 0.9."""
    bent: Samples = np.tanh(sound * np.float32(louder / _CEILING)) * np.float32(_CEILING)
    return bent


def _spectra(sound: Samples, count: int, hop: int) -> NDArray[np.complex64]:
    frames = sliding_window_view(sound, WINDOW)[: count * hop : hop]
    return np.fft.rfft(frames * _HANN, _TRANSFORM).astype(np.complex64, copy=False)


def _triangles(place: NDArray[np.float64]) -> NDArray[np.float32]:
    """(16, bins): the decibels between two bands are drawn straight."""
    triangles = np.clip(1 - np.abs(place - np.arange(BANDS)[:, None]), 0, 1)
    return np.asarray(triangles, dtype=np.float32)


def _voicedness(relative: Decibels) -> NDArray[np.float32]:
    """Above 0 when the lower bands are louder than the upper ones, against their averages, (n,)."""
    lower, upper = relative[:, _VOICE].mean(axis=1), relative[:, _BREATH].mean(axis=1)
    voicedness: NDArray[np.float32] = (lower - upper + np.float32(8)) / np.float32(3)
    return voicedness

"""How loud a sound is in sixteen bands, a hundred times a second: all that a disguise keeps of a voice.

The first half of a channel vocoder (Dudley, "Remaking speech", 1939). Pitch, harmonics, phase and whatever
lies between the bands are not measured, so nothing that is made from these numbers can hold them.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 16_000
HOP = 160
"""Samples from one measurement to the next: 10 ms."""

WINDOW = 480
"""Samples of a measurement: 30 ms, longer than two periods of nearly every voice."""

BANDS = 16
LOWEST, HIGHEST = 150.0, 7200.0
"""Hz, the middle of the first and of the last band."""

DECIBELS_A_STEP = 0.5
QUIETEST = -100.0
"""Decibels of step 0, against a sine of full scale."""

_TRANSFORM = 512
_BLOCK = 500  # measurements at once: 5 s
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)

Levels = NDArray[np.uint8]
Samples = NDArray[np.float32]


def band_scale(hertz: NDArray[np.floating]) -> NDArray[np.float64]:
    """The place of a frequency between the middles of the bands: 0 to 15, nearly as an ear spaces them.

    Wider at the bottom than an ear has it: in bands of a harmonic's width the pitch would show.
    """
    low, high = np.log1p(LOWEST / 700), np.log1p(HIGHEST / 700)
    places: NDArray[np.float64] = (np.log1p(hertz / 700) - low) / (high - low) * (BANDS - 1)
    return places


def _weights() -> NDArray[np.float32]:
    """Overlapping triangles, (bins, bands): the share of each bin of a spectrum in each band's power."""
    place = band_scale(np.fft.rfftfreq(_TRANSFORM, 1 / RATE))[:, None]
    triangles = np.clip(1 - np.abs(place - np.arange(BANDS)), 0, None)
    weights: NDArray[np.float32] = (triangles / (_HANN.sum() / 2) ** 2).astype(np.float32)
    return weights


class BandMeter:
    """`add` samples (16 kHz, in any pieces), then `finish`. Holds 1.6 kB a second and no sound.

    Each channel is measured by itself, and the loudest counts in each band: a mix can be quieter than any of
    its channels, down to silence where one of them is turned upside down.
    """

    def __init__(self) -> None:
        self._weights = _weights()
        self._rest = np.zeros((1, WINDOW - HOP), dtype=np.float32)  # the first one ends with 10 ms of sound
        self._levels: list[Levels] = []
        self.samples = 0

    def add(self, samples: Samples) -> None:
        """(samples) or (channels, samples)."""
        channels = _distinct(np.atleast_2d(samples))
        self.samples += channels.shape[1]
        if len(self._rest) != len(channels):
            more = max(len(self._rest), len(channels))
            self._rest, channels = _of_channels(self._rest, more), _of_channels(channels, more)
        self._rest = np.concatenate((self._rest, channels), axis=1)
        if self._rest.shape[1] >= WINDOW + _BLOCK * HOP:
            self._measure()

    def finish(self) -> Levels:
        """(measurements, 16) in steps of half a decibel; one measurement for each 160 samples begun."""
        silence = np.zeros((len(self._rest), -self.samples % HOP), dtype=np.float32)
        self._rest = np.concatenate((self._rest, silence), axis=1)
        self._measure()
        return np.concatenate(self._levels) if self._levels else np.zeros((0, BANDS), dtype=np.uint8)

    def _measure(self) -> None:
        while self._rest.shape[1] >= WINDOW:
            frames = sliding_window_view(self._rest, WINDOW, axis=1)[:, : _BLOCK * HOP : HOP]
            power = np.zeros((frames.shape[1], BANDS), dtype=np.float32)
            for channel in frames:
                sound = np.clip(np.nan_to_num(channel), -2, 2) * _HANN  # floats in a file may be anything
                spectrum = np.fft.rfft(sound, _TRANSFORM)
                mine = (np.square(spectrum.real) + np.square(spectrum.imag)) @ self._weights
                power = np.maximum(power, mine)
            steps = (10 * np.log10(power + 1e-12) - QUIETEST) / DECIBELS_A_STEP
            self._levels.append(np.clip(np.rint(steps), 0, 255).astype(np.uint8))
            self._rest = self._rest[:, frames.shape[1] * HOP :]
        if len(self._rest) > 1:
            self._rest = _distinct(self._rest)


def _distinct(channels: Samples) -> Samples:
    """One channel where all are the same, as in most recordings of two."""
    return channels[:1] if all(np.array_equal(channels[0], other) for other in channels[1:]) else channels


def _of_channels(sound: Samples, count: int) -> Samples:
    """With silent channels where some are missing."""
    return np.concatenate((sound, np.zeros((count - len(sound), sound.shape[1]), dtype=np.float32)))

"""What a disguise does to the measured loudness of the bands before a new voice is made of it.

A steady noise around the speaker is turned down, and each band gets the average and the spread that it has in
every other disguised message: the colour of a voice, of a room and of a microphone goes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrub.media.voice_bands import BANDS, DECIBELS_A_STEP, QUIETEST, Levels

Decibels = NDArray[np.float32]

_STEADY_SHARE = 0.1  # of the time is taken for what is there when nobody speaks
_ABOVE_STEADY = 4.0  # decibels
_TURNED_DOWN = 18.0  # decibels
_SPEECH_RANGE = 30.0  # decibels below the loudest hundredth that still count as speech
_BELOW_LOUDEST = 12.0  # decibels: a usual average
_USUAL_SPREAD = 9.0  # decibels
_KNOWN_AFTER = 50.0  # measurements of speech, from which on a message's own average counts for more than half
_QUIETEST_AVERAGE = -75.0  # decibels: silence isn't made louder until it is speech
_SOFTEST, _LOUDEST = -60.0, 24.0
_STEPS = 256


@dataclass(frozen=True, slots=True)
class Balance:
    """One message's own levels, which `even` takes out: in decibels, (16,) each."""

    steady: Decibels
    average: Decibels
    spread: Decibels


def balance(levels: Levels) -> Balance:
    """From the levels of a whole message, (n, 16), by histograms, so that hours cost no memory."""
    counts = np.stack([np.bincount(levels[:, band], minlength=_STEPS) for band in range(BANDS)]).astype(float)
    decibels = QUIETEST + DECIBELS_A_STEP * np.arange(_STEPS)
    shares = counts.cumsum(axis=1) / max(len(levels), 1)

    def quantile(share: float) -> NDArray[np.float64]:
        found: NDArray[np.float64] = decibels[(shares < share).sum(axis=1).clip(0, _STEPS - 1)]
        return found

    steady, loudest = quantile(_STEADY_SHARE), quantile(0.99)
    speech = counts * (decibels >= np.maximum(steady + _ABOVE_STEADY, loudest - _SPEECH_RANGE)[:, None])
    known = speech.sum(axis=1) + _KNOWN_AFTER
    average = np.maximum(
        (speech @ decibels + (loudest - _BELOW_LOUDEST) * _KNOWN_AFTER) / known, _QUIETEST_AVERAGE
    )
    squares = (speech * np.square(decibels - average[:, None])).sum(axis=1)
    spread = np.sqrt((squares + _USUAL_SPREAD**2 * _KNOWN_AFTER) / known)
    return Balance(steady.astype(np.float32), average.astype(np.float32), spread.astype(np.float32))


def even(levels: Levels, own: Balance) -> Decibels:
    """The same measurements as if every speaker were alike; 0 is a band's average, (n, 16)."""
    decibels = QUIETEST + DECIBELS_A_STEP * levels.astype(np.float32)
    turned_down = np.where(decibels < own.steady + _ABOVE_STEADY, np.float32(_TURNED_DOWN), np.float32(0))
    relative: Decibels = (decibels - own.average - turned_down) * (_USUAL_SPREAD / own.spread)
    return np.clip(relative, _SOFTEST, _LOUDEST)

"""How loud a disguise must be: never quieter than the words were.

Loudness by power, and as ITU-R BS.1770 weighs it, of the parts in which somebody speaks, by the same sixteen
bands before and after. A recording that is as loud as most gets no factor, so only of a louder one its level
is kept.
"""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from scrub.media.voice_bands import BANDS, DECIBELS_A_STEP, QUIETEST, BandMeter, Levels
from scrub.media.voice_synthesis import Synthesizer, Voice, limited
from scrub.media.voice_warp import Balance, even

_STEP, _STEPS = 0.5, 60  # decibels
_MARGIN = 2.0  # decibels: between two ways to measure
_PIECE, _PIECES = 500, 6  # the loudest 30 s are compared
_SILENCE = -70.0  # decibels
_SPEECH = 10.0  # decibels below the loudest twentieth
_WEIGHT = np.concatenate(
    (np.full(1, -1.5), np.full(6, 0.0), np.linspace(0.5, 4.0, 5), np.full(BANDS - 12, 4.0))
)
"""Decibels of the K curve in each band."""


def louder(levels: Levels, own: Balance, voice: Voice) -> float:
    """The factor for `voice`. `levels`: of the whole message, (n, 16); `own`: its balance."""
    pieces = [levels[start : start + _PIECE] for start in range(0, len(levels), _PIECE)]
    pieces = sorted(pieces, key=lambda piece: -float(_powers(piece, 0.0).mean()))[:_PIECES]
    if not pieces or (wanted := loudness(np.concatenate(pieces))).max() < _SILENCE:
        return 1.0
    synthesizer = Synthesizer(voice)
    spoken = np.concatenate([synthesizer.unlimited(even(piece, own)) for piece in pieces])
    step = bisect_left(
        range(_STEPS), _MARGIN, key=lambda step: (_measured(limited(spoken, _factor(step))) - wanted).min()
    )
    return _factor(step)


def _factor(step: int) -> float:
    return float(10 ** (_STEP * step / 20))


def loudness(levels: Levels) -> NDArray[np.float64]:
    """Decibels, plain and weighed, of the measurements that are speech: those near the loudest."""
    found = []
    for powers in (_powers(levels, 0.0), _powers(levels, _WEIGHT)):
        loudest = float(np.quantile(powers, 0.95))
        found.append(10 * np.log10(powers[powers >= loudest * 10 ** (-_SPEECH / 10)].mean() + 1e-12))
    return np.array(found)


def _measured(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    meter = BandMeter()
    meter.add(sound)
    return loudness(meter.finish())


def _powers(levels: Levels, weight: NDArray[np.float64] | float) -> NDArray[np.float64]:
    decibels = QUIETEST + DECIBELS_A_STEP * levels.astype(np.float64) + weight
    powers: NDArray[np.float64] = np.power(10, decibels / 10).sum(axis=1)
    return powers

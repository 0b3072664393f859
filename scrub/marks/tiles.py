"""A faint pattern that repeats over a picture, as programs lay a session's name over a screen.

What is strong in the picture (letters, edges, straight lines) is left out, the rest is made even, and
compared with itself moved: what repeats in two directions stands out. A screen repeats itself, too: rows,
cards, words. So what is strong is compared with itself in the same way, and where it repeats by a movement,
that movement is the screen's own. What repeats in many small steps is a grain or a moire.

Sources: Kutter, "Watermarking resisting to translation, rotation, and scaling" (1998), for the comb of peaks;
`docs/marks.md` for the figures.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrub.marks.likeness import LITTLE, Flags, Floats, Likeness, Vector, box, run

Gray = NDArray[np.uint8]

MIN_SIDE = 256
"""Dots of a picture's side, below which nothing is looked for: a few tiles must fit."""

_MIDDLE = (1440, 900)  # dots of the part that is looked at: what repeats is there, too
_STRONG = 24.0  # grays between two neighbours: an edge of what is meant to be seen; a faint mark's are less
_CLIP = 6.0
_LONG = 10  # half of the dots that a straight line has at least
_NEAR = 30  # dots: a smaller distance is a halftone's or a letter's
_FAR = (300, 230)
_LEAST_SHOWN = 0.3
"""Of the dots that must be left to look at: fewer are of a halftone."""

_SEEN, _LEAST_SEEN = 0.1, 0.003
"""What a dot is when anything is there, and of how many dots that must be so: a blank page repeats itself."""

_PEAKS, _KEPT, _TRIED = 60, 20, 12
_LEAST_PEAK = 6.0
_OWN = 4.0
_STANDS_OUT, _STANDS_CLEAR = 9.5, 16.0
_BESIDE, _BESIDE_CLEAR = 0.58, 0.75
"""Of a peak's height, what others near it may have: one that does not stand clear must stand more alone."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """`across` and `down`: from one tile to the next, in dots of the picture. `score`: how far it stands
    out, in deviations of what does not repeat.
    """

    score: float
    across: Vector
    down: Vector


def tiling(gray: Gray) -> Tiling | None:
    """Rows of dots; None where nothing repeats."""
    if min(gray.shape) < MIN_SIDE:
        return None
    half = _half(_middle(gray))
    steps = _steps(half, 0), _steps(half, 1)
    strong = _both(steps[0] > _STRONG, 0) | _both(steps[1] > _STRONG, 1)
    shown = _left_to_look_at(steps, strong)
    if shown.mean() < _LEAST_SHOWN:
        return None
    evened = _evened(half, shown)
    if (np.abs(evened) > _SEEN).mean() < _LEAST_SEEN:
        return None
    faint = Likeness(evened, _FAR, _NEAR, 6)
    peaks = faint.peaks(_PEAKS, _LEAST_PEAK)
    if len(peaks) < 3:
        return None
    own = _likeness_of_strong(strong)
    kept = [peak for peak in peaks if own.at((round(peak[1][0] / 2), round(peak[1][1] / 2)), 1) <= _OWN]
    for score, first, second in _lattices(faint, kept[:_KEPT])[:_TRIED]:
        if score < _STANDS_OUT:
            return None
        beside = max(faint.beside(each) / faint.at(each) for each in (first, second))
        if beside < (_BESIDE if score < _STANDS_CLEAR else _BESIDE_CLEAR):
            return Tiling(score, (2 * first[0], 2 * first[1]), (2 * second[0], 2 * second[1]))
    return None


def _middle(gray: Gray) -> Gray:
    height, width = gray.shape
    wide, high = min(width, _MIDDLE[0]) // 4 * 4, min(height, _MIDDLE[1]) // 4 * 4
    top, left = (height - high) // 2, (width - wide) // 2
    return gray[top : top + high, left : left + wide]


def _half(gray: Gray) -> Floats:
    """Each dot the mean of two times two, with fractions."""
    rows = gray[0::2].astype(np.uint16)
    rows += gray[1::2]
    return (rows[:, 0::2] + rows[:, 1::2]) * np.float32(0.25)


def _steps(dots: Floats, axis: int) -> Floats:
    """How far each dot is from the one before."""
    steps = np.zeros(dots.shape, np.float32)
    if axis == 0:
        np.subtract(dots[1:], dots[:-1], out=steps[1:])
    else:
        np.subtract(dots[:, 1:], dots[:, :-1], out=steps[:, 1:])
    return np.abs(steps, out=steps)


def _both(flags: Flags, axis: int) -> Flags:
    """With the dot before each."""
    before = flags.copy()
    if axis == 0:
        before[:-1] |= flags[1:]
    else:
        before[:, :-1] |= flags[:, 1:]
    return before


def _left_to_look_at(steps: tuple[Floats, Floats], strong: Flags) -> Flags:
    """The dots near no strong edge and on no straight line."""
    shown = box(strong.astype(np.float32), 2) < LITTLE
    for along in (1, 0):
        unbroken = (run(steps[along], along, _LONG) < 0.02).astype(np.float32)
        shown &= ~((run(unbroken, along, _LONG) > 0.02) & _both(steps[1 - along] > 0.5, 1 - along))
    return shown


def _evened(half: Floats, shown: Flags) -> Floats:
    """Without light and shade, without what goes straight along, as strong everywhere."""
    weight = shown.astype(np.float32)
    around = box(weight, 8)
    light = np.divide(box(half * weight, 8), np.maximum(around, LITTLE), dtype=np.float32)
    dots = np.multiply(half - light, weight, dtype=np.float32)
    dots[around <= np.float32(0.1)] = 0
    np.clip(dots, -_CLIP, _CLIP, out=dots)
    for axis in (1, 0):
        dots -= weight * run(dots, axis, 30) / np.maximum(run(weight, axis, 30), LITTLE)
    power = np.sqrt(np.maximum(box(dots * dots, 12), LITTLE))
    return np.divide(dots, power + np.float32(1), dtype=np.float32)


def _likeness_of_strong(strong: Flags) -> Likeness:
    """At half the size of `strong`."""
    quarter = strong[::2, ::2] | strong[1::2, ::2] | strong[::2, 1::2] | strong[1::2, 1::2]
    dots = quarter.astype(np.float32)
    return Likeness(dots - box(dots, 8), (_FAR[0] // 2 + 8, _FAR[1] // 2 + 8), _NEAR // 3, 4)


def _lattices(faint: Likeness, peaks: list[tuple[float, Vector]]) -> list[tuple[float, Vector, Vector]]:
    """Pairs of movements that stand out, together with their sum or difference; the clearest first."""
    found: list[tuple[float, Vector, Vector]] = []
    for (one, a), (two, b) in itertools.combinations(peaks, 2):
        if abs(a[0] * b[1] - a[1] * b[0]) < 0.25 * np.hypot(*a) * np.hypot(*b):
            continue
        sums = faint.at((a[0] + b[0], a[1] + b[1])), faint.at((a[0] - b[0], a[1] - b[1]))
        found.append((min(one, two, max(sums)), a, b))
    return sorted(found, reverse=True)

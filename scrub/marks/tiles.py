"""A faint pattern that repeats over a picture, as programs lay a session's name over a screen.

What is strong in the picture (letters, edges, straight lines) is left out, the rest is made even, and
compared with itself moved: what repeats in two directions stands out. A screen repeats itself, too: rows,
cards, words. So what is strong is compared with itself in the same way, and where it repeats by a movement,
that movement is the screen's own. What repeats in many small steps is a grain or a moire.

Between a halftone's dots the paper is looked at alone.

Sources: Kutter, "Watermarking resisting to translation, rotation, and scaling" (1998), for the comb of peaks;
`docs/marks.md` for the figures.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrub.marks.likeness import LITTLE, Flags, Floats, Likeness, Vector, box, near, run, total

Gray = NDArray[np.uint8]
Sums = NDArray[np.int16]

MIN_SIDE = 256
"""Dots of a picture's side, below which nothing is looked for: a few tiles must fit."""

_MIDDLE = (1440, 900)  # dots of the part that is looked at: what repeats is there, too
_STRONG = 96  # fourths of a gray between two neighbours: an edge of what is meant to be seen
_CLIP = 6.0
_LONG = 10  # half of the dots that a straight line has at least
_NEAR = 30  # dots: a smaller distance is a halftone's or a letter's
_FAR = (300, 230)
_LEAST_SHOWN = 0.3
"""Of the dots that must be left to look at: where there are fewer, it is a halftone on paper."""

_EDGE, _PAPER, _LEAST_PAPER = 80, 60, 0.04
"""Of paper: grays between a dot and its neighbours, grays below the palest, and how much there must be."""

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
    fours = _fours(_middle(gray))
    steps = _steps(fours, 0), _steps(fours, 1)
    strong = _both(steps[0] > _STRONG, 0) | _both(steps[1] > _STRONG, 1)
    shown = _left_to_look_at(steps, strong)
    printed = shown.mean() < _LEAST_SHOWN
    evened = _of_paper(_middle(gray)) if printed else _evened(fours, shown)
    if evened is None or (np.abs(evened) > _SEEN).mean() < _LEAST_SEEN:
        return None
    faint = Likeness(evened, _FAR, _NEAR, 6)
    peaks = faint.peaks(_PEAKS, _LEAST_PEAK)
    if len(peaks) < 3:
        return None
    kept = peaks
    if not printed:  # a halftone's own dots are nearer than any tile
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


def _fours(gray: Gray) -> Sums:
    """The sum of each two times two dots."""
    rows = gray[0::2].astype(np.int16)
    rows += gray[1::2]
    return rows[:, 0::2] + rows[:, 1::2]


def _steps(fours: Sums, axis: int) -> Sums:
    """How far each is from the one before."""
    steps = np.zeros(fours.shape, np.int16)
    if axis == 0:
        np.subtract(fours[1:], fours[:-1], out=steps[1:])
    else:
        np.subtract(fours[:, 1:], fours[:, :-1], out=steps[:, 1:])
    return np.abs(steps, out=steps)


def _both(flags: Flags, axis: int) -> Flags:
    """With the dot before each."""
    before = flags.copy()
    if axis == 0:
        before[:-1] |= flags[1:]
    else:
        before[:, :-1] |= flags[:, 1:]
    return before


def _left_to_look_at(steps: tuple[Sums, Sums], strong: Flags) -> Flags:
    """The dots near no strong edge and on no straight line, along which next to nothing changes."""
    shown = ~near(near(strong, 0, 2), 1, 2)
    for along in (1, 0):
        changes = np.minimum(steps[along], 2).astype(np.uint8)
        line = near(total(changes, along, _LONG) < 2, along, _LONG)
        shown &= ~(line & _both(steps[1 - along] > 2, 1 - along))
    return shown


def _evened(fours: Sums, shown: Flags) -> Floats:
    """Without light and shade, without what goes straight along, as strong everywhere. What changes slowly is
    reckoned of two times two dots, or of two along a line.
    """
    weight = shown.astype(np.float32)
    dots = fours.astype(np.float32)
    dots *= weight * np.float32(0.25)
    around = box(_halved(weight), 4)
    light = box(_halved(dots), 4)
    light /= np.maximum(around, LITTLE)
    dots -= _doubled(light) * weight
    dots *= _doubled((around > np.float32(0.1)).astype(np.float32))
    np.clip(dots, -_CLIP, _CLIP, out=dots)
    for axis in (1, 0):
        means = run(_pairs(dots, axis), axis, 15)
        means /= np.maximum(run(_pairs(weight, axis), axis, 15), LITTLE)
        dots -= weight * np.repeat(means, 2, axis)
    power = np.sqrt(np.maximum(box(_halved(dots * dots), 6), LITTLE)).astype(np.float32)
    dots /= _doubled(power + np.float32(1))
    return dots


def _of_paper(gray: Gray) -> Floats | None:
    """The same of what lies between a halftone's dots: as pale as the paper, and no edge. None where there is
    hardly any.
    """
    high, low = gray, gray
    for axis in (0, 1):
        high, low = _pooled(high, axis, np.maximum), _pooled(low, axis, np.minimum)
    palest = int(np.percentile(gray[::7, ::7], 95))
    flat = ((high - low <= _EDGE) & (gray > max(0, palest - _PAPER))).astype(np.float32)
    share = _halved(flat)
    weight = (share > np.float32(0.2)).astype(np.float32)
    if weight.mean() < _LEAST_PAPER:
        return None
    dots = _halved(gray.astype(np.float32) * flat)
    dots *= weight / np.maximum(share, LITTLE)
    around = box(_halved(weight), 4)
    light = box(_halved(dots), 4)
    light /= np.maximum(around, LITTLE)
    dots -= _doubled(light) * weight
    dots *= _doubled((around > np.float32(0.05)).astype(np.float32))
    np.clip(dots, -_CLIP, _CLIP, out=dots)
    power = np.sqrt(np.maximum(box(_halved(dots * dots), 6), LITTLE)).astype(np.float32)
    dots /= _doubled(power + np.float32(1))
    return dots


def _pooled(gray: Gray, axis: int, of_two: "np.ufunc") -> Gray:
    """Of each dot and its neighbours on both sides."""
    pooled = gray.copy()
    before, after = (slice(None, -1), slice(1, None)) if axis == 0 else (np.s_[:, :-1], np.s_[:, 1:])
    of_two(pooled[before], gray[after], out=pooled[before])
    of_two(pooled[after], gray[before], out=pooled[after])
    return pooled


def _pairs(dots: Floats, axis: int) -> Floats:
    """The mean of each two along an axis."""
    sums = dots[::2] + dots[1::2] if axis == 0 else dots[:, ::2] + dots[:, 1::2]
    sums *= np.float32(0.5)
    return sums


def _halved(dots: Floats) -> Floats:
    return _pairs(_pairs(dots, 0), 1)


def _doubled(dots: Floats) -> Floats:
    return np.repeat(np.repeat(dots, 2, 0), 2, 1)


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

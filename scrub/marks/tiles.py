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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrub.marks.bits import Frame, around, twice_around
from scrub.marks.likeness import LITTLE, Floats, Likeness, Vector, box, box_total, total

Gray = NDArray[np.uint8]
Sums = NDArray[np.int16]

MIN_SIDE = 256
"""Dots of a picture's side, below which nothing is looked for: a few tiles must fit."""

_MIDDLE = (1440, 900)  # dots of the part that is looked at: what repeats is there, too
_STRONG = 96  # fourths of a gray between two neighbours: an edge of what is meant to be seen
_CLIP = 6 << 6  # sixty-fourths of a gray
_LEAST_AROUND = 32  # of the 324 dots around one of which light and shade are reckoned
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
    frame = Frame(*fours.shape)
    strong = _strong(frame, steps)
    shown = frame.flags(_left_to_look_at(frame, steps, strong))
    printed = shown.mean() < _LEAST_SHOWN
    evened = _of_paper(_middle(gray)) if printed else _evened(fours, shown)
    if evened is None or (np.abs(evened) > _SEEN).mean() < _LEAST_SEEN:
        return None
    faint = Likeness(evened, _FAR, _NEAR, 6)
    peaks = faint.peaks(_PEAKS, _STANDS_OUT)
    kept = peaks
    if not printed and len(peaks) > 1:  # a halftone's own dots are nearer than any tile
        own = _likeness_of_strong(frame.flags(strong))
        kept = [peak for peak in peaks if own.at((round(peak[1][0] / 2), round(peak[1][1] / 2)), 1) <= _OWN]
    for score, first, second in _lattices(faint, kept[:_KEPT])[:_TRIED]:
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
    return _pair_sums(gray[0::2].astype(np.int16) + gray[1::2], 1)


def _steps(fours: Sums, axis: int) -> Sums:
    """How far each is from the one before."""
    steps = np.zeros(fours.shape, np.int16)
    if axis == 0:
        np.subtract(fours[1:], fours[:-1], out=steps[1:])
    else:
        np.subtract(fours[:, 1:], fours[:, :-1], out=steps[:, 1:])
    return np.abs(steps, out=steps)


def _strong(frame: Frame, steps: tuple[Sums, Sums]) -> int:
    """The dots on both sides of an edge."""
    down, right = (frame.bits(each > _STRONG) for each in steps)
    return down | down >> frame.stride | right | right >> 1


def _left_to_look_at(frame: Frame, steps: tuple[Sums, Sums], strong: int) -> int:
    """The dots near no strong edge and on no straight line, along which next to nothing changes."""
    every, moves = frame.every, (frame.stride, 1)
    shown = every & ~around(around(strong, frame.stride, 2), 1, 2)
    for along, across in ((1, 0), (0, 1)):
        changes = frame.bits(steps[along] > 0), frame.bits(steps[along] > 1)
        line = around(every & ~twice_around(*changes, moves[along], _LONG), moves[along], _LONG)
        sides = frame.bits(steps[across] > 2)
        shown &= ~(line & (sides | sides >> moves[across]))
    return shown


def _evened(fours: Sums, shown: NDArray[np.uint8]) -> Floats:
    """Without light and shade, without what goes straight along, as strong everywhere. What changes slowly is
    reckoned of two times two dots, or of two along a line. In sixty-fourths of a gray, until the end.
    """
    mask = shown.view(np.int8).astype(np.int16)
    dots = fours * mask
    counts = box_total(_pair_sums(_pair_sums(mask, 0), 1), 4)
    light = box_total(_pair_sums(_pair_sums(dots, 0), 1).astype(np.float32), 4)
    light *= np.float32(16) / np.maximum(counts, 1)
    dots <<= 4
    by_rows = dots.reshape(len(light), 2, -1)
    by_rows -= _twice(np.rint(light, out=light).astype(np.int16))[:, None]
    mask_by_rows = mask.reshape(by_rows.shape)
    mask_by_rows *= _twice((counts > _LEAST_AROUND).astype(np.int16))[:, None]
    dots *= mask
    for axis in (1, 0):
        np.maximum(dots, -_CLIP, out=dots)
        np.minimum(dots, _CLIP, out=dots)
        sums, weights = (total(_pair_sums(each, axis), axis, 15) for each in (dots, mask))
        means = sums.astype(np.float32)
        means /= np.maximum(weights, 1)
        rounded = np.rint(means, out=means).astype(np.int16)
        dots -= mask * (_twice(rounded) if axis else np.repeat(rounded, 2, 0))
    power = dots >> 3
    power *= power
    strength = box(_pair_sums(_pair_sums(power, 0).astype(np.float32), 1), 6)
    np.sqrt(np.maximum(strength, LITTLE, out=strength), out=strength)
    strength += np.float32(16)  # of eighths of a gray, times the root of four
    np.divide(np.float32(0.25), strength, out=strength)
    evened: Floats = dots.reshape(by_rows.shape) * _twice(strength)[:, None]
    return evened.reshape(dots.shape)


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
    near = box(_halved(weight), 4)
    light = box(_halved(dots), 4)
    light /= np.maximum(near, LITTLE)
    dots -= _doubled(light) * weight
    dots *= _doubled((near > np.float32(0.05)).astype(np.float32))
    np.clip(dots, -_CLIP / 64, _CLIP / 64, out=dots)
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


def _pair_sums(dots: NDArray[Any], axis: int) -> NDArray[Any]:
    """Of each two along an axis."""
    sums: NDArray[Any] = dots[0::2] + dots[1::2] if axis == 0 else dots[:, 0::2] + dots[:, 1::2]
    return sums


def _twice(dots: NDArray[Any]) -> NDArray[Any]:
    """Each two times along a row."""
    doubled = np.empty((*dots.shape, 2), dots.dtype)
    doubled[..., 0] = dots
    doubled[..., 1] = dots
    return doubled.reshape(len(dots), -1)


def _halved(dots: Floats) -> Floats:
    halved: Floats = _pair_sums(_pair_sums(dots, 0), 1)
    halved *= np.float32(0.25)
    return halved


def _doubled(dots: Floats) -> Floats:
    return np.repeat(_twice(dots), 2, 0)


def _likeness_of_strong(strong: NDArray[np.uint8]) -> Likeness:
    """At half the size of `strong`."""
    rows = strong[0::2] | strong[1::2]
    dots = (rows[:, 0::2] | rows[:, 1::2]).astype(np.float32)
    return Likeness(dots - box(dots, 8), (_FAR[0] // 2 + 8, _FAR[1] // 2 + 8), _NEAR // 3, 4)


def _lattices(faint: Likeness, peaks: list[tuple[float, Vector]]) -> list[tuple[float, Vector, Vector]]:
    """Pairs of movements that stand out, together with their sum or difference; the clearest first."""
    found: list[tuple[float, Vector, Vector]] = []
    for (one, a), (two, b) in itertools.combinations(peaks, 2):
        if abs(a[0] * b[1] - a[1] * b[0]) < 0.25 * np.hypot(*a) * np.hypot(*b):
            continue
        sums = faint.at((a[0] + b[0], a[1] + b[1])), faint.at((a[0] - b[0], a[1] - b[1]))
        if (score := min(one, two, max(sums))) >= _STANDS_OUT:
            found.append((score, a, b))
    return sorted(found, reverse=True)

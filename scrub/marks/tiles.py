"""A faint pattern that repeats over a picture, as programs lay a session's name over a screen.

What is strong in the picture (letters, edges, straight lines) is left out, the rest is made even, and
compared with itself moved: what repeats in two directions stands out. The frequencies are made even
first (a phase correlation), so that neither light nor noise nor one repeated row does. What repeats
upright in rows and columns where the lines of the screen do, too, is the screen's own (a sheet, cards).

Sources: Kutter, "Watermarking resisting to translation, rotation, and scaling" (1998), for the comb of peaks;
`docs/marks.md` for the figures.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Gray = NDArray[np.uint8]
Profile = NDArray[np.float64]
Vector = tuple[int, int]

MIN_SIDE = 160
"""Dots of a picture's side, below which nothing is looked for."""

_STRONG = 60.0  # grays between two neighbours: an edge of what is meant to be seen
_CLIP = 6.0
_LONG = 10  # half of the dots that a straight line has at least
_STILL = 0.7  # of a line: others cross it
_DENSE = 0.25  # of a row of dots that is a line
_EVEN = 0.3  # of the dots, those like the one before: more on a screen, fewer in a photo
_NEAR = 30  # dots: a smaller distance is a halftone's or a letter's
_FAR = (300, 230)
_TAKEN = 6
_MIDDLE = (1440, 900)  # dots of the part that is looked at: what repeats is there, too
_LITTLE = np.float32(1e-3)
_AGAIN = 1.5
_PEAKS = 20
_TRIED = 12
_LEAST_SHOWN = 0.05
"""Of the dots that must be left to look at."""

_STANDS_OUT, _STANDS_OUT_UPRIGHT = 17.0, 38.0
_REPEATS = 0.003
"""Of the dots, those that must have a dark or pale one at the same place in the next tile."""

_SIZES = sorted(
    2**a * 3**b * 5**c for a in range(12) for b in range(3) for c in range(3) if 2**a * 3**b * 5**c < 4000
)


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
    half = _shrunk(_middle(gray), 2)
    shown, lines = _left_to_look_at(half)
    if shown.mean() < _LEAST_SHOWN:
        return None
    photo = bool((_steps(half, 1) < 0.3).mean() < _EVEN)
    surface, half_width = _likeness_of_moved(_evened(half, shown))
    for score, first, second in _lattices(surface, half_width)[:_TRIED]:
        upright = _is_upright(first, second, surface, half_width)
        if upright and photo:
            return None  # of a screen whose lines are not straight there
        if _are_the_screens(lines, first, second, upright=upright):
            continue
        least = min(_repeated(half, shown, first), _repeated(half, shown, second))
        if score < (_STANDS_OUT_UPRIGHT if upright else _STANDS_OUT) or least < _REPEATS:
            return None
        return Tiling(score, (2 * first[0], 2 * first[1]), (2 * second[0], 2 * second[1]))
    return None


def _middle(gray: Gray) -> Gray:
    height, width = gray.shape
    wide, high = min(width, _MIDDLE[0]), min(height, _MIDDLE[1])
    top, left = (height - high) // 2, (width - wide) // 2
    return gray[top : top + high, left : left + wide]


def _shrunk(gray: Gray, by: int) -> Floats:
    """Each dot the mean of `by` times `by`, with fractions."""
    height, width = (side // by * by for side in gray.shape)
    sums = np.zeros((height // by, width // by), np.uint16)
    for down, across in itertools.product(range(by), range(by)):
        sums += gray[down:height:by, across:width:by]
    return _narrow(sums / np.float32(by * by))


def _narrow(dots: NDArray[np.floating]) -> Floats:
    return dots.astype(np.float32, copy=False)


def _run(dots: Floats, axis: int, reach: int) -> Floats:
    """The mean of each dot and `reach` on both sides; beyond the edge is nothing."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(dots, pad), axis, dtype=np.float32)
    wide = 2 * reach + 1
    if axis == 0:
        return _narrow((sums[wide:] - sums[:-wide]) / np.float32(wide))
    return _narrow((sums[:, wide:] - sums[:, :-wide]) / np.float32(wide))


def _box(dots: Floats, reach: int) -> Floats:
    return _run(_run(dots, 0, reach), 1, reach)


def _steps(dots: Floats, axis: int) -> Floats:
    """How far each dot is from the one before."""
    steps = np.zeros(dots.shape, np.float32)
    into = steps[1:] if axis == 0 else steps[:, 1:]
    np.abs(np.diff(dots, axis=axis), out=into)
    return steps


def _both(flags: Flags, axis: int) -> Flags:
    """With the dot before each."""
    before = flags.copy()
    if axis == 0:
        before[:-1] |= flags[1:]
    else:
        before[:, :-1] |= flags[:, 1:]
    return before


def _left_to_look_at(half: Floats) -> tuple[Flags, tuple[Profile, Profile]]:
    """The dots near no strong edge and on no straight line; and which rows and columns hold lines."""
    steps = _steps(half, 0), _steps(half, 1)
    strong = _both(steps[0] > _STRONG, 0) | _both(steps[1] > _STRONG, 1)
    shown = _box(strong.astype(np.float32), 2) < 1e-3
    profiles = []
    for along in (1, 0):
        changes = _both(steps[1 - along] > 0.5, 1 - along)
        still = _run((steps[along] < 0.3).astype(np.float32), along, _LONG) > _STILL
        profiles.append(((still & changes).mean(along) > _DENSE).astype(np.float64))
        unbroken = (_run(steps[along], along, _LONG) < 0.02).astype(np.float32)
        shown &= ~((_run(unbroken, along, _LONG) > 0.02) & changes)
    return shown, (profiles[0], profiles[1])


def _evened(half: Floats, shown: Flags) -> Floats:
    """Without light and shade, without what goes straight along, as strong everywhere."""
    weight = shown.astype(np.float32)
    around = _box(weight, 8)
    dots = _narrow((half - _box(half * weight, 8) / np.maximum(around, _LITTLE)) * weight)
    dots[around <= 0.1] = 0
    np.clip(dots, -_CLIP, _CLIP, out=dots)
    for axis in (1, 0):
        dots -= _narrow(weight * _run(dots, axis, 30) / np.maximum(_run(weight, axis, 30), _LITTLE))
    return _narrow(dots / (np.sqrt(np.maximum(_box(dots * dots, 12), 0)) + 1))


def _likeness_of_moved(dots: Floats) -> tuple[Floats, int]:
    """How far each movement stands out: a row for each dot down, a column for each across from `-half_width`
    on; nothing where it is near.
    """
    height, width = dots.shape
    across, down = min(width // 2, _FAR[0]), min(height // 2, _FAR[1])
    shape = [next(size for size in _SIZES if size >= side) for side in (height + down, width + across)]
    parts = np.fft.rfft2(dots, shape)
    power = _narrow(parts.real**2 + parts.imag**2)
    power = _narrow(power / (_box(power, _TAKEN) + power.mean() * 0.02 + 1e-9))
    moved = np.fft.irfft2(power, shape)
    near = np.concatenate([moved[: down + 1, -across:], moved[: down + 1, : across + 1]], 1).astype(
        np.float32
    )
    sharp = _box(near, 1) - _box(near, _TAKEN)
    y, x = np.mgrid[0 : down + 1, -across : across + 1]
    far = y * y + x * x >= _NEAR * _NEAR
    far[0, : across + 1] = False
    far[-_TAKEN - 1 :] = far[:, : _TAKEN + 1] = far[:, -_TAKEN - 1 :] = False  # the edge would stand out
    surface = sharp / np.float32(1.4826 * np.median(np.abs(sharp[far])) + 1e-9)
    surface[~far] = 0
    return surface, across


def _at(surface: Floats, half_width: int, vector: Vector) -> float | None:
    """The highest around a movement; None beyond what is looked at."""
    across, down = vector if vector[1] > 0 or (vector[1] == 0 and vector[0] > 0) else (-vector[0], -vector[1])
    if down >= surface.shape[0] or abs(across) > half_width:
        return None
    left = max(0, across + half_width - 2)
    return float(surface[max(0, down - 2) : down + 3, left : across + half_width + 3].max())


def _lattices(surface: Floats, half_width: int) -> list[tuple[float, Vector, Vector]]:
    """Pairs of movements that stand out, together with their sum or difference; the clearest first."""
    left, peaks = surface.copy(), []
    for _ in range(_PEAKS):
        down, column = divmod(int(left.argmax()), left.shape[1])
        height = float(left[down, column])
        if height < 6:
            break
        peaks.append((height, (column - half_width, down)))
        left[max(0, down - 6) : down + 7, max(0, column - 6) : column + 7] = 0
    found: list[tuple[float, Vector, Vector]] = []
    for (one, a), (two, b) in itertools.combinations(peaks, 2):
        if abs(a[0] * b[1] - a[1] * b[0]) < 0.25 * np.hypot(*a) * np.hypot(*b):
            continue
        both = ((a[0] + b[0], a[1] + b[1]), (a[0] - b[0], a[1] - b[1]))
        sums = [_at(surface, half_width, vector) or 0.0 for vector in both]
        found.append((min(one, two, max(sums)), a, b))
    return sorted(found, reverse=True)


def _is_upright(first: Vector, second: Vector, surface: Floats, half_width: int) -> bool:
    """Whether the tiles stand in rows and columns, at most a little turned."""
    ways = [first, second, (first[0] + second[0], first[1] + second[1])]
    ways.append((first[0] - second[0], first[1] - second[1]))
    level = [way for way in ways if abs(way[1]) <= 0.1 * abs(way[0])]
    steep = [way for way in ways if abs(way[0]) <= 0.1 * abs(way[1])]
    slanted = [way for way in (first, second) if way not in (*level, *steep)]
    for across, down in slanted:
        parts = _at(surface, half_width, (across, 0)), _at(surface, half_width, (0, down))
        if None not in parts and min(part or 0.0 for part in parts) > 0.4 * _STANDS_OUT:
            return True
    return not slanted or (bool(level) and bool(steep))


def _are_the_screens(lines: tuple[Profile, Profile], first: Vector, second: Vector, *, upright: bool) -> bool:
    """Whether lines come again as far down, and as far across, as both movements go; of tiles in rows and
    columns it is enough that either do.
    """
    if upright:
        down, across = (max(abs(first[axis]), abs(second[axis])) for axis in (1, 0))
        return _come_again(lines[0], down) or _come_again(lines[1], across)
    return all(
        step <= 2 or _come_again(profile, step)
        for profile, axis in ((lines[0], 1), (lines[1], 0))
        for step in (abs(first[axis]), abs(second[axis]))
    )


def _come_again(profile: Profile, distance: int) -> bool:
    mean = profile.mean()
    if not mean:
        return False
    near = (off for off in range(distance - 1, distance + 2) if 0 < off < len(profile))
    return any((profile[off:] * profile[:-off]).mean() > _AGAIN * mean * mean for off in near)


def _repeated(half: Floats, shown: Flags, vector: Vector) -> float:
    """Of the dots, those that are no part of a straight edge and differ from their neighbours as the dot one
    tile on does; those that differ the other way count against it.
    """
    fine = (half - _box(half, 2)) * shown
    straight = (_run(_steps(fine, 0), 0, 3) < 0.15) | (_run(_steps(fine, 1), 1, 3) < 0.15)
    across, down = vector if vector[1] >= 0 else (-vector[0], -vector[1])
    height, width = half.shape
    here = slice(down, height), slice(max(across, 0), width + min(across, 0))
    there = slice(0, height - down), slice(max(-across, 0), width - max(across, 0))
    both = shown[here] & shown[there]
    clear = (np.minimum(np.abs(fine[here]), np.abs(fine[there])) > 0.4) & both & ~straight[here]
    alike = fine[here] * fine[there] > 0
    return float((clear & alike).sum() - (clear & ~alike).sum()) / max(1, int(both.sum()))

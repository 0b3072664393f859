"""How far a picture is like itself moved: sums over windows, and a phase correlation with itself.

A mean over 2n + 1 dots takes about log n additions of all dots, which cost less than one cumulative sum.
"""

from typing import Any

import numpy as np
import numpy.fft  # numpy loads both when they are first used: a confined child has no files then
import numpy.ma
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Vector = tuple[int, int]
"""Across, and down."""

LITTLE = np.float32(1e-3)
_SIZES = sorted(
    2**a * 3**b * 5**c for a in range(12) for b in range(4) for c in range(3) if 2**a * 3**b * 5**c < 4000
)


def total(dots: NDArray[Any], axis: int, reach: int) -> NDArray[Any]:
    """The sum of each dot and `reach` on both sides, in the same numbers, which must hold it; beyond the edge
    is nothing.
    """
    length, left, window, at = dots.shape[axis], 2 * reach + 1, 1, 0
    shape = [*dots.shape]
    shape[axis] += 2 * reach
    sums = np.zeros(shape, dots.dtype)
    sums[_cut(axis, reach, reach + length)] = dots
    out = np.zeros_like(dots)
    while True:
        if left & 1:
            out += sums[_cut(axis, at, at + length)]
            at += window
        left >>= 1
        if not left:
            return out
        most = sums.shape[axis] - window
        sums = sums[_cut(axis, 0, most)] + sums[_cut(axis, window, window + most)]
        window *= 2


def box(dots: Floats, reach: int) -> Floats:
    """The mean over a square."""
    out = box_total(dots, reach)
    out *= np.float32(1 / (2 * reach + 1) ** 2)
    return out


def box_total(dots: NDArray[Any], reach: int) -> NDArray[Any]:
    """The sum over a square, as `total`."""
    return total(total(dots, 0, reach), 1, reach)


def _cut(axis: int, start: int, stop: int) -> tuple[slice, slice]:
    part, whole = slice(start, stop), slice(None)
    return (part, whole) if axis == 0 else (whole, part)


class Likeness:
    """Of dots with themselves moved by up to `far` (across and down), and by more than `near`. `over` so many
    frequencies on each side power is made even, and so many dots around it a peak stands out from.

    The frequencies are made even first, so that neither light nor noise nor one repeated row stands out.
    `surface` has a row for each dot down, a column for each across from `-reach` on: how far each movement
    stands out, in deviations.
    """

    def __init__(self, dots: Floats, far: Vector, near: int, over: int) -> None:
        height, width = dots.shape
        self.reach, down = min(width // 2, far[0]), min(height // 2, far[1])
        shape = [next(size for size in _SIZES if size >= side) for side in (height, width)]
        rows = np.fft.rfft(dots, shape[1], axis=1)
        columns = np.fft.fft(np.ascontiguousarray(rows.T), shape[0], axis=1)  # each in one piece of memory
        parts = np.ascontiguousarray(columns, np.complex64).view(np.float32)
        parts *= parts
        power = parts[:, 0::2] + parts[:, 1::2]
        evenly = box(power, over)
        evenly += power.mean() * np.float32(0.02) + np.float32(1e-9)
        power /= evenly
        # of real numbers: the way back is the same, mirrored
        back = np.fft.rfft(power, axis=1)[:, : down + 1]
        back = np.conjugate(back.T, order="C")
        back *= np.float32(1 / shape[0])
        moved = np.fft.irfft(back, shape[1], axis=1)
        both = moved[:, -self.reach :], moved[:, : self.reach + 1]
        dots = np.concatenate(both, 1).astype(np.float32, copy=False)
        sharp = box(dots, 1) - box(dots, over)
        y, x = np.ogrid[0 : down + 1, -self.reach : self.reach + 1]
        meant = y * y + x * x >= near * near
        meant[0, : self.reach + 1] = False
        edge = over + 1  # it would stand out
        meant[-edge:] = meant[:, :edge] = meant[:, -edge:] = False
        some = np.abs(sharp[::3, ::3][meant[::3, ::3]])
        self.surface = sharp / np.float32(1.4826 * np.median(some) + 1e-9) if some.size else sharp
        self.surface[~meant] = 0

    def at(self, vector: Vector, around: int = 2) -> float:
        """The highest around a movement; 0 beyond what is looked at."""
        window = self._window(vector, around)
        return float(window.max()) if window.size else 0.0

    def beside(self, vector: Vector) -> float:
        """The highest near a movement, but not around it."""
        window = self._window(vector, 20)
        if not window.size:
            return 0.0
        across, down = _down(vector)
        top, left = max(0, down - 20), max(0, across + self.reach - 20)
        y, x = np.ogrid[: window.shape[0], : window.shape[1]]
        return float(window[(y + top - down) ** 2 + (x + left - across - self.reach) ** 2 >= 36].max())

    def peaks(self, many: int, least: float) -> list[tuple[float, Vector]]:
        """The highest, and where they are."""
        left, found = self.surface.copy(), []
        for _ in range(many):
            down, column = divmod(int(left.argmax()), left.shape[1])
            height = float(left[down, column])
            if height < least:
                break
            found.append((height, (column - self.reach, down)))
            left[max(0, down - 4) : down + 5, max(0, column - 4) : column + 5] = 0
        return found

    def _window(self, vector: Vector, around: int) -> Floats:
        across, down = _down(vector)
        if down >= self.surface.shape[0] or abs(across) > self.reach:
            return self.surface[:0]
        left = max(0, across + self.reach - around)
        right = across + self.reach + around + 1
        return self.surface[max(0, down - around) : down + around + 1, left:right]


def _down(vector: Vector) -> Vector:
    """The same movement, or the other way, whichever goes down or to the right."""
    across, down = vector
    return vector if down > 0 or (down == 0 and across > 0) else (-across, -down)

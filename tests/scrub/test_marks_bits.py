"""Flags as the bits of a number say the same as arrays do."""

import numpy as np
import pytest

from scrub.marks.bits import Frame, around, twice_around


def windows(values: np.ndarray, axis: int, reach: int) -> np.ndarray:
    """Sums over a window, the plain way."""
    pads = [(0, 0), (0, 0)]
    pads[axis] = (reach, reach)
    padded = np.pad(values.astype(int), pads)
    length = values.shape[axis]
    return sum(np.take(padded, range(by, by + length), axis) for by in range(2 * reach + 1))  # type: ignore[return-value]  # a sum of arrays


@pytest.mark.parametrize("size", [(7, 40), (40, 7), (33, 64), (1, 1)])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("reach", [2, 10])
def test_bits_are_joined_as_arrays_are(size: tuple[int, int], axis: int, reach: int) -> None:
    values = np.random.default_rng(7).choice(3, size, p=(0.9, 0.07, 0.03))
    frame = Frame(*size)
    step = (frame.stride, 1)[axis]
    once, twice = frame.bits(values > 0), frame.bits(values > 1)
    assert (frame.flags(once) == (values > 0)).all()
    assert (frame.flags(around(once, step, reach)) == (windows(values, axis, reach) > 0)).all()
    assert (frame.flags(twice_around(once, twice, step, reach)) == (windows(values, axis, reach) > 1)).all()
    assert (frame.flags(frame.every) == 1).all()

"""Flags of a picture's dots as the bits of one whole number.

To shift, join and cross all of them at once costs a tenth of what it costs an array. A dot is bit
`row * stride + column`; the bits behind a row's last one are clear, `MARGIN` of them at least, so that what
is shifted along a row by no more than that stays in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARGIN = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """How rows lie in a number."""

    height: int
    width: int

    @property
    def row_bytes(self) -> int:
        return (self.width + MARGIN + 7) // 8

    @property
    def stride(self) -> int:
        return 8 * self.row_bytes

    def bits(self, flags: NDArray[np.bool_]) -> int:
        rows = np.zeros((self.height, self.stride), np.bool_)
        rows[:, : self.width] = flags
        return int.from_bytes(np.packbits(rows, bitorder="little").tobytes(), "little")

    def flags(self, bits: int) -> NDArray[np.uint8]:
        """Rows of 0 and 1. What lies below the last row is left out."""
        bits &= (1 << self.height * self.stride) - 1
        packed = np.frombuffer(bits.to_bytes(self.height * self.row_bytes, "little"), np.uint8)
        return np.unpackbits(
            packed.reshape(self.height, self.row_bytes), axis=1, count=self.width, bitorder="little"
        )

    @property
    def every(self) -> int:
        """All dots."""
        row = ((1 << self.width) - 1).to_bytes(self.row_bytes, "little")
        return int.from_bytes(row * self.height, "little")


def around(bits: int, step: int, reach: int) -> int:
    """Set where one of `reach` on either side is, `step` bits from one to the next."""
    window, length = 1, 2 * reach + 1
    while window < length:
        more = min(window, length - window)
        bits |= bits << more * step
        window += more
    return bits >> reach * step


def twice_around(once: int, twice: int, step: int, reach: int) -> int:
    """Set where two are among `reach` on either side and the dot itself; of a dot `once` says whether it has
    one, and `twice` whether it has two.
    """
    left, at, some, two = 2 * reach + 1, 0, 0, 0
    window = 1
    while left:
        if left & 1:
            two |= twice << at * step | some & once << at * step
            some |= once << at * step
            at += window
        left >>= 1
        twice |= twice << window * step | once & once << window * step
        once |= once << window * step
        window *= 2
    return two >> reach * step

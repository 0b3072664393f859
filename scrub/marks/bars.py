"""Bar codes and square codes in a picture, read by zxing-cpp.

To read codes costs more than all else that is looked for, and most pictures have none. So only where dark and
pale come in turn in equal parts, as in no letters and on no edge, the reader looks. What a code says is
outside words like any: a path or an escape in it is shown as letters, and nothing else.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from scrub.marks.found import WHOLE, Mark, printable

Gray = NDArray[np.uint8]
Flags = NDArray[np.bool_]

MAX_CODES = 8
MAX_DOTS = 2 << 20
"""Of the copy that is looked at."""

_BLOCK = 8  # dots of a block's side, at half of the size and less
_CELL = 64  # dots of a cell's side, whole
_SHOWN, _PRINTED = (2, 48), (3, 128)  # blocks in a square of which all but one are a code's, and contrast
_CHANGES = 1.6  # of a row of a block, or a column: from dark to pale or back
_EVEN = 0.33  # of the dots of a block that are dark at least, and that are pale


def bars(gray: Gray, part: int = 0, page: int = 0, *, printed: bool = False) -> list[Mark]:
    """Those in rows of dots. `printed` as for `regions`."""
    height, width = gray.shape
    found: list[Mark] = []
    for top, bottom, left, right in regions(gray[::2, ::2], printed=printed):
        for code in zxingcpp.read_barcodes(np.ascontiguousarray(gray[top:bottom, left:right])):
            place = code.position
            corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
            across = [min(max(0, (left + corner.x) * WHOLE // width), WHOLE) for corner in corners]
            down = [min(max(0, (top + corner.y) * WHOLE // height), WHOLE) for corner in corners]
            box = min(across), min(down), max(across), max(down)
            found.append(Mark("code", part, page, box=box, words=printable(code.text)))
            if len(found) == MAX_CODES:
                return found
    return found


def regions(half: Gray, *, printed: bool = False) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left, right of where the reader looks, in dots of the picture of which every second one is
    given: cells that may hold a part of a code, and one more on each side. `printed`: on a drawn page, whose
    codes are a centimetre and a half wide or more, and whose letters are small.
    """
    height, width = (2 * side for side in half.shape)
    cells = np.zeros((-(-height // _CELL), -(-width // _CELL)), np.bool_)
    for even, by in _even(half, *(_PRINTED if printed else _SHOWN)):
        more = max(1, _BLOCK * 4 * by // _CELL)
        for down, across in _cells_of(even, by):
            cells[down : down + more, across : across + more] = True
    found = []
    while cells.any():
        down, across = divmod(int(cells.argmax()), cells.shape[1])
        top, bottom, left, right = _taken(cells, down, across)
        top, left = max(0, top - 1) * _CELL, max(0, left - 1) * _CELL
        found.append((top, min(height, (bottom + 2) * _CELL), left, min(width, (right + 2) * _CELL)))
    size = sum((bottom - top) * (right - left) for top, bottom, left, right in found)
    return found if size < height * width else [(0, height, 0, width)]


def _cells_of(squares: Flags, by: int) -> Iterator[tuple[int, int]]:
    rows, columns = (axis * _BLOCK * 2 * by // _CELL for axis in squares.nonzero())
    return zip(rows.tolist(), columns.tolist(), strict=True)


def _taken(cells: Flags, down: int, across: int) -> tuple[int, int, int, int]:
    """The first and last row and column of the cells that touch each other there; takes them out."""
    waiting, rows, columns = [(down, across)], [down], [across]
    cells[down, across] = False
    while waiting:
        down, across = waiting.pop()
        top, left = max(0, down - 1), max(0, across - 1)
        for y, x in zip(*cells[top : down + 2, left : across + 2].nonzero(), strict=True):
            row, column = top + int(y), left + int(x)
            cells[row, column] = False
            waiting.append((row, column))
            rows.append(row)
            columns.append(column)
    return min(rows), max(rows), min(columns), max(columns)


def _even(half: Gray, side: int, contrast: int) -> Iterator[tuple[Flags, int]]:
    """Which blocks, with all but one of `side` times `side`, are half dark and change often, from dots that
    differ by `contrast`; of a picture at half its size, a fourth and so on, each with its share of a half.
    """
    levels = [half]
    while min(levels[-1].shape) >= 2:
        levels.append(_halved(levels[-1]))
    for level, (dots, means) in enumerate(zip(levels, levels[3:], strict=False)):
        height, width = means.shape
        dots = dots[: height * _BLOCK, : width * _BLOCK]  # noqa: PLW2901
        most, least = _pooled(dots, np.maximum), _pooled(dots, np.minimum)
        spread = most - least
        dark = (most - means) / np.maximum(spread, 1).astype(np.float32)
        mixed = (spread > contrast) & (dark > _EVEN) & (dark < 1 - _EVEN)
        if np.count_nonzero(mixed) < side * side - 1:
            continue
        rows, columns = _in_squares(_squares(mixed, side), mixed).nonzero()
        if not rows.size:
            continue
        blocks = dots.reshape(height, _BLOCK, width, _BLOCK)[rows, :, columns].astype(np.int16)
        changes = (np.abs(np.diff(blocks, axis=axis)).sum((1, 2)) for axis in (1, 2))
        often = np.maximum(*changes) > _CHANGES * _BLOCK * spread[rows, columns].astype(np.int32)
        mixed[:] = False
        mixed[rows[often], columns[often]] = True
        even = _squares(mixed, side)
        if even.any():
            yield even, 1 << level


def _squares(blocks: Flags, side: int) -> Flags:
    """Where a square begins of which all but one are set."""
    height, width = blocks.shape
    counts = np.zeros((max(0, height - side + 1), max(0, width - side + 1)), np.uint8)
    for down, across in itertools.product(range(side), repeat=2):
        counts += blocks[down : down + counts.shape[0], across : across + counts.shape[1]]
    return counts >= side * side - 1


def _in_squares(squares: Flags, blocks: Flags) -> Flags:
    """Those that are set and lie in one."""
    height, width = squares.shape
    inside = np.zeros_like(blocks)
    if squares.any():
        for down, across in itertools.product(
            *(range(1 + blocks.shape[axis] - squares.shape[axis]) for axis in (0, 1))
        ):
            inside[down : down + height, across : across + width] |= squares
    return inside & blocks


def _halved(dots: Gray) -> Gray:
    height, width = (side // 2 * 2 for side in dots.shape)
    rows = dots[0:height:2, :width].astype(np.uint16) + dots[1:height:2, :width]
    return ((rows[:, 0::2] + rows[:, 1::2]) >> 2).astype(np.uint8)


def _pooled(dots: Gray, of_two: "np.ufunc") -> Gray:
    """Of each block."""
    pooled: Gray = dots
    for _ in range(3):
        pooled = of_two(pooled[0::2], pooled[1::2])
    for _ in range(3):
        pooled = of_two(pooled[:, 0::2], pooled[:, 1::2])
    return pooled

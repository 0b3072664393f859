"""Tables of counts in which no number under five can be read or worked out (issue 16, `--aggregate`).

A cell, a row's sum, a column's and the sum of all are each either shown or not. Below `LEAST` none is. For
each that is hidden so, three others are hidden that make a rectangle with it, chosen so that the hidden
number could as well be five more with all that is shown the same: the corners that would have to give have
five to give. So whoever solves the sums is left with two values at least, one of them five or more. That is
complementary cell suppression, proven a cell at a time and not with the least loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""From here on a number is shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """`cells` are rows of columns, and then a last row and a last column of sums; None is hidden."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]


def table(rows: Sequence[str], columns: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Table:
    """`counts` by row and column; what is not in it is none."""
    inner = [[counts.get((row, column), 0) for column in columns] for row in rows]
    values = [[*line, sum(line)] for line in inner]
    values.append([sum(line[at] for line in values) for at in range(len(columns) + 1)])
    hidden = suppressed(values)
    cells = tuple(
        tuple(None if (row, column) in hidden else value for column, value in enumerate(line))
        for row, line in enumerate(values)
    )
    return Table(tuple(rows), tuple(columns), cells)


def suppressed(values: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """The places that are hidden. The last row and column are the sums of the others."""
    height, width = len(values), len(values[0])
    small = [(row, column) for row in range(height) for column in range(width) if values[row][column] < LEAST]
    hidden = set(small)
    for place in small:
        hidden.update(_rectangle(values, place, hidden))
    return hidden


def _rectangle(
    values: Sequence[Sequence[int]], place: tuple[int, int], hidden: set[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """The three other corners that cost least: sums and cells that are hidden anyway cost nothing."""
    row, column = place
    height, width = len(values), len(values[0])
    best: tuple[int, tuple[tuple[int, int], ...]] | None = None
    for across in range(height):
        for down in range(width):
            if across == row or down == column:
                continue
            corners = ((row, down), (across, column), (across, down))
            if not _can_rise(values, place, corners):
                continue
            cost = sum(values[r][c] + 1 for r, c in corners if (r, c) not in hidden)
            if best is None or cost < best[0]:
                best = cost, corners
    if best is None:  # with the sums there always is one
        raise ValueError(len(values))
    return best[1]


def _can_rise(
    values: Sequence[Sequence[int]], place: tuple[int, int], corners: Sequence[tuple[int, int]]
) -> bool:
    """Whether the number there can be `LEAST` more if the corners change with it and nothing else does."""
    last = len(values) - 1, len(values[0]) - 1
    side, above, opposite = (_sign(corner, last) for corner in corners)
    own = _sign(place, last)
    changes = (-own * side, -own * above, own * opposite)
    return all(
        change > 0 or values[row][column] >= LEAST
        for change, (row, column) in zip(changes, corners, strict=True)
    )


def _sign(place: tuple[int, int], last: tuple[int, int]) -> int:
    """With these signs every row and every column adds up to nothing."""
    return -1 if (place[0] == last[0]) != (place[1] == last[1]) else 1

"""Which letters of a page lie on each other, and which can be taken out of its picture together."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_SAME = 3  # dots between a letter and its double: bold print that was made by printing twice


class Letter(NamedTuple):
    """Its box in dots, right and bottom excluded; `owner`: the address of the text object that draws it;
    `exact`: its own box, not widened (left, top, right, bottom); `turn`: how it lies (`shapes.upright`).
    """

    left: int
    top: int
    right: int
    bottom: int
    letter: str
    owner: int
    exact: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    turn: int = 0


def inner(letters: list[Letter]) -> Numbers:
    """Boxes, a row each (left, top, right, bottom), without their outermost dots, where neighbours meet."""
    boxes = np.array([each[:4] for each in letters], np.int64)
    for low, high in ((0, 2), (1, 3)):
        wide = boxes[:, high] - boxes[:, low] >= 6
        boxes[wide, low] += 1
        boxes[wide, high] -= 2
    return boxes


def units(letters: list[Letter], crowds: Numbers) -> Numbers:
    """Of each letter, a number that letters share which can only go out together: those of one object, and of
    objects that print the same letter at the same place. `crowds`: letters on which others lie.
    """
    owners: dict[int, int] = {}
    for letter in letters:
        owners.setdefault(letter.owner, len(owners))
    parents = list(range(len(owners)))

    def top(unit: int) -> int:
        while parents[unit] != unit:
            parents[unit] = parents[parents[unit]]
            unit = parents[unit]
        return unit

    places: dict[tuple[str, int, int], tuple[int, Letter]] = {}
    for index in crowds:
        letter = letters[index]
        unit, column, row = owners[letter.owner], letter.left // _SAME, letter.top // _SAME
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                other = places.get((letter.letter, column + across, row + up))
                if other is not None and other[0] != unit and _is_double(letter, other[1]):
                    parents[top(unit)] = top(other[0])
        places[letter.letter, column, row] = (unit, letter)
    return np.array([top(owners[letter.owner]) for letter in letters], np.int64)


def _is_double(one: Letter, other: Letter) -> bool:
    return abs(one.right - other.right) <= _SAME and abs(one.bottom - other.bottom) <= _SAME


def crowded(boxes: Numbers, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Of each box, whether others lie on more than a tenth of it."""
    steps = np.zeros((size[1], size[0] + 1), np.int32)
    for inside, row in _rows(boxes):
        np.add.at(steps, (row, boxes[inside, 0]), 1)
        np.subtract.at(steps, (row, boxes[inside, 2]), 1)
    depth = np.cumsum(steps.reshape(-1), dtype=np.int32).reshape(steps.shape)[:, :-1]
    return sums(depth > 1, boxes) * 10 > (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def apart(
    every: Numbers, crowds: NDArray[np.bool_], boxes: Numbers, together: Numbers, size: tuple[int, int]
) -> tuple[Numbers, Numbers, Numbers]:
    """Of the letters `every`, those of units that don't lie on each other; of these,
    those on which no later letter of their own unit lies; and the letters that are left over.
    """
    touched = np.isin(together[every], np.unique(together[every[crowds]]))
    chosen, clear, left_over = every[~touched].tolist(), every[~touched].tolist(), []
    by_unit: dict[int, list[int]] = {}
    for index in every[touched].tolist():
        by_unit.setdefault(int(together[index]), []).append(index)
    if by_unit:
        map_of_units, map_of_letters = (np.full((size[1], size[0]), -1, np.int32) for _ in range(2))
    for unit, members in by_unit.items():
        places = [
            (slice(top, bottom), slice(left, right)) for left, top, right, bottom in boxes[members].tolist()
        ]
        if any((map_of_units[place] >= 0).any() for place in places):
            left_over += members
            continue
        chosen += members
        first = _first_at_place(members, places)
        for number, place in zip(first, places, strict=True):
            map_of_units[place], map_of_letters[place] = unit, number
        for index, number, place in zip(members, first, places, strict=True):
            own = map_of_letters[place] == number
            if 2 * np.count_nonzero(own) >= own.size:
                clear.append(index)
    return np.array(chosen, np.int64), np.array(clear, np.int64), np.array(left_over, np.int64)


def _first_at_place(members: list[int], places: list[tuple[slice, slice]]) -> list[int]:
    """Of letters that follow each other at one place, as those of a ligature, the first one."""
    first: list[int] = []
    for number, index in enumerate(members):
        goes_on = number and members[number - 1] == index - 1 and places[number - 1] == places[number]
        first.append(first[-1] if goes_on else index)
    return first


def _rows(boxes: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Row by row, which boxes have one more, and which row it is."""
    inside = np.arange(len(boxes))
    for down in range(int((boxes[:, 3] - boxes[:, 1]).max(initial=0))):
        inside = inside[boxes[inside, 1] + down < boxes[inside, 3]]
        yield inside, boxes[inside, 1] + down


def sums(dots: NDArray[np.bool_], boxes: Numbers) -> Numbers:
    """How many dots are set in each box."""
    high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    ends = np.cumsum(high * wide)
    if not len(boxes) or high.min() < 1 or wide.min() < 1 or ends[-1] > dots.size:
        return _sums_of_many(dots, boxes)
    of_rows = np.repeat(wide, high)  # each row of each box
    down = np.arange(len(of_rows)) - np.repeat(np.cumsum(high) - high, high)
    starts = (down + np.repeat(boxes[:, 1], high)) * dots.shape[1] + np.repeat(boxes[:, 0], high)
    places = np.arange(ends[-1]) + np.repeat(starts - np.cumsum(of_rows) + of_rows, of_rows)
    first = ends - high * wide
    return np.add.reduceat(dots.reshape(-1)[places], first, dtype=np.int64)


def _sums_of_many(dots: NDArray[np.bool_], boxes: Numbers) -> Numbers:
    """The same of boxes that lie on each other, or are empty."""
    before = np.zeros(dots.size + 1, np.int32)
    np.cumsum(dots.astype(np.int32).reshape(-1), dtype=np.int32, out=before[1:])
    found = np.zeros(len(boxes), np.int64)
    for inside, row in _rows(boxes):
        start = row * dots.shape[1]
        found[inside] += before[start + boxes[inside, 2]] - before[start + boxes[inside, 0]]
    return found

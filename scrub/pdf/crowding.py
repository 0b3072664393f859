"""Which letters of a page lie on each other, and which can be taken out of its picture together."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_SAME = 3  # dots between a letter and its double: bold print that was made by printing twice
_MANY = 1 << 22  # dots: those of a full page of A4 are half of that
_FEW = 1 << 18  # dots of letters that lie on each other: these are sorted


@dataclass(frozen=True, slots=True)
class Letters:
    """A row each. `boxes`: in dots (left, top, right, bottom), right and bottom excluded; `owners`: the
    address of the text object that draws it; `exact`: its own box, not widened; `turns`: how it lies
    (`shapes.upright`).
    """

    boxes: Numbers
    words: list[str]
    owners: Numbers
    exact: NDArray[np.float64]
    turns: Numbers


def inner(boxes: Numbers) -> Numbers:
    """Without their outermost dots, where neighbours meet."""
    boxes = boxes.copy()
    for low, high in ((0, 2), (1, 3)):
        wide = boxes[:, high] - boxes[:, low] >= 6
        boxes[wide, low] += 1
        boxes[wide, high] -= 2
    return boxes


def units(letters: Letters, crowds: Numbers) -> Numbers:
    """Of each letter, a number that letters share which can only go out together: those of one object, and of
    objects that print the same letter at the same place. `crowds`: letters on which others lie.
    """
    owners, own = np.unique(letters.owners, return_inverse=True)
    parents = list(range(len(owners)))

    def top(unit: int) -> int:
        while parents[unit] != unit:
            parents[unit] = parents[parents[unit]]
            unit = parents[unit]
        return unit

    places: dict[tuple[str, int, int], tuple[int, list[int]]] = {}
    for index, unit, box in zip(
        crowds.tolist(), own[crowds].tolist(), letters.boxes[crowds].tolist(), strict=True
    ):
        letter, column, row = letters.words[index], box[0] // _SAME, box[1] // _SAME
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                other = places.get((letter, column + across, row + up))
                if other is not None and other[0] != unit and _is_double(box, other[1]):
                    parents[top(unit)] = top(other[0])
        places[letter, column, row] = (unit, box)
    return np.array([top(unit) for unit in range(len(parents))], np.int64)[own]


def _is_double(one: list[int], other: list[int]) -> bool:
    return abs(one[2] - other[2]) <= _SAME and abs(one[3] - other[3]) <= _SAME


def crowded(boxes: Numbers, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Of each box, whether others lie on more than a tenth of it."""
    found = np.zeros(len(boxes), np.bool_)
    dots = Dots.of(boxes, size)
    if dots is None:
        return _crowded_slowly(boxes, size)
    own = np.repeat(np.arange(len(boxes), dtype=np.int32), dots.counts)
    last = np.empty(size[0] * size[1], np.int32)  # only what is written is read
    last[dots.places] = own
    above = last[dots.places]
    under = above != own
    if not under.any():
        return found
    met = np.unique(np.concatenate([own[under], above[under]]))
    some = Dots.of(boxes[met], size)
    if some is None or len(some.places) > _FEW:
        return _crowded_slowly(boxes, size)
    _, at, depth = np.unique(some.places, return_inverse=True, return_counts=True)
    found[met] = some.sums(depth[at] > 1) * 10 > some.counts
    return found


def _crowded_slowly(boxes: Numbers, size: tuple[int, int]) -> NDArray[np.bool_]:
    """The same of many that lie on each other."""
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
    if not crowds.any():
        return every, every, every[:0]
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


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of boxes, one box after the other: their places on a page, row by row; where those of each box
    begin, and how many they are.
    """

    places: Numbers
    first: Numbers
    counts: Numbers

    @classmethod
    def of(cls, boxes: Numbers, size: tuple[int, int]) -> "Dots | None":
        """None where boxes are empty, or have more dots than a page of `size` (width, height), or too many to
        be held one by one.
        """
        high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
        ends = np.cumsum(high * wide)
        if not len(boxes) or high.min() < 1 or wide.min() < 1 or ends[-1] > min(size[0] * size[1], _MANY):
            return None
        of_rows = np.repeat(wide, high)  # each row of each box
        down = np.arange(len(of_rows)) - np.repeat(np.cumsum(high) - high, high)
        starts = (down + np.repeat(boxes[:, 1], high)) * size[0] + np.repeat(boxes[:, 0], high)
        places = np.arange(ends[-1]) + np.repeat(starts - np.cumsum(of_rows) + of_rows, of_rows)
        return cls(places, ends - high * wide, high * wide)

    def sums(self, there: NDArray[np.bool_]) -> Numbers:
        """How many of `there`, a value for each of the dots, are set in each box."""
        return np.add.reduceat(there, self.first, dtype=np.int64)


def sums(dots: NDArray[np.bool_], boxes: Numbers) -> Numbers:
    """How many dots of a page are set in each box."""
    of_boxes = Dots.of(boxes, (dots.shape[1], dots.shape[0]))
    if of_boxes is None:
        return _sums_of_many(dots, boxes)
    return of_boxes.sums(dots.reshape(-1)[of_boxes.places])


def _sums_of_many(dots: NDArray[np.bool_], boxes: Numbers) -> Numbers:
    """The same of boxes that lie on each other, or are empty."""
    before = np.zeros(dots.size + 1, np.int32)
    np.cumsum(dots.astype(np.int32).reshape(-1), dtype=np.int32, out=before[1:])
    found = np.zeros(len(boxes), np.int64)
    for inside, row in _rows(boxes):
        start = row * dots.shape[1]
        found[inside] += before[start + boxes[inside, 2]] - before[start + boxes[inside, 0]]
    return found

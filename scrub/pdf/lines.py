"""Lines of words from the letters of a page that are seen."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scrub.pdf.crowding import Numbers

SPACES = frozenset("\t \u00a0")
ENDS = frozenset("\r\n\x00")


@dataclass(slots=True)
class Line:
    """In dots from the upper left corner; `height` is that of its largest letter."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    height: float = 0.0

    def __post_init__(self) -> None:
        self.height = self.bottom - self.top

    def takes(self, other: "Line") -> bool:
        """Whether `other` goes on where this line is, be it beside or, in a turned line, below or above."""
        across = max(self.left, other.left) - min(self.right, other.right)
        up = max(self.top, other.top) - min(self.bottom, other.bottom)
        return (up <= 0 and across <= 4 * self.height) or (across <= 0 and up <= self.height)

    def take(self, other: "Line") -> None:
        self.left = other.left if other.left < self.left else self.left
        self.top = other.top if other.top < self.top else self.top
        self.right = other.right if other.right > self.right else self.right
        self.bottom = other.bottom if other.bottom > self.bottom else self.bottom
        self.words += other.words
        self.height = other.height if other.height > self.height else self.height


def taken(before: NDArray[np.float64], boxes: NDArray[np.float64], _letters: list[str]) -> NDArray[np.bool_]:
    """The letters that `Line.takes` for the one before alone, and so for every line that has this one."""
    across, up = gaps(before, boxes)
    return (up <= 0) & (across <= 4 * (before[:, 3] - before[:, 1]))


def gaps(
    before: NDArray[np.float64], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Between boxes, across and up: less than nothing where they share some."""
    low, high = np.maximum(before[:, :2], boxes[:, :2]), np.minimum(before[:, 2:], boxes[:, 2:])
    return low[:, 0] - high[:, 0], low[:, 1] - high[:, 1]


@dataclass(frozen=True, slots=True)
class Read:
    """What is read of a page, in its order: a letter each, with its place in `boxes` (left, top, right,
    bottom, in dots) where it is `seen`; else a space or the end of a line.
    """

    letters: list[str] = field(repr=False)
    boxes: NDArray[np.float64] = field(repr=False)
    seen: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def nothing(cls) -> "Read":
        return cls([], np.zeros((0, 4)), np.zeros(0, np.bool_))


Follows = Callable[[Line, Line], bool]
Near = Callable[[NDArray[np.float64], NDArray[np.float64], list[str]], NDArray[np.bool_]]


def joined(read: Read, follows: Follows, near: Near) -> list[Line]:
    """Letters that are seen, joined while each `follows` the line before it. `near`: of letters (their boxes)
    and the ones before them, those of which it is clear that they follow whatever line these ended.
    """
    numbers = np.flatnonzero(read.seen)
    if not len(numbers):
        return []
    boxes, own = read.boxes[numbers], [read.letters[number] for number in numbers.tolist()]
    spaces, ends = _between(read.letters, numbers)
    goes_on = np.zeros(len(own), np.bool_)
    goes_on[1:] = near(boxes[:-1], boxes[1:], own[1:])
    goes_on[ends] = False
    starts = np.flatnonzero(~goes_on)
    heights = np.maximum.reduceat(boxes[:, 3] - boxes[:, 1], starts).tolist()
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    firsts, whole = boxes[starts].tolist(), np.concatenate((low, high), 1).tolist()
    over, words = {0, *ends}, own.copy()
    for index in spaces:
        words[index] = " " + own[index]
    lines: list[Line] = []
    stops = [*starts[1:].tolist(), len(own)]
    for start, stop, height, first, box in zip(starts.tolist(), stops, heights, firsts, whole, strict=True):
        follows_on = start not in over and follows(lines[-1], _line(first, own[start]))
        letters = words[start:stop] if follows_on else [own[start], *words[start + 1 : stop]]
        line = _line(box, "".join(letters))
        line.height = height
        if follows_on:
            lines[-1].take(line)
        else:
            lines.append(line)
    return lines


def _line(box: list[float], words: str) -> Line:
    left, top, right, bottom = box
    return Line(left, top, right, bottom, words)


def _between(letters: list[str], numbers: Numbers) -> tuple[list[int], list[int]]:
    """Which of the letters numbered `numbers` come after a space, and which after an end of a line."""
    spaces, ends = [], []
    for index in (np.flatnonzero(np.diff(numbers) != 1) + 1).tolist():
        between = letters[numbers[index - 1] + 1 : numbers[index]]
        if not SPACES.isdisjoint(between):
            spaces.append(index)
        if not ENDS.isdisjoint(between):
            ends.append(index)
    return spaces, ends

"""What in the lines of a picture may name a reader, with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scrub.marks import words
from scrub.marks.across import pieces_across
from scrub.marks.found import WHOLE, Box, Mark, each_place, printable


@dataclass(frozen=True, slots=True)
class Dots:
    """`page` from 1, of a document; 0 in others. `gray`: a byte a dot, row by row."""

    page: int
    width: int
    height: int
    gray: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """`box`: left, top, right, bottom in dots. `sure`: of 100."""

    text: str = field(repr=False)
    box: Box
    sure: float


Line = tuple[Word, ...]


def marks_in(lines: Sequence[Line], page: int, width: int, height: int) -> list[Mark]:
    """`width`, `height`: dots of the picture."""
    return list(_marks(lines, page, width, height))


def _marks(lines: Sequence[Line], page: int, width: int, height: int) -> Iterator[Mark]:
    text = "\n".join(" ".join(word.text for word in line) for line in lines)
    rows = text.split("\n")
    for number, kind, found in dict.fromkeys((*words.marks_in(text), *pieces_across(text))):
        for at in each_place(rows[number - 1], found):
            hit = list(_between(lines[number - 1], at, at + len(found)))
            box = (
                min(word.box[0] for word in hit) * WHOLE // width,
                min(word.box[1] for word in hit) * WHOLE // height,
                -(-max(word.box[2] for word in hit) * WHOLE // width),
                -(-max(word.box[3] for word in hit) * WHOLE // height),
            )
            left, top, right, bottom = (min(max(0, side), WHOLE) for side in box)
            yield Mark(kind, 0, page, box=(left, top, right, bottom), words=printable(found))


def _between(line: Line, start: int, stop: int) -> Iterator[Word]:
    at = 0
    for word in line:
        if at < stop and start < at + len(word.text):
            yield word
        at += len(word.text) + 1

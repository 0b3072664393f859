"""Letters are joined to lines many at once; the answer is that of one after the other."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from scrub import engine, pdf
from scrub.pdf.lines import ENDS, SPACES, Line, Near, Read, joined, taken
from scrub.retype.paged import _follows, _near
from tests.scrub.pdf_files import document


def _slowly(read: Read, follows: Callable[[Line, Line], bool]) -> list[Line]:
    lines: list[Line] = []
    going = space = False
    for letter, box, is_seen in zip(read.letters, read.boxes.tolist(), read.seen.tolist(), strict=True):
        if not is_seen:
            going, space = going and letter not in ENDS, space or letter in SPACES
            continue
        left, top, right, bottom = box
        one = Line(left, top, right, bottom, letter)
        if going and follows(lines[-1], one):
            one.words = " " + letter if space else letter
            lines[-1].take(one)
        else:
            lines.append(one)
        going, space = True, False
    return lines


def _page(seed: int) -> Read:
    """Words beside each other and below, some far away, smaller or larger, from the right, without ends."""
    chance = random.Random(seed)
    letters, boxes, seen = list[str](), list[tuple[float, float, float, float]](), list[bool]()
    across, down = 10.0, 20.0
    for _ in range(600):
        letter = chance.choice("aWl.-\u05d0\u0633\u4e00\u0301   \n")
        high = chance.choice((9.0, 9.0, 9.5, 20.0, 2.0))
        across += chance.choice((7.0, 7.5, 8.0, 8.0, 30.0, -9.0, -300.0 if chance.random() < 0.05 else 7.0))
        down += 12.0 if letter == "\n" else chance.choice((0.0, 0.0, 0.0, 0.3, -3.0))
        letters.append(letter)
        boxes.append((across, down - high, across + chance.choice((6.0, 7.0, 1.0)), down))
        seen.append(letter not in ENDS | SPACES)
        if chance.random() < 0.03:
            letters[-1], seen[-1] = " ", False
    return Read(letters, np.array(boxes), np.array(seen))


@pytest.mark.parametrize(("follows", "near"), [(Line.takes, taken), (_follows, _near)])
def test_lines_are_those_of_letter_after_letter(follows: Callable[[Line, Line], bool], near: Near) -> None:
    for seed in range(40):
        found, wanted = joined(_page(seed), follows, near), _slowly(_page(seed), follows)
        assert found == wanted
        assert 10 < len(found) < 300
    assert joined(Read.nothing(), follows, near) == []


ALONE = {
    "turned": b"0 g BT /F 12 Tf 0 1 -1 0 60 20 Tm (upward) Tj ET",
    "mirrored": b"BT /F 12 Tf -1 0 0 1 150 90 Tm (mirror) Tj ET",
    "of no size": b"BT /F 0 Tf 20 40 Td (nothing) Tj ET BT /F 12 Tf 0 0 0 0 20 40 Tm (flat) Tj ET",
    "white": b"1 g BT /F 12 Tf 20 40 Td (white) Tj ET",
    "white over black": b"0 g BT /F 12 Tf 20 40 Td (under) Tj ET 1 g BT /F 12 Tf 20.5 40 Td (upper) Tj ET",
    "all at one place": b"0 g " + b"BT /F 12 Tf 20 40 Td (heap) Tj ET " * 30,
    "in colours": b"1 0 0 rg BT /F 12 Tf 20 40 Td (red) Tj ET .9 g BT /F 12 Tf 80 40 Td (pale) Tj ET",
    "invisible": b"3 Tr BT /F 12 Tf 20 40 Td (unseen) Tj ET",
    "beyond the page": b"BT /F 12 Tf 200 140 Td (over it) Tj ET BT /F 12 Tf 1 0 0 1 9e5 9e5 Tm (far) Tj ET",
    "none": b"",
}


@pytest.mark.parametrize("name", ALONE)
def test_words_alone_are_read_as_those_beside_something_else(name: str) -> None:
    """A page of words alone is drawn less often: a white box in the corner takes that away."""
    engine.load()
    words = b"0 g BT /F 24 Tf 20 100 Td (Hello) Tj ET " + ALONE[name]
    alone, beside = (
        list(pdf.read_pages(document(content))) for content in (words, b"1 g 0 0 1 1 re f " + words)
    )
    assert len(alone) == len(beside) == 1
    assert alone[0].read.letters == beside[0].read.letters
    assert alone[0].read.boxes.tolist() == beside[0].read.boxes.tolist()
    assert alone[0].read.seen.tolist() == beside[0].read.seen.tolist()
    assert "".join(alone[0].read.letters).startswith("Hello")

"""Sums of a letter's dots: cut out of a page, they are those of the whole page."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scrub.pdf.crowding import _crowded_slowly, _sums_of_many, crowded, sums
from scrub.pdf.shapes import GRID, Shapes, _standard, shapes


def _slowly(ink: NDArray[np.uint8], box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Each dot's share of each cell, blurred and made of unit length."""
    left, top, right, bottom = box
    cells = np.zeros((GRID + 2, GRID + 2))
    rows, columns = np.linspace(top, bottom, GRID + 1), np.linspace(left, right, GRID + 1)
    for row in range(GRID):
        for column in range(GRID):
            for y, x in np.argwhere(ink):
                down = min(rows[row + 1], y + 1) - max(rows[row], y)
                across = min(columns[column + 1], x + 1) - max(columns[column], x)
                cells[row + 1, column + 1] += max(0, down) * max(0, across) * ink[y, x]
    cells = cells[:, :-2] + 2 * cells[:, 1:-1] + cells[:, 2:]
    cells = cells[:-2] + 2 * cells[1:-1] + cells[2:]
    return np.asarray(cells.reshape(-1) / np.linalg.norm(cells))


def test_a_letters_cells_are_the_sums_of_its_own_dots() -> None:
    """Wherever it is: at the paper's edges, over them, as large as the page, thinner than a dot."""
    ink = np.zeros((40, 30), np.uint8)
    places = np.random.default_rng(18).integers(0, (40, 30), (90, 2))
    ink[places[:, 0], places[:, 1]] = 255
    boxes = [(3.3, 4.7, 12.1, 16.2), (0, 0, 30, 40), (22.5, 30.1, 30, 40), (5.2, 5, 5.9, 31), (-1, 2, 8, 9)]
    found = shapes(ink, np.array(boxes, np.float64), [0] * len(boxes))
    for row, box in enumerate(boxes[:4]):
        np.testing.assert_allclose(found.cells[row], _slowly(ink, box), rtol=0, atol=1e-3)
    assert np.isfinite(found.cells).all()


def test_dots_are_counted_in_boxes_as_over_the_whole_page() -> None:
    chance = np.random.default_rng(18)
    dots = chance.random((60, 50)) < 0.3
    corners = chance.integers(0, 40, (20, 2))
    boxes = np.concatenate([corners, corners + chance.integers(1, 10, (20, 2))], 1)
    slowly = [dots[top:bottom, left:right].sum() for left, top, right, bottom in boxes.tolist()]
    assert sums(dots, boxes).tolist() == _sums_of_many(dots, boxes).tolist() == slowly
    heap = np.tile([[0, 0, 50, 60]], (9, 1))
    assert sums(dots, heap).tolist() == [dots.sum()] * 9
    assert sums(dots, boxes[:0]).tolist() == []


@pytest.mark.parametrize("many", [0, 1, 30, 300, 3000])
def test_letters_that_lie_on_each_other_are_found_as_over_the_whole_page(many: int) -> None:
    corners = np.random.default_rng(many).integers(0, 380, (many, 2))
    boxes = np.concatenate([corners, corners + np.random.default_rng(18).integers(1, 20, (many, 2))], 1)
    wanted = _crowded_slowly(boxes, (400, 400)).tolist()
    assert crowded(boxes, (400, 400)).tolist() == wanted
    assert many != 300 or {True, False} == set(wanted)


def test_only_letters_that_can_matter_are_compared_and_the_answer_is_that_of_all() -> None:
    """Blurred, stretched and mixed letters under right and wrong names, as `leads` and `lead` see them."""
    known, chance = _standard(), np.random.default_rng(18)
    answers: list[bool] = []
    for label in ("a", "o", "B", "I", "8", ".", "fi"):
        mine = np.flatnonzero(known.letters == label)[:3]
        others = chance.integers(0, len(known.letters), 3)
        means = known.shapes.of(np.concatenate([mine, others]))
        for at, sides in enumerate(means.sides):
            noise = chance.normal(0, 0.04, (6, means.cells.shape[1])) * chance.random((6, 1))
            cells = np.abs(means.cells[at] + noise).astype(np.float32)
            cells /= np.linalg.norm(cells, axis=1, keepdims=True)
            found = Shapes(cells, (sides + chance.normal(0, 0.1, 6)).astype(np.float32))
            mean = Shapes(means.cells[at : at + 1], means.sides[at : at + 1])
            away = np.linalg.norm(cells - mean.cells, axis=1) + 0.12 * np.abs(found.sides - sides)
            most = known.alike(mean)[0] + float(away.max())
            wanted = known.lead(known.alike(found), label) >= -0.05
            assert known.leads(found, label, -0.05, most).tolist() == wanted.tolist()
            answers += wanted.tolist()
    assert {True, False} == set(answers)

"""Paragraphs and tables from the letters of a page and their places.

A gap far wider than a space ends a cell. Rows of several cells below each other are a table, if they are not
two columns of prose; lines of one cell that follow closely are a paragraph. Where a line ended is forgotten.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from scrub.pdf.lines import Line, Read, gaps, joined
from scrub.retype.document import Block, table
from scrub.retype.plain import Plain

_GAP = 1.25
"""Of a letter's height: wider than that is no space between words."""

_CLOSE = 1.3
"""The same down, between the lines of a paragraph."""

_WIDER, _WIDEST = 1.35, 2.2
"""Of the page's usual gap, where that is no more than this of a letter's height: lines set wide apart."""

_FULL = 6
"""Of a letter's height: how far before the page's widest line a line ends that went on in the next."""

_FAR = 2.5
"""The same, between the rows of a table."""

_PROSE = 20
_MOST_ROWS = 4_000
_BROKEN = re.compile(r"(?<=[^\W\d_])-$")
_SENTENCE = re.compile(r"[.!?:;\u0964\u061f]['\")\]]*$")


def blocks_of(read: Read, plain: Plain) -> list[Block]:
    """Of one page, in the order in which they are read."""
    return blocks_of_runs(runs_of(read), plain)


def blocks_of_runs(runs: Iterable[Line], plain: Plain) -> list[Block]:
    """The same of words that lie together."""
    lying: list[Line] = []
    upright: list[Line] = []
    for run in runs:
        up = run.bottom - run.top > 3 * (run.right - run.left) and len(run.words) > 2
        (upright if up else lying).append(run)
    found: list[Block] = []
    for column in _columns(_rows(lying)):
        found += _blocks(column, plain)
    return [*found, *(words for run in upright if (words := _plainly(run.words, plain)))]


def runs_of(read: Read) -> list[Line]:
    """Letters that follow each other on a line, closer than cells stand."""
    return joined(read, _follows, _near)


def _near(before: NDArray[np.float64], boxes: NDArray[np.float64], letters: list[str]) -> NDArray[np.bool_]:
    """The letters for which `_follows` the one before alone, and so every run that has this one."""
    heights = np.maximum(before[:, 3] - before[:, 1], boxes[:, 3] - boxes[:, 1])
    across, up = gaps(before, boxes)
    turned = {letter for letter in set(letters) if not letter.isascii() and _is_from_right(letter)}
    on = boxes[:, 2] >= before[:, 0]
    if turned:
        from_right = np.array([letter in turned for letter in letters], np.bool_)
        on = np.where(from_right, boxes[:, 0] <= before[:, 2], on)
    return (up <= 0.3 * heights) & (across <= _GAP * heights) & on


def _follows(run: Line, letter: Line) -> bool:
    height = run.height if run.height > letter.height else letter.height
    across = (run.left if run.left > letter.left else letter.left) - (
        run.right if run.right < letter.right else letter.right
    )
    up = (run.top if run.top > letter.top else letter.top) - (
        run.bottom if run.bottom < letter.bottom else letter.bottom
    )
    if up <= 0.3 * height and across <= _GAP * height:
        on = letter.left <= run.right if _from_right(letter) else letter.right >= run.left
        if on:
            return True
    return across <= 0 and up <= height and letter.height <= 2 * run.height


def _rows(runs: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for run in sorted(runs, key=lambda each: ((each.top + each.bottom) / 2, each.left)):
        middle = (run.top + run.bottom) / 2
        if rows and min(each.top for each in rows[-1]) <= middle <= max(each.bottom for each in rows[-1]):
            rows[-1].append(run)
        elif len(rows) < _MOST_ROWS:
            rows.append([run])
    return [_one_cell_each(sorted(row, key=lambda each: each.left)) for row in rows]


def _one_cell_each(row: list[Line]) -> list[Line]:
    """What came apart in the order of drawing, and lies as close as words do, is one cell."""
    cells: list[Line] = []
    for run in row:
        if cells and run.left - cells[-1].right <= _GAP * max(run.height, cells[-1].height):
            before, after = cells[-1].words, run.words
            turned = _from_right(cells[-1]) and _from_right(run)
            cells[-1].take(run)
            cells[-1].words = f"{after} {before}" if turned else f"{before} {after}"
        else:
            cells.append(run)
    return cells


def _from_right(run: Line) -> bool:
    return not run.words.isascii() and _is_from_right(run.words)


def _is_from_right(words: str) -> bool:
    return unicodedata.bidirectional(words.strip()[:1] or " ") in ("R", "AL")


def _columns(rows: list[list[Line]]) -> list[list[list[Line]]]:
    """The rows of a page, or of each of its two columns of prose."""
    pairs = [row for row in rows if len(row) == 2]
    prose = [row for row in pairs if min(len(cell.words) for cell in row) >= _PROSE]
    if len(prose) < 6 or 2 * len(prose) < len(rows):
        return [rows]
    middle = median((row[0].right + row[1].left) / 2 for row in prose)
    columns: list[list[list[Line]]] = []
    left: list[list[Line]] = []
    right: list[list[Line]] = []
    for row in rows:
        if any(cell.left < middle - cell.height and cell.right > middle + cell.height for cell in row):
            columns += [left, right, [row]]
            left, right = [], []
            continue
        left += [side] if (side := [cell for cell in row if cell.right <= middle + cell.height]) else []
        right += [side] if (side := [cell for cell in row if cell.right > middle + cell.height]) else []
    return [column for column in (*columns, left, right) if column]


def _blocks(rows: list[list[Line]], plain: Plain) -> list[Block]:
    found: list[Block] = []
    usual, right = _usual(rows)
    at = 0
    while at < len(rows):
        end = _table_end(rows, at)
        if end - at >= 2:
            found += table(_cells(rows[at:end], plain))
        else:
            end = _paragraph_end(rows, at, usual, right)
            lines = [plain.words(" ".join(cell.words for cell in row)) for row in rows[at:end]]
            if words := plain.without_names(_joined(lines), lines):  # a name goes on in the next line
                found.append(words)
        at = end
    return found


def _table_end(rows: list[list[Line]], at: int) -> int:
    """Behind the last row of a table that begins here: at least two rows of several cells, close to each
    other, whose cells lie below each other.
    """
    end = single = 0
    several = [rows[at]]
    for number in range(at + 1, len(rows) if len(rows[at]) > 1 else 0):
        row = rows[number]
        if _apart(rows[number - 1], row):
            break
        if len(row) > 1:
            spans = _spans([*several, row])
            if len(spans) < max(2, *map(len, several), len(row)):
                break
            several.append(row)
            end, single = number + 1, 0
        elif (single := single + 1) > 2 or not _within(row[0], several):
            break
    return max(at, end)


def _apart(above: list[Line], below: list[Line]) -> bool:
    """Further than rows of a table are."""
    gap = min(cell.top for cell in below) - max(cell.bottom for cell in above)
    return gap > _FAR * max(cell.height for cell in (*above, *below))


def _within(cell: Line, rows: list[list[Line]]) -> bool:
    """Whether it goes on with a cell of a table."""
    return sum(cell.left < right and left < cell.right for left, right in _spans(rows)) == 1


def _spans(rows: list[list[Line]]) -> list[tuple[float, float]]:
    """From and to of each column: cells of different rows that lie above each other are of one."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for row in rows if len(row) > 1 for cell in row):
        if spans and left < spans[-1][1]:
            spans[-1] = spans[-1][0], max(right, spans[-1][1])
        else:
            spans.append((left, right))
    return spans


def _cells(rows: list[list[Line]], plain: Plain) -> list[list[str]]:
    spans = _spans(rows)
    made = []
    for row in rows:
        cells = [""] * len(spans)
        for cell in row:
            over = [min(cell.right, right) - max(cell.left, left) for left, right in spans]
            where = over.index(max(over))
            cells[where] = f"{cells[where]} {_plainly(cell.words, plain)}".strip()
        made.append(cells)
    return made


def _usual(rows: list[list[Line]]) -> tuple[float, float]:
    """The gap between lines that most have, in heights of letters, 0 where it is none of a paragraph's; and
    where the widest one ends. A line that is moved by a hair is still near.
    """
    gaps = [
        (below[0].top - above[0].bottom) / max(above[0].height, below[0].height, 1)
        for above, below in pairwise(rows)
        if len(above) == len(below) == 1
    ]
    usual = median(gaps) if gaps else 0.0
    right = max((cell.right for row in rows for cell in row), default=0.0)
    return (usual if usual <= _WIDEST else 0.0), right


def _paragraph_end(rows: list[list[Line]], at: int, usual: float, right: float) -> int:
    end = at + 1
    while end < len(rows) and len(rows[at]) == len(rows[end]) == 1:
        above, below = rows[end - 1][0], rows[end][0]
        height = max(above.height, below.height)
        full = above.right >= right - _FULL * height
        near = below.top - above.bottom <= height * (max(_CLOSE, _WIDER * usual) if full else _CLOSE)
        alike = min(above.height, below.height) >= 0.6 * height
        short = above.right < rows[at][0].right - 6 * height and _SENTENCE.search(above.words)
        if not near or not alike or short or _table_end(rows, end) > end:
            break
        end += 1
    return end


def _plainly(words: str, plain: Plain) -> str:
    return plain.without_names(plain.words(words))


def _joined(lines: list[str]) -> str:
    """One line; a word that was broken is whole."""
    text = ""
    for line in lines:
        broken = _BROKEN.search(text[-2:]) and line[:1].islower()
        text = text[:-1] + line if broken else f"{text} {line}".strip()
    return text

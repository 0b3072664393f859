"""Lines, words or letters that are moved a hair in a pattern, from the places of a page's letters.

What typesetting does by itself is no pattern: one leading, one gap within a justified line, what is rounded
to a printer's dots, a comma's wider space. A code moves single lines or words and leaves their neighbours
where they were, each by the same small distance, or gives letters one of a few exact gaps in turn.

Source: Brassil, Low, Maxemchuk, O'Gorman, "Electronic Marking and Identification Techniques" (1995).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_LEAST, _MOST = 0.15, 1.5
"""Points. Half of what a printer of 300 dots an inch rounds by is 0.12."""

_LEAST_GAP, _MOST_GAP = 0.04, 0.8  # of letters
_MANY_LINES, _MANY_WORDS = 4, 6
_AGREE = 0.7
"""Of the moved, those that must be moved by about the same."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`left`, `right`: with the space that belongs to it; `base`: up from the page's lower edge. Points."""

    letter: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Which line of the page's letters: the place of the first letter that is moved, and of the last."""

    first: int
    last: int


def moved(pages: Sequence[Sequence[Letter]]) -> list[tuple[int, Moved]]:
    """Pairs of a page (its place in `pages`) and what is moved there, the first on each page; nothing where
    there is no pattern.
    """
    rows = [_rows(letters) for letters in pages]
    found: dict[int, Moved] = {}
    for shifts, many in (
        ([_moved_lines(each) for each in rows], _MANY_LINES),
        ([_moved_words(each) for each in rows], _MANY_WORDS),
    ):
        for page, place in _of_one_distance(shifts, many):
            found.setdefault(page, place)
    for page, row in enumerate(rows):
        turned = _gaps_in_turn(row)
        if turned is not None:
            found.setdefault(page, turned)
    return sorted(found.items())


@dataclass(slots=True)
class _Row:
    """A line: its words, each a list of letters, and the place of its first letter and its last."""

    words: list[list[Letter]]
    first: int
    last: int

    @property
    def base(self) -> float:
        return self.words[0][0].base

    @property
    def size(self) -> float:
        return self.words[0][0].size

    @property
    def left(self) -> float:
        return self.words[0][0].left


def _rows(letters: Sequence[Letter]) -> list[_Row]:
    rows: list[_Row] = []
    space = True
    for at, letter in enumerate(letters):
        if letter.letter.isspace() or not letter.letter.isprintable():
            space = True
            continue
        row = rows[-1] if rows else None
        if row is not None and _goes_on(row, letter):
            if space or letter.left - row.words[-1][-1].right > 0.12 * letter.size:
                row.words.append([])
            row.words[-1].append(letter)
            row.last = at
        else:
            rows.append(_Row([[letter]], at, at))
        space = False
    return rows


def _goes_on(row: _Row, letter: Letter) -> bool:
    last = row.words[-1][-1]
    return (
        abs(letter.base - last.base) < 0.02
        and abs(letter.size - last.size) < 0.01
        and -0.5 * letter.size < letter.left - last.right < 3 * letter.size
    )


def _moved_lines(rows: Sequence[_Row]) -> list[tuple[float, Moved]]:
    """By how much, and where: a line that isn't in the middle of two which are twice a leading apart."""
    body = [row for row in rows if len(row.words) > 2]
    threes = [
        (before, row, after)
        for before, row, after in zip(body, body[1:], body[2:], strict=False)
        if max(abs(each.size - row.size) for each in (before, after)) < 0.01
        and 0 < before.base - after.base < 120
    ]
    if len(threes) < 5:
        return []
    # Over two lines, since of single ones each may stand beside one that is moved.
    twice = median(before.base - after.base for before, _, after in threes)
    found = []
    for before, row, after in threes:
        off = row.base - (before.base + after.base) / 2
        if _LEAST <= abs(off) <= _MOST and abs(before.base - after.base - twice) < 0.1:
            found.append((off, Moved(row.first, row.last)))
    return found


def _moved_words(rows: Sequence[_Row]) -> list[tuple[float, Moved]]:
    """A word, or some in a row, with as much less space before as there is more behind, or the other way."""
    found: list[tuple[float, Moved]] = []
    for row in rows:
        if len(row.words) < 4:
            continue
        gaps = [two[0].left - one[-1].right for one, two in pairwise(row.words)]
        usual = median(gaps)
        off = [gap - usual for gap in gaps]
        odd = [at for at, each in enumerate(off) if abs(each) >= _LEAST]
        if not 2 <= len(odd) <= max(2, len(gaps) // 2):
            continue
        for one, two in pairwise(odd):
            if abs(off[one]) <= _MOST and abs(off[one] + off[two]) <= 0.2 * abs(off[one]):
                found.append((off[one], Moved(row.first, row.last)))
    return found


def _of_one_distance(pages: Sequence[Sequence[tuple[float, Moved]]], many: int) -> list[tuple[int, Moved]]:
    """The first of each page that has many, moved by about the same; else of the pages together."""
    alone = [(page, shifts[0][1]) for page, shifts in enumerate(pages) if _agree(shifts, many)]
    if alone or not _agree([shift for shifts in pages for shift in shifts], many):
        return alone
    return [(page, shifts[0][1]) for page, shifts in enumerate(pages) if shifts]


def _agree(shifts: Sequence[tuple[float, Moved]], many: int) -> bool:
    """Whether there are enough, and most are moved by about the same distance."""
    sizes = [abs(off) for off, _ in shifts]
    if len(sizes) < many:
        return False
    most = max(sum(abs(other - size) <= 0.12 * size for other in sizes) for size in sizes)
    return most >= max(many, _AGREE * len(sizes))


def _gaps_in_turn(rows: Sequence[_Row]) -> Moved | None:
    """Where letters of one size have gaps of two or three exact widths that change more than once a page."""
    by_size: dict[float, list[tuple[float, _Row]]] = {}
    for row in rows:
        gaps = [two.left - one.right for word in row.words for one, two in pairwise(word)]
        if len(gaps) >= 8:
            by_size.setdefault(round(row.size, 1), []).append((round(median(gaps), 2), row))
    for found in by_size.values():
        levels = Counter(gap for gap, _ in found)
        common = {gap for gap, count in levels.items() if count >= 3}
        if len(found) < 8 or not 2 <= len(common) <= 3:
            continue
        if sum(levels[gap] for gap in common) < 0.9 * len(found):
            continue
        ordered = sorted(common)
        if not all(_LEAST_GAP <= two - one <= _MOST_GAP for one, two in pairwise(ordered)):
            continue
        changes = sum(one[0] != two[0] for one, two in pairwise(found))
        if changes >= 4:
            usual = max(levels, key=lambda gap: levels[gap])  # `most_common` would load a module
            row = next(row for gap, row in found if gap != usual)
            return Moved(row.first, row.last)
    return None

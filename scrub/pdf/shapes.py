"""Whether a letter that is seen looks like the one that the document claims it is. In a confined child.

A font's own table (ToUnicode) can say anything: drawn initials may claim to be a whole name. So the dots of
each letter are compared with those of known fonts: the ones inside PDFium, and others for what these don't
have. A letter agrees if no other known letter looks clearly more like it than the claimed one. What can't be
compared doesn't agree. docs/adr/0100-a-letter-is-what-it-looks-like.md
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from scrub.pdf.references import font_files, others, own_fonts
from scrub.words.clean import TO_LATIN

Floats = NDArray[np.float32]

GRID = 12
"""Cells a side: each letter, large or small, wide or narrow, is made as many."""

_TOLERANCE = 0.05
"""By how much another letter may be more alike: less than one in fifty wrong letters is."""

_BLURRED = 0.07
"""The same for one that is printed badly, in a font whose other letters of the kind agree."""

_TRUSTING = 0.08
"""The same for a kind of letter in a font most of whose letters look like themselves."""

_SAME = 0.985  # how much alike two prints of one letter are
_OF_SIDES = 0.12  # what a letter twice as wide for its height loses, for each factor of e
_MOST_OF_SIDES = 2.0
_LEAST = 0.5
_OF_SIGNS = 0.07
_MANY, _MOST = 6, 0.75
_SIZES = 8  # dots: letters no more apart in height and width are looked at together
_MOST_DOTS = 1 << 17  # at once: more are no longer in the processor's own memory
_AT_ONCE = 256
_NEAR = 0.35
"""How far from what its kind looks like, so that few known letters matter: lengths of a letter's cells."""

_ROUNDED = 1e-4
_MOST_CHOSEN = 256
_MANY_LABELS = 1 << 14
_MOST_KINDS = 3000  # of letters on a page: a page of Chinese has some hundreds


@dataclass(frozen=True, slots=True)
class Shapes:
    """A row each: cells of unit length, and the logarithm of the width by the height."""

    cells: Floats
    sides: Floats

    def of(self, chosen: NDArray[np.int64]) -> "Shapes":
        return Shapes(self.cells[chosen], self.sides[chosen])

    def where(self, chosen: NDArray[np.bool_]) -> "Shapes":
        return self.of(np.flatnonzero(chosen))


def shapes(
    ink: NDArray[np.uint8],
    boxes: NDArray[np.float64],
    turns: Sequence[int] | NDArray[np.int64],
    *,
    of_paper: bool = False,
) -> Shapes:
    """Of letters drawn in `ink`, 255 where it is full, or 0 if `of_paper`. `boxes`: left, top, right, bottom
    in dots, a row each. `turns`: how a letter lies (`upright`).
    """
    steps = np.linspace(0, 1, GRID + 1)
    wide = np.maximum(boxes[:, 2] - boxes[:, 0], 0.5)
    high = np.maximum(boxes[:, 3] - boxes[:, 1], 0.5)
    down, across = boxes[:, 1, None] + high[:, None] * steps, boxes[:, 0, None] + wide[:, None] * steps
    cells = _cells(ink, down, across, 255 if of_paper else 0)
    sides = np.log(wide / high)
    for index in np.flatnonzero(turns).tolist():
        cells[index] = upright(cells[index], int(turns[index]))
        sides[index] *= -1 if turns[index] & 1 else 1
    units = np.zeros((len(cells), GRID * GRID), np.float32)
    for start in range(0, len(cells), _AT_ONCE):
        units[start : start + _AT_ONCE] = _unit(_blurred(cells[start : start + _AT_ONCE]))
    return Shapes(units, sides.astype(np.float32))


def upright(cells: NDArray[np.float64], turn: int) -> NDArray[np.float64]:
    """`turn`: 1 for a letter that runs down the page or up, 2 if to the left then, 4 if upside down then."""
    if turn & 1:
        cells = cells.T
    if turn & 2:
        cells = cells[:, ::-1]
    return cells[::-1] if turn & 4 else cells


@lru_cache(_MANY_LABELS)
def label_of(glyph: str) -> str:
    """What a glyph's letters look like, in one form."""
    return unicodedata.normalize("NFKC", glyph).strip().translate(TO_LATIN)


@lru_cache(_MANY_LABELS)
def folded(label: str) -> str:
    """Small letters and capitals are one here, since many differ in size alone; accents don't count."""
    return (
        "".join(filter(str.isprintable, unicodedata.normalize("NFD", label_of(label.upper()))[:1])) or label
    )


def agree(found: Shapes, labels: Sequence[str], fonts: Sequence[int]) -> NDArray[np.bool_]:
    """Of letters of one page, whether each looks like its label: a letter, or those of a ligature."""
    agreed = np.zeros(len(labels), np.bool_)
    drawn: NDArray[np.bool_] = (found.cells != 0).any(1)
    if not drawn.any():
        return agreed
    kinds: dict[tuple[int, str], list[int]] = {}
    for index, key in enumerate(zip(fonts, labels, strict=True)):
        if drawn[index]:
            kinds.setdefault(key, []).append(index)
    if not kinds or len(kinds) > _MOST_KINDS:
        return agreed
    known = _known(frozenset(labels))
    rows = [np.array(members) for members in kinds.values()]
    means = Shapes(
        _unit(np.stack([found.cells[each].mean(0) for each in rows])),
        np.array([np.median(found.sides[each]) for each in rows], np.float32),
    )
    alike = known.alike(means)
    leads = {key: float(known.lead(alike[at, None], key[1])[0]) for at, key in enumerate(kinds)}
    trusted = _trusted(leads)
    for at, (key, of_kind) in enumerate(zip(kinds, rows, strict=True)):
        fits = leads[key] >= -(_TRUSTING if key[0] in trusted else _TOLERANCE)
        least = -(_BLURRED if fits else _TOLERANCE)
        good = np.ones(len(of_kind), np.bool_)
        likeness = found.cells[of_kind] @ means.cells[at]
        doubtful = np.flatnonzero((likeness < _SAME) | (not fits))
        turned = np.sqrt(np.maximum(2 - 2 * likeness, 0))
        away = turned + _OF_SIDES * np.abs(found.sides[of_kind] - means.sides[at])
        for some in (doubtful[away[doubtful] <= _NEAR], doubtful[away[doubtful] > _NEAR]):
            for start in range(0, len(some), _AT_ONCE):
                rows = some[start : start + _AT_ONCE]
                most = alike[at] + float(away[rows].max())
                good[rows] = known.leads(found.of(of_kind[rows]), key[1], least, most)
        agreed[of_kind] = good
    return agreed


def _trusted(leads: dict[tuple[int, str], float]) -> set[int]:
    """Fonts most of whose letters look like themselves: there one that nearly does may."""
    letters: dict[int, list[bool]] = {}
    for (font, label), lead in leads.items():
        if label.isalnum():
            letters.setdefault(font, []).append(lead >= -_TOLERANCE)
    return {font for font, fit in letters.items() if len(fit) >= _MANY and sum(fit) >= _MOST * len(fit)}


@dataclass(frozen=True, slots=True)
class _Known:
    shapes: Shapes
    letters: NDArray[np.str_]
    folded: NDArray[np.str_]
    single: NDArray[np.bool_]
    slack: Floats
    chosen: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]

    @classmethod
    def of(cls, shapes: Shapes, letters: Sequence[str]) -> Self:
        single = np.array([len(letter) == 1 for letter in letters])
        slack = np.array([0 if letter.isalnum() else _TOLERANCE for letter in letters], np.float32)
        return cls(
            shapes, np.array(letters), np.array([folded(letter) for letter in letters]), single, slack, {}
        )

    def alike(self, found: Shapes) -> Floats:
        """How much each one is like each known letter, up to 1."""
        return _likeness(found, self.shapes)

    def lead(self, alike: Floats, label: str) -> NDArray[np.float64]:
        """How much more each is like `label` than like any other letter; -1 where nobody knows its looks."""
        mine, rivals = self._chosen(label)
        if not mine.any():
            return np.full(len(alike), -1.0)
        own = alike[:, mine].max(1) + (0 if label.isalnum() else _OF_SIGNS)
        return np.where(own < _LEAST, -1.0, own - (alike[:, rivals] - self.slack[rivals]).max(1))

    def leads(self, found: Shapes, label: str, least: float, most: Floats) -> NDArray[np.bool_]:
        """Whether the `lead` of each is `least` at least. `most`: how much any of them can be like each known
        letter; only those are looked at that could matter.
        """
        mine, rivals = self._chosen(label)
        if not mine.any():
            return np.zeros(len(found.sides), np.bool_)
        own = _likeness(found, self.shapes.where(mine)).max(1) + (0 if label.isalnum() else _OF_SIGNS)
        good: NDArray[np.bool_] = own >= _LEAST
        if good.any():
            rivals = rivals & (most - self.slack > own[good].min() - least - _ROUNDED)
            if rivals.any():
                others = _likeness(found, self.shapes.where(rivals)) - self.slack[rivals]
                good &= own - others.max(1) >= least
        return good

    def _chosen(self, label: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which are `label`, and which are other letters of its kind."""
        if label in self.chosen:
            return self.chosen[label]
        mine, rivals = self.letters == label, self.folded != folded(label)
        if len(label) == 1:
            rivals &= self.single
        if not label.isalnum():  # a sign that is no letter
            rivals &= self.slack == 0
        if len(self.chosen) < _MOST_CHOSEN:
            self.chosen[label] = mine, rivals
        return mine, rivals


def _likeness(found: Shapes, known: Shapes) -> Floats:
    apart: Floats = np.subtract.outer(found.sides, known.sides)
    np.abs(apart, out=apart)
    np.minimum(apart, _MOST_OF_SIDES, out=apart)
    apart *= _OF_SIDES
    likeness: Floats = found.cells @ known.cells.T
    likeness -= apart
    return likeness


@cache
def _standard() -> _Known:
    letters, ink, boxes = own_fonts()
    return _Known.of(shapes(ink, boxes, [0] * len(letters)), [label_of(letter) for letter in letters])


def load() -> None:
    """Once per process, before any outside byte."""
    _standard()
    font_files()


def _known(labels: frozenset[str]) -> _Known:
    """The fonts' letters with those of `labels` that they don't have."""
    standard = _standard()
    more = [(label, row) for label in sorted(labels - _standard_letters()) for row in _looks(label)]
    if not more:
        return standard
    letters = [*standard.letters.tolist(), *(label for label, _ in more)]
    cells = np.concatenate([standard.shapes.cells, *(row.cells for _, row in more)])
    sides = np.concatenate([standard.shapes.sides, *(row.sides for _, row in more)])
    return _Known.of(Shapes(cells, sides), letters)


@cache
def _standard_letters() -> frozenset[str]:
    return frozenset(_standard().letters.tolist())


@lru_cache(_MANY_LABELS)
def _looks(label: str) -> tuple[Shapes, ...]:
    """In fonts other than PDFium's."""
    drawings = list(others(label))
    boxes = (np.array([[0.0, 0.0, drawn.shape[1], drawn.shape[0]]]) for drawn in drawings)
    return tuple(shapes(drawn, box, [0]) for drawn, box in zip(drawings, boxes, strict=True))


def _cells(
    ink: NDArray[np.uint8], down: NDArray[np.float64], across: NDArray[np.float64], none: int
) -> NDArray[np.float64]:
    """What is between the lines of each letter's grid. Letters of about one size are cut out at once. `none`:
    what a dot without ink has.
    """
    tall, broad = ink.shape
    down, across = np.clip(down, 0, tall - 0.001), np.clip(across, 0, broad - 0.001)
    top, left = down[:, 0].astype(np.int64), across[:, 0].astype(np.int64)
    high, wide = down[:, -1].astype(np.int64) - top, across[:, -1].astype(np.int64) - left
    kinds = (high // _SIZES << 32) + wide // _SIZES
    order = np.argsort(kinds, kind="stable")
    cells = np.zeros((len(down), GRID, GRID))
    for alike in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1) if len(order) else ():
        rows = min(int(high[alike[0]]) // _SIZES * _SIZES + _SIZES, tall)
        columns = min(int(wide[alike[0]]) // _SIZES * _SIZES + _SIZES, broad)
        windows = sliding_window_view(ink, (rows, columns))
        most = max(1, _MOST_DOTS // (rows * columns))
        for start in range(0, len(alike), most):
            some = alike[start : start + most]
            y, x = np.minimum(top[some], tall - rows), np.minimum(left[some], broad - columns)
            own = windows[y, x]
            if none:
                np.subtract(none, own, out=own)
            by_row = _shares(down[some] - y[:, None], rows) @ own.astype(np.float32)
            cells[some] = by_row @ _shares(across[some] - x[:, None], columns).swapaxes(1, 2)
    return cells


def _shares(lines: NDArray[np.float64], count: int) -> Floats:
    """How much of each of `count` dots is between two lines that follow each other."""
    fine: Floats = lines.astype(np.float32)
    before: Floats = np.subtract(fine[:, :, None], np.arange(count, dtype=np.float32))
    np.maximum(before, 0, out=before)
    np.minimum(before, 1, out=before)
    found: Floats = before[:, 1:] - before[:, :-1]
    return found


def _blurred(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    wide = np.zeros((len(cells), GRID + 2, GRID + 2))
    wide[:, 1:-1, 1:-1] = cells
    down = 2 * wide[:, 1:-1]
    down += wide[:, :-2]
    down += wide[:, 2:]
    found: NDArray[np.float64] = 2 * down[:, :, 1:-1]
    found += down[:, :, :-2]
    found += down[:, :, 2:]
    return found


def _unit(cells: NDArray[np.float64] | Floats) -> Floats:
    rows = cells.reshape(len(cells), GRID * GRID)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return found

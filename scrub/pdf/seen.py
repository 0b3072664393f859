"""Which letters of a page are seen: those without which its picture is another one. In a confined child.

A cover may be an annotation, a picture or a pattern, or have letters of its own: what a letter's place looks
like doesn't tell whose dots these are. So the page is drawn again with its words taken out, and a letter is
seen only where that takes dots away, namely most of those that it has alone on empty paper. Words that lie on
each other are taken out one after the other. docs/adr/0071-a-letter-is-seen-where-its-absence-is.md
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf.writer import WHITE
from scrub.report import Refusal

Numbers = NDArray[np.int64]

MAX_OBJECTS = 200_000
"""Of one page, those inside of others too. Of a page with more, no word is kept."""

_MAX_DEPTH = 12
_ROUNDS = 6  # pictures without words; what still lies on other words after them is left out
_CONTRAST = 34  # two of our grays
_INK = 40  # of 255: how much of a dot a letter has to fill to count
_SHARE = 0.7  # of a letter's dots
_LEAST = np.array([_CONTRAST * ink // 255 if ink > _INK else 255 for ink in range(256)], np.uint8)
"""By a dot's ink: how much its gray has to change."""
_SAME = 3  # dots between a letter and its double: bold print that was made by printing twice
_AS_COPIED = bytes(min(value, 255) if value < WHITE else 255 for value in range(256))


@dataclass(frozen=True, slots=True)
class Letter:
    """Its box in dots, right and bottom excluded; `owner`: the address of the text object that draws it."""

    left: int
    top: int
    right: int
    bottom: int
    letter: str
    owner: int


def seen(
    page: object, letters: list[Letter], gray: bytes, size: tuple[int, int], draw: Callable[[], bytes]
) -> NDArray[np.bool_]:
    """Whether each letter is seen. `gray`: the page's picture of `size` (width, height), a byte a dot; `draw`
    makes it again. Raises MemoryError.
    """
    found = np.zeros(len(letters), np.bool_)
    objects = _Objects(page) if letters else None
    if objects is None or not objects.complete:
        return found
    boxes = _inner(letters)
    left_over = np.flatnonzero([objects.is_text(letter.owner) for letter in letters])
    crowded = _crowded(boxes, size)
    units = _units(letters, np.flatnonzero(crowded))
    objects.add_doubles({letter.owner for letter in letters})
    whole = _as_copied(gray, size)
    for _ in range(_ROUNDS):
        chosen, clear, left_over = _apart(left_over, crowded[left_over], boxes, units, size)
        if not len(chosen):
            break
        owners = {letters[index].owner for index in chosen}
        owners |= {double for owner in owners for double in objects.doubles.get(owner, ())}
        with objects.without(owners):
            change = _difference(whole, _as_copied(draw(), size))
        with objects.without(objects.others(owners)):
            ink = _ink(page, size)
        of_all, of_these = _sums(ink > _INK, boxes[clear]), _sums(change > _LEAST[ink], boxes[clear])
        found[clear] = (of_all > 0) & (of_these >= _SHARE * of_all)
    return found


class _Objects:
    """What a page draws, by address, also inside of its forms."""

    def __init__(self, page: object) -> None:
        self._all: dict[int, tuple[object, bool]] = {}
        self.doubles: dict[int, list[int]] = {}
        self.complete = self._walk(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)

    def _walk(
        self, parent: object, count: Callable[..., int], get: Callable[..., object], depth: int
    ) -> bool:
        number = count(parent)
        if number > MAX_OBJECTS - len(self._all) or depth > _MAX_DEPTH:
            return False
        for index in range(number):
            item = get(parent, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                if not self._walk(
                    item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1
                ):
                    return False
                continue
            self._all[address(item)] = (item, kind == pdfium.FPDF_PAGEOBJ_TEXT)
        return True

    def is_text(self, owner: int) -> bool:
        return self._all.get(owner, (None, False))[1]

    def add_doubles(self, claimed: set[int]) -> None:
        """PDFium reads words that are printed twice once: the other ones go out and come back with them."""
        places: dict[tuple[int, ...], int] = {}
        for owner in claimed:
            place = _place(self._all[owner][0]) if self.is_text(owner) else None
            if place is not None:
                places[place] = owner
        for other, (item, is_text) in self._all.items():
            if is_text and other not in claimed and (place := _place(item)) is not None:
                owner = next((places[near] for near in _near(place) if near in places), 0)
                if owner:
                    self.doubles.setdefault(owner, []).append(other)

    def others(self, addresses: set[int]) -> set[int]:
        return self._all.keys() - addresses

    @contextmanager
    def without(self, addresses: set[int]) -> Iterator[None]:
        """The page without some of its objects."""
        for each in addresses:
            pdfium.FPDFPageObj_SetIsActive(self._all[each][0], False)
        try:
            yield
        finally:
            for each in addresses:
                pdfium.FPDFPageObj_SetIsActive(self._all[each][0], True)


def address(item: object) -> int:
    """Of what a pointer of PDFium's points to; 0 for none."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]  # a pointer


def _place(item: object) -> tuple[int, ...] | None:
    """Font and bounds of a text object, in whole points of its own space."""
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, sides)):
        return None
    return (address(pdfium.FPDFTextObj_GetFont(item)), *(round(side.value) for side in sides))


def _near(place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    font, left, bottom, right, top = place
    for across in (0, 1, -1):
        for up in (0, 1, -1):
            for wider in (0, 1, -1):
                yield font, left + across, bottom + up, right + across + wider, top + up


def _inner(letters: list[Letter]) -> Numbers:
    """Boxes, a row each (left, top, right, bottom), without their outermost dots, where neighbours meet."""
    boxes = np.array([(each.left, each.top, each.right, each.bottom) for each in letters], np.int64)
    for low, high in ((0, 2), (1, 3)):
        wide = boxes[:, high] - boxes[:, low] >= 6
        boxes[wide, low] += 1
        boxes[wide, high] -= 2
    return boxes


def _units(letters: list[Letter], crowded: Numbers) -> Numbers:
    """Of each letter, a number that letters share which can only go out together: those of one object, and of
    objects that print the same letter at the same place. `crowded`: letters on which others lie.
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
    for index in crowded:
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


def _crowded(boxes: Numbers, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Of each box, whether others lie on more than a tenth of it."""
    steps = np.zeros((size[1], size[0] + 1), np.int32)
    for inside, row in _rows(boxes):
        np.add.at(steps, (row, boxes[inside, 0]), 1)
        np.subtract.at(steps, (row, boxes[inside, 2]), 1)
    depth = np.cumsum(steps.reshape(-1), dtype=np.int32).reshape(steps.shape)[:, :-1]
    return _sums(depth > 1, boxes) * 10 > (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _apart(
    every: Numbers, crowded: NDArray[np.bool_], boxes: Numbers, units: Numbers, size: tuple[int, int]
) -> tuple[Numbers, Numbers, Numbers]:
    """Of the letters `every`, some of them `crowded`: those of units that don't lie on each other; of these,
    those on which no later letter of their own unit lies; and the letters that are left over.
    """
    touched = np.isin(units[every], np.unique(units[every[crowded]]))
    chosen, clear, left_over = every[~touched].tolist(), every[~touched].tolist(), []
    by_unit: dict[int, list[int]] = {}
    for index in every[touched].tolist():
        by_unit.setdefault(int(units[index]), []).append(index)
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


def _sums(dots: NDArray[np.bool_], boxes: Numbers) -> Numbers:
    """How many dots are set in each box."""
    before = np.zeros(dots.size + 1, np.int32)
    np.cumsum(dots.astype(np.int32).reshape(-1), dtype=np.int32, out=before[1:])
    found = np.zeros(len(boxes), np.int64)
    for inside, row in _rows(boxes):
        start = row * dots.shape[1]
        found[inside] += before[start + boxes[inside, 2]] - before[start + boxes[inside, 0]]
    return found


def _as_copied(gray: bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.frombuffer(gray.translate(_AS_COPIED), np.uint8).reshape(size[1], size[0])


def _difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.maximum(one, other) - np.minimum(one, other)


def _ink(page: object, size: tuple[int, int]) -> NDArray[np.uint8]:
    """How much of each dot is filled, whatever the colour: the paper shows where white stays white and black
    black.
    """
    on_white, on_black = (_drawn(page, size, paper) for paper in (0xFFFFFFFF, 0xFF000000))
    return 255 - _difference(on_white, on_black)


def _drawn(page: object, size: tuple[int, int], paper: int) -> NDArray[np.uint8]:
    width, height = size
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        if pdfium.FPDFBitmap_GetStride(bitmap) != width:
            raise Refusal("broken")
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, paper)
        flags = pdfium.FPDF_RENDER_LIMITEDIMAGECACHE
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), width * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return np.frombuffer(dots, np.uint8).reshape(height, width)

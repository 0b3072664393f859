"""Which letters of a page are seen: those without which its picture is another one. In a confined child.

A cover may be an annotation, a picture or a pattern, or have letters of its own: what a letter's place looks
like doesn't tell whose dots these are. So the page is drawn again with its words taken out, and a letter is
seen only where that takes dots away, namely most of those that it has alone on empty paper. Words that lie on
each other are taken out one after the other. docs/adr/0071-a-letter-is-seen-where-its-absence-is.md
"""

import ctypes
from collections.abc import Callable

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf.crowding import Letter, Numbers, apart, crowded, inner, sums, units
from scrub.pdf.objects import Objects
from scrub.pdf.shapes import GRID, Shapes, shapes
from scrub.pdf.writer import WHITE
from scrub.report import Refusal

_ROUNDS = 6  # pictures without words; what still lies on other words after them is left out
_CONTRAST = 34  # two of our grays
_INK = 40  # of 255: how much of a dot a letter has to fill to count
_SHARE = 0.7  # of a letter's dots
_LEAST = np.array([_CONTRAST * ink // 255 if ink > _INK else 255 for ink in range(256)], np.uint8)
"""By a dot's ink: how much its gray has to change."""

_FAINT = 36  # a gray and one: what is no darker than `pale.PALE` on white paper

_WHITE, _BLACK = 0xFFFFFFFF, 0xFF000000
_SMALL_PAGE = 4_000_000  # dots: letters of smaller pages are drawn twice as fine to be compared

_AS_COPIED = bytes(value if value < WHITE else 255 for value in range(256))


def seen(
    page: object,
    letters: list[Letter],
    gray: bytes,
    size: tuple[int, int],
    draw: Callable[[], bytes],
    *,
    faint: list[int] | None = None,
) -> tuple[NDArray[np.bool_], Shapes]:
    """Whether each letter is seen, and the shapes of those that are. `gray`: the page's picture of `size`
    (width, height), a byte a dot; `draw` makes it again. Letters as pale as a mark laid over a page go to
    `faint`, where that is given, and count as not seen; so do those that lie in a heap. Raises MemoryError.
    """
    found = np.zeros(len(letters), np.bool_)
    looks = Shapes(np.zeros((len(letters), GRID * GRID), np.float32), np.zeros(len(letters), np.float32))
    objects = Objects(page) if letters else None
    if objects is None or not objects.complete:
        return found, looks
    boxes = inner(letters)
    left_over = np.flatnonzero([objects.is_text(letter.owner) for letter in letters])
    crowds = crowded(boxes, size)
    together = units(letters, np.flatnonzero(crowds))
    objects.add_doubles({letter.owner for letter in letters})
    whole = _as_copied(gray, size)
    for _ in range(_ROUNDS):
        chosen, clear, left_over = apart(left_over, crowds[left_over], boxes, together, size)
        if not len(chosen):
            break
        owners = {letters[index].owner for index in chosen}
        owners |= {double for owner in owners for double in objects.doubles.get(owner, ())}
        with objects.without(owners):
            change = _difference(whole, _as_copied(draw(), size))
        with objects.without(objects.others(owners)):
            on_black = _drawn(page, size, _BLACK)
            ink = 255 - _difference(_drawn(page, size, _WHITE), on_black)
            looked_at = clear[_shows(change, ink, boxes[clear])]
            if faint is not None:
                strong = sums(change > _FAINT, boxes[looked_at]) > 0
                faint += looked_at[~strong].tolist()
                looked_at = looked_at[strong]
            of_these = [letters[index] for index in looked_at]
            _look(page, size, of_these, looks, looked_at, black=not on_black.any())
        found[looked_at] = True
    if faint is not None:
        faint += left_over.tolist()
    return found, looks


def _shows(change: NDArray[np.uint8], ink: NDArray[np.uint8], boxes: Numbers) -> NDArray[np.bool_]:
    of_all, of_these = sums(ink > _INK, boxes), sums(change > _LEAST.take(ink), boxes)
    return (of_all > 0) & (of_these >= _SHARE * of_all)


def _look(
    page: object,
    size: tuple[int, int],
    letters: list[Letter],
    looks: Shapes,
    numbers: Numbers,
    *,
    black: bool,
) -> None:
    """Writes the shapes of letters into `looks`, by their numbers. `black`: on black paper nothing of them
    shows, so that a picture on white paper has all of it.
    """
    if letters:
        fine = 2 if size[0] * size[1] <= _SMALL_PAGE else 1
        exact = np.array([letter.exact for letter in letters]) * fine
        finer = size[0] * fine, size[1] * fine
        ink = 255 - _drawn(page, finer, _WHITE) if black else ink_of(page, finer)
        made = shapes(ink, exact, [letter.turn for letter in letters])
        looks.cells[numbers], looks.sides[numbers] = made.cells, made.sides


def _as_copied(gray: bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.frombuffer(gray.translate(_AS_COPIED), np.uint8).reshape(size[1], size[0])


def _difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.maximum(one, other) - np.minimum(one, other)


def ink_of(page: object, size: tuple[int, int]) -> NDArray[np.uint8]:
    """How much of each dot is filled, whatever the colour: the paper shows where white stays white and black
    black.
    """
    on_white, on_black = (_drawn(page, size, paper) for paper in (_WHITE, _BLACK))
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

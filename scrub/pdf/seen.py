"""Which letters of a page are seen: those without which its picture is another one. In a confined child.

A cover may be an annotation, a picture or a pattern, or have letters of its own: what a letter's place looks
like doesn't tell whose dots these are. So the page is drawn again with its words taken out, and a letter is
seen only where that takes dots away, namely most of those that it has alone on empty paper. Words that lie on
each other are taken out one after the other. docs/adr/0071-a-letter-is-seen-where-its-absence-is.md
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf.crowding import Dots, Letters, Numbers, apart, crowded, inner, sums, units
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

_AS_COPIED = np.array([value if value < WHITE else 255 for value in range(256)], np.uint8)

Grays = NDArray[np.uint8]


def seen(
    objects: Objects,
    letters: Letters,
    gray: bytes,
    size: tuple[int, int],
    draw: Callable[[], bytes],
    *,
    faint: list[int] | None = None,
    bare: bytes | None = None,
) -> tuple[NDArray[np.bool_], Shapes]:
    """Whether each letter is seen, and the shapes of those that are. `gray`: the page's picture of `size`
    (width, height), a byte a dot; `draw` makes it again. `bare`: what PDFium draws of `objects` alone, where
    the picture was made of that. Letters as pale as a mark laid over a page go to `faint`, where that is
    given, and count as not seen; so do those that lie in a heap. Raises MemoryError.
    """
    count = len(letters.words)
    found = np.zeros(count, np.bool_)
    looks = Shapes(np.zeros((count, GRID * GRID), np.float32), np.zeros(count, np.float32))
    if not count or not objects.complete:
        return found, looks
    boxes = inner(letters.boxes)
    owners, own = np.unique(letters.owners, return_inverse=True)
    left_over = np.flatnonzero(np.array([objects.is_text(owner) for owner in owners.tolist()])[own])
    crowds = crowded(boxes, size)
    together = units(letters, np.flatnonzero(crowds))
    objects.add_doubles(set(owners.tolist()))
    for _ in range(_ROUNDS):
        chosen, clear, left_over = apart(left_over, crowds[left_over], boxes, together, size)
        if not len(chosen):
            break
        out = set(np.unique(letters.owners[chosen]).tolist())
        out |= {double for owner in out for double in objects.doubles.get(owner, ())}
        others = objects.others(out)
        at = _At(boxes[clear], size)
        with objects.without(others):
            alone = at.of(bare) if bare is not None and not others else at.drawn(objects.page, _WHITE)
            ink = 255 - _difference(alone, at.drawn(objects.page, _BLACK))
        if bare is not None and not others:
            paper = np.array(255, np.uint8)  # is left without them
        else:
            with objects.without(out):
                paper = _AS_COPIED.take(at.of(draw()))
        change = _difference(_AS_COPIED.take(at.of(gray)), paper)
        of_all, of_these = at.sums(ink > _INK), at.sums(change > _LEAST.take(ink))
        shows = (of_all > 0) & (of_these >= _SHARE * of_all)
        if faint is not None:
            strong = at.sums(change > _FAINT) > 0
            faint += clear[shows & ~strong].tolist()
            shows &= strong
        looked_at = clear[shows]
        with objects.without(others):
            _look(objects.page, size, letters, looks, looked_at, black=at.is_black)
        found[looked_at] = True
    if faint is not None:
        faint += left_over.tolist()
    return found, looks


class _At:
    """Looks at the dots of a page that are in boxes, or at all of them where boxes lie on each other."""

    def __init__(self, boxes: Numbers, size: tuple[int, int]) -> None:
        self._boxes, self._size = boxes, size
        self._dots = Dots.of(boxes, size)
        self.is_black = False

    def of(self, gray: bytes) -> Grays:
        return self._cut(np.frombuffer(gray, np.uint8))

    def drawn(self, page: object, paper: int) -> Grays:
        """What PDFium draws of the page; afterwards `is_black` says whether all of that was black."""
        with _drawn(page, self._size, paper) as grays:
            self.is_black = not grays.any()
            return self._cut(grays.reshape(-1))

    def _cut(self, grays: Grays) -> Grays:
        return grays.copy() if self._dots is None else grays[self._dots.places]

    def sums(self, there: NDArray[np.bool_]) -> Numbers:
        """In each box."""
        if self._dots is not None:
            return self._dots.sums(there)
        return sums(there.reshape(self._size[1], self._size[0]), self._boxes)


def _look(
    page: object, size: tuple[int, int], letters: Letters, looks: Shapes, numbers: Numbers, *, black: bool
) -> None:
    """Writes the shapes of letters into `looks`, by their numbers. `black`: on black paper nothing of them
    shows, so that a picture on white paper has all of it.
    """
    if not len(numbers):
        return
    fine = 2 if size[0] * size[1] <= _SMALL_PAGE else 1
    exact, turns = letters.exact[numbers] * fine, letters.turns[numbers]
    finer = size[0] * fine, size[1] * fine
    if black:
        with _drawn(page, finer, _WHITE) as on_white:
            made = shapes(on_white, exact, turns, of_paper=True)
    else:
        made = shapes(ink_of(page, finer), exact, turns)
    looks.cells[numbers], looks.sides[numbers] = made.cells, made.sides


def _difference(one: Grays, other: Grays) -> Grays:
    return np.maximum(one, other) - np.minimum(one, other)


def ink_of(page: object, size: tuple[int, int]) -> NDArray[np.uint8]:
    """How much of each dot is filled, whatever the colour: the paper shows where white stays white and black
    black.
    """
    with _drawn(page, size, _WHITE) as on_white, _drawn(page, size, _BLACK) as on_black:
        return 255 - _difference(on_white, on_black)


@contextmanager
def _drawn(page: object, size: tuple[int, int], paper: int) -> Iterator[Grays]:
    """PDFium's own dots, not copied."""
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
        dots = (ctypes.c_ubyte * (width * height)).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
        yield np.frombuffer(memoryview(dots), np.uint8).reshape(height, width)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)

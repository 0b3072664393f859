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

from scrub.pdf.crowding import Letter, apart, crowded, inner, sums, units
from scrub.pdf.objects import Objects
from scrub.pdf.writer import WHITE
from scrub.report import Refusal

_ROUNDS = 6  # pictures without words; what still lies on other words after them is left out
_CONTRAST = 34  # two of our grays
_INK = 40  # of 255: how much of a dot a letter has to fill to count
_SHARE = 0.7  # of a letter's dots
_LEAST = np.array([_CONTRAST * ink // 255 if ink > _INK else 255 for ink in range(256)], np.uint8)
"""By a dot's ink: how much its gray has to change."""

_AS_COPIED = bytes(value if value < WHITE else 255 for value in range(256))


def seen(
    page: object, letters: list[Letter], gray: bytes, size: tuple[int, int], draw: Callable[[], bytes]
) -> NDArray[np.bool_]:
    """Whether each letter is seen. `gray`: the page's picture of `size` (width, height), a byte a dot; `draw`
    makes it again. Raises MemoryError.
    """
    found = np.zeros(len(letters), np.bool_)
    objects = Objects(page) if letters else None
    if objects is None or not objects.complete:
        return found
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
            ink = _ink(page, size)
        of_all, of_these = sums(ink > _INK, boxes[clear]), sums(change > _LEAST[ink], boxes[clear])
        found[clear] = (of_all > 0) & (of_these >= _SHARE * of_all)
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

"""Which letters of a page have no glyph: their font isn't in the document, and PDFium's own don't have them.

Such a letter has a place, but no height. Another font may stand in (`scrub.pdf.fonts`); if no dot of the
letter is drawn then, the person is told.
"""

import ctypes
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.asking import address
from scrub.pdf.drawing import dots_of
from scrub.pdf.fonts import standing_in
from scrub.pdf.objects import Objects
from scrub.pdf.references import fonts_with
from scrub.pdf.seen import ink_of
from scrub.report import Refusal

_MAX_LETTERS = 20_000
_FIRST = 33
_NO_BREAK = 0xA0
_NEEDED = (b"/Type0", b"/Differences", b"/ObjStm", b"/Encrypt")
"""Without one of these in a document, its fonts have glyphs for all their codes."""

_RESOLUTION = 100
_INK = 40  # of 255


@dataclass(frozen=True, slots=True)
class _Blank:
    """A letter without a glyph: its box (left, bottom, right, top) and the address of its object."""

    letter: str
    box: tuple[float, float, float, float]
    owner: int


class StandIns:
    """Of one document: the fonts that stand in. What stays blank goes to `notes`."""

    def __init__(self, untrusted: bytes, notes: set[str]) -> None:
        self._needed = any(name in untrusted for name in _NEEDED)
        self._notes = notes

    def font(self, page: object) -> int | None:
        """For `fonts.standing_in`, before anything of the page is drawn: the one of `font_files` that has
        most of the letters without a glyph. Raises Refusal.
        """
        if not self._needed:
            return None
        blank, unknown = _blank(page)
        font = _best(Counter(each.letter for each in blank))
        if unknown or (blank and not _all_drawn(page, blank, font)):
            self._notes.add("letters_missing")
        return font


def _best(missing: Counter[str]) -> int | None:
    votes: Counter[int] = Counter()
    for letter, count in missing.items():
        votes.update(dict.fromkeys(fonts_with(letter), count))
    return min(votes, key=lambda font: (-votes[font], font)) if votes else None


def _blank(page: object) -> tuple[list[_Blank], bool]:
    """Letters without a glyph; whether there are any of which it isn't known which letters they are."""
    found: list[_Blank] = []
    unknown = False
    embedded: dict[int, bool] = {}
    with text_page(page) as text:
        for index in range(min(max(0, pdfium.FPDFText_CountChars(text)), _MAX_LETTERS)):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code < _FIRST or code == _NO_BREAK:
                continue
            item = pdfium.FPDFText_GetTextObject(text, index)
            font = pdfium.FPDFTextObj_GetFont(item)
            if not (at := address(font)):
                continue
            if at not in embedded:
                embedded[at] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
            if embedded[at]:
                continue
            if pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
                unknown = True
            elif _is_flat(text, index):
                box = pdfium.FS_RECTF()
                pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
                sides = (box.left, box.bottom, box.right, box.top)
                found.append(_Blank(chr(code), sides, address(item)))
    return found, unknown


def _is_flat(text: object, index: int) -> bool:
    """As wide as the font says, and a thousandth of its size high."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pointers = (ctypes.byref(side) for side in (left, right, bottom, top))
    if not pdfium.FPDFText_GetCharBox(text, index, *pointers):
        return False
    return abs(top.value - bottom.value) < abs(right.value - left.value) / 200


def _all_drawn(page: object, blank: list[_Blank], font: int | None) -> bool:
    """Whether each has a dot in the middle of its place, the page's other objects left out."""
    size = dots_of((pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)), _RESOLUTION)
    objects = Objects(page)
    with standing_in(font), objects.without(objects.others({each.owner for each in blank})):
        ink = ink_of(page, size)
    for each in blank:
        (left, top), (right, bottom) = _corners(page, size, each.box)
        if unicodedata.combining(each.letter) or unicodedata.category(each.letter) == "Mc":
            continue  # it is drawn over its neighbour
        if right <= 0 or bottom <= 0 or left >= size[0] or top >= size[1]:
            continue
        inset = (right - left) // 5
        if not (ink[max(0, top) : bottom + 1, max(0, left + inset) : right - inset + 1] > _INK).any():
            return False
    return True


def _corners(
    page: object, size: tuple[int, int], box: tuple[float, float, float, float]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Upper left and lower right, in dots."""
    corners = []
    for across, up in ((box[0], box[1]), (box[2], box[3])):
        x, y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        corners.append((x.value, y.value))
    (x1, y1), (x2, y2) = corners
    return (min(x1, x2), min(y1, y2)), (max(x1, x2), max(y1, y2))


@contextmanager
def text_page(page: object) -> Iterator[object]:
    """Raises Refusal."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise Refusal("broken")
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)

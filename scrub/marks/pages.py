"""The letters of a PDF's pages and their places, by PDFium."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.marks.found import WHOLE, Box
from scrub.marks.spacing import Letter
from scrub.sniff import from_its_head

MAX_PAGES = 300
MAX_LETTERS = 20_000
"""Of a page."""

MAX_PLACED = 4
"""Pages whose letters' places are looked at, over the whole document."""

MAX_PLACES = 8000
"""Letters whose places are looked at: the first ones of each of those pages."""


class Pages:
    """The pages of an open PDF. `count` is how many it has, and `looked_at` how many of them are read."""

    def __init__(self, document: object) -> None:
        self._document = document
        self.count = max(0, pdfium.FPDF_GetPageCount(document))
        self.looked_at = min(self.count, MAX_PAGES)

    @property
    def placed(self) -> list[int]:
        """Which pages' places are looked at: all of a short document, some of a long one."""
        if self.looked_at <= MAX_PLACED:
            return list(range(self.looked_at))
        return sorted({at * (self.looked_at - 1) // (MAX_PLACED - 1) for at in range(MAX_PLACED)})

    @contextmanager
    def page(self, number: int) -> Iterator["PageLetters | None"]:
        """None for one that can't be opened."""
        page = pdfium.FPDF_LoadPage(self._document, number)
        letters = pdfium.FPDFText_LoadPage(page) if page else None
        try:
            yield PageLetters(page, letters) if letters else None
        finally:
            if letters:
                pdfium.FPDFText_ClosePage(letters)
            if page:
                pdfium.FPDF_ClosePage(page)


@contextmanager
def opened(untrusted: bytes) -> Iterator[Pages | None]:
    """None for what PDFium can't open. The library was started by `scrub.pdf.load`."""
    untrusted = from_its_head(untrusted)
    document = pdfium.FPDF_LoadMemDocument64(untrusted, len(untrusted), None)
    try:
        yield Pages(document) if document else None
    finally:
        if document:
            pdfium.FPDF_CloseDocument(document)


class PageLetters:
    """The letters of one open page."""

    def __init__(self, page: object, letters: object) -> None:
        self._page = page
        self._letters = letters
        self.count = min(max(0, pdfium.FPDFText_CountChars(letters)), MAX_LETTERS)

    def text(self) -> str:
        """Its lines, in the order in which they are drawn."""
        if not self.count:
            return ""
        units = (ctypes.c_ushort * (self.count + 1))()
        taken = pdfium.FPDFText_GetText(self._letters, 0, self.count, units)
        return bytes(units)[: 2 * max(0, taken - 1)].decode("utf-16-le", "replace").replace("\r\n", " \n")

    def places(self, most: int = MAX_LETTERS) -> list[Letter]:
        """Of the first letters. Nothing of a page whose words lie under a picture, as scanners put them:
        roughly in place.
        """
        if self._is_read_from_a_picture():
            return []
        found, letters, box = [], self._letters, pdfium.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        of_box, of_x, of_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        box_of, letter_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetUnicode
        bottom = top = None
        for at in range(min(self.count, most)):
            if not box_of(letters, at, of_box):
                continue
            if (box.bottom, box.top) != (bottom, top):  # else it stands beside the one before
                bottom, top = box.bottom, box.top
                pdfium.FPDFText_GetCharOrigin(letters, at, of_x, of_y)
                base, size = y.value, round(top - bottom, 2)
            found.append(Letter(chr(letter_of(letters, at)), box.left, box.right, base, size))
        return found

    def box_of_text(self, first: int, last: int) -> Box | None:
        """The same for places in `text`, which leaves some letters out."""
        found = [pdfium.FPDFText_GetCharIndexFromTextIndex(self._letters, at) for at in (first, last)]
        return None if -1 in found else self.box(found[0], found[1])

    def box(self, first: int, last: int) -> Box | None:
        """Around the letters from one place to another, in parts of the page as it is seen."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        across: list[int] = []
        down: list[int] = []
        for at in range(first, min(last + 1, self.count)):
            sides = [ctypes.byref(side) for side in (left, right, bottom, top)]
            if not pdfium.FPDFText_GetCharBox(self._letters, at, *sides) or right.value <= left.value:
                continue
            for point in ((left, bottom), (right, top)):
                seen_x, seen_y = ctypes.c_int(), ctypes.c_int()
                corner = [side.value for side in point]
                to = ctypes.byref(seen_x), ctypes.byref(seen_y)
                pdfium.FPDF_PageToDevice(self._page, 0, 0, WHOLE, WHOLE, 0, *corner, *to)
                across.append(min(max(0, seen_x.value), WHOLE))
                down.append(min(max(0, seen_y.value), WHOLE))
        return (min(across), min(down), max(across), max(down)) if across else None

    def _is_read_from_a_picture(self) -> bool:
        for index in range(min(pdfium.FPDFPage_CountObjects(self._page), 40)):
            item = pdfium.FPDFPage_GetObject(self._page, index)
            if (
                pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT
                and pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            ):
                return True
        return False

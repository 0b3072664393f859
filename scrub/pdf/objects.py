"""A page's objects, which can be taken out of its picture and put back. Runs in a confined child."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.asking import address, font_of, plain

MAX_OBJECTS = 200_000
"""Of one page, those inside of others too. Of a page with more, no word is kept."""

_MAX_DEPTH = 12

_AT, _NUMBER = ctypes.c_void_p, ctypes.c_int
_on_page = plain(pdfium.FPDFPage_GetObject, _AT, _AT, _NUMBER)
_in_form = plain(pdfium.FPDFFormObj_GetObject, _AT, _AT, ctypes.c_ulong)
_of_page = plain(pdfium.FPDFPage_CountObjects, _NUMBER, _AT)
_of_form = plain(pdfium.FPDFFormObj_CountObjects, _NUMBER, _AT)
_kind = plain(pdfium.FPDFPageObj_GetType, _NUMBER, _AT)
_marks = plain(pdfium.FPDFPageObj_CountMarks, _NUMBER, _AT)
_mark = plain(pdfium.FPDFPageObj_GetMark, _AT, _AT, ctypes.c_ulong)
_bounds = plain(pdfium.FPDFPageObj_GetBounds, _NUMBER, _AT, _AT, _AT, _AT, _AT)
_set_active = plain(pdfium.FPDFPageObj_SetIsActive, _NUMBER, _AT, _NUMBER)


class Objects:
    """What a page draws, by address, also inside of its forms."""

    def __init__(self, page: object) -> None:
        self.page = page
        self._all: dict[int, bool] = {}  # and whether it is text
        self._in_forms: set[int] = set()
        self.doubles: dict[int, list[int]] = {}
        self.complete = self._walk(address(page), _of_page, _on_page, 0)

    def _walk(
        self, parent: int, count: Callable[..., int | None], get: Callable[..., int | None], depth: int
    ) -> bool:
        number = count(parent) or 0
        if number > MAX_OBJECTS - len(self._all) or depth > _MAX_DEPTH:
            return False
        for index in range(number):
            item = get(parent, index) or 0
            kind = _kind(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                if not self._walk(item, _of_form, _in_form, depth + 1):
                    return False
                continue
            self._all[item] = kind == pdfium.FPDF_PAGEOBJ_TEXT
            if depth:
                self._in_forms.add(item)
        return True

    def hear_what_is_drawn(self) -> None:
        """Takes away the words that a document has for other ears (/ActualText): PDFium reads them out
        instead of what is drawn. Before the page's text is read.
        """
        for item, is_text in self._all.items():
            for index in reversed(range(_marks(item) or 0) if is_text else ()):
                mark = _pointer(_mark(item, index), pdfium.FPDF_PAGEOBJECTMARK)
                if _has_words(mark):
                    pdfium.FPDFPageObj_RemoveMark(_pointer(item, pdfium.FPDF_PAGEOBJECT), mark)

    def in_layers(self) -> set[int]:
        """Addresses of what is in a layer, or in a form, which may be in one."""
        return {
            item
            for item in self._all
            if item in self._in_forms
            or any(
                _is_layer(_pointer(_mark(item, index), pdfium.FPDF_PAGEOBJECTMARK))
                for index in range(_marks(item) or 0)
            )
        }

    def is_text(self, owner: int) -> bool:
        return self._all.get(owner, False)

    def add_doubles(self, claimed: set[int]) -> None:
        """PDFium reads words that are printed twice once: the other ones go out and come back with them."""
        others = [other for other, is_text in self._all.items() if is_text and other not in claimed]
        places: dict[tuple[int, ...], int] = {}
        for owner in claimed if others else ():
            place = _place(owner) if self.is_text(owner) else None
            if place is not None:
                places[place] = owner
        for other in others:
            if (place := _place(other)) is not None:
                owner = next((places[near] for near in _near(place) if near in places), 0)
                if owner:
                    self.doubles.setdefault(owner, []).append(other)

    def others(self, addresses: set[int]) -> set[int]:
        return self._all.keys() - addresses

    @contextmanager
    def without(self, addresses: set[int]) -> Iterator[None]:
        """The page without some of its objects."""
        for each in addresses:
            _set_active(each, 0)
        try:
            yield
        finally:
            for each in addresses:
                _set_active(each, 1)


def _pointer(at: int | None, kind: type) -> object:
    """As PDFium's bindings take one."""
    found: object = ctypes.cast(at or 0, kind)
    return found


def _is_layer(mark: object) -> bool:
    name, size = (pdfium.FPDF_WCHAR * 8)(), ctypes.c_ulong()
    pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), ctypes.byref(size))
    return bytes(name)[:6] == "OC\0".encode("utf-16-le")


def _has_words(mark: object) -> bool:
    size = ctypes.c_ulong()
    return bool(
        pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN
        or pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, ctypes.byref(size))
    )


def _place(item: int) -> tuple[int, ...] | None:
    """Font and bounds of a text object, in whole points of its own space."""
    sides = np.zeros(4, np.float32)
    at = sides.ctypes.data
    if not _bounds(item, at, at + 4, at + 8, at + 12):
        return None
    return (font_of(item), *map(round, sides.tolist()))


def _near(place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    font, left, bottom, right, top = place
    for across in (0, 1, -1):
        for up in (0, 1, -1):
            for wider in (0, 1, -1):
                yield font, left + across, bottom + up, right + across + wider, top + up

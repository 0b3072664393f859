"""A page's objects, which can be taken out of its picture and put back. Runs in a confined child."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

MAX_OBJECTS = 200_000
"""Of one page, those inside of others too. Of a page with more, no word is kept."""

_MAX_DEPTH = 12


class Objects:
    """What a page draws, by address, also inside of its forms."""

    def __init__(self, page: object) -> None:
        self._all: dict[int, tuple[object, bool]] = {}
        self._in_forms: set[int] = set()
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
            if depth:
                self._in_forms.add(address(item))
        return True

    def hear_what_is_drawn(self) -> None:
        """Takes away the words that a document has for other ears (/ActualText): PDFium reads them out
        instead of what is drawn. Before the page's text is read.
        """
        for item, is_text in self._all.values():
            for index in reversed(range(_marks(item) if is_text else 0)):
                mark = pdfium.FPDFPageObj_GetMark(item, index)
                if _has_words(mark):
                    pdfium.FPDFPageObj_RemoveMark(item, mark)

    def in_layers(self) -> set[int]:
        """Addresses of what is in a layer, or in a form, which may be in one."""
        return {
            address_of
            for address_of, (item, _) in self._all.items()
            if address_of in self._in_forms
            or any(_is_layer(pdfium.FPDFPageObj_GetMark(item, index)) for index in range(_marks(item)))
        }

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


def _marks(item: object) -> int:
    return max(0, int(pdfium.FPDFPageObj_CountMarks(item)))


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


def address(item: object) -> int:
    """Of what a pointer of PDFium's points to; 0 for none."""
    return ctypes.c_void_p.from_buffer(item).value or 0 if item else 0  # type: ignore[arg-type]  # a pointer


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

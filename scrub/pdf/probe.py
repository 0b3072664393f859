"""Finds out what PDFium draws of a page's annotations, by letting it: small, on a colour that nobody uses."""

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.covers import Box
from scrub.pdf.marks import opened

_SIDE = 400  # dots
_ALONE = 40
"""So many of a page are drawn alone; what lies over others beyond that is believed to show."""

_CROWD = 1000

_GROUND = (201, 83, 149)  # blue, green, red: changed by any other colour laid on it or multiplied with it


def let_fields_appear(page: object) -> None:
    """A form that asks for it (/NeedAppearances) gets the looks of its fields when its page is drawn: here a
    dot of it, beyond its edge.
    """
    bitmap = pdfium.FPDFBitmap_CreateEx(1, 1, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 9, 9, 1, 1, 0, pdfium.FPDF_ANNOT)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def not_drawn(page: object, suspects: Mapping[int, Box], drawn: Mapping[int, Box]) -> list[int]:
    """Those of `suspects` of which not a dot shows. `drawn`: the boxes of all that could lie over them. Both
    by their number on the page.
    """
    with _without_content(page):
        small = _Small(page)
        dots = small.draw()
        missing = [index for index, box in suspects.items() if not small.shows(dots, box)]
        seen = suspects.keys() - set(missing)
        near = sorted(seen) if len(drawn) <= _CROWD else []
        tangled = [index for index in near if _meets_another(index, drawn)][:_ALONE]
        if tangled:
            missing += _alone(page, small, tangled, suspects)
    return sorted(missing)


def not_filled(page: object, boxes: list[Box]) -> list[Box]:
    """Those of which annotations fill less than half, their edges left out."""
    if not boxes:
        return []
    with _without_content(page):
        small = _Small(page)
        dots = small.draw()
        return [box for box in boxes if small.filled(dots, box) < 0.5]


def _alone(page: object, small: "_Small", tangled: list[int], suspects: Mapping[int, Box]) -> list[int]:
    """Those that don't show once all others are hidden. What a page lists twice has one set of flags, so
    those of all are read before any is changed.
    """
    flags = {index: _flags(page, index) for index in range(pdfium.FPDFPage_GetAnnotCount(page))}
    for index in flags:
        _set_flags(page, index, pdfium.FPDF_ANNOT_FLAG_HIDDEN)
    missing = []
    for index in tangled:
        _set_flags(page, index, flags[index])
        if not small.shows(small.draw(), suspects[index]):
            missing.append(index)
        _set_flags(page, index, pdfium.FPDF_ANNOT_FLAG_HIDDEN)
    for index, before in flags.items():
        _set_flags(page, index, before)
    return missing


def _flags(page: object, index: int) -> int:
    with opened(page, index) as annotation:
        return 0 if annotation is None else int(pdfium.FPDFAnnot_GetFlags(annotation))


def _set_flags(page: object, index: int, flags: int) -> None:
    with opened(page, index) as annotation:
        if annotation is not None:
            pdfium.FPDFAnnot_SetFlags(annotation, flags)


def _meets_another(index: int, drawn: Mapping[int, Box]) -> bool:
    left, bottom, right, top = drawn[index]
    return any(
        other != index
        and min(right, box[2]) - max(left, box[0]) > 1
        and min(top, box[3]) - max(bottom, box[1]) > 1
        for other, box in drawn.items()
    )


@contextmanager
def _without_content(page: object) -> Iterator[None]:
    items = [pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page))]
    for item in items:
        pdfium.FPDFPageObj_SetIsActive(item, False)
    try:
        yield
    finally:
        for item in items:
            pdfium.FPDFPageObj_SetIsActive(item, True)


class _Small:
    """A small picture of a page's annotations alone."""

    def __init__(self, page: object) -> None:
        self._page = page
        across, up = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        scale = min(1.0, _SIDE / max(across, up))
        self._width, self._height = max(1, round(across * scale)), max(1, round(up * scale))
        self._stride = 0

    def draw(self) -> bytes:
        width, height = self._width, self._height
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
        if not bitmap:
            raise MemoryError
        try:
            blue, green, red = _GROUND
            color = 0xFF000000 | red << 16 | green << 8 | blue
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, color)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
            self._stride = pdfium.FPDFBitmap_GetStride(bitmap)
            return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), self._stride * height)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def shows(self, dots: bytes, box: Box) -> bool:
        """Whether any dot in the box was changed; what lies outside of the page is let pass."""
        corners = [self._place(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        left, right = max(0, min(x for x, _ in corners) - 1), max(x for x, _ in corners) + 1
        top, bottom = max(0, min(y for _, y in corners) - 1), max(y for _, y in corners) + 1
        right, bottom = min(right, self._width), min(bottom, self._height)
        if left >= right or top >= bottom:
            return True
        ground = bytes(_GROUND) * (right - left)
        starts = (row * self._stride + left * 3 for row in range(top, bottom))
        return any(dots[start : start + len(ground)] != ground for start in starts)

    def filled(self, dots: bytes, box: Box) -> float:
        """The part of the box that was changed, without its outer tenths; 1 for what is too small to tell."""
        across, up = (box[2] - box[0]) / 10, (box[3] - box[1]) / 10
        inner = (box[0] + across, box[1] + up, box[2] - across, box[3] - up)
        corners = [self._place(x, y) for x in (inner[0], inner[2]) for y in (inner[1], inner[3])]
        left, right = max(0, min(x for x, _ in corners)), min(self._width, max(x for x, _ in corners))
        top, bottom = max(0, min(y for _, y in corners)), min(self._height, max(y for _, y in corners))
        if left >= right or top >= bottom:
            return 1.0
        ground = bytes(_GROUND)
        changed = 0
        for row in range(top, bottom):
            start = row * self._stride + left * 3
            line = dots[start : start + (right - left) * 3]
            changed += sum(line[at : at + 3] != ground for at in range(0, len(line), 3))
        return float(changed / ((right - left) * (bottom - top)))

    def _place(self, across: float, up: float) -> tuple[int, int]:
        x, y = ctypes.c_int(), ctypes.c_int()
        size = (0, 0, self._width, self._height, 0)
        pdfium.FPDF_PageToDevice(self._page, *size, across, up, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value

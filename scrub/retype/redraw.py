"""Draws what the typesetter made as pictures of its pages with the words beneath, as `scrub.verify` knows
them. Runs in a confined child, which the typesetter's has never met.

The words need no comparing with their dots: they were set with our own fonts from words that were read here.
"""

import ctypes

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf import MAX_PAGES
from scrub.pdf.drawing import dots_of, in_gray
from scrub.pdf.letters import Line
from scrub.pdf.text import MAX_LINES, written
from scrub.pdf.writer import RESOLUTIONS, PdfWriter, TextLine
from scrub.pixels import decoding
from scrub.report import Refusal

_A4 = pdfium.FS_SIZEF(width=595.276, height=841.89)


def redraw(untrusted: bytes) -> bytes:
    """Every page is A4. Raises Refusal."""
    with decoding():
        document = pdfium.FPDF_LoadMemDocument64(untrusted, len(untrusted), None)
        if not document:
            raise Refusal("broken")
        try:
            return _redrawn(document)
        finally:
            pdfium.FPDF_CloseDocument(document)


def _redrawn(document: object) -> bytes:
    count = pdfium.FPDF_GetPageCount(document)
    if not 1 <= count <= MAX_PAGES:
        raise Refusal("too_large" if count > 1 else "broken")
    size = dots_of((_A4.width, _A4.height), RESOLUTIONS[0])
    writer = PdfWriter(count, RESOLUTIONS[0], searchable=True)
    for number in range(count):
        page = pdfium.FPDF_LoadPage(document, number)
        if not page:
            raise Refusal("broken")
        try:
            lines = sorted(set(_lines(page, size, writer.unit)))[:MAX_LINES]
            writer.add(*size, in_gray(page, size, RESOLUTIONS[0], None), lines)
        finally:
            pdfium.FPDF_ClosePage(page)
    return writer.finish()


def _lines(page: object, size: tuple[int, int], unit: int) -> list[TextLine]:
    text = pdfium.FPDFText_LoadPage(page)
    try:
        return list(_of_text(text, size, unit)) if text else []
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)


def _of_text(text: object, size: tuple[int, int], unit: int) -> list[TextLine]:
    dots = 100 / unit
    sides = [ctypes.c_double() for _ in range(4)]
    found = []
    for number in range(max(0, pdfium.FPDFText_CountRects(text, 0, -1))):
        if not pdfium.FPDFText_GetRect(text, number, *map(ctypes.byref, sides)):
            continue
        left, top, right, bottom = (side.value for side in sides)
        length = pdfium.FPDFText_GetBoundedText(text, left, top, right, bottom, None, 0)
        units = (ctypes.c_ushort * (max(0, length) + 1))()
        pdfium.FPDFText_GetBoundedText(text, left, top, right, bottom, units, length)
        words = " ".join(bytes(units)[: 2 * length].decode("utf-16-le", "replace").replace("\0", "").split())
        high = _A4.height
        line = Line(left * dots, (high - top) * dots, right * dots, (high - bottom) * dots, words)
        if words and (made := written(line, size[1], unit)) is not None:
            found.append(made)
    return found

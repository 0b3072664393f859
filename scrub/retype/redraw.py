"""Draws what the typesetter made as pictures of its pages with the words beneath, as `scrub.verify` knows
them. Runs in a confined child, which the typesetter's has never met.

The words need no comparing with their dots: they were set with our own fonts from words that were read here.
"""

import ctypes

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf import MAX_PAGES
from scrub.pdf.drawing import dots_of, in_gray
from scrub.pdf.letters import ENDS, SPACES, Line
from scrub.pdf.text import MAX_LINES, written
from scrub.pdf.writer import RESOLUTIONS, PdfWriter, TextLine
from scrub.pixels import decoding
from scrub.report import Refusal
from scrub.retype.paged import runs_of

_MAX_LETTERS = 40_000
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
    """Letter by letter: for the words of a run PDFium looks through all of the page, each time."""
    dots, high = 100 / unit, _A4.height
    sides = [ctypes.c_double() for _ in range(4)]
    pointers = [ctypes.byref(side) for side in sides]
    letters: list[Line | str] = []
    for index in range(min(max(0, pdfium.FPDFText_CountChars(text)), _MAX_LETTERS)):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if letter in ENDS or letter in SPACES or not pdfium.FPDFText_GetCharBox(text, index, *pointers):
            letters.append(letter if letter in ENDS else " ")
            continue
        left, right, bottom, top = (side.value for side in sides)
        letters.append(Line(left * dots, (high - top) * dots, right * dots, (high - bottom) * dots, letter))
    lines = (written(run, size[1], unit) for run in runs_of(letters))
    return [line for line in lines if line is not None]

"""Draws what the typesetter made as pictures of its pages with the words beneath, as `scrub.verify` knows
them. Runs in a confined child, which the typesetter's has never met.

The words need no comparing with their dots: they were set with our own fonts from words that were read here.
"""

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf import MAX_PAGES, asking
from scrub.pdf.drawing import dots_of, in_gray
from scrub.pdf.lines import ENDS, SPACES, Read
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
    read = list(map(chr, asking.codes(text, _MAX_LETTERS)))
    indexes = [index for index, letter in enumerate(read) if letter not in ENDS and letter not in SPACES]
    letters = [letter if letter in ENDS else " " for letter in read]
    found, known = asking.boxes(text, indexes)
    boxes, seen = np.zeros((len(read), 4)), np.zeros(len(read), np.bool_)
    boxes[indexes], seen[indexes] = found[:, (0, 3, 1, 2)], known  # left, top, right, bottom
    boxes[:, 1::2] = high - boxes[:, 1::2]
    for index in np.flatnonzero(seen).tolist():
        letters[index] = read[index]
    lines = (written(run, size[1], unit) for run in runs_of(Read(letters, boxes * dots, seen)))
    return [line for line in lines if line is not None]

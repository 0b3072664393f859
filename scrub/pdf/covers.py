"""Appearances of our own for what a person laid on a page: a plain cover, an icon's box, a field's words.

PDFium draws them in their turn among the others. Their words are in its own Helvetica: a content stream that
asks for a font which isn't there gets that one. Source: ISO 32000-1, 12.5.5 (appearance streams).
"""

import ctypes
import re

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in the page's own points."""

_FAR = 20_000.0
_DARK, _PAPER = (0.35, 0.35, 0.35), (1.0, 1.0, 1.0)
_ICON, _POPPLERS = 18, 24
"""Points a side of a note's icon, in the middle (MuPDF) or in the upper left corner (poppler)."""

_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s+Tf")


def around(*boxes: Box) -> Box:
    """The smallest box that holds all of them."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def icon_boxes(box: Box) -> list[Box]:
    """Where programs put the picture of a note that has no appearance: each somewhere else."""
    left, bottom, right, top = box
    x, y = (left + right) / 2, (bottom + top) / 2
    half = _ICON / 2
    corner = (left, top - _POPPLERS, left + _POPPLERS, top)
    return [corner, (x - half, y - half, x + half, y + half), (left, bottom, left + 20, bottom + 20)]


def lay_cover(annotation: object, boxes: list[Box], color: tuple[float, float, float] | None) -> None:
    """Nothing beneath shows. `color`: red, green and blue from 0 to 1."""
    red, green, blue = color or _DARK
    fill = "".join(_rectangle(box) for box in boxes)
    _appear(annotation, around(*boxes), f"{red:.3f} {green:.3f} {blue:.3f} rg {fill}f")


def lay_icon(annotation: object, boxes: list[Box]) -> None:
    """A note, without its words."""
    drawing = "".join(f"1 1 0.8 rg 0 0 0 RG {_rectangle(box)}B " for box in boxes)
    _appear(annotation, around(*boxes), drawing)


def lay_words(annotation: object, box: Box, words: str, manner: str, *, framed: bool) -> None:
    """What was filled into a field, on paper that covers. `manner`: its /DA, which may tell the size."""
    _, bottom, _, top = box
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:200]
    found = _SIZE.search(manner)
    size = float(found[1]) if found is not None else 0.0
    if not 1 <= size <= 100:
        size = max(4.0, min(12.0, (top - bottom) * 0.7 / len(lines)))
    first = top - size * 1.1 if len(lines) > 1 else (bottom + top) / 2 - size * 0.35
    red, green, blue = _PAPER
    edge = f"0.5 G {_rectangle(box)}S " if framed else ""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    drawing = (
        f"{red} {green} {blue} rg {_rectangle(box)}f {edge}0 g BT /F {size:.2f} Tf {size * 1.15:.2f} TL "
        f"{box[0] + 2:.2f} {first:.2f} Td {shown} ET"
    )
    _appear(annotation, box, drawing)


def draw_as_it_stands(annotation: object) -> None:
    """PDFium draws fields only in a form that is running. A kind it doesn't know is drawn like a stamp."""
    pdfium.FPDFAnnot_SetStringValue(annotation, b"Subtype", _wide("Silbo"))


def _appear(annotation: object, box: Box, drawing: str) -> None:
    left, bottom, right, top = (min(max(side, -_FAR), _FAR) for side in box)
    rectangle = pdfium.FS_RECTF(left, top, right, bottom)
    pdfium.FPDFAnnot_SetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None)
    pdfium.FPDFAnnot_SetRect(annotation, ctypes.byref(rectangle))
    pdfium.FPDFAnnot_SetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, _wide(drawing))
    draw_as_it_stands(annotation)


def _rectangle(box: Box) -> str:
    left, bottom, right, top = (min(max(side, -_FAR), _FAR) for side in box)
    return f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re "


def _escaped(words: str) -> str:
    """One byte a letter (WinAnsi), all of them as octal numbers."""
    return "".join(f"\\{byte:03o}" for byte in words[:1000].encode("cp1252", "replace"))


def _wide(words: str) -> object:
    """As PDFium takes text: UTF-16 with a NUL."""
    raw = (words + "\0").encode("utf-16-le")
    return ctypes.cast(ctypes.create_string_buffer(raw, len(raw)), ctypes.POINTER(pdfium.FPDF_WCHAR))

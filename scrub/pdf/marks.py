"""Reads one annotation of a page through PDFium: its kind, place, shape, and whether it has looks."""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.covers import Box, Color, Path

MAX_PARTS = 10_000
"""Of one annotation: quadrilaterals, strokes, corners."""

NORMAL = pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL
_MAX_TEXT = 1 << 20
_MAX_OBJECTS = 200
_EMPTY = re.compile(r"[(<]\s*[)>]\s*(?:Tj|['\"])|\[\s*\]\s*TJ")
_PAINTS = re.compile(r"(?<![^\s\])>}])(?:f\*?|F|[Bb]\*?|[Ss]|sh|Do|BI|T[Jj]|['\"])(?![^\s\[(<{/%])")
_WIDTH = re.compile(r"([\d.]{1,12}) w\b")


@dataclass(slots=True)
class Mark:
    """An annotation as it was found. `appears`: it has a stream to draw; `had`: something that should be one.

    The shapes are read only where nothing appears: `quads` are the boxes of quadrilaterals, `paths` the
    corners of lines, polygons and a pen's strokes. `width`: of its lines, in points.
    """

    kind: int
    flags: int
    box: Box
    appears: bool
    had: bool
    quads: list[Box]
    paths: list[Path]
    color: Color | None = None
    fill: Color | None = None
    width: float = 1.0


@contextmanager
def opened(page: object, index: int) -> Iterator[object | None]:
    """None for what isn't an annotation."""
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation or None
    finally:
        if annotation:
            pdfium.FPDFPage_CloseAnnot(annotation)


def read(annotation: object) -> Mark:
    kind, flags = pdfium.FPDFAnnot_GetSubtype(annotation), pdfium.FPDFAnnot_GetFlags(annotation)
    appears = pdfium.FPDFAnnot_GetAP(annotation, NORMAL, None, 0) > 2  # 2: the closing NUL
    mark = Mark(kind, flags, box_of(annotation), bool(appears), has(annotation, b"AP"), [], [])
    if not appears or kind in (pdfium.FPDF_ANNOT_REDACT, pdfium.FPDF_ANNOT_HIGHLIGHT):
        mark.quads, mark.paths = _quads(annotation), _paths(annotation)
        if not appears:
            mark.color = _color(annotation, b"C", pdfium.FPDFANNOT_COLORTYPE_Color)
            mark.fill = _color(annotation, b"IC", pdfium.FPDFANNOT_COLORTYPE_InteriorColor)
    return mark


def has(annotation: object, key: bytes) -> bool:
    return bool(pdfium.FPDFAnnot_HasKey(annotation, key))


def line_width(annotation: object) -> float | None:
    """As PDFium found it for a square's frame (`probe.let_squares_appear`)."""
    found = _WIDTH.search(_drawing(annotation) or "")
    return float(found[1]) if found is not None else None


def box_of(annotation: object) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle))
    across, up = sorted((rectangle.left, rectangle.right)), sorted((rectangle.bottom, rectangle.top))
    return across[0], up[0], across[1], up[1]


def text(annotation: object, key: bytes) -> str:
    """A string's or a name's letters, none for anything else."""
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= _MAX_TEXT:
        return ""
    letters = (pdfium.FPDF_WCHAR * (size // 2))()
    pdfium.FPDFAnnot_GetStringValue(annotation, key, letters, size)
    return bytes(letters)[: size - 2].decode("utf-16-le", "replace")


def number(annotation: object, key: bytes) -> float | None:
    value = ctypes.c_float()
    found = pdfium.FPDFAnnot_GetNumberValue(annotation, key, ctypes.byref(value))
    return value.value if found else None


def paints(annotation: object) -> bool:
    """Whether its appearance means to draw anything; that of an empty field doesn't."""
    drawing = _drawing(annotation)
    if drawing is None or max(drawing, default="") > "\xff":  # taken for another encoding
        return True
    return _PAINTS.search(_EMPTY.sub(" ", drawing)) is not None


def draws_something(annotation: object) -> bool:
    """False for an appearance that is empty, as some programs give to what isn't to be seen."""
    return bool((_drawing(annotation) or " ").strip("\0 \t\r\n"))


def has_objects(annotation: object) -> bool:
    return bool(pdfium.FPDFAnnot_GetObjectCount(annotation) > 0)


def may_be_blended(annotation: object) -> bool:
    """Whether its appearance lets anything through, or might."""
    count = pdfium.FPDFAnnot_GetObjectCount(annotation)
    if not 0 < count <= _MAX_OBJECTS:
        return True
    for index in range(count):
        item = pdfium.FPDFAnnot_GetObject(annotation, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_FORM or pdfium.FPDFPageObj_HasTransparency(item):
            return True
    return False


def _drawing(annotation: object) -> str | None:
    """None for what is too long to be looked at."""
    size = pdfium.FPDFAnnot_GetAP(annotation, NORMAL, None, 0)
    if size > _MAX_TEXT:
        return None
    letters = (pdfium.FPDF_WCHAR * (max(2, size) // 2))()
    pdfium.FPDFAnnot_GetAP(annotation, NORMAL, letters, size)
    return bytes(letters)[: size - 2].decode("utf-16-le", "replace")


def _color(annotation: object, key: bytes, kind: int) -> Color | None:
    """None where it tells none, or none of its own."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not has(annotation, key):
        return None
    if not pdfium.FPDFAnnot_GetColor(annotation, kind, *map(ctypes.byref, parts)):
        return None
    red, green, blue = (min(part.value, 255) / 255 for part in parts[:3])
    return red, green, blue


def _quads(annotation: object) -> list[Box]:
    count = min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), MAX_PARTS)
    found = []
    for index in range(count):
        quad = pdfium.FS_QUADPOINTSF()
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, index, ctypes.byref(quad)):
            across, up = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            found.append((min(across), min(up), max(across), max(up)))
    return found


def _paths(annotation: object) -> list[Path]:
    start, end = pdfium.FS_POINTF(), pdfium.FS_POINTF()
    if pdfium.FPDFAnnot_GetLine(annotation, ctypes.byref(start), ctypes.byref(end)):
        return [[(start.x, start.y), (end.x, end.y)]]
    found = [_corners(pdfium.FPDFAnnot_GetVertices, annotation)]
    for index in range(min(pdfium.FPDFAnnot_GetInkListCount(annotation), MAX_PARTS)):
        found.append(_corners(pdfium.FPDFAnnot_GetInkListPath, annotation, index))
    return [path for path in found if path]


def _corners(get: object, *of: object) -> Path:
    count = min(get(*of, None, 0), _MAX_TEXT)  # type: ignore[operator]  # one of PDFium's functions
    corners = (pdfium.FS_POINTF * count)()
    if count:
        get(*of, corners, count)  # type: ignore[operator]  # the same
    return [(corner.x, corner.y) for corner in corners]

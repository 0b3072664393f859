"""Appearances of our own for what a person laid on a page: a plain cover, an icon's box, a field's words.

PDFium draws them in their turn among the others. Their words are in its own Helvetica: a content stream that
asks for a font which isn't there gets that one. Source: ISO 32000-1, 12.5.5 (appearance streams).
"""

import ctypes
import re
import textwrap

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in the page's own points."""

Color = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

Path = list[tuple[float, float]]
"""Corners, from the left and from below."""

_FAR = 20_000.0
_DARK, _BLACK, _PAPER = (0.35, 0.35, 0.35), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_ICON, _POPPLERS = 18, 24
"""Points a side of a note's icon, in the middle (MuPDF) or in the upper left corner (poppler)."""

_MOST_WORDS = 20_000
_INK = re.compile(r"(?:(?:\d{1,3}|\d?\.\d{1,6}|\d\.)\s+){1,4}(?:g|rg|k)\b")
_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s+Tf")


def around(*boxes: Box) -> Box:
    """The smallest box that holds all of them."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def around_path(path: Path, width: float) -> Box:
    """With lines of that width around its corners."""
    across, up = [x for x, _ in path], [y for _, y in path]
    return min(across) - width, min(up) - width, max(across) + width, max(up) + width


def turned(box: Box, left: float, top: float, turn: int) -> Box:
    """Turned around a point so that it stands upright on a page turned by `turn` quarters."""
    across, down = (box[0] - left, box[2] - left), (top - box[3], top - box[1])
    if turn == 1:
        return left + down[0], top + across[0], left + down[1], top + across[1]
    if turn == 2:
        return left - across[1], top + down[0], left - across[0], top + down[1]
    return left - down[1], top - across[1], left - down[0], top - across[0]


def icon_boxes(box: Box) -> list[Box]:
    """Where programs put the picture of a note that has no appearance: each somewhere else."""
    left, bottom, right, top = box
    x, y = (left + right) / 2, (bottom + top) / 2
    half = _ICON / 2
    corner = (left, top - _POPPLERS, left + _POPPLERS, top)
    return [corner, (x - half, y - half, x + half, y + half), (left, bottom, left + 20, bottom + 20)]


def lay_cover(annotation: object, boxes: list[Box], color: Color | None) -> None:
    """Nothing beneath shows."""
    fill = "".join(map(_rectangle, boxes))
    _appear(annotation, around(*boxes), f"{_color(color or _DARK, 'rg')} {fill}f")


def add_cover(page: object, boxes: list[Box]) -> None:
    """One more annotation, over all others."""
    annotation = pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_STAMP)
    if not annotation:
        raise MemoryError
    lay_cover(annotation, boxes, None)
    pdfium.FPDFPage_CloseAnnot(annotation)


def lay_lines(
    annotation: object,
    paths: list[Path],
    width: float,
    color: Color | None,
    fill: Color | None,
    *,
    closed: bool,
    ends: bool,
) -> None:
    """Strokes with round ends, with sharp and with round corners, as the most generous reader draws them, as
    opaque as the annotation says. `ends`: arrows and the like may sit on them.
    """
    boxes = [around_path(path, max(6 * width, 1)) for path in paths]
    way = "".join(_way(path) + ("h " if closed else "") for path in paths)
    drawing = f"/GS gs {_color(color or _BLACK, 'RG')} {min(width, _FAR):.2f} w 1 J "
    if closed and fill is not None:
        drawing += f"{_color(fill, 'rg')} {way}f "
    if width > 0:
        drawing += f"0 j {way}S 1 j {way}S "
    if ends:
        reach = 6 * max(width, 1)
        tips = [around_path([tip], reach) for path in paths for tip in (path[0], path[-1])]
        boxes += tips
        drawing += f"{_color(color or _BLACK, 'rg')} {''.join(map(_rectangle, tips))}f"
    _appear(annotation, around(*boxes), drawing)


def lay_rules(
    annotation: object, boxes: list[Box], color: Color | None, bands: tuple[tuple[float, float], ...]
) -> None:
    """Under or through words. `bands`: from and to, in parts of a box's height."""
    rules = [
        (left, bottom + low * (top - bottom), right, bottom + high * (top - bottom))
        for left, bottom, right, top in boxes
        for low, high in bands
    ]
    lay_cover(annotation, rules, color or _BLACK)


def lay_icon(annotation: object, boxes: list[Box]) -> None:
    """A note, without its words."""
    drawing = "".join(f"1 1 0.8 rg 0 0 0 RG {_rectangle(box)}B " for box in boxes)
    _appear(annotation, around(*boxes), drawing)


def lay_words(
    annotation: object, box: Box, words: str, manner: str, *, frame: float, paper: Color | None = _PAPER
) -> None:
    """What was typed, on paper that covers if there is any. `manner`: its /DA, which may tell the size.
    `frame`: the width of the line around it.
    """
    left, bottom, right, top = box
    found = _SIZE.search(manner)
    size = float(found[1]) if found is not None else 0.0
    if not 1 <= size <= 100:
        size = max(4.0, min(12.0, (top - bottom) * 0.7))
    letters = max(1, int((right - left - 2 * frame) / (size * 0.5)))  # a line of them
    parts = words[:_MOST_WORDS].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [line for part in parts for line in textwrap.wrap(part, letters) or [""]]
    ink = _INK.findall(manner)[-1:]
    first = top - size * 1.1 if len(lines) > 1 else (bottom + top) / 2 - size * 0.35
    sheet = f"{_color(paper, 'rg')} {_rectangle(box)}f " if paper else ""
    if frame > 0:
        inner = (left + frame / 2, bottom + frame / 2, right - frame / 2, top - frame / 2)
        sheet += f"0 G {frame:.2f} w {_rectangle(inner)}S "
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    drawing = (
        f"{sheet}{ink[0] if ink else '0 g'} BT /F {size:.2f} Tf {size * 1.15:.2f} TL "
        f"{left + 2 + frame:.2f} {first:.2f} Td {shown} ET"
    )
    _appear(annotation, box, drawing)


def draw_as_it_stands(annotation: object) -> None:
    """PDFium draws fields only in a form that is running. A kind it doesn't know is drawn like a stamp."""
    _name(annotation, "Silbo")


def draw_as(annotation: object, kind: str) -> None:
    """Without its appearance: PDFium makes one for the kinds it can."""
    forget_looks(annotation)
    _name(annotation, kind)


def forget_looks(annotation: object) -> None:
    pdfium.FPDFAnnot_SetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None)


def _appear(annotation: object, box: Box, drawing: str) -> None:
    left, bottom, right, top = (min(max(side, -_FAR), _FAR) for side in box)
    rectangle = pdfium.FS_RECTF(left, top, right, bottom)
    forget_looks(annotation)
    pdfium.FPDFAnnot_SetRect(annotation, ctypes.byref(rectangle))
    pdfium.FPDFAnnot_SetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, _wide(drawing))
    draw_as_it_stands(annotation)


def _name(annotation: object, kind: str) -> None:
    pdfium.FPDFAnnot_SetStringValue(annotation, b"Subtype", _wide(kind))


def _color(color: Color, operator: str) -> str:
    return " ".join(f"{part:.3f}" for part in color) + " " + operator


def _way(path: Path) -> str:
    near = ((min(max(x, -_FAR), _FAR), min(max(y, -_FAR), _FAR)) for x, y in path)
    steps = [f"{x:.2f} {y:.2f}" for x, y in near]
    return f"{steps[0]} m {' '.join(f'{step} l' for step in (steps[1:] or steps))} "


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

"""Makes drawable what a person laid on a page: shapes, pen, stamps, typed words, fields that were filled in.

The rule: a copy shows what the original shows, and never more. PDFium draws what has an appearance; what it
would draw less of than other readers do (poppler and MuPDF were measured) gets a plain cover. No form is ever
running: no script, calculation or action has anything to start it.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.inventory import Inventory
from scrub.inventory import pdf as structure
from scrub.pdf import covers, probe
from scrub.pdf.covers import Box
from scrub.report import Refusal

MAX_ANNOTATIONS = 10_000
"""Of one page."""

_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_NORMAL = pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL
_ICONS = frozenset({pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_FILEATTACHMENT, pdfium.FPDF_ANNOT_SOUND})
_NOBODY_DRAWS = frozenset(
    {
        *(pdfium.FPDF_ANNOT_UNKNOWN, pdfium.FPDF_ANNOT_WATERMARK, pdfium.FPDF_ANNOT_TRAPNET),
        *(pdfium.FPDF_ANNOT_PRINTERMARK, pdfium.FPDF_ANNOT_SCREEN),
    }
)
"""Without an appearance."""

_DRAWN_BY_PDFIUM = frozenset(
    {
        *(pdfium.FPDF_ANNOT_SQUARE, pdfium.FPDF_ANNOT_CIRCLE, pdfium.FPDF_ANNOT_INK),
        *(pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE, pdfium.FPDF_ANNOT_SQUIGGLY),
        *(pdfium.FPDF_ANNOT_STRIKEOUT, pdfium.FPDF_ANNOT_FREETEXT),
    }
)
"""Without an appearance, as other readers draw them."""

_OVER_WORDS = frozenset(
    {
        *(pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE, pdfium.FPDF_ANNOT_SQUIGGLY),
        pdfium.FPDF_ANNOT_STRIKEOUT,
    }
)
_SHOWS_ITS_WORDS = frozenset({pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET})
_THICK = 4  # points: a link's border that covers something
_MAX_TEXT = 1 << 20
_EMPTY = re.compile(r"[(<]\s*[)>]\s*(?:Tj|['\"])|\[\s*\]\s*TJ")
_PAINTS = re.compile(r"(?<![^\s\])>}])(?:f\*?|F|[Bb]\*?|[Ss]|sh|Do|BI|T[Jj]|['\"])(?![^\s\[(<{/%])")


@dataclass(frozen=True, slots=True)
class _Laid:
    """One of a page's annotations, as it was found."""

    kind: int
    flags: int
    box: Box


class Annotations:
    """Those of one document. What they carry besides their looks goes to `inventory`, what becomes of their
    looks to `notes`.
    """

    def __init__(self, untrusted: bytes, inventory: Inventory, notes: set[str]) -> None:
        self._untrusted, self._inventory, self._notes = untrusted, inventory, notes
        self._drawn: dict[int, bool] = {}
        self._switches: structure.Switches | None = None

    def prepare(self, page: object, number: int) -> bool:
        """Whether any of the page's annotations has to be drawn (FPDF_ANNOT), in colour. Once a page.

        Raises Refusal for too many.
        """
        if number not in self._drawn:
            self._drawn[number] = self._prepare(page)
        return self._drawn[number]

    def _prepare(self, page: object) -> bool:
        count = pdfium.FPDFPage_GetAnnotCount(page)
        if count > MAX_ANNOTATIONS:
            raise Refusal("too_large")
        drawn: dict[int, _Laid] = {}
        suspects: dict[int, Box] = {}
        filled = False
        for index in range(max(0, count)):
            with _annotation(page, index) as annotation:
                if annotation is None:
                    continue
                laid = _laid(annotation)
                self._tell(annotation, laid)
                if laid.kind == pdfium.FPDF_ANNOT_WIDGET and not filled and self._is_seen(laid):
                    probe.let_fields_appear(page)
                    filled = True
                if not self._is_seen(laid) or not self._settle(page, annotation, laid):
                    continue
                drawn[index] = laid
                if _paints(annotation):
                    suspects[index] = _box(annotation)
        if suspects:
            boxes = {index: laid.box for index, laid in drawn.items()}
            for index in probe.not_drawn(page, suspects, boxes):
                with _annotation(page, index) as annotation:
                    covers.lay_cover(annotation, [suspects[index]], None)
                    self._notes.add("marks_covered")
        if drawn:
            self._notes.add("marks_kept")
        return bool(drawn)

    def _is_seen(self, laid: _Laid) -> bool:
        """No reader shows what is hidden, kept from the screen, or of an unknown kind that asks for it."""
        unknown = laid.kind == pdfium.FPDF_ANNOT_UNKNOWN and laid.flags & pdfium.FPDF_ANNOT_FLAG_INVISIBLE
        return not (laid.kind == pdfium.FPDF_ANNOT_POPUP or laid.flags & _UNSEEN or unknown)

    def _tell(self, annotation: object, laid: _Laid) -> None:
        """What is gone: the words of a note and of what isn't shown, and who wrote it when."""
        if laid.kind in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_WIDGET):
            return
        if _text(annotation, b"Contents") and not (laid.kind in _SHOWS_ITS_WORDS and self._is_seen(laid)):
            self._inventory.add("comment")
        for key, code in ((b"T", "author"), (b"M", "date"), (b"CreationDate", "date"), (b"NM", "identifier")):
            if _text(annotation, key):
                self._inventory.add(code)

    def _settle(self, page: object, annotation: object, laid: _Laid) -> bool:
        """False where there is nothing to draw."""
        kind = laid.kind
        appears = pdfium.FPDFAnnot_GetAP(annotation, _NORMAL, None, 0) > 2  # 2: the closing NUL
        if kind == pdfium.FPDF_ANNOT_REDACT or self._is_in_a_hidden_layer(annotation, appears, kind):
            return self._cover(annotation, laid)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            return self._settle_field(annotation, laid, appears)
        if kind == pdfium.FPDF_ANNOT_LINK:
            return (appears and _paints(annotation)) or (
                _border(annotation) > _THICK and self._cover(annotation, laid)
            )
        if appears:
            return True
        if kind in _NOBODY_DRAWS:
            return False
        if kind in _ICONS:
            covers.lay_icon(annotation, covers.icon_boxes(laid.box))
            return True
        if pdfium.FPDFAnnot_HasKey(annotation, b"AP") and kind not in _OVER_WORDS:
            return self._cover(annotation, laid)
        if kind not in _DRAWN_BY_PDFIUM:
            return self._cover(annotation, laid)
        if kind in _OVER_WORDS:
            _straighten(annotation, widen=kind == pdfium.FPDF_ANNOT_HIGHLIGHT)
        elif kind == pdfium.FPDF_ANNOT_INK:
            _give_room(page, annotation, laid.box)
        return True

    def _settle_field(self, annotation: object, laid: _Laid, appears: bool) -> bool:
        """Fields are drawn like everything else: PDFium draws them apart, and not if their form was lost."""
        had = pdfium.FPDFAnnot_HasKey(annotation, b"AP")
        words, kind = _text(annotation, b"V"), _text(annotation, b"FT")
        framed = bool(pdfium.FPDFAnnot_HasKey(annotation, b"MK"))
        if appears and _paints(annotation):
            covers.draw_as_it_stands(annotation)
            return True
        if had and not self._switched().needs_appearances:
            return False
        if kind in ("Btn", "Sig") or _is_secret(annotation):
            words = "X" if kind == "Btn" and words not in ("", "Off") else ""
        if not (words or framed):
            return False
        covers.lay_words(annotation, laid.box, words, _text(annotation, b"DA"), framed=framed)
        return True

    def _cover(self, annotation: object, laid: _Laid) -> bool:
        boxes = [laid.box]
        quads = _quads(annotation)
        if laid.kind == pdfium.FPDF_ANNOT_REDACT and quads:
            boxes = quads
        elif points := _points(annotation):
            boxes = [covers.around(laid.box, *points)]
        elif quads:
            boxes = [laid.box, *quads]
        color = (0.0, 0.0, 0.0) if laid.kind == pdfium.FPDF_ANNOT_REDACT else _color(annotation)
        covers.lay_cover(annotation, boxes, color)
        self._notes.add("marks_covered")
        return True

    def _is_in_a_hidden_layer(self, annotation: object, appears: bool, kind: int) -> bool:
        """PDFium draws it and other readers don't: neither what it shows nor what it covers may be seen."""
        if not pdfium.FPDFAnnot_HasKey(annotation, b"OC") or not self._switched().layers_may_be_off:
            return False
        return appears or kind not in (pdfium.FPDF_ANNOT_LINK, *_NOBODY_DRAWS)

    def _switched(self) -> structure.Switches:
        if self._switches is None:
            self._switches = structure.read_switches(self._untrusted)
        return self._switches


@contextmanager
def _annotation(page: object, index: int) -> Iterator[object | None]:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation or None
    finally:
        if annotation:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _laid(annotation: object) -> _Laid:
    kind, flags = pdfium.FPDFAnnot_GetSubtype(annotation), pdfium.FPDFAnnot_GetFlags(annotation)
    return _Laid(kind, flags, _box(annotation))


def _box(annotation: object) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle))
    across, up = sorted((rectangle.left, rectangle.right)), sorted((rectangle.bottom, rectangle.top))
    return across[0], up[0], across[1], up[1]


def _text(annotation: object, key: bytes) -> str:
    """A string's or a name's letters, none for anything else."""
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= _MAX_TEXT:
        return ""
    letters = (pdfium.FPDF_WCHAR * (size // 2))()
    pdfium.FPDFAnnot_GetStringValue(annotation, key, letters, size)
    return bytes(letters)[: size - 2].decode("utf-16-le", "replace")


def _paints(annotation: object) -> bool:
    """Whether its appearance means to draw anything; that of an empty field doesn't."""
    size = pdfium.FPDFAnnot_GetAP(annotation, _NORMAL, None, 0)
    if not 2 < size <= _MAX_TEXT:
        return bool(size > 2)
    letters = (pdfium.FPDF_WCHAR * (size // 2))()
    pdfium.FPDFAnnot_GetAP(annotation, _NORMAL, letters, size)
    drawing = bytes(letters)[: size - 2].decode("utf-16-le", "replace")
    if max(drawing) > "\xff":  # taken for another encoding
        return True
    return _PAINTS.search(_EMPTY.sub(" ", drawing)) is not None


def _is_secret(annotation: object) -> bool:
    """A password's field: readers show dots."""
    value = ctypes.c_float()
    found = pdfium.FPDFAnnot_GetNumberValue(annotation, b"Ff", ctypes.byref(value))
    return bool(found) and bool(int(value.value) & pdfium.FPDF_FORMFLAG_TEXT_PASSWORD)


def _border(annotation: object) -> float:
    across, up, width = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    sides = map(ctypes.byref, (across, up, width))
    return width.value if pdfium.FPDFAnnot_GetBorder(annotation, *sides) else 0.0


def _color(annotation: object) -> tuple[float, float, float] | None:
    """Of what it is filled with, else of its lines; None where it tells none."""
    for key, kind in (
        (b"IC", pdfium.FPDFANNOT_COLORTYPE_InteriorColor),
        (b"C", pdfium.FPDFANNOT_COLORTYPE_Color),
    ):
        if pdfium.FPDFAnnot_HasKey(annotation, key):
            parts = [ctypes.c_uint() for _ in range(4)]
            if pdfium.FPDFAnnot_GetColor(annotation, kind, *map(ctypes.byref, parts)):
                red, green, blue = (min(part.value, 255) / 255 for part in parts[:3])
                return red, green, blue
    return None


def _quads(annotation: object) -> list[Box]:
    count = min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), MAX_ANNOTATIONS)
    found = []
    for index in range(count):
        quad = pdfium.FS_QUADPOINTSF()
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, index, ctypes.byref(quad)):
            across, up = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            found.append((min(across), min(up), max(across), max(up)))
    return found


def _points(annotation: object) -> list[Box]:
    """The corners of a line or a polygon, each a box of no size."""
    count = min(pdfium.FPDFAnnot_GetVertices(annotation, None, 0), _MAX_TEXT)
    corners = (pdfium.FS_POINTF * count)()
    if count:
        pdfium.FPDFAnnot_GetVertices(annotation, corners, count)
    start, end = pdfium.FS_POINTF(), pdfium.FS_POINTF()
    if pdfium.FPDFAnnot_GetLine(annotation, ctypes.byref(start), ctypes.byref(end)):
        return [(point.x, point.y, point.x, point.y) for point in (start, end)]
    return [(corner.x, corner.y, corner.x, corner.y) for corner in corners]


def _straighten(annotation: object, *, widen: bool) -> None:
    """Readers disagree on the order of a quadrilateral's corners, and round its ends."""
    pdfium.FPDFAnnot_SetAP(annotation, _NORMAL, None)
    for index, (left, bottom, right, top) in enumerate(_quads(annotation)):
        more = min(right - left, top - bottom) / 4 if widen else 0.0
        start, end = left - more, right + more
        quad = pdfium.FS_QUADPOINTSF(start, top, end, top, start, bottom, end, bottom)
        pdfium.FPDFAnnot_SetAttachmentPoints(annotation, index, ctypes.byref(quad))
    if not pdfium.FPDFAnnot_HasKey(annotation, b"C"):
        pdfium.FPDFAnnot_SetColor(annotation, pdfium.FPDFANNOT_COLORTYPE_Color, 0, 0, 0, 255)


def _give_room(page: object, annotation: object, box: Box) -> None:
    """PDFium cuts a pen's strokes off at the rectangle, other readers don't."""
    whole = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(whole))
    left, bottom, right, top = covers.around(box, (whole.left, whole.bottom, whole.right, whole.top))
    pdfium.FPDFAnnot_SetRect(annotation, ctypes.byref(pdfium.FS_RECTF(left, top, right, bottom)))

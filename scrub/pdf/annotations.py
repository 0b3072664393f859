"""Makes drawable what a person laid on a page: shapes, pen, stamps, typed words, fields that were filled in.

The rule: a copy shows what the original shows, and never more. PDFium draws what has an appearance; what it
would draw less of than other readers do (poppler and MuPDF were measured) gets a plain cover. No form is ever
running: no script, calculation or action has anything to start it.
"""

import ctypes

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.inventory import Inventory
from scrub.inventory import pdf as structure
from scrub.pdf import covers, marks, probe
from scrub.pdf.covers import Box
from scrub.pdf.marks import Mark
from scrub.report import Refusal

MAX_ANNOTATIONS = 10_000
"""Of one page."""

_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
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
_HEIGHTS = {
    pdfium.FPDF_ANNOT_STRIKEOUT: ((0.37, 0.53),),
    pdfium.FPDF_ANNOT_UNDERLINE: ((-0.03, 0.05), (0.09, 0.18)),
    pdfium.FPDF_ANNOT_SQUIGGLY: ((-0.06, 0.2),),
}
"""Where readers draw it, in parts of the words' height."""

_LINES = frozenset(
    {
        *(pdfium.FPDF_ANNOT_LINE, pdfium.FPDF_ANNOT_POLYLINE, pdfium.FPDF_ANNOT_POLYGON),
        pdfium.FPDF_ANNOT_INK,
    }
)
_FRAMED = frozenset({pdfium.FPDF_ANNOT_SQUARE, pdfium.FPDF_ANNOT_CIRCLE})
_NAMES = {
    pdfium.FPDF_ANNOT_SQUARE: "Square",
    pdfium.FPDF_ANNOT_CIRCLE: "Circle",
    pdfium.FPDF_ANNOT_WIDGET: "Widget",
}
_SHOWS_ITS_WORDS = frozenset({pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET})
_THICK = 4  # points: a link's border that covers something
_PASSWORD = pdfium.FPDF_FORMFLAG_TEXT_PASSWORD


class Annotations:
    """Those of one document. What they carry besides their looks goes to `inventory`, what becomes of their
    looks to `notes`. `fields`: whether a form's field was on any page so far.
    """

    def __init__(self, untrusted: bytes, inventory: Inventory, notes: set[str]) -> None:
        self._untrusted, self._inventory, self._notes = untrusted, inventory, notes
        self._drawn: dict[int, tuple[Box, ...] | None] = {}
        self._switches: structure.Switches | None = None
        self.fields = False

    def prepare(self, page: object, number: int) -> tuple[Box, ...] | None:
        """None if none of the page's annotations has to be drawn (FPDF_ANNOT), else where they may be blended
        with what lies below: there only colour shows what they hide. Once a page.

        Raises Refusal for too many.
        """
        if number not in self._drawn:
            self._drawn[number] = self._prepare(page)
        return self._drawn[number]

    def _prepare(self, page: object) -> tuple[Box, ...] | None:
        count = pdfium.FPDFPage_GetAnnotCount(page)
        if count > MAX_ANNOTATIONS:
            raise Refusal("too_large")
        seen = self._read(page, max(0, count))
        _measure_lines(page, seen)
        if any(mark.kind == pdfium.FPDF_ANNOT_WIDGET and not mark.appears for mark in seen.values()):
            probe.let_fields_appear(page)
        drawn: dict[int, Box] = {}
        suspects: dict[int, Box] = {}
        for index, mark in seen.items():
            with marks.opened(page, index) as annotation:
                if annotation is not None and self._settle(annotation, mark):
                    drawn[index] = marks.box_of(annotation)
                    if marks.paints(annotation):
                        suspects[index] = drawn[index]
        for index in probe.not_drawn(page, suspects, drawn) if suspects else ():
            with marks.opened(page, index) as annotation:
                covers.lay_cover(annotation, [suspects[index]], None)
                self._notes.add("marks_covered")
        highlights = [
            box for index in drawn for box in seen[index].quads if _is_a_painted_highlight(seen[index])
        ]
        if short := probe.not_filled(page, highlights):
            covers.add_cover(page, short)
            self._notes.add("marks_covered")
        if turn := pdfium.FPDFPage_GetRotation(page):
            self._cover_where_it_stands_upright(page, {index: seen[index] for index in drawn}, turn)
        if not drawn:
            return None
        self._notes.add("marks_kept")
        return tuple(
            _reach(box, seen[index]) for index, box in drawn.items() if _blends(page, index, seen[index])
        )

    def _read(self, page: object, count: int) -> dict[int, Mark]:
        """What a reader shows."""
        seen = {}
        for index in range(count):
            with marks.opened(page, index) as annotation:
                if annotation is not None:
                    mark = marks.read(annotation)
                    self.fields = self.fields or mark.kind == pdfium.FPDF_ANNOT_WIDGET
                    self._tell(annotation, mark)
                    if _is_seen(mark):
                        seen[index] = mark
        return seen

    def _tell(self, annotation: object, mark: Mark) -> None:
        """What is gone: the words of a note and of what isn't shown, and who wrote it when."""
        if mark.kind in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_WIDGET):
            return
        if marks.text(annotation, b"Contents") and not (mark.kind in _SHOWS_ITS_WORDS and _is_seen(mark)):
            self._inventory.add("comment")
        for key, code in ((b"T", "author"), (b"M", "date"), (b"CreationDate", "date"), (b"NM", "identifier")):
            if marks.text(annotation, key):
                self._inventory.add(code)

    def _settle(self, annotation: object, mark: Mark) -> bool:
        """False where there is nothing to draw."""
        kind = mark.kind
        if kind == pdfium.FPDF_ANNOT_REDACT or self._is_in_a_hidden_layer(annotation, mark):
            return self._cover(annotation, mark)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            return self._settle_field(annotation, mark)
        if kind == pdfium.FPDF_ANNOT_LINK:
            if mark.appears:
                return marks.paints(annotation)
            return mark.width > _THICK and self._cover(annotation, mark)
        if mark.appears:
            broken = not marks.paints(annotation) and (
                kind == pdfium.FPDF_ANNOT_HIGHLIGHT or marks.draws_something(annotation)
            )
            blended = self._switched().may_be_blended and marks.may_be_blended(annotation)
            return self._cover(annotation, mark) if broken or blended else True
        if kind in _ICONS:
            mine = [mark.box] if mark.had else []
            covers.lay_icon(annotation, [*covers.icon_boxes(mark.box), *mine])
            return True
        if mark.had or _is_odd(annotation, mark):
            return self._cover(annotation, mark)
        if kind in _OVER_WORDS:
            _straighten(annotation, mark)
            return True
        return kind not in _NOBODY_DRAWS and self._draw(annotation, mark)

    def _draw(self, annotation: object, mark: Mark) -> bool:
        """What has no appearance at all."""
        left, bottom, right, top = mark.box
        if mark.kind in _LINES and mark.paths and not marks.has(annotation, b"LL"):
            ends = mark.kind != pdfium.FPDF_ANNOT_INK and marks.has(annotation, b"LE")
            closed = mark.kind == pdfium.FPDF_ANNOT_POLYGON
            covers.lay_lines(
                annotation, mark.paths, mark.width, mark.color, mark.fill, closed=closed, ends=ends
            )
            return True
        thick = mark.width > min(right - left, top - bottom) / 2
        if mark.kind == pdfium.FPDF_ANNOT_FREETEXT:
            words, manner = marks.text(annotation, b"Contents"), marks.text(annotation, b"DA")
            covers.lay_words(annotation, mark.box, words, manner, frame=mark.width, paper=mark.color)
            return True
        if mark.kind in _FRAMED and not thick:
            return True
        return self._cover(annotation, mark)

    def _settle_field(self, annotation: object, mark: Mark) -> bool:
        """Fields are drawn like everything else: PDFium draws them apart, and not if their form was lost."""
        thick = mark.width > _THICK and not mark.had
        if not thick and marks.has(annotation, b"AP") and marks.paints(annotation):
            covers.draw_as_it_stands(annotation)
            return True
        framed = marks.has(annotation, b"MK")
        if mark.had and not self._switched().needs_appearances:
            if framed and (not mark.appears or marks.draws_something(annotation)):
                covers.lay_words(annotation, mark.box, "", "", frame=1.0)
                return True
            return False
        words, kind = marks.text(annotation, b"V"), marks.text(annotation, b"FT")
        if kind in ("Btn", "Sig") or int(marks.number(annotation, b"Ff") or 0) & _PASSWORD:
            words = "X" if kind == "Btn" and words not in ("", "Off") else ""
        if not (words or framed):
            return False
        manner = marks.text(annotation, b"DA")
        frame = (mark.width if thick else 1.0) if framed else 0.0
        covers.lay_words(annotation, mark.box, words, manner, frame=frame)
        return True

    def _cover(self, annotation: object, mark: Mark) -> bool:
        redaction = mark.kind == pdfium.FPDF_ANNOT_REDACT
        boxes = mark.quads if redaction and mark.quads else [mark.box, *mark.quads]
        boxes += [covers.around_path(path, mark.width) for path in mark.paths]
        covers.lay_cover(annotation, boxes, (0.0, 0.0, 0.0) if redaction else mark.fill or mark.color)
        self._notes.add("marks_covered")
        return True

    def _is_in_a_hidden_layer(self, annotation: object, mark: Mark) -> bool:
        """PDFium draws it and other readers don't: neither what it shows nor what it covers may be seen."""
        if not marks.has(annotation, b"OC") or not self._switched().layers_may_be_off:
            return False
        return mark.appears or mark.kind not in (pdfium.FPDF_ANNOT_LINK, *_NOBODY_DRAWS)

    def _cover_where_it_stands_upright(self, page: object, drawn: dict[int, Mark], turn: int) -> None:
        """On a turned page some readers turn notes, and what asks for it, around their upper left corner."""
        for mark in drawn.values():
            if mark.kind in _ICONS or mark.flags & pdfium.FPDF_ANNOT_FLAG_NOROTATE:
                boxes = [mark.box]
                if mark.kind in _ICONS and not mark.appears:
                    boxes = covers.icon_boxes(mark.box)
                upright = [covers.turned(box, mark.box[0], mark.box[3], turn) for box in boxes]
                covers.add_cover(page, upright)

    def layers_may_differ(self) -> bool:
        """Whether readers may disagree on which layers of the pages are seen."""
        return self._switched().layers_may_differ

    def _switched(self) -> structure.Switches:
        if self._switches is None:
            self._switches = structure.read_switches(self._untrusted)
        return self._switches


def _is_seen(mark: Mark) -> bool:
    """No reader shows what is hidden, kept from the screen, or of an unknown kind that asks for it."""
    unknown = mark.kind == pdfium.FPDF_ANNOT_UNKNOWN and mark.flags & pdfium.FPDF_ANNOT_FLAG_INVISIBLE
    return not (mark.kind == pdfium.FPDF_ANNOT_POPUP or mark.flags & _UNSEEN or unknown)


def _blends(page: object, index: int, mark: Mark) -> bool:
    if mark.kind == pdfium.FPDF_ANNOT_HIGHLIGHT:
        return True
    with marks.opened(page, index) as annotation:
        return annotation is not None and marks.has_objects(annotation) and marks.may_be_blended(annotation)


def _reach(box: Box, mark: Mark) -> Box:
    """More than it can cover."""
    left, bottom, right, top = covers.around(box, mark.box, *mark.quads)
    more = min(right - left, top - bottom) / 2 + _THICK
    return left - more, bottom - more, right + more, top + more


def _is_odd(annotation: object, mark: Mark) -> bool:
    """With an opacity that is no number, or corners that don't make a box: readers take these differently."""
    opacity = marks.has(annotation, b"CA") and marks.number(annotation, b"CA") is None
    return opacity or (mark.kind in _OVER_WORDS and not mark.quads and marks.has(annotation, b"QuadPoints"))


def _is_a_painted_highlight(mark: Mark) -> bool:
    """poppler draws it over its quadrilaterals, whatever its appearance is."""
    return mark.kind == pdfium.FPDF_ANNOT_HIGHLIGHT and mark.appears


def _measure_lines(page: object, seen: dict[int, Mark]) -> None:
    """PDFium doesn't tell how wide a border is (/BS), but it draws squares with it."""
    kinds = _LINES | _FRAMED
    kinds |= {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET}
    wanted = []
    for index, mark in seen.items():
        with marks.opened(page, index) as annotation:
            if (
                mark.kind in kinds
                and not mark.appears
                and (marks.has(annotation, b"BS") or marks.has(annotation, b"Border"))
            ):
                wanted.append(index)
                covers.draw_as(annotation, "Square")
    if not wanted:
        return
    probe.let_fields_appear(page)
    for index in wanted:
        mark = seen[index]
        with marks.opened(page, index) as annotation:
            width = marks.line_width(annotation)
            mark.width = 0.0 if width is None else width
            covers.draw_as(annotation, _NAMES.get(mark.kind, "Silbo"))


def _straighten(annotation: object, mark: Mark) -> None:
    """Readers disagree on the order of a quadrilateral's corners, and on its ends and lines."""
    covers.forget_looks(annotation)
    if mark.kind != pdfium.FPDF_ANNOT_HIGHLIGHT:
        if mark.quads:
            covers.lay_rules(annotation, mark.quads, mark.color, _HEIGHTS[mark.kind])
        return
    for index, (left, bottom, right, top) in enumerate(mark.quads):
        wide, high = right - left, top - bottom
        more = (high if high <= 4 * wide else wide) / 4
        start, end = left - more, right + more
        quad = pdfium.FS_QUADPOINTSF(start, top, end, top, start, bottom, end, bottom)
        pdfium.FPDFAnnot_SetAttachmentPoints(annotation, index, ctypes.byref(quad))
    red, green, blue = (round(part * 255) for part in mark.color or (0, 0, 0))
    opacity = marks.number(annotation, b"CA")
    alpha = 255 if opacity is None else round(min(max(opacity, 0), 1) * 255)
    pdfium.FPDFAnnot_SetColor(annotation, pdfium.FPDFANNOT_COLORTYPE_Color, red, green, blue, alpha)

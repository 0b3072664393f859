"""One PDF in, a PDF of pictures of its pages out. Runs in a confined child; PDFium draws, a page a time.

Gray by default, which takes a colour printer's yellow dots away; in colour, or gray with the words that are
seen laid invisibly over the pictures (`scrub.pdf.text`), where the person chose that.

Only what a page shows is copied, with what a person laid on it (`scrub.pdf.annotations`). Scripts and XFA
are not part of this PDFium at all, and the machine's fonts are never looked at: a file gives the same bytes
everywhere.
"""

import ctypes
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.inventory import Inventory, take_inventory
from scrub.pdf import fonts, shapes
from scrub.pdf.annotations import Annotations
from scrub.pdf.covers import Box
from scrub.pdf.drawing import dots_of, in_color, in_gray, in_grays
from scrub.pdf.letters import Picture, read_letters
from scrub.pdf.lines import Read
from scrub.pdf.missing import StandIns
from scrub.pdf.text import read_lines
from scrub.pdf.writer import RESOLUTIONS, PdfWriter
from scrub.pixels import decoding, jpeg
from scrub.report import PDF_STYLES, Clean, Refusal
from scrub.sniff import from_its_head, is_behind_words

MAX_PAGES = 300
MAX_PAGE_PIXELS = 40_000_000
"""Of one page: a poster of A0 at 150 dots an inch."""

MAX_PIXELS = 700_000_000
"""Of all pages: 300 of A4 at 150 dots an inch."""

MAX_BYTES = 20 << 20
"""Of the copy: what went into a chat fits into a chat again."""

MAX_LETTERS = 300_000
"""Of a searchable copy: comparing them takes 20 s of processor. Words of later pages are left out."""

_INFO_TAGS = {
    "author": (b"Author",),
    "software": (b"Creator", b"Producer"),
    "date": (b"CreationDate", b"ModDate"),
    "description": (b"Title", b"Subject", b"Keywords"),
}
_NOTES = {"gray": "rasterized", "color": "color_kept", "searchable": "searchable_kept"}
_TAIL = 1024
_CATALOG = re.compile(rb"(?<![0-9])([1-9][0-9]{0,9} [0-9]{1,5}) obj\b[^>]{0,200}/Type\s{0,9}/Catalog\b")
_MAX_OBJECTS_LOOKED_AT = 2000
_LINES = 8
"""Of a path: a rule or a box has fewer."""


def load() -> None:
    """Once per process, before any outside byte. An empty list of folders keeps the machine's fonts out.

    PDFium draws the first unknown font of a process a little unlike the next ones: that is the sample's.
    """
    no_folders = (ctypes.POINTER(ctypes.c_char) * 1)()  # one null pointer: the list's end
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=no_folders))
    fonts.install()
    shapes.load()
    for style in PDF_STYLES:
        rebuild(sample(), Inventory(), set(), style)


def scrub_pdf(untrusted: bytes, style: str) -> Clean:
    """Raises Refusal, whatever the bytes are; words behind which no PDF can be opened are neither. `style`:
    one of `PDF_STYLES`.
    """
    try:
        return _scrubbed(untrusted, style)
    except Refusal as refusal:
        if refusal.reason == "broken" and is_behind_words(untrusted):
            raise Refusal("mislabeled") from None
        raise


def _scrubbed(untrusted: bytes, style: str) -> Clean:
    inventory, notes = take_inventory("application/pdf", untrusted), {"document_remains"}
    untrusted = from_its_head(untrusted)
    try:
        with decoding():
            content = rebuild(untrusted, inventory, notes, style)
    except Refusal as refusal:
        if refusal.reason != "broken" or b"%%EOF" in untrusted[-_TAIL:]:
            raise
        notes = {"document_remains", "cut_short"}
        content = _as_far_as_it_goes(untrusted, inventory, notes, style)
    return Clean.of(content, "application/pdf", inventory.removed, notes)


def _as_far_as_it_goes(untrusted: bytes, inventory: Inventory, notes: set[str], style: str) -> bytes:
    """Of a file whose end is missing, with a new end that says where its catalog is. Raises Refusal."""
    catalogs = _CATALOG.findall(untrusted)
    if not catalogs:
        raise Refusal("broken")
    ended = b"%b\nendobj\ntrailer<</Root %b R>>\nstartxref\n0\n%%%%EOF\n" % (untrusted, catalogs[-1])
    try:
        with decoding():
            return rebuild(ended, inventory, notes, style)
    except Refusal as refusal:
        raise Refusal("truncated" if refusal.reason == "broken" else refusal.reason) from None


def rebuild(untrusted: bytes, inventory: Inventory, notes: set[str], style: str = "gray") -> bytes:
    """`style`: one of `PDF_STYLES`. Raises Refusal for what can't be opened or drawn, or is too much at the
    lowest resolution.
    """
    with _document(untrusted) as document:
        _add_findings(document, inventory)
        kind = pdfium.FPDF_GetFormType(document)
        if kind == pdfium.FORMTYPE_XFA_FULL:  # its page is a notice that it can't be shown
            raise Refusal("unsupported")
        sizes = _page_sizes(document)
        annotations = Annotations(untrusted, inventory, notes)
        stand_ins = StandIns(untrusted, notes)
        for resolution in RESOLUTIONS:
            content = _draw(
                document,
                sizes,
                resolution,
                inventory,
                notes,
                annotations=annotations,
                stand_ins=stand_ins,
                style=style,
            )
            if content is not None:
                notes.add(_NOTES[style])
                if kind == pdfium.FORMTYPE_XFA_FOREGROUND and not annotations.fields:
                    notes.add("form_missing")
                if resolution != RESOLUTIONS[0]:
                    notes.add("resolution_reduced")
                return content
    raise Refusal("too_large")


@dataclass(frozen=True, slots=True)
class PageLetters:
    """`read`: the letters that a page shows. `pictures`: there is something else on it; `doubtful`: some
    words were left out, since they may not be what it shows.
    """

    read: Read
    pictures: bool = False
    doubtful: bool = False


def read_pages(untrusted: bytes) -> Iterator[PageLetters]:
    """A page at a time, without letters as pale as a mark. Raises Refusal for what `rebuild` refuses at its
    full resolution.
    """
    with _document(untrusted) as document:
        sizes = [dots_of(size, RESOLUTIONS[0]) for size in _page_sizes(document)]
        areas = [width * height for width, height in sizes]
        if max(areas) > MAX_PAGE_PIXELS or sum(areas) > MAX_PIXELS:
            raise Refusal("too_large")
        annotations = Annotations(untrusted, Inventory(), set())
        stand_ins = StandIns(untrusted, set())
        left = MAX_LETTERS
        for number, size in enumerate(sizes):
            with _page(document, number) as page, fonts.standing_in(stand_ins.font(page)):
                marked, notes = annotations.prepare(page, number), set[str]()
                found = Read.nothing()
                faint: list[int] = []
                if left > 0:
                    picture, _ = _picture_of(page, size, RESOLUTIONS[0], marked, faint)
                    found = read_letters(page, picture, notes, layered=annotations.layers_may_differ())
                left -= len(found.letters)
                yield PageLetters(found, _has_pictures(page), bool(notes or faint) or left <= 0)


def _has_pictures(page: object) -> bool:
    """Or drawings of more than lines and boxes."""
    objects = min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS_LOOKED_AT)
    for index in range(objects):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            return True
        if kind == pdfium.FPDF_PAGEOBJ_PATH and pdfium.FPDFPath_CountSegments(item) > _LINES:
            return True
    return False


@contextmanager
def _document(untrusted: bytes) -> Iterator[object]:
    untrusted = from_its_head(untrusted)
    document = pdfium.FPDF_LoadMemDocument64(untrusted, len(untrusted), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise Refusal("encrypted" if locked else "broken")
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _page_sizes(document: object) -> list[tuple[float, float]]:
    """In points, turned as they are seen."""
    count = pdfium.FPDF_GetPageCount(document)
    if count < 1:
        raise Refusal("broken")
    if count > MAX_PAGES:
        raise Refusal("too_large")
    sizes = []
    for number in range(count):
        size = pdfium.FS_SIZEF()
        if not pdfium.FPDF_GetPageSizeByIndexF(document, number, ctypes.byref(size)):
            raise Refusal("broken")
        if not (
            math.isfinite(size.width) and math.isfinite(size.height) and min(size.width, size.height) > 0
        ):
            raise Refusal("broken")
        sizes.append((size.width, size.height))
    return sizes


def _draw(
    document: object,
    sizes: list[tuple[float, float]],
    resolution: int,
    inventory: Inventory,
    notes: set[str],
    *,
    annotations: Annotations,
    stand_ins: StandIns,
    style: str,
) -> bytes | None:
    """None when this resolution makes too many dots or bytes."""
    dots = [dots_of(size, resolution) for size in sizes]
    areas = [width * height for width, height in dots]
    if max(areas) > MAX_PAGE_PIXELS or sum(areas) > MAX_PIXELS:
        return None
    writer = PdfWriter(len(dots), resolution, searchable=style == "searchable")
    for number, (width, height) in enumerate(dots):
        with _page(document, number) as page:
            objects = pdfium.FPDFPage_CountObjects(page)
            if _has_invisible_text(page, objects):
                inventory.add("hidden_text")
            with fonts.standing_in(stand_ins.font(page)):
                marked = annotations.prepare(page, number)
                if style == "searchable" and writer.letters < MAX_LETTERS:
                    layered = annotations.layers_may_differ()
                    size = width, height
                    shows = _add_searchable(writer, page, size, notes, marked, layered=layered)
                else:
                    shows = _add_page(writer, page, (width, height), style, marked)
                    if style == "searchable":
                        notes.add("words_unchecked")
        if objects and not shows:
            notes.add("blank_page")
        if writer.size > MAX_BYTES:
            return None
    content = writer.finish()
    return content if len(content) <= MAX_BYTES else None


def _add_page(
    writer: PdfWriter, page: object, size: tuple[int, int], style: str, marked: tuple[Box, ...] | None
) -> bool:
    """False if nothing of it shows. `marked`: with annotations to draw, if not None (`in_gray`)."""
    if style == "color":
        image, shows = in_color(page, size, marked=marked is not None)
        writer.add_color(*size, jpeg(image))
        return shows
    return writer.add(*size, in_gray(page, size, writer.resolution, marked))


def _add_searchable(
    writer: PdfWriter,
    page: object,
    size: tuple[int, int],
    notes: set[str],
    marked: tuple[Box, ...] | None,
    *,
    layered: bool,
) -> bool:
    """The same with words. `layered`: without those in layers."""
    picture, gray = _picture_of(page, size, writer.resolution, marked)
    return writer.add(*size, gray, read_lines(page, picture, writer.unit, notes, layered=layered))


def _picture_of(
    page: object,
    size: tuple[int, int],
    resolution: int,
    marked: tuple[Box, ...] | None,
    faint: list[int] | None = None,
) -> tuple[Picture, bytes]:
    """To read its letters with, and the gray dots of the copy."""
    again = partial(in_gray, page, size, resolution, marked)
    every, gray = in_grays(page, size, resolution, marked)
    return Picture(*size, gray, again, faint, bare=every if marked is None else None), gray


@contextmanager
def _page(document: object, number: int) -> Iterator[object]:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        raise Refusal("broken")
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def _add_findings(document: object, inventory: Inventory) -> None:
    """What PDFium knows of, and finds also where `inventory.pdf` can't look: behind an empty password."""
    for code, tags in _INFO_TAGS.items():
        if any(pdfium.FPDF_GetMetaText(document, tag, None, 0) > 2 for tag in tags):  # 2: the closing NUL
            inventory.add(code)
    if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        inventory.add("attachment")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        inventory.add("script")
    if pdfium.FPDF_GetFormType(document) != pdfium.FORMTYPE_NONE:
        inventory.add("form")


def _has_invisible_text(page: object, objects: int) -> bool:
    """As scanners write what they read under the picture. Text that something covers isn't found."""
    for index in range(min(objects, _MAX_OBJECTS_LOOKED_AT)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if (
            pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT
            and pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        ):
            return True
    return False


def sample() -> bytes:
    """One page with words in a built-in font, in one that nobody knows and in a Chinese one, with a field, a
    highlight and a cover, to run everything once.
    """
    word = b"BT /F 20 Tf 4 30 Td (Silbo) Tj /U 20 Tf 0 -20 Td (Silbo) Tj /C 9 Tf <5B57> Tj ET"
    laid = b"".join(
        b"<</Type/Annot/Rect[%d 50 %d 70]/Subtype/%s>>" % (left, left + 20, kind)
        for left, kind in (
            (0, b"Widget/FT/Tx/V(Silbo)/DA(/F 9 Tf)"),
            (20, b"Highlight/C[1 1 0]/QuadPoints[20 70 40 70 20 50 40 50]"),
            (40, b"Stamp/AP<</N 4 0 R>>"),
            (60, b"Polygon/Vertices[60 50 70 70]"),
        )
    )
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/NeedAppearances true>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R/Annots[%s]/Resources"
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        b"/U<</Type/Font/Subtype/TrueType/BaseFont/Silbo>>"
        b"/C<</Type/Font/Subtype/Type0/BaseFont/Silbo/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/Silbo/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>>>>>>>endobj\n"
        b"4 0 obj<</BBox[0 0 72 72]/Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
    ) % (laid, len(word), word)

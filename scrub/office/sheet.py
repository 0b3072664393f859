"""A workbook in, a workbook of its visible sheets out: values as last seen, looks, pictures, shapes, charts.

No formula is copied, because a formula names other files, other sheets and what they hold. Sources:
ISO/IEC 29500-1, 12.3 (parts of a workbook) and 18.
"""

import copy
import math
import re
from dataclasses import replace

from scrub.office import charts, drawings, sheet_anchors, sheet_charts, sheet_objects, sheet_rest, xml
from scrub.office.copier import Copier
from scrub.office.covers import StandIns
from scrub.office.findings import Findings
from scrub.office.graphics import Graphics
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.package import Pictures, Source
from scrub.office.sheet_conditions import Conditions
from scrub.office.sheet_dates import number_of
from scrub.office.sheet_formats import Formats, hidden_as, hide
from scrub.office.sheet_paths import Paths, values_of
from scrub.office.sheet_styles import used_styles
from scrub.office.sheet_unshown import (
    LAST_COLUMN,
    LAST_ROW,
    Covered,
    column_number,
    drop_unused_headers,
    is_flat,
    name_colors,
    palette_of,
    show_usual_sizes,
)
from scrub.office.trees import Tree, all_of, etree, in_order, is_count, is_on, remove
from scrub.office.word_telling import MARK
from scrub.report import Refusal

_RELATION = f"{{{NAMESPACES['r']}}}id"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?")
_DAYS = 3_000_000
"""Later than any day that programs show."""

_HALF_A_MILLISECOND = 0.0005 / 86_400
_LONG_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?")
_ERROR = re.compile(r"#[A-Z/0]{2,8}[!?]?")
_PLAIN_FORMULA = re.compile(r"[A-Za-z0-9$:+\-*/^(),.;<>=&% ]{1,200}")
_FOLLOW = {
    "x:sheet": ("worksheet", "xl/worksheets/sheet{}.xml"),
    "x:drawing": ("drawing", "xl/drawings/drawing{}.xml"),
    "c:chart": ("chart", "xl/charts/chart{}.xml"),
}
_OBJECTS = frozenset({"xdr:sp", "xdr:grpSp", "xdr:graphicFrame", "xdr:cxnSp", "xdr:pic"})
_ALL_COLUMNS = [(1, LAST_COLUMN)]
_ANCHORS = ("xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor")


def rebuild(source: Source, main: str, pictures: Pictures, findings: Findings) -> bytes:
    """Raises Refusal for what can't be read, and "unsupported" for a workbook of which nothing is visible."""
    return _Sheets(source, main, pictures, findings).rebuild()


class _Sheets:
    def __init__(self, source: Source, main: str, pictures: Pictures, findings: Findings) -> None:
        self._source, self._main, self._findings = source, main, findings
        self._others = source.related(main)
        self._shows_objects, self._from_1904 = True, False
        self._looks = self._parsed("styles")
        self._palette = palette_of(self._looks)
        name_colors([] if self._looks is None else [self._looks], self._palette)
        self._conditions = Conditions(self._looks, self._parsed("theme"), findings)
        self._formats = Formats(self._looks)
        self._strings = self._shared_strings()
        self._paths = Paths((), (), findings)
        self._shared_formulas: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._cells: dict[str, sheet_charts.Cells] = {}
        self._room = sheet_charts.MOST_POINTS
        finish = {**dict.fromkeys(_ANCHORS, _anchor), "c:chart": charts.body_or_reference}
        self._copier = Copier(
            source,
            pictures,
            "xl",
            finish=finish,
            follow=_FOLLOW,
            draw=Graphics(source, findings),
            prepare=self._prepare,
            stand_in=StandIns(findings),
        )
        self._copier.numbers.of("format", "0")

    def rebuild(self) -> bytes:
        book = xml.parse(self._source.files[self._main])
        sheet_rest.tell(book, self._findings)
        sheet_rest.tell_of_parts(self._source.files, self._findings)
        relations = self._source.relations(self._main)
        for key, relation in relations.items():
            if relation.kind == "chartsheet" and not relation.external:
                relations[key] = replace(relation, kind="worksheet")
        self._source.changed[self._main] = relations
        self._parts = {
            sheet.get("name", ""): found.target
            for sheet in all_of(book, (tag("x:sheet"),))
            if (found := relations.get(sheet.get(_RELATION, ""))) and not found.external
        }
        for sheet in all_of(book, (tag("x:sheet"),)):
            parent = sheet.getparent()
            if parent is None:
                continue
            if sheet.get("state", "visible") != "visible":
                parent.remove(sheet)
                self._findings.add("hidden_part")
            elif getattr(relations.get(sheet.get(_RELATION, "")), "kind", "") != "worksheet":
                parent.remove(sheet)
                self._findings.add("members_left_out")
        if next(book.iter(tag("x:sheet")), None) is None:
            raise Refusal("unsupported")
        settings = book.find(tag("x:workbookPr"))
        self._from_1904 = settings is not None and is_on(settings.get("date1904", "0"))
        self._shows_objects = settings is None or settings.get("showObjects", "all") == "all"
        sheets = [relations[one.get(_RELATION, "")].target for one in all_of(book, (tag("x:sheet"),))]
        shown = [sheet.get("name", "") for sheet in all_of(book, (tag("x:sheet"),))]
        parts = (self._source.files.get(name, b"") for name in sheets)
        self._paths = Paths(values_of(parts), shown, self._findings)
        sheet_objects.keep_covers(self._source, sheets, self._findings)
        sheet_anchors.hold_by_cells(self._source, sheets)
        copied = self._copier.copy(self._main, "xl/workbook.xml", book)
        if copied is None:
            raise Refusal("broken")
        for kind, pattern, root in (
            ("styles", "xl/styles.xml", self._styles()),
            ("theme", "xl/theme/theme{}.xml", self._parsed("theme")),
        ):
            other = (
                self._copier.copy(self._others.get(kind, kind), pattern, root) if root is not None else None
            )
            if other:
                self._copier.target.relate(copied, kind, other)
        return self._copier.target.archive(copied)

    def _parsed(self, kind: str) -> Tree | None:
        name = self._others.get(kind)
        return xml.parse(self._source.files[name]) if name else None

    def _styles(self) -> Tree | None:
        if self._looks is None:
            return None
        used = list(self._copier.numbers.given["format"])
        return used_styles(self._looks, used, self._formats.shown, self._findings)

    def _shared_strings(self) -> list[Tree]:
        root = self._parsed("sharedStrings")
        strings = [] if root is None else root.findall(tag("x:si"))
        name_colors(strings, self._palette)
        return strings

    def _prepare(self, root: Tree) -> None:
        if root.tag == tag("x:chartsheet"):
            sheet_rest.make_worksheet(root)
        if root.tag == tag("c:chartSpace"):
            self._room -= sheet_charts.fill(root, self._cells_of, self._room)
        self._paths.clean_links(root)
        if root.tag == tag("c:chartSpace"):
            charts.make_literal(root, self._findings)
        drawings.prepare(root, self._findings)
        if root.tag == tag("x:worksheet"):
            sheet_rest.tell(root, self._findings)
            name_colors([root], self._palette)
            show_usual_sizes(root)
            drop_unused_headers(root, self._findings)
            self._paths.clean_heads(root)
            if next(root.iter(tag("x:oleObject")), None) is not None:
                self._findings.add("embedded_file")
                self._findings.add("members_left_out")
            if next(root.iter(tag("x:control")), None) is not None:  # how it looks lies in an old drawing
                self._findings.add("form")
                if root.find(tag("x:legacyDrawing")) is None:
                    self._findings.add("members_left_out")
            self._prepare_objects(root)
            self._prepare_cells(root)
            self._conditions.apply(root)
            self._formats.look_at(root)

    def _cells_of(self, sheet: str) -> sheet_charts.Cells | None:
        """What a sheet's cells show, for charts that keep no values; None where there is no such sheet."""
        part = self._parts.get(sheet)
        if part not in self._source.files or part is None:
            return None
        if part not in self._cells:
            root = xml.parse(self._source.files[part])
            self._prepare_cells(root)
            self._conditions.apply(root)
            self._cells[part] = {
                (int(found[2]), column_number(found[1])): sheet_charts.Cell(
                    cell.get("t", "n"), "".join(cell.itertext()), self._code(cell.get("s"))
                )
                for cell in root.iter(tag("x:c"))
                if len(cell) and (found := _CELL.fullmatch(cell.get("r", "")))
            }
        return self._cells[part]

    def _code(self, look: str | None) -> str:
        days = "yyyy\\-mm\\-dd" if self._formats.is_of_days(look) else "General"
        return self._formats.code(look) or days

    def _prepare_objects(self, root: Tree) -> None:
        """What lies over the cells, unless the workbook says that it isn't shown."""
        for drawing in [] if self._shows_objects else root.findall(tag("x:drawing")):
            self._findings.add("hidden_part")
            root.remove(drawing)
        if self._shows_objects and root.find(tag("x:drawing")) is None:
            for old in root.findall(tag("x:legacyDrawing")):
                old.tag = tag("x:drawing")

    def _prepare_cells(self, root: Tree) -> None:
        hidden, covered = self._hidden_columns(root), Covered(root)
        self._shared_formulas = {
            formula.get("si", ""): formula.text for formula in root.iter(tag("x:f")) if formula.text
        }
        last = 0
        for number, row in in_order(all_of(root, (tag("x:row"),)), _row_of):
            if not last < number <= LAST_ROW:  # readers show one of two rows of a number, or none
                self._findings.add("hidden_part")
                remove(row)
                continue
            last = number
            row.set("r", str(number))
            row_hidden = is_on(row.get("hidden", "0")) or is_flat(row.get("ht"), row=True)
            if row_hidden:
                row.attrib.pop("ht", None)
            covered.go_to(number)
            self._prepare_row(row, number, _ALL_COLUMNS if row_hidden else hidden, covered)

    def _prepare_row(self, row: Tree, number: int, hidden: list[tuple[int, int]], covered: Covered) -> None:
        before = 0
        for column, cell in in_order(list(row), _column_of):
            twice = not before < column <= LAST_COLUMN
            if twice or any(first <= column <= last for first, last in hidden):
                if len(cell):
                    self._findings.add("hidden_part")
                if twice or not len(cell) or hidden == _ALL_COLUMNS:
                    row.remove(cell)
                else:  # the words of the cell before it ended here
                    cell.set("r", f"{_letters(column)}{number}")
                    hide(cell, "")
                before = max(before, column)
                continue
            before = column
            cell.set("r", f"{_letters(column)}{number}")
            if covered.hides(number, column):
                if len(cell):
                    self._findings.add("hidden_part")
                for child in list(cell):
                    cell.remove(child)
                cell.attrib.pop("t", None)
            else:
                self._set_value(cell)
                self._hide_value(cell)

    def _hide_value(self, cell: Tree) -> None:
        """The value of a cell of which its number format shows nothing goes."""
        code, kind = self._formats.code(cell.get("s")), cell.get("t")
        if code is None or kind is None or kind == "e":
            return
        text = "".join(cell.itertext())
        shown = hidden_as(code, text, words=kind == "inlineStr")
        if kind == "b" and shown is None:  # some readers take it for a number, some for words
            shown = hidden_as(code, text, words=True)
        if shown is not None and text.strip():
            hide(cell, "" if kind == "inlineStr" else shown)  # the format would hide another word as well
            self._findings.add("hidden_part")

    def _hidden_columns(self, root: Tree) -> list[tuple[int, int]]:
        hidden = []
        for column in all_of(root, (tag("x:col"),)):
            width, first, last = column.get("width"), column.get("min", ""), column.get("max", "")
            if is_on(column.get("hidden", "0")) or is_flat(width, row=False):
                column.attrib.pop("width", None)
                if is_count(first) and is_count(last):
                    hidden.append((int(first), int(last)))
        return hidden

    def _set_value(self, cell: Tree) -> None:
        """What the cell last showed: a number, a truth, an error or words."""
        kind = cell.attrib.pop("t", "n")
        value, formula, inline = (cell.find(tag(name)) for name in ("x:v", "x:f", "x:is"))
        text = (value.text or "") if value is not None else ""
        for child in list(cell):
            cell.remove(child)
        if kind == "d" and self._formats.is_of_days(cell.get("s")):
            number = number_of(text.strip(), from_1904=self._from_1904)
            kind, text = ("d", text) if number is None else ("n", number)
        text = self._number(cell, text) if kind == "n" else text
        if kind == "s":
            index = int(text) if is_count(text) else -1
            if 0 <= index < len(self._strings):
                _set_words(cell, copy.deepcopy(self._strings[index]))
        elif kind == "inlineStr" and inline is not None:
            _set_words(cell, inline)
        elif kind in ("str", "d") and (text or formula is not None):
            said = (
                ""
                if formula is None
                else formula.text or self._shared_formulas.get(formula.get("si", ""), "")
            )
            if self._paths.hides(text, said):
                text = MARK
            _set_plain_words(cell, text or " ")  # not empty: the words of the cell before it end there
        elif (
            (kind == "n" and _NUMBER.fullmatch(text))
            or (kind == "b" and text in ("0", "1"))
            or (kind == "e" and _ERROR.fullmatch(text))
        ):
            cell.set("t", kind)
            etree.SubElement(cell, tag("x:v")).text = text
        elif formula is not None and not text and formula.text:
            if _PLAIN_FORMULA.fullmatch(formula.text):
                _set_plain_words(cell, "=" + formula.text)
            else:
                self._findings.add("link")
        elif text.strip():
            self._findings.add("members_left_out")

    def _number(self, cell: Tree, written: str) -> str:
        """As Excel writes it; of a moment of which the cell shows the day alone that."""
        number = _as_written(written)
        if not self._formats.is_of_whole_days(cell.get("s")) or not _NUMBER.fullmatch(number):
            return number
        if not 1 <= float(number) < _DAYS:
            return number
        moment = float(number) + _HALF_A_MILLISECOND
        if moment % 1 > 2 * _HALF_A_MILLISECOND:
            self._findings.add("date")
        return str(int(moment))


def _row_of(row: Tree) -> int | None:
    said = row.get("r") or ""
    return int(said) if is_count(said) else None


def _column_of(cell: Tree) -> int | None:
    found = _CELL.fullmatch(cell.get("r", ""))
    return column_number(found[1]) if found else None


def _as_written(number: str) -> str:
    """A number that other programs write longer, as Excel does: what it reads of one is a double."""
    text = number.strip()
    if _NUMBER.fullmatch(text) or not _LONG_NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        return text
    return repr(float(text))


def _set_words(cell: Tree, words: Tree) -> None:
    words.tag = tag("x:is")
    words.tail = None
    cell.set("t", "inlineStr")
    cell.append(words)


def _set_plain_words(cell: Tree, text: str) -> None:
    words = etree.Element(tag("x:is"))
    etree.SubElement(words, tag("x:t")).text = text
    _set_words(cell, words)


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _anchor(node: xml.Node) -> xml.Node | None:
    return node if _OBJECTS.intersection(child.name for child in node.nodes()) else None

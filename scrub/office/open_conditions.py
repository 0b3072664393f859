"""Conditional styles of OpenDocument's cells go. Where one makes a cell unreadable, the cell gets that look
itself, or loses the value that it doesn't show. A condition that can't be told is taken to hold.

Sources: OASIS OpenDocument 1.3, part 3, 16.3 (`style:map`); LibreOffice's `calcext` (`conditional-formats`).
"""

import copy
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrub.office import open_formats
from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.open_names import tag
from scrub.office.sheet_colors import BLACK, WHITE, Rgb, is_near
from scrub.office.sheet_expressions import Look, Unknown, Value, column_of, compare, holds, value_of
from scrub.office.trees import Tree, all_of, etree, is_count, remove

_NAME, _PARENT, _CELL_STYLE = tag("style:name"), tag("style:parent-style-name"), tag("table:style-name")
_WORDS, _CELL = tag("style:text-properties"), tag("style:table-cell-properties")
_COLOR, _GROUND = tag("fo:color"), tag("fo:background-color")
_ROW = tag("table:table-row")
_ROWS_REPEATED, _REPEATED = tag("table:number-rows-repeated"), tag("table:number-columns-repeated")
_ADDRESS = re.compile(r"(?:.*\.)?\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", re.DOTALL)
_REFERENCE = re.compile(r"\[\.(\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})\]")
_FORMULA = re.compile(r"(?:formula-is|is-true-formula)\((.*)\)", re.DOTALL)
_COMPARED = re.compile(r"(?:cell-content\(\)\s*|value\(\)\s*)?(<=|>=|!=|<>|<|>|=)\s*(.+)", re.DOTALL)
_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_DEPTH = 20
_MOST_RULES = 400

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Rule:
    """`cells` holds first row, last row, first column, last column, counted from 1; None for all that have
    the style `of`. `style` is what a cell gets; None where a bar or an icon takes its value's place.
    """

    condition: str
    style: str | None
    cells: tuple[Box, ...] | None = None
    of: str = ""
    base: tuple[int, int] | None = None


def apply(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles."""
    looks = _Looks(roots)
    by_style = list(looks.maps())
    for root in roots:
        for case in list(root.iterfind(f".//{tag('style:style')}/{tag('style:map')}")):
            remove(case)
    for table in all_of(roots[0], (tag("table:table"),)):
        rules = [rule for rule in (*by_style, *_rules_of(table)) if looks.may_hide(rule)][:_MOST_RULES]
        for conditions in [one for one in table if local(one) == "conditional-formats"]:
            remove(conditions)
        if rules:
            _apply_to(table, rules, looks, findings)


def _apply_to(table: Tree, rules: list[_Rule], looks: "_Looks", findings: Findings) -> None:
    cells = dict(_cells(table))

    def look(row: int, column: int) -> Value:
        return _value(cells.get((row, column)))

    for at, cell in cells.items():
        own = cell.get(_CELL_STYLE, "")
        for rule in rules:
            if rule.of != own if rule.cells is None else not any(_is_in(at, box) for box in rule.cells):
                continue
            if not _may_hold(rule, at, look):
                continue
            if rule.style is None or looks.hides_value(rule.style, cell):
                open_formats.hide(cell)
                findings.add("hidden_part")
            elif looks.hides(own, rule.style):
                cell.set(_CELL_STYLE, looks.baked(own, rule.style))


def _is_in(at: tuple[int, int], box: Box) -> bool:
    return box[0] <= at[0] <= box[1] and box[2] <= at[1] <= box[3]


def _cells(table: Tree) -> Iterator[tuple[tuple[int, int], Tree]]:
    """Those that have a value, by row and column."""
    row = 0
    for line in table.iter(_ROW):
        row += 1
        column = 1
        for cell in line:
            if local(cell) in ("table-cell", "covered-table-cell"):
                if len(cell) or cell.get(tag("office:value-type")):
                    yield (row, column), cell
                column += _count(cell.get(_REPEATED))
        row += _count(line.get(_ROWS_REPEATED)) - 1


def _count(text: str | None) -> int:
    return int(text) if text is not None and is_count(text) else 1


def _value(cell: Tree | None) -> Value:
    if cell is None:
        return None
    kind, value = cell.get(tag("office:value-type"), "string"), cell.get(tag("office:value"))
    if kind == "boolean":
        return bool(cell.get(tag("office:boolean-value")) == "true")
    try:
        return float(value) if value is not None else "".join(cell.itertext())
    except ValueError:
        return "".join(cell.itertext())


def _may_hold(rule: _Rule, at: tuple[int, int], look: Look) -> bool:
    condition = _REFERENCE.sub(r"\1", rule.condition.strip().removeprefix("of:"))
    base = rule.base or at
    try:
        formula, compared = _FORMULA.fullmatch(condition), _COMPARED.fullmatch(condition)
        if formula and (rule.base is not None or not re.search("[A-Z][0-9]", formula[1])):
            return holds(formula[1], at, base, look)
        if compared and (rule.base is not None or not re.search("[A-Z][0-9]", compared[2])):
            sign = compared[1].replace("!=", "<>")
            return compare(look(*at), sign, value_of(compared[2], at, base, look))
    except Unknown:
        pass
    return True


def _rules_of(table: Tree) -> Iterator[_Rule]:
    for group in [one for one in table.iter() if local(one) == "conditional-format"]:
        cells = tuple(
            box for word in _attribute(group, "target-range-address").split() if (box := _box(word))
        )
        for rule in group if cells else ():
            if local(rule) == "condition":
                base = _box(_attribute(rule, "base-cell-address"))
                yield _Rule(
                    _attribute(rule, "value"),
                    _attribute(rule, "apply-style-name"),
                    cells,
                    base=(base[0], base[2]) if base else (cells[0][0], cells[0][2]),
                )
            elif _attribute(rule, "show-value") == "false":
                yield _Rule("", None, cells)


def _attribute(element: Tree, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}" + name)), "")


def _box(word: str) -> Box | None:
    first, _, last = word.partition(":")
    ends = [_ADDRESS.fullmatch(one) for one in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        return None
    return int(ends[0][2]), int(ends[1][2]), column_of(ends[0][1]), column_of(ends[1][1])


class _Looks:
    """Styles of cells, by name; and new ones, which are put among the automatic ones of the content."""

    def __init__(self, roots: list[Tree]) -> None:
        self._root = roots[0]
        self._styles = {
            style.get(_NAME, ""): style
            for root in roots
            for style in root.iter(tag("style:style"))
            if style.get(tag("style:family")) == "table-cell"
        }
        self._formats = open_formats.Formats(roots)
        self._baked: dict[tuple[str, str], str] = {}
        self._numbers = itertools.count(1)

    def maps(self) -> Iterator[_Rule]:
        """The conditions that stand in styles themselves."""
        for name, style in self._styles.items():
            for case in style.findall(tag("style:map")):
                applied = case.get(tag("style:apply-style-name"), "")
                base = _box(case.get(tag("style:base-cell-address"), ""))
                place = (base[0], base[2]) if base else None
                yield _Rule(case.get(tag("style:condition"), ""), applied, None, name, place)

    def may_hide(self, rule: _Rule) -> bool:
        """Whether it can hide any cell at all."""
        if rule.style is None or self._formats.may_hide(rule.style):
            return True
        names = ["", *self._styles] if rule.cells is not None else [rule.of]
        return any(self.hides(name, rule.style) for name in names)

    def hides_value(self, style: str, cell: Tree) -> bool:
        """Whether nothing of a value is shown in that style."""
        return self._formats.hides(style, cell)

    def hides(self, own: str, applied: str) -> bool:
        """Whether words can't be read in style `applied` and could in the cell's own."""
        words = self._color(applied, _WORDS, _COLOR) or self._color(own, _WORDS, _COLOR) or BLACK
        ground = self._color(applied, _CELL, _GROUND) or self._color(own, _CELL, _GROUND) or WHITE
        before = self._color(own, _WORDS, _COLOR) or BLACK, self._color(own, _CELL, _GROUND) or WHITE
        return is_near(words, ground) and not is_near(*before)

    def _color(self, name: str, properties: str, key: str) -> Rgb | None:
        for _ in range(_DEPTH):
            style = self._styles.get(name)
            looks = None if style is None else style.find(properties)
            found = _HEX.fullmatch("" if looks is None else looks.get(key, ""))
            if found:
                return int(found[1], 16), int(found[2], 16), int(found[3], 16)
            if style is None:
                return None
            name = style.get(_PARENT, "")
        return None

    def baked(self, own: str, applied: str) -> str:
        """The name of a style like the cell's own, with the colours of the other."""
        if (own, applied) not in self._baked:
            old = self._styles.get(own)
            new = etree.Element(tag("style:style")) if old is None else copy.deepcopy(old)
            name = f"Silbo look {next(self._numbers)}"
            new.set(_NAME, name)
            new.set(tag("style:family"), "table-cell")
            for properties, key in ((_CELL, _GROUND), (_WORDS, _COLOR)):
                color = self._color(applied, properties, key)
                if color is not None:
                    looks = new.find(properties)
                    if looks is None:
                        looks = etree.SubElement(new, properties)
                    looks.set(key, "#{:02x}{:02x}{:02x}".format(*color))
            container = self._root.find(tag("office:automatic-styles"))
            if container is None:
                container = etree.Element(tag("office:automatic-styles"))
                self._root.insert(self._root.index(self._root.find(tag("office:body"))), container)
            container.append(new)
            self._baked[own, applied] = name
        return self._baked[own, applied]

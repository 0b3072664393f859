"""Conditional formats go. Where one makes a cell unreadable, the cell gets that look itself, or loses the
value that it doesn't show. A condition that can't be told is taken to hold.

Source: ISO/IEC 29500-1, 18.3.1.18 (`conditionalFormatting`), 18.8.14 (`dxf`); [MS-XLSX] 2.6.21.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.sheet_colors import BLACK, WHITE, Colors, Rgb, is_near
from scrub.office.sheet_expressions import Unknown, Value, column_of, compare, holds, is_error, value_of
from scrub.office.sheet_formats import hidden_as, hide
from scrub.office.trees import Tree, etree, is_count, is_on

_END = r"\$?([A-Z]{1,3})?(?:\$?([1-9][0-9]{0,6}))?"
_RANGE = re.compile(rf"(?:.*!)?{_END}(?::{_END})?", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SIGNS = {
    "equal": "=", "notEqual": "<>", "lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}  # fmt: skip
_ALL_ROWS, _ALL_COLUMNS = 1_048_576, 16_384

Box = tuple[int, int, int, int]
Place = tuple[int, int]
Rows = Mapping[int, list[tuple[int, Tree]]]
"""By their number: columns and cells with a value."""


@dataclass(slots=True)
class _Rule:
    """`font` and `ground` are colours, where the rule sets them; `code` is a number format, `bare` shows no
    value at all. `cells` holds first row, last row, first column, last column.
    """

    cells: list[Box]
    conditions: list[Tree]
    font: Tree | None = None
    ground: Tree | None = None
    code: str | None = None
    bare: bool = False


class Conditions:
    """Bakes what hides into the cells of a workbook's sheets. `styles` is changed: looks are added to it."""

    def __init__(self, styles: Tree | None, theme: Tree | None, findings: Findings) -> None:
        self._styles, self._colors, self._findings = styles, Colors(theme), findings
        found = None if styles is None else styles.find(tag("x:dxfs"))
        self._changes = [] if found is None else list(found)
        self._baked: dict[tuple[str, bytes, bytes], str] = {}

    def apply(self, sheet: Tree) -> None:
        """Once the cells of `sheet` have the values that they show."""
        rules = list(self._rules(sheet))
        rules += _pairs(rules)
        if not rules:
            return
        cells = {_place(cell): cell for cell in sheet.iter(tag("x:c"))}
        rows: dict[int, list[tuple[int, Tree]]] = {}
        for (row, column), cell in cells.items():
            if len(cell):
                rows.setdefault(row, []).append((column, cell))
        looks = {cell.get("s", "0") for cell in cells.values()}
        for rule in rules:
            hiding = {look for look in looks if self._hides(rule, look)}
            if hiding or rule.code is not None or rule.bare:
                self._apply_rule(rule, cells, rows, hiding)

    def _apply_rule(self, rule: _Rule, cells: Mapping[Place, Tree], rows: Rows, hiding: set[str]) -> None:
        for place, cell in _inside(rule.cells, rows):
            if not (rule.bare or rule.code or cell.get("s", "0") in hiding):
                continue
            if not all(_may_hold(condition, place, rule, cells) for condition in rule.conditions):
                continue
            words = cell.get("t") == "inlineStr"
            shown = "" if rule.bare else None
            if rule.code is not None and cell.get("t") != "e":
                shown = hidden_as(rule.code, "".join(cell.itertext()), words=words)
            if shown is not None:
                hide(cell, shown)
                self._findings.add("hidden_part")
            elif cell.get("s", "0") in hiding:
                cell.set("s", self._bake(cell.get("s", "0"), rule))

    def _rules(self, sheet: Tree) -> Iterator[_Rule]:
        for group in sheet.iter():
            if local(group) != "conditionalFormatting":
                continue
            named = next((one.text or "" for one in group if local(one) == "sqref"), "")
            cells = [_box(word) for word in (group.get("sqref") or named).split()]
            for condition in [one for one in group if local(one) == "cfRule"] if cells else []:
                yield from self._rules_of(condition, cells)

    def _rules_of(self, condition: Tree, cells: list[Box]) -> Iterator[_Rule]:
        held = next((one for one in condition if local(one) in ("dataBar", "iconSet", "colorScale")), None)
        if held is not None:
            if not is_on(held.get("showValue", "1")):
                yield _Rule(cells, [], bare=True)
            if local(held) == "colorScale":
                for color in [one for one in held if local(one) == "color"]:
                    yield _Rule(cells, [], ground=color)
            return
        change = next((one for one in condition if local(one) == "dxf"), None)
        number = condition.get("dxfId")
        if change is None and number is not None and is_count(number) and int(number) < len(self._changes):
            change = self._changes[int(number)]
        if change is not None:
            font = change.find(f"{tag('x:font')}/{tag('x:color')}")
            code = change.find(tag("x:numFmt"))
            text = None if code is None else code.get("formatCode")
            yield _Rule(cells, [condition], font, _ground(change.find(tag("x:fill")), changed=True), text)

    def _hides(self, rule: _Rule, look: str) -> bool:
        """Whether the rule's colours make a cell of that look unreadable."""
        if rule.font is None and rule.ground is None:
            return False
        font, ground = self._look(look)
        words = self._colors.rgb(rule.font if rule.font is not None else font) or BLACK
        paper = self._colors.rgb(rule.ground if rule.ground is not None else ground)
        if paper is None:
            paper = WHITE
        return is_near(words, paper) and not self._is_unreadable(font, ground)

    def _is_unreadable(self, font: Tree | None, ground: Tree | None) -> bool:
        paper: Rgb = self._colors.rgb(ground) or WHITE
        return is_near(self._colors.rgb(font) or BLACK, paper)

    def _look(self, look: str) -> tuple[Tree | None, Tree | None]:
        """The colours of a cell's words and of its ground."""
        found = _entry(self._styles, "x:cellXfs", look)
        if found is None:
            return None, None
        font = _entry(self._styles, "x:fonts", found.get("fontId", "0"))
        fill = _entry(self._styles, "x:fills", found.get("fillId", "0"))
        return None if font is None else font.find(tag("x:color")), _ground(fill, changed=False)

    def _bake(self, look: str, rule: _Rule) -> str:
        """The position of a look like `look` with the rule's colours."""
        key = look, _bytes(rule.font), _bytes(rule.ground)
        if self._styles is not None and key not in self._baked:
            old = _entry(self._styles, "x:cellXfs", look)
            new = etree.Element(tag("x:xf")) if old is None else copy.deepcopy(old)
            if rule.font is not None:
                font = _entry(self._styles, "x:fonts", new.get("fontId", "0"))
                font = etree.Element(tag("x:font")) if font is None else copy.deepcopy(font)
                for color in font.findall(tag("x:color")):
                    font.remove(color)
                color = copy.deepcopy(rule.font)
                before = [one for one in font if local(one) in _BEFORE_COLOR]
                font.insert(len(before), color)
                new.set("fontId", _append(self._styles, "x:fonts", font))
                new.set("applyFont", "1")
            if rule.ground is not None:
                fill = etree.Element(tag("x:fill"))
                pattern = etree.SubElement(fill, tag("x:patternFill"), patternType="solid")
                etree.SubElement(pattern, tag("x:fgColor"), attrib=dict(rule.ground.attrib))
                new.set("fillId", _append(self._styles, "x:fills", fill))
                new.set("applyFill", "1")
            self._baked[key] = _append(self._styles, "x:cellXfs", new)
        return self._baked.get(key, look)


_BEFORE_COLOR = frozenset(
    {"b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz"}
)


_RESERVED = {"x:fonts": 1, "x:fills": 2}
"""How many of a list mean something fixed, whatever they say."""


def _pairs(rules: list[_Rule]) -> list[_Rule]:
    """One that sets the ground and one that sets the words' colour, on the same cells."""
    grounds = [rule for rule in rules if rule.ground is not None and rule.font is None]
    fonts = [rule for rule in rules if rule.font is not None and rule.ground is None]
    both = ((one, other) for one in grounds[:20] for other in fonts[:20] if one.cells == other.cells)
    return [
        _Rule(one.cells, one.conditions + other.conditions, other.font, one.ground) for one, other in both
    ]


def _inside(boxes: list[Box], rows: Rows) -> Iterator[tuple[Place, Tree]]:
    for top, bottom, left, right in boxes:
        for row in rows if bottom - top >= len(rows) else range(top, bottom + 1):
            if top <= row <= bottom:
                for column, cell in rows.get(row, ()):
                    if left <= column <= right:
                        yield (row, column), cell


def _bytes(element: Tree | None) -> bytes:
    return b"" if element is None else bytes(etree.tostring(element))


def _entry(styles: Tree | None, name: str, number: str) -> Tree | None:
    found = None if styles is None else styles.find(tag(name))
    entries = [] if found is None else list(found)
    return entries[int(number)] if is_count(number) and int(number) < len(entries) else None


def _append(styles: Tree, name: str, entry: Tree) -> str:
    found = styles.find(tag(name))
    if found is None:
        found = etree.SubElement(styles, tag(name))
    while len(found) < _RESERVED.get(name, 0):
        etree.SubElement(found, entry.tag)
    found.append(entry)
    return str(len(found) - 1)


def _ground(fill: Tree | None, *, changed: bool) -> Tree | None:
    """The colour that a fill shows. In a conditional format the back colour is that of a plain fill."""
    pattern = None if fill is None else fill.find(tag("x:patternFill"))
    if pattern is None:
        return None
    kind = pattern.get("patternType", "solid" if changed else "none")
    if kind == "none":
        return None
    names = ("x:bgColor", "x:fgColor") if changed and kind == "solid" else ("x:fgColor", "x:bgColor")
    return next((color for name in names if (color := pattern.find(tag(name))) is not None), None)


def _box(word: str) -> Box:
    """Also of whole columns (A:C) and rows (1:9); of the whole sheet where it can't be read."""
    found = _RANGE.fullmatch(word)
    first, top, last, bottom = found.groups() if found is not None else (None,) * 4
    if last is None and bottom is None:
        last, bottom = first, top
    columns = sorted((column_of((first or "A").upper()), column_of((last or "XFD").upper())))
    rows = sorted((int(top or 1), int(bottom or _ALL_ROWS)))
    return rows[0], min(rows[1], _ALL_ROWS), columns[0], min(columns[1], _ALL_COLUMNS)


def _place(cell: Tree) -> Place:
    found = _CELL.fullmatch(cell.get("r", ""))
    return (int(found[2]), column_of(found[1])) if found else (0, 0)


def _value(cell: Tree | None) -> Value:
    if cell is None or not len(cell):
        return None
    text = "".join(cell.itertext())
    match cell.get("t"):
        case "n":
            return float(text)
        case "b":
            return text == "1"
    return text


def _may_hold(condition: Tree, at: Place, rule: _Rule, cells: Mapping[Place, Tree]) -> bool:
    base = rule.cells[0][0], rule.cells[0][2]
    formulas = [one.text or "" for one in condition.iter() if local(one) in ("formula", "f")]
    own = _value(cells.get(at))

    def look(row: int, column: int) -> Value:
        return _value(cells.get((row, column)))

    try:
        kind: str = condition.get("type", "")
        sign: str = condition.get("operator", "")
        words = own if isinstance(own, str) else ""
        text: str = (condition.get("text") or "").lower()
        match kind:
            case "expression" if formulas:
                return holds(formulas[0], at, base, look)
            case "cellIs" if sign in _SIGNS and formulas:
                return compare(own, _SIGNS[sign], value_of(formulas[0], at, base, look))
            case "cellIs" if sign in ("between", "notBetween") and len(formulas) > 1:
                least, most = (value_of(formula, at, base, look) for formula in formulas[:2])
                inside = compare(own, ">=", least) and compare(own, "<=", most)
                return inside == (sign == "between")
            case "containsErrors":
                return is_error(words)
            case "containsText" | "beginsWith" | "endsWith" if text and isinstance(own, str):
                words = words.lower()
                place = words.find(text) if kind != "endsWith" else words.rfind(text)
                last = len(words) - len(text)
                return place >= 0 and (
                    kind == "containsText" or place == (0 if kind == "beginsWith" else last)
                )
    except Unknown:
        pass
    return True

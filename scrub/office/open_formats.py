"""Cells of OpenDocument of which their number format shows nothing: their value goes.

Source: OASIS OpenDocument 1.3, part 3, 16.29 (data styles) and 16.3 (`style:map`).
"""

import re
from collections.abc import Collection, Iterator, Mapping

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.number_codes import tells
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, etree, is_count

_NAME, _DATA_STYLE, _PARENT = (
    tag("style:name"),
    tag("style:data-style-name"),
    tag("style:parent-style-name"),
)
_CELL_STYLE, _DEFAULT = tag("table:style-name"), tag("table:default-cell-style-name")
_REPEATED, _TYPE = tag("table:number-columns-repeated"), tag("office:value-type")
_CELLS = (tag("table:table-cell"), tag("table:covered-table-cell"))
_WORDS = frozenset({"p", "h", "list", "numbered-paragraph"})
_LITERAL = frozenset({"text", "fill-character", "currency-symbol", "text-properties", "map"})
_OF_A_FORMAT = (tag("number:text"), tag("number:currency-symbol"))
_CONDITION = re.compile(r"\s*value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*")
_DURATION = re.compile(r"-?P.*[1-9].*")
_DEPTH = 20
_MAX_COLUMNS = 20_000


def drop_hidden_values(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles."""
    formats = Formats(roots)
    if not formats.any_hides:
        return
    for cell, style in _cells(roots):
        if _has_value(cell) and formats.hides(style, cell):
            hide(cell)
            findings.add("hidden_part")


def drop_unshown_words(roots: list[Tree], findings: Findings) -> None:
    """Words of a number format by which no value is shown; a space stays in place of each. Called once the
    cells have the values that they keep.
    """
    formats = Formats(roots)
    if not formats.any_words:
        return
    cells = [(cell, style) for cell, style in _cells(roots) if _has_value(cell)]
    shown = {formats.shown_by(style, cell) for cell, style in cells}
    numbers = {style for cell, style in cells if cell.get(_TYPE, "string") != "string"}
    reached = {data.get(_NAME) for style in numbers for data in formats.of(style)}
    seen = {_said(words) for data in formats.named(shown) for words in data.iterchildren(*_OF_A_FORMAT)}
    for data in formats.unshown(shown):
        for words in data.iterchildren(*_OF_A_FORMAT):
            said = _said(words)
            if any(letter.isalnum() for letter in said) and said not in seen:
                words.text = " "
                if data.get(_NAME) in reached or tells(said):
                    findings.add("hidden_text")


def _said(words: Tree) -> str:
    return (words.text or "").strip()


def _cells(roots: list[Tree]) -> Iterator[tuple[Tree, str]]:
    """Each cell with the name of its style."""
    for root in roots:
        for table in all_of(root, (tag("table:table"),)):
            defaults = _defaults(table)
            for row in all_of(table, (tag("table:table-row"),)):
                at = 0
                for cell in list(row.iterchildren(*_CELLS)):
                    by_column = next((style for last, style in defaults if at < last), "")
                    yield cell, cell.get(_CELL_STYLE) or row.get(_DEFAULT) or by_column
                    at += _count(cell.get(_REPEATED))


def _has_value(cell: Tree) -> bool:
    words = "".join("".join(child.itertext()) for child in cell if local(child) in _WORDS)
    return cell.get(_TYPE) is not None or bool(words.strip())


def hide(cell: Tree) -> None:
    """Takes the value of a cell away. A space stays: the words of the cell before it end there, as before."""
    for child in [child for child in cell if local(child) in _WORDS]:
        cell.remove(child)
    for key in [key for key in cell.attrib if local_key(key) in _VALUES]:
        del cell.attrib[key]
    words = etree.Element(tag("text:p"))
    etree.SubElement(words, tag("text:s"))
    cell.insert(0, words)


_VALUES = frozenset(
    {
        "value-type",
        "value",
        "date-value",
        "time-value",
        "boolean-value",
        "string-value",
        "currency",
        "formula",
    }
)


def local_key(key: str) -> str:
    """An attribute's name without its address."""
    return key.rpartition("}")[2]


def _defaults(table: Tree) -> list[tuple[int, str]]:
    """Up to which column which style of cells is meant."""
    found, at = [], 0
    for column in table.iter(tag("table:table-column")):
        at += _count(column.get(_REPEATED))
        found.append((at, column.get(_DEFAULT, "")))
    return found


def _count(text: str | None) -> int:
    return min(int(text), _MAX_COLUMNS) if text is not None and is_count(text) else 1


class Formats:
    """The number formats of styles of cells."""

    def __init__(self, roots: list[Tree]) -> None:
        self._data: dict[str, Tree] = {}
        self._styles: dict[str, Tree] = {}
        for root in roots:
            for element in root.iter():
                name = element.get(_NAME)
                if name is not None and local(element).endswith("-style"):
                    self._data[name] = element
                elif name is not None and element.tag == tag("style:style"):
                    self._styles[name] = element
        self.any_hides = any(not _shows(data) for data in self._data.values())
        self.any_words = any(
            data.find(name) is not None for data in self._data.values() for name in _OF_A_FORMAT
        )

    def hides(self, style: str, cell: Tree) -> bool:
        """Whether nothing of the cell's value is shown in a style of cells."""
        data = self._shown_by(style, cell)
        return data is not None and not _shows(data)

    def shown_by(self, style: str, cell: Tree) -> str | None:
        """The name of the number format by which a cell's value is shown."""
        data = self._shown_by(style, cell)
        return None if data is None else data.get(_NAME)

    def named(self, names: Collection[str | None]) -> list[Tree]:
        """The number formats of these names."""
        return [data for name, data in self._data.items() if name in names]

    def unshown(self, shown: Collection[str | None]) -> list[Tree]:
        """The number formats but those of these names."""
        return [data for name, data in self._data.items() if name not in shown]

    def _shown_by(self, style: str, cell: Tree) -> Tree | None:
        data = self._data_style(style)
        if data is None:
            return None
        if cell.get(_TYPE, "string") == "string":
            return data if local(data) == "text-style" else None
        number = _number(cell)
        for case in data.iterchildren(tag("style:map")):
            found = _CONDITION.fullmatch(case.get(tag("style:condition"), ""))
            if found and _holds(number, found[1], float(found[2])):
                return self._data.get(case.get(tag("style:apply-style-name"), ""), data)
        return data

    def may_hide(self, style: str) -> bool:
        """Whether a style of cells has a number format that shows nothing of some values."""
        return any(not _shows(data) for data in self.of(style))

    def of(self, style: str) -> list[Tree]:
        """The number formats that a style of cells has: its own, and those for some values."""
        data = self._data_style(style)
        cases = [] if data is None else data.findall(tag("style:map"))
        held = [data, *(self._data.get(case.get(tag("style:apply-style-name"), "")) for case in cases)]
        return [one for one in held if one is not None]

    def _data_style(self, name: str) -> Tree | None:
        for _ in range(_DEPTH):
            style = self._styles.get(name)
            if style is None:
                return None
            if style.get(_DATA_STYLE):
                return self._data.get(style.get(_DATA_STYLE))
            name = style.get(_PARENT, "")
        return None


def _shows(data: Tree) -> bool:
    return any(local(child) not in _LITERAL for child in data)


def _number(cell: Tree) -> float:
    """Only where it stands to zero matters for a date and a time."""
    values: Mapping[str, str] = {local_key(key): value for key, value in cell.attrib.items()}
    if values.get("value-type") == "time":
        return 1.0 if _DURATION.fullmatch(values.get("time-value", "")) else 0.0
    if values.get("value-type") == "boolean":
        return float(values.get("boolean-value") == "true")
    try:
        return float(values.get("value", "1"))
    except ValueError:
        return 1.0


def _holds(number: float, operator: str, limit: float) -> bool:
    return {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "!=": number != limit,
    }[operator]

"""A chart of OpenDocument in lines of words: titles, the names in its legend, what it draws point by point.

Source: OASIS OpenDocument 1.3, part 3, 11 (charts) and 11.11 (the table with the data last seen).
"""

import re

from scrub.office.covering import local
from scrub.office.open_names import tag
from scrub.office.trees import Tree, is_count

_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_RANGE = re.compile(
    r"'?local-table'?\.\$?([A-Z]{1,3})\$?([0-9]{1,6})(?::(?:'?local-table'?)?\.?\$?\1\$?([0-9]{1,6}))?"
)
_MOST_LINES = 300
_MOST_CELLS = 1000
_REPEATED = tag("table:number-columns-repeated")
_OFF = ("display-label", "visible")


def in_lines(root: Tree) -> list[str] | None:
    """The words of a chart's content; None for what is no chart, or one whose numbers can't be told apart."""
    chart = root.find(f".//{_CHART}chart")
    plot = None if chart is None else chart.find(_CHART + "plot-area")
    table = None if chart is None else chart.find(tag("table:table"))
    if chart is None or plot is None or table is None:
        return None
    lines = [_words(chart.find(_CHART + name)) for name in ("title", "subtitle")]
    axes = plot.findall(_CHART + "axis")
    lines += [_words(axis.find(_CHART + "title")) for axis in axes]
    data = _Data(table)
    columns = []
    for series in plot.findall(_CHART + "series"):
        values = data.at(series.get(_CHART + "values-cell-range-address", ""))
        if values is None:
            return None
        name = data.at(series.get(_CHART + "label-cell-address", ""), one=True)
        columns.append((name[0] if name else "", values))
    if chart.find(_CHART + "legend") is not None:
        lines.append("; ".join(name for name, _ in columns if name))
    found = plot.find(f"{_CHART}axis/{_CHART}categories")
    names = None
    if found is not None and not _is_off(root, found.getparent()):
        names = data.at(found.get(tag("table:cell-range-address"), ""))
    for at in range(max((len(values) for _, values in columns), default=0)):
        shown = "; ".join(values[at] for _, values in columns if at < len(values))
        lines.append(f"{names[at]}: {shown}" if names and at < len(names) and names[at] else shown)
    return [line for line in lines if line.strip()][:_MOST_LINES]


def _words(element: Tree | None) -> str:
    return (
        "" if element is None else " ".join("".join(part.itertext()) for part in element.iter(tag("text:p")))
    )


class _Data:
    """The chart's own table, with what it last drew. A column names the cells that it came from."""

    def __init__(self, table: Tree) -> None:
        self._rows: list[list[str]] = []
        self._places: dict[str, tuple[int, int]] = {}
        for row in table.iter(tag("table:table-row")):
            cells: list[str] = []
            for cell in row.iterchildren(tag("table:table-cell")):
                place = cell.findtext(f"{tag('draw:g')}/{tag('svg:desc')}")
                if place is not None:
                    self._places.setdefault(place.strip(), (len(self._rows), len(cells)))
                count = cell.get(_REPEATED, "1")
                text = _words(cell) or cell.get(tag("office:value"), "")
                cells += [text] * min(int(count) if is_count(count) else 1, _MOST_CELLS)
            self._rows.append(cells[:_MOST_CELLS])

    def at(self, address: str, *, one: bool = False) -> list[str] | None:
        """The words of a column; None for a place that the table doesn't have."""
        if address in self._places:
            first, column = self._places[address]
            last = first + 1 if one else len(self._rows)
        elif found := _RANGE.fullmatch(address):
            column = -1
            for letter in found[1]:
                column = (column + 1) * 26 + ord(letter) - 65
            first, last = int(found[2]) - 1, int(found[3] or found[2])
        else:
            return None
        return [row[column] if column < len(row) else "" for row in self._rows[first:last]]


def _is_off(root: Tree, axis: Tree) -> bool:
    """Whether an axis shows no names."""
    style = axis.get(_CHART + "style-name")
    return any(
        looks.get(_CHART + name) == "false"
        for one in root.iter(tag("style:style"))
        if one.get(tag("style:name")) == style
        for looks in one
        if local(looks) == "chart-properties"
        for name in _OFF
    )

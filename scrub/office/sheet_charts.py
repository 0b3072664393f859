"""Charts of a workbook that keep no values, as openpyxl writes them: every program draws them of the cells.

So does this, of the cells as the copy shows them. Source: ISO/IEC 29500-1, 21.2 (`f`, `numCache`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scrub.office.ooxml_names import tag
from scrub.office.sheet_unshown import column_number
from scrub.office.trees import Tree, all_of, etree

_AREA = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!\[\](),:]+))!\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})"
    r"(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?"
)
_REFERENCES = {tag("c:numRef"): "c:numCache", tag("c:strRef"): "c:strCache"}
_MAY_BE_WORDS = (tag("c:cat"), tag("c:xVal"))
MOST_POINTS = 100_000
"""That all charts of a workbook get."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` as the copy writes it: `n` number, `b`, `e`, `inlineStr`; `code`: its number format."""

    kind: str
    text: str
    code: str


Cells = Mapping[tuple[int, int], Cell]
"""By row and column, from 1."""


def fill(chart: Tree, cells_of: Callable[[str], Cells | None], room: int) -> int:
    """Gives references without values those of their cells; not where a name is not that of a sheet.

    `cells_of(sheet)` gives the cells that a sheet shows, None where there is no such sheet. Returns how many
    points it wrote, at most `room`.
    """
    written = 0
    for reference in all_of(chart, _REFERENCES):
        if next(reference.iter(tag("c:pt")), None) is not None:
            continue
        places = _places((reference.findtext(tag("c:f")) or "").strip(), cells_of, room - written)
        parent = reference.getparent()
        if places is None or parent is None or not any(places):
            continue
        if parent.tag in _MAY_BE_WORDS and any(one and one.kind == "inlineStr" for one in places):
            reference.tag = tag("c:strRef")
        _write(reference, places)
        written += len(places)
    return written


def _places(area: str, cells_of: Callable[[str], Cells | None], room: int) -> list[Cell | None] | None:
    found = _AREA.fullmatch(area)
    cells = cells_of((found[1] or found[2]).replace("''", "'")) if found else None
    if found is None or cells is None:
        return None
    columns = sorted((column_number(found[3]), column_number(found[5] or found[3])))
    rows = sorted((int(found[4]), int(found[6] or found[4])))
    if (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) > room:
        return None
    return [
        cells.get((row, column))
        for row in range(rows[0], rows[1] + 1)
        for column in range(columns[0], columns[1] + 1)
    ]


def _write(reference: Tree, places: list[Cell | None]) -> None:
    name = _REFERENCES[reference.tag]
    for old in reference.findall(tag("c:numCache")) + reference.findall(tag("c:strCache")):
        reference.remove(old)
    cache = etree.SubElement(reference, tag(name))
    numbers = name == "c:numCache"
    if numbers:
        code = next((one.code for one in places if one and one.kind == "n"), "General")
        etree.SubElement(cache, tag("c:formatCode")).text = code
    etree.SubElement(cache, tag("c:ptCount"), val=str(len(places)))
    for at, one in enumerate(places):
        if one is None or (numbers and one.kind != "n"):
            continue
        point = etree.SubElement(cache, tag("c:pt"), idx=str(at))
        etree.SubElement(point, tag("c:v")).text = one.text

"""Tables as text (RFC 4180), with commas and without formulas: a spreadsheet runs what is in a cell.

A cell that a reviewer's spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
injection").
"""

import csv
import io
import re

_DELIMITERS = (",", ";", "\t", "|")
_FORMULA = ("=", "+", "-", "@")
_NUMBER = re.compile(r"[+-]?[0-9(][0-9 ().,/:%-]*|[+-]|-{2,}")
_MIN_CELLS = 6
_PROSE = 0.5
"""Share of commas with a space behind them, above which they are a sentence's."""


def read_table(text: str) -> list[list[str]] | None:
    """The rows of a tidied text if it is a table: the same number of cells, two or more, in every row."""
    return next((rows for mark in _DELIMITERS if (rows := _rows(text, mark)) is not None), None)


def write_table(rows: list[list[str]]) -> tuple[str, bool]:
    """The table, lines ended by a line feed, and whether a cell was a formula."""
    out = io.StringIO()
    stripped = [[cell.strip() for cell in row] for row in rows]
    defused = [[_defused(cell) for cell in row] for row in stripped]
    csv.writer(out, lineterminator="\n").writerows(defused)
    return out.getvalue(), defused != stripped


def _rows(text: str, mark: str) -> list[list[str]] | None:
    marks = text.count(mark)
    if not marks or (mark in ",;" and text.count(mark + " ") > _PROSE * marks):
        return None
    width, rows = 0, []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            if not row:
                continue
            width = width or len(row)
            if len(row) != width or width < 2:
                return None
            rows.append(row)
    except csv.Error:
        return None
    return rows if len(rows) > 1 and len(rows) * width >= _MIN_CELLS else None


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell

"""What a sheet holds and never shows: cells under a merged one, cells twice or beyond the edge, rows and
columns too flat to see, headers that are switched off; and a palette of its own that can say anything.

Sources: ISO/IEC 29500-1, 18.3.1.55 (`mergeCell`), 18.3.1.73 (`row`), 18.3.1.81 (`sheetFormatPr`), 18.8.27.
"""

import re
from collections.abc import Iterable

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_count, is_on, remove

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_LEAST_HEIGHT, _LEAST_WIDTH = 2.0, 0.3
"""In points, and in digits of the normal font."""

_USUAL_HEIGHT = "15"
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_SWITCHES = {"even": "differentOddEven", "first": "differentFirst"}
_OPAQUE = "FF"
_ARGB = 8


def column_number(letters: str) -> int:
    """A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def is_flat(size: str | None, *, row: bool) -> bool:
    """Whether a row of that height, or a column of that width, can't be seen; None is the usual size."""
    if size is None:
        return False
    try:
        return not float(size) >= (_LEAST_HEIGHT if row else _LEAST_WIDTH)  # so is what is no number
    except ValueError:
        return True


def show_usual_sizes(sheet: Tree) -> None:
    """Rows and columns that say nothing of their size have one that shows."""
    for usual in all_of(sheet, (tag("x:sheetFormatPr"),)):
        if is_flat(usual.get("defaultRowHeight"), row=True):
            usual.set("defaultRowHeight", _USUAL_HEIGHT)
        if is_flat(usual.get("defaultColWidth"), row=False):
            usual.attrib.pop("defaultColWidth")


def drop_unused_headers(sheet: Tree, findings: Findings) -> None:
    """Those of even and of first pages where these are like the others."""
    for headers in all_of(sheet, (tag("x:headerFooter"),)):
        for kind, switch in _SWITCHES.items():
            if not is_on(headers.get(switch, "0")):
                for place in ("Header", "Footer"):
                    for unused in all_of(headers, (tag(f"x:{kind}{place}"),)):
                        findings.add("hidden_part")
                        remove(unused)


class Covered:
    """Which cells lie under a merged one. Rows are asked for from top to bottom."""

    def __init__(self, sheet: Tree) -> None:
        ranges = []
        for merged in sheet.iter(tag("x:mergeCell")):
            found = _RANGE.fullmatch(merged.get("ref", ""))
            if found:
                left, right = sorted((column_number(found[1]), column_number(found[3])))
                top, bottom = sorted((int(found[2]), int(found[4])))
                ranges.append((top, bottom, left, right))
        self._coming = sorted(ranges, reverse=True)
        self._here: list[tuple[int, int, int, int]] = []

    def go_to(self, row: int) -> None:
        """The row that `hides` is asked about from now on."""
        if self._here:
            self._here = [merged for merged in self._here if merged[1] >= row]
        while self._coming and self._coming[-1][0] <= row:
            merged = self._coming.pop()
            if merged[1] >= row:
                self._here.append(merged)

    def hides(self, row: int, column: int) -> bool:
        """Whether the cell isn't the upper left one of a merged range it lies in."""
        return any(
            left <= column <= right and (row, column) != (top, left) for top, _, left, right in self._here
        )


def name_colors(roots: Iterable[Tree], palette: list[str]) -> None:
    """Every colour by its own value, opaque: `palette` are the document's values by number, if it has any."""
    for root in roots:
        for element in root.iter():
            number, value = element.get("indexed"), element.get("rgb")
            if number is not None and is_count(number) and int(number) < len(palette):
                del element.attrib["indexed"]
                value = palette[int(number)]
            if value is not None:
                element.set("rgb", _OPAQUE + value[-6:] if len(value) == _ARGB else value)


def palette_of(styles: Tree | None) -> list[str]:
    """The values of a palette that the document brings along."""
    found = None if styles is None else styles.find(f"{tag('x:colors')}/{tag('x:indexedColors')}")
    return [] if found is None else [color.get("rgb", "") for color in found.iter(tag("x:rgbColor"))]

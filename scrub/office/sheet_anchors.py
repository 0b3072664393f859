"""Shapes over the cells of a sheet with hidden rows or columns: these come out empty and with a height, so a
shape that is held by its size alone would slip off the cells that it covers. It is held by its cells instead.

Source: ISO/IEC 29500-1, 20.5.2 (`absoluteAnchor`, `oneCellAnchor`, `twoCellAnchor`).
"""

from collections.abc import Callable

from scrub.office import xml
from scrub.office.ooxml_names import tag
from scrub.office.package import Source
from scrub.office.trees import Tree, all_of, etree, is_count, is_on

_POINT, _DIGIT = 12_700, 66_675
_ROW, _COLUMN = 15 * _POINT, 64 * 9525
"""Of a usual row and column, in EMU."""

_MOST_STEPS = 20_000
_HELD_BY_SIZE = (tag("xdr:oneCellAnchor"), tag("xdr:absoluteAnchor"))

Sizes = Callable[[int], int]
"""The height of a row, or the width of a column, counted from 0."""


def hold_by_cells(source: Source, sheets: list[str]) -> None:
    """`sheets`: names of their parts. Changes the drawings of those that hide rows or columns."""
    for name in sheets:
        for relation in source.relations(name).values():
            content = source.files.get(relation.target)
            if relation.kind != "drawing" or relation.external or content is None:
                continue
            drawing = xml.parse(content)
            anchors = all_of(drawing, _HELD_BY_SIZE)
            sheet = xml.parse(source.files[name]) if anchors and name in source.files else None
            if sheet is None or not _hides_any(sheet):
                continue
            rows, columns = _rows(sheet), _columns(sheet)
            for anchor in anchors:
                _hold(anchor, columns, rows)
            source.files[relation.target] = etree.tostring(drawing)


def _hides_any(sheet: Tree) -> bool:
    return any(is_on(one.get("hidden", "0")) for one in sheet.iter(tag("x:row"), tag("x:col")))


def _rows(sheet: Tree) -> Sizes:
    usual = sheet.find(tag("x:sheetFormatPr"))
    height = _size(None if usual is None else usual.get("defaultRowHeight"), _POINT, _ROW)
    known = {
        int(row.get("r", "0")) - 1: 0
        if is_on(row.get("hidden", "0"))
        else _size(row.get("ht"), _POINT, height)
        for row in sheet.iter(tag("x:row"))
        if is_count(row.get("r"))
    }
    return lambda number: known.get(number, height)


def _columns(sheet: Tree) -> Sizes:
    usual = sheet.find(tag("x:sheetFormatPr"))
    width = _size(None if usual is None else usual.get("defaultColWidth"), _DIGIT, _COLUMN)
    known = [
        (
            int(column.get("min", "0")) - 1,
            int(column.get("max", "0")) - 1,
            0 if is_on(column.get("hidden", "0")) else _size(column.get("width"), _DIGIT, width),
        )
        for column in sheet.iter(tag("x:col"))
        if is_count(column.get("min")) and is_count(column.get("max"))
    ]
    return lambda number: next((size for first, last, size in known if first <= number <= last), width)


def _size(text: str | None, unit: int, usual: int) -> int:
    try:
        return min(max(int(float(text) * unit), 0), 1 << 31) if text is not None else usual
    except (ValueError, OverflowError):
        return usual


def _hold(anchor: Tree, columns: Sizes, rows: Sizes) -> None:
    extent, corner, place = (anchor.find(tag(name)) for name in ("xdr:ext", "xdr:from", "xdr:pos"))
    if extent is None:
        return
    ends = []
    for sizes, cell, offset, start, length in (
        (columns, "xdr:col", "xdr:colOff", "x", "cx"),
        (rows, "xdr:row", "xdr:rowOff", "y", "cy"),
    ):
        number, before = (0, 0) if corner is None else (_number(corner, cell), _number(corner, offset))
        before += 0 if place is None else _count(place.get(start))
        ends.append((_walk(number, before, sizes), _walk(number, before + _count(extent.get(length)), sizes)))
    anchor.tag = tag("xdr:twoCellAnchor")
    for old in (extent, corner, place):
        if old is not None:
            anchor.remove(old)
    for at, name in enumerate(("xdr:from", "xdr:to")):
        end = etree.Element(tag(name))
        for (cell, offset), where in zip(
            (("xdr:col", "xdr:colOff"), ("xdr:row", "xdr:rowOff")), (ends[0][at], ends[1][at]), strict=True
        ):
            etree.SubElement(end, tag(cell)).text = str(where[0])
            etree.SubElement(end, tag(offset)).text = str(where[1])
        anchor.insert(at, end)


def _walk(number: int, distance: int, sizes: Sizes) -> tuple[int, int]:
    """The row or column that lies so far from the beginning of another, and how far in it."""
    for _ in range(_MOST_STEPS):
        size = sizes(number)
        if distance < size:
            break
        distance -= size
        number += 1
    return number, distance


def _number(corner: Tree, name: str) -> int:
    found = corner.find(tag(name))
    return _count(None if found is None else (found.text or "").strip())


def _count(text: str | None) -> int:
    return int(text) if text is not None and is_count(text) else 0

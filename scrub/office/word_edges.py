"""What of a Word document's pictures lies beside the page is cut off: what no place that they may have shows.

Source: ISO/IEC 29500-1, 20.4.2.10 (`positionH`), 17.6.11 (`pgMar`), 20.1.7.5 (`chOff`).
"""

from scrub.office import edges
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, is_count, is_on

_TWIP = 635
_SURE, _UNSURE = 228_600, 914_400
"""How far a cell may begin from where the grid says: a quarter of an inch, or one where it fits itself."""

_AT_THE_EDGE = ("page", "leftMargin", "topMargin")
_AT_THE_MARGIN = (("margin", "column"), ("margin",))
_SIDES = (("wp:positionH", "x", "cx"), ("wp:positionV", "y", "cy"))

Margins = tuple[int, int]


def margins_of(document: Tree) -> Margins | None:
    """Left and above in EMU; None where sections differ, or columns, a gutter or a mirror move the text."""
    found = set()
    for section in all_of(document, (tag("w:sectPr"),)):
        margin, columns = section.find(tag("w:pgMar")), section.find(tag("w:cols"))
        sides = [(margin.get(tag(name)) if margin is not None else None) for name in ("w:left", "w:top")]
        gutter = "0" if margin is None else margin.get(tag("w:gutter"), "0")
        several = columns is not None and columns.get(tag("w:num"), "1") != "1"
        if several or gutter != "0" or not all(map(is_count, sides)):
            return None
        found.add(tuple(int(side or 0) * _TWIP for side in sides))
    left, top = found.pop() if len(found) == 1 else (None, None)
    return None if left is None or top is None else (left, top)


def cut(root: Tree, page: tuple[int, ...], margins: Margins | None) -> None:
    """`page`: width and height in EMU, first."""
    for anchor in root.iter(tag("wp:anchor")):
        extent, data = (
            anchor.find(tag("wp:extent")),
            anchor.find(f"{tag('a:graphic')}/{tag('a:graphicData')}"),
        )
        if extent is None or data is None or is_on(anchor.get("simplePos", "0")):
            continue
        for axis in range(2):
            starts = _starts(anchor, axis, margins, page[axis])
            if starts is not None:
                for picture in data.findall(tag("pic:pic")):
                    _cut(picture, anchor, axis, starts, page[axis])
                for group in data.findall(tag("wpg:wgp")):
                    if starts[0] == starts[1]:
                        _cut_members(group, extent, axis, starts[0], page[axis])


def _starts(anchor: Tree, axis: int, margins: Margins | None, side: int) -> tuple[int, int] | None:
    """The least and the most distance from the page's edge, in EMU; None where it is aligned."""
    place = anchor.find(tag(_SIDES[axis][0]))
    offset = None if place is None else place.find(tag("wp:posOffset"))
    text = "" if offset is None else (offset.text or "").strip()
    if place is None or not is_count(text.removeprefix("-")):
        return None
    area, at = place.get("relativeFrom"), int(text)
    framed = next(anchor.iterancestors(tag("w:p")), anchor).find(f"{tag('w:pPr')}/{tag('w:framePr')}")
    held = next(anchor.iterancestors(tag("w:tbl"), tag("w:txbxContent")), None)
    free = held is None or not is_on(anchor.get("layoutInCell", "1"))
    if free and area in _AT_THE_EDGE:
        return at, at
    if free and area in _AT_THE_MARGIN[axis] and margins is not None and framed is None:
        return at + margins[axis], at + margins[axis]
    if axis:
        return None  # Word pushes what hangs on a line up again, so that it stays on the page
    if held is not None and held.tag == tag("w:txbxContent"):
        return at - side, at + side  # the box may lie over the edge itself
    if held is not None:
        cell = None if margins is None else _cell(anchor, margins[0])
        return (at - side // 4, at + side) if cell is None else (at + cell[0], at + cell[1])
    return at, at + side  # the column, the letter, the line ... is somewhere on the page


def _cell(anchor: Tree, margin: int) -> tuple[int, int] | None:
    """Where the cell that it is in begins, by the table's grid: the least and the most. None for a table in
    another, or that isn't at the left.
    """
    cell = next(anchor.iterancestors(tag("w:tc")), None)
    row = None if cell is None else cell.getparent()
    table = None if row is None else row.getparent()
    looks, grid = (
        (None, None) if table is None else (table.find(tag("w:tblPr")), table.find(tag("w:tblGrid")))
    )
    if cell is None or row is None or table is None or looks is None or grid is None:
        return None
    if next(table.iterancestors(tag("w:tbl")), None) is not None or row.tag != tag("w:tr"):
        return None
    if any(looks.find(tag(name)) is not None for name in ("w:tblpPr", "w:bidiVisual", "w:jc")):
        return None
    widths = [column.get(tag("w:w"), "") for column in grid.findall(tag("w:gridCol"))]
    before = row.find(f"{tag('w:trPr')}/{tag('w:gridBefore')}")
    spans = [
        one.find(f"{tag('w:tcPr')}/{tag('w:gridSpan')}")
        for one in cell.itersiblings(tag("w:tc"), preceding=True)
    ]
    values = ["1" if span is None else span.get(tag("w:val"), "") for span in spans]
    values += [] if before is None else [before.get(tag("w:val"), "")]
    indent = looks.find(tag("w:tblInd"))
    inward = "0" if indent is None else indent.get(tag("w:w"), "0")
    numbers = (*widths, *values, inward.removeprefix("-"))
    if not all(map(is_count, numbers)) or sum(map(int, values)) > len(widths):
        return None
    at = margin + (int(inward) + sum(map(int, widths[: sum(map(int, values))]))) * _TWIP
    fixed = looks.find(tag("w:tblLayout"))
    spare = _SURE if fixed is not None and fixed.get(tag("w:type")) == "fixed" else _UNSURE
    return at - spare, at + spare


def _cut(picture: Tree, anchor: Tree, axis: int, starts: tuple[int, int], side: int) -> None:
    """What no place between the two would show."""
    extent = anchor.find(tag("wp:extent"))
    looks, filling = picture.find(tag("pic:spPr")), picture.find(tag("pic:blipFill"))
    if looks is None or filling is None or not edges.is_plain(looks, filling):
        return
    name, _, length = _SIDES[axis]
    (start, most), room = starts, edges.room(looks, side)
    seen = edges.crop(filling, axis, str(start), extent, (room[0] - (most - start), room[1]))
    offset = anchor.find(f"{tag(name)}/{tag('wp:posOffset')}")
    if seen is None or offset is None:
        return
    offset.text = str(int(offset.text.strip()) + seen[0] - start)
    for size in (extent, looks.find(f"{tag('a:xfrm')}/{tag('a:ext')}")):
        if size is not None:
            size.set(length, str(seen[1]))


def _cut_members(group: Tree, extent: Tree, axis: int, start: int, side: int) -> None:
    """Straight pictures of a straight group, not of one in it."""
    _, at, length = _SIDES[axis]
    frame = group.find(f"{tag('wpg:grpSpPr')}/{tag('a:xfrm')}")
    if frame is None or {frame.get(key, "0") for key in ("rot", "flipH", "flipV")} > {"0"}:
        return
    corner, inner = frame.find(tag("a:chOff")), frame.find(tag("a:chExt"))
    for picture in group.findall(tag("pic:pic")):
        looks, filling = picture.find(tag("pic:spPr")), picture.find(tag("pic:blipFill"))
        if looks is None or filling is None or not edges.is_plain(looks, filling):
            continue
        box = [looks.find(f"{tag('a:xfrm')}/{tag(name)}") for name in ("a:off", "a:ext")]
        try:
            first = int(corner.get(at))
            scale = int(extent.get(length)) / int(inner.get(length))
            place, size = int(box[0].get(at)), int(box[1].get(length))
        except (AttributeError, TypeError, ValueError, ZeroDivisionError):
            continue
        if scale <= 0:
            continue
        begin = start + round((place - first) * scale)
        shown = etree.Element("x", {length: str(round(size * scale))})
        seen = edges.crop(filling, axis, str(begin), shown, edges.room(looks, side))
        if seen is not None:
            box[0].set(at, str(round(place + (seen[0] - begin) / scale)))
            box[1].set(length, str(max(round(seen[1] / scale), 1)))

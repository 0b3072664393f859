"""What of a Word document's pictures lies beside the page is cut off, where it is certain where they lie.

Source: ISO/IEC 29500-1, 20.4.2.10 (`positionH`), 17.6.11 (`pgMar`), 20.1.7.5 (`chOff`).
"""

from scrub.office import edges
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, is_count, is_on

_TWIP = 635
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
        held = next(anchor.iterancestors(tag("w:tbl"), tag("w:txbxContent")), None)
        if extent is None or data is None or held is not None or is_on(anchor.get("simplePos", "0")):
            continue
        for axis in range(2):
            start = _start(anchor, axis, margins)
            if start is not None:
                for picture in data.findall(tag("pic:pic")):
                    _cut(picture, anchor, axis, start, page[axis])
                for group in data.findall(tag("wpg:wgp")):
                    _cut_members(group, extent, axis, start, page[axis])


def _start(anchor: Tree, axis: int, margins: Margins | None) -> int | None:
    """From the page's edge, in EMU; None where that isn't certain."""
    place = anchor.find(tag(_SIDES[axis][0]))
    offset = None if place is None else place.find(tag("wp:posOffset"))
    text = "" if offset is None else (offset.text or "").strip()
    if place is None or not is_count(text.removeprefix("-")):
        return None
    area = place.get("relativeFrom")
    framed = next(anchor.iterancestors(tag("w:p")), anchor).find(f"{tag('w:pPr')}/{tag('w:framePr')}")
    if area in _AT_THE_EDGE:
        return int(text)
    if area in _AT_THE_MARGIN[axis] and margins is not None and framed is None:
        return int(text) + margins[axis]
    return None


def _cut(picture: Tree, anchor: Tree, axis: int, start: int, side: int) -> None:
    extent = anchor.find(tag("wp:extent"))
    looks, filling = picture.find(tag("pic:spPr")), picture.find(tag("pic:blipFill"))
    if looks is None or filling is None or not edges.is_plain(looks, filling):
        return
    name, _, length = _SIDES[axis]
    seen = edges.crop(filling, axis, str(start), extent, edges.room(looks, side))
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

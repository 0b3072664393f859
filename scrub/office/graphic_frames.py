"""Puts shapes that were drawn elsewhere in place of a frame: in Word, on a slide, in a sheet.

Source: ISO/IEC 29500-1, 20.4 (Word), 19.3 (slides), 20.5 (sheets).
"""

import copy

from scrub.office.covering import local
from scrub.office.covers import rectangle, refill, solid
from scrub.office.graphic_words import paragraphs_of_word
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.trees import Tree, etree, is_count

GROUND = "F2F2F2"
_POINT = 12_700  # in EMU
_LARGEST, _SMALLEST = 14, 5
_HOLDERS = {tag("p:graphicFrame"): "p", tag("xdr:graphicFrame"): "xdr"}


def put(data: Tree, drawn: list[Tree]) -> Tree | None:
    """Puts a group of these shapes in the frame's place, and gives it; None where there is no frame."""
    for holder in data.iterancestors():
        if holder.tag in (tag("wp:inline"), tag("wp:anchor")):
            extent = holder.find(tag("wp:extent"))
            if extent is None:
                return None
            return _fill_word(data, drawn, extent.get("cx", "0"), extent.get("cy", "0"))
        if holder.tag in _HOLDERS and holder.getparent() is not None:
            return _replace_frame(holder, drawn, _HOLDERS[holder.tag])
    return None


def _fill_word(data: Tree, drawn: list[Tree], width: str, height: str) -> Tree:
    for child in list(data):
        data.remove(child)
    alone = len(drawn) == 1  # LibreOffice 7.4 falls over a group of one box
    data.set("uri", NAMESPACES["wps" if alone else "wpg"])
    group = data if alone else etree.SubElement(data, tag("wpg:wgp"))
    if not alone:
        etree.SubElement(group, tag("wpg:cNvGrpSpPr"))
        _place_group(etree.SubElement(group, tag("wpg:grpSpPr")), None, width, height)
    for old in drawn:
        shape = etree.SubElement(group, tag("wps:wsp"))
        etree.SubElement(shape, tag("wps:cNvSpPr"))
        _fit(old, width, height)
        shape.append(_looks(old, "wps:spPr", width, height))
        _add(shape, old, "style", "wps:style")
        body = _child(old, "txBody")
        if body is not None:
            box = etree.SubElement(etree.SubElement(shape, tag("wps:txbx")), tag("w:txbxContent"))
            for paragraph in paragraphs_of_word(body, _color_of_letters(old)):
                box.append(paragraph)
        settings = None if body is None else body.find(tag("a:bodyPr"))
        shape.append(_renamed(settings, "wps:bodyPr"))
    return group


def _replace_frame(frame: Tree, drawn: list[Tree], prefix: str) -> Tree:
    place = frame.find(tag(f"{prefix}:xfrm"))
    extent = None if place is None else place.find(tag("a:ext"))
    sides = _reach(drawn) if extent is None else (extent.get("cx", "0"), extent.get("cy", "0"))
    if "0" in sides:
        sides = _reach(drawn)
    group = etree.Element(tag(f"{prefix}:grpSp"))
    _name(group, prefix, "GrpSp")
    _place_group(etree.SubElement(group, tag(f"{prefix}:grpSpPr")), place, *sides)
    for old in drawn:
        shape = etree.SubElement(group, tag(f"{prefix}:sp"))
        _name(shape, prefix, "Sp")
        _fit(old, *sides)
        shape.append(_looks(old, f"{prefix}:spPr", *sides))
        _add(shape, old, "style", f"{prefix}:style")
        _add(shape, old, "txBody", f"{prefix}:txBody")
    frame.getparent().replace(frame, group)
    return group


def _name(shape: Tree, prefix: str, kind: str) -> None:
    naming = etree.SubElement(shape, tag(f"{prefix}:nv{kind}Pr"))
    etree.SubElement(naming, tag(f"{prefix}:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag(f"{prefix}:cNv{kind}Pr"))
    if prefix == "p":
        etree.SubElement(naming, tag("p:nvPr"))


def _place_group(looks: Tree, place: Tree | None, width: str, height: str) -> None:
    frame = etree.SubElement(looks, tag("a:xfrm"))
    offset = None if place is None else place.find(tag("a:off"))
    corner = {"x": "0", "y": "0"} if offset is None else dict(offset.attrib)
    etree.SubElement(frame, tag("a:off"), corner)
    etree.SubElement(frame, tag("a:ext"), cx=width, cy=height)
    etree.SubElement(frame, tag("a:chOff"), x="0", y="0")
    etree.SubElement(frame, tag("a:chExt"), cx=width, cy=height)


def _reach(drawn: list[Tree]) -> tuple[str, str]:
    """How far the shapes reach to the right and down."""
    ends = [[1], [1]]
    for frame in (one for shape in drawn for one in shape.iter(tag("a:xfrm"))):
        offset, extent = frame.find(tag("a:off")), frame.find(tag("a:ext"))
        for end, at, size in zip(ends, ("x", "y"), ("cx", "cy"), strict=True):
            numbers = [None if one is None else one.get(key) for one, key in ((offset, at), (extent, size))]
            end.append(sum(int(number) for number in numbers if number is not None and is_count(number)))
    return str(max(ends[0])), str(max(ends[1]))


def _looks(old: Tree, name: str, width: str, height: str) -> Tree:
    looks = _renamed(_child(old, "spPr"), name)
    if looks.find(tag("a:xfrm")) is None:
        kept = [one for one in looks if local(one) != "prstGeom"]
        for child in list(looks):
            looks.remove(child)
        rectangle(looks, width, height)
        for child in kept:
            looks.append(child)
        if _child(old, "spPr") is None:
            refill(looks, solid(GROUND))
    return looks


def _fit(shape: Tree, width: str, height: str) -> None:
    """Words on a ground of ours become so small that they fit, as far as letters can be that small."""
    body = _child(shape, "txBody")
    if body is None or next(shape.iter(tag("a:xfrm")), None) is not None:
        return
    wide, high = (max(int(side) if is_count(side) else 0, 1) / _POINT for side in (width, height))
    lengths = [sum(len(text.text or "") for text in one.iter(tag("a:t"))) for one in body.iter(tag("a:p"))]
    size = next(
        (
            size
            for size in range(_LARGEST, _SMALLEST, -1)
            if sum(length * size // 2 // wide + 1 for length in lengths) * size * 1.3 < high
        ),
        _SMALLEST,
    )
    for looks in body.iter(tag("a:rPr")):
        looks.set("sz", str(size * 100))


def _color_of_letters(shape: Tree) -> Tree | None:
    """As the style of a shape says."""
    style = _child(shape, "style")
    font = None if style is None else style.find(tag("a:fontRef"))
    return None if font is None or not len(font) else font[0]


def _child(old: Tree, name: str) -> Tree | None:
    return next((one for one in old if local(one) == name), None)


def _add(shape: Tree, old: Tree, name: str, new: str) -> None:
    child = _child(old, name)
    if child is not None:
        shape.append(_renamed(child, new))


def _renamed(old: Tree | None, name: str) -> Tree:
    new = etree.Element(tag(name))
    for key, value in {} if old is None else old.attrib.items():
        new.set(key, value)
    for child in () if old is None else old:
        new.append(copy.deepcopy(child))
    return new

"""Drawings of old Word documents (VML) as today's shapes: the same place, size and colours, their pictures
and the words in their boxes. What lay over words still does.

Source: ISO/IEC 29500-4, 19 (VML).
"""

from scrub.office import vml, vml_outline, word_place
from scrub.office.covering import local
from scrub.office.covers import solid, word_shape
from scrub.office.cuts import CUT, UNTELLABLE
from scrub.office.findings import Findings
from scrub.office.ooxml_names import NAMESPACES, OTHER_NAMESPACES, tag
from scrub.office.trees import Tree, all_of, etree, remove
from scrub.office.word_place import Box

_VML = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["v"]
_SHAPES = frozenset(
    {"shape", "rect", "roundrect", "oval", "line", "polyline", "curve", "arc", "image", "group"}
)
_INHERITED = ("filled", "fillcolor", "stroked", "strokecolor", "strokeweight", "coordsize", "path", "adj")
_BARE = frozenset({"75", "20", "32", "33", "34", "38"})
"""Types that have no fill unless they say so: pictures and lines; a picture has no line either."""

_EMBED = f"{{{NAMESPACES['r']}}}embed"
_WHOLE = 100_000
_HEADS = {"block": "triangle", "classic": "stealth", "oval": "oval", "diamond": "diamond", "open": "arrow"}
_MOST_HALF_POINTS = 400
_HALF_POINT = 6350
_DEPTH = 20


def convert(root: Tree, findings: Findings) -> None:
    """In place of each `w:pict` and `w:object` its shapes."""
    types = {kind.get("id", ""): kind for kind in root.iter(f"{{{_VML}}}shapetype")}
    for old in all_of(root, (tag("w:pict"), tag("w:object"))):
        if old.tag == tag("w:object"):
            findings.add("embedded_file")
        for shape in [child for child in old if local(child) in _SHAPES]:
            if vml.is_hidden(shape):
                findings.add("hidden_part")
                continue
            _inherit(shape, types, 0)
            box = word_place.box_of(shape)
            drawing, data = word_place.drawing(shape, box)
            _fill_data(data, shape, box)
            old.addprevious(drawing)
        for drawing in old.findall(tag("w:drawing")):
            old.addprevious(drawing)
        remove(old)


def _inherit(shape: Tree, types: dict[str, Tree], depth: int) -> None:
    """What a shape doesn't say its type says."""
    kind = types.get((shape.get("type") or "").lstrip("#"))
    said = {} if kind is None else kind.attrib
    for name in _INHERITED:
        if shape.get(name) is None and name in said:
            shape.set(name, said[name])
    number = vml_outline.type_number(shape)
    if number in _BARE and shape.get("filled") is None:
        shape.set("filled", "f")
    if number == "75" and shape.get("stroked") is None:
        shape.set("stroked", "f")
    if local(shape) == "group" and depth < _DEPTH:
        for inner in shape:
            _inherit(inner, types, depth + 1)


def _fill_data(data: Tree, shape: Tree, box: Box) -> None:
    if local(shape) != "group":
        whole = Box(0, 0, box.width, box.height)
        image = vml.child(shape, "imagedata") if local(shape) != "image" else shape
        if image is not None:
            data.set("uri", NAMESPACES["pic"])
            data.append(_picture(shape, image, whole))
        else:
            new, looks = word_shape(data)
            _set_looks(new, looks, shape, whole)
        return
    data.set("uri", NAMESPACES["wpg"])
    group = etree.SubElement(data, tag("wpg:wgp"))
    etree.SubElement(group, tag("wpg:cNvGrpSpPr"))
    place = etree.SubElement(etree.SubElement(group, tag("wpg:grpSpPr")), tag("a:xfrm"))
    word_place.turn(place, shape)
    for offset, extent in (("a:off", "a:ext"), ("a:chOff", "a:chExt")):
        etree.SubElement(place, tag(offset), x="0", y="0")
        etree.SubElement(place, tag(extent), cx=str(box.width), cy=str(box.height))
    _add_members(group, shape, Box(0, 0, box.width, box.height), 0)


def _add_members(group: Tree, old: Tree, frame: Box, depth: int) -> None:
    """Every member of a group, and of the groups in it, with its place in `frame`."""
    for shape in [child for child in old if local(child) in _SHAPES]:
        if depth > _DEPTH or vml.is_hidden(shape):
            continue
        box = word_place.box_in_group(shape, old, frame)
        image = vml.child(shape, "imagedata") if local(shape) != "image" else shape
        if local(shape) == "group":
            _add_members(group, shape, box, depth + 1)
        elif image is not None:
            group.append(_picture(shape, image, box))
        else:
            new = etree.SubElement(group, tag("wps:wsp"))
            etree.SubElement(new, tag("wps:cNvSpPr"))
            looks = etree.SubElement(new, tag("wps:spPr"))
            etree.SubElement(new, tag("wps:bodyPr"))
            _set_looks(new, looks, shape, box)


def _set_looks(new: Tree, looks: Tree, shape: Tree, box: Box) -> None:
    place = etree.SubElement(looks, tag("a:xfrm"))
    word_place.turn(place, shape)
    etree.SubElement(place, tag("a:off"), x=str(box.x), y=str(box.y))
    etree.SubElement(place, tag("a:ext"), cx=str(box.width), cy=str(box.height))
    letters = vml.child(shape, "textpath")
    string = None if letters is None or vml.is_off(letters.get("on")) else letters.get("string")
    looks.append(vml_outline.preset("rect") if string else vml_outline.outline(shape, box.width, box.height))
    paint, line = vml.fill(shape), vml.stroke(shape)
    if string:
        looks.append(etree.Element(tag("a:noFill")))
        _add_words(new, string, paint, box)
        return
    looks.append(etree.Element(tag("a:noFill")) if paint is None else _filling(shape, paint))
    outline = etree.SubElement(looks, tag("a:ln"))
    if line is None:
        etree.SubElement(outline, tag("a:noFill"))
    else:
        outline.set("w", str(line[1]))
        outline.append(solid(line[0].color, line[0].alpha))
        _add_heads(outline, vml.child(shape, "stroke"))
    _move_box(new, shape)


def _filling(shape: Tree, paint: vml.Paint) -> Tree:
    """A fill of one colour, or the picture that it is filled with (a plain colour if that can't come)."""
    more = vml.child(shape, "fill")
    relation = None if more is None or more.get("type") not in ("frame", "tile") else _relation(more)
    if relation is None:
        return solid(paint.color, paint.alpha)
    filling = etree.Element(tag("a:blipFill"))
    blip = etree.SubElement(filling, tag("a:blip"))
    blip.set(_EMBED, relation)
    if paint.alpha is not None:
        etree.SubElement(blip, tag("a:alphaModFix"), amt=str(paint.alpha))
    etree.SubElement(etree.SubElement(filling, tag("a:stretch")), tag("a:fillRect"))
    return filling


def _relation(element: Tree) -> str | None:
    return next((value for key, value in element.attrib.items() if key.endswith(("}id", "}relid"))), None)


def _add_heads(line: Tree, stroke: Tree | None) -> None:
    said = {} if stroke is None else stroke.attrib
    for key, name in (("startarrow", "a:headEnd"), ("endarrow", "a:tailEnd")):
        kind = _HEADS.get(said.get(key, "").lower())
        if kind:
            etree.SubElement(line, tag(name), type=kind)


def _move_box(new: Tree, shape: Tree) -> None:
    """The words in a box stay in it: the box may lie over others."""
    box = vml.child(shape, "textbox")
    content = None if box is None else vml.child(box, "txbxContent")
    if box is None or content is None:
        return
    settings = new.find(tag("wps:bodyPr"))
    settings.addprevious(etree.Element(tag("wps:txbx")))
    new.find(tag("wps:txbx")).append(content)
    sides = (box.get("inset") or "").split(",")
    for name, side in zip(("lIns", "tIns", "rIns", "bIns"), sides, strict=False):
        if side.strip():
            settings.set(name, str(vml.emu(side)))
    style = vml.style_of(box)
    if style.get("layout-flow", "").startswith("vertical"):
        settings.set("vert", "vert270" if style.get("mso-layout-flow-alt") == "bottom-to-top" else "vert")
    if style.get("mso-fit-shape-to-text") in ("t", "true"):
        etree.SubElement(settings, tag("a:spAutoFit"))


def _add_words(new: Tree, string: str, paint: vml.Paint | None, box: Box) -> None:
    """Ornamental letters (a watermark, for example) are words of about the same size."""
    settings = new.find(tag("wps:bodyPr"))
    warp = etree.SubElement(settings, tag("a:prstTxWarp"), prst="textPlain")
    etree.SubElement(warp, tag("a:avLst"))
    settings.addprevious(etree.Element(tag("wps:txbx")))
    content = etree.SubElement(new.find(tag("wps:txbx")), tag("w:txbxContent"))
    run = etree.SubElement(etree.SubElement(content, tag("w:p")), tag("w:r"))
    looks = etree.SubElement(run, tag("w:rPr"))
    etree.SubElement(looks, tag("w:color")).set(tag("w:val"), paint.color if paint else "A6A6A6")
    wide = box.width // max(len(string), 1) * 3 // 2
    size = min(max(min(box.height * 2 // 3, wide) // _HALF_POINT, 2), _MOST_HALF_POINTS)
    etree.SubElement(looks, tag("w:sz")).set(tag("w:val"), str(size))
    etree.SubElement(run, tag("w:t")).text = string


def _picture(shape: Tree, image: Tree, box: Box) -> Tree:
    picture = etree.Element(tag("pic:pic"))
    naming = etree.SubElement(picture, tag("pic:nvPicPr"))
    etree.SubElement(naming, tag("pic:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag("pic:cNvPicPr"))
    filling = etree.SubElement(picture, tag("pic:blipFill"))
    blip = etree.SubElement(filling, tag("a:blip"))
    blip.set(_EMBED, _relation(image) or "")
    crop = etree.SubElement(filling, tag("a:srcRect"))
    for side in ("left", "top", "right", "bottom"):
        crop.set(side[0], str(int(vml.fraction(image.get(f"crop{side}"), 0.0) * _WHOLE)))
    _set_light(blip, image)
    etree.SubElement(etree.SubElement(filling, tag("a:stretch")), tag("a:fillRect"))
    looks = etree.SubElement(picture, tag("pic:spPr"))
    place = etree.SubElement(looks, tag("a:xfrm"))
    word_place.turn(place, shape)
    etree.SubElement(place, tag("a:off"), x=str(box.x), y=str(box.y))
    etree.SubElement(place, tag("a:ext"), cx=str(box.width), cy=str(box.height))
    looks.append(vml_outline.outline(shape, box.width, box.height))
    if vml_outline.is_rectangle(looks[-1]) and not vml_outline.is_frame(shape):
        blip.set(CUT, UNTELLABLE)
    if shape.get("filled") is not None and (paint := vml.fill(shape)) is not None:
        looks.append(solid(paint.color, paint.alpha))
    return picture


def _set_light(blip: Tree, image: Tree) -> None:
    """A picture made darker or paler stays so."""
    gain, black = vml.fraction(image.get("gain"), 1.0), vml.fraction(image.get("blacklevel"), 0.0)
    contrast = gain - 1 if gain <= 1 else 1 - 1 / gain
    if contrast or black:
        light = etree.SubElement(blip, tag("a:lum"))
        for name, share in (("bright", 2 * black), ("contrast", contrast)):
            light.set(name, str(int(min(max(share, -1.0), 1.0) * _WHOLE)))

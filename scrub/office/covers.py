"""What could cover something and can't be copied leaves a plain shape: the same place and size, no words.

A drawing of Windows, a diagram, ink, an embedded file, a picture that can't be cleaned may lie over a name.
A copy never shows more than the original, so an opaque shape stays where they were. Sources: ISO/IEC 29500-1,
20.4 (drawings in Word), 20.5 (in sheets), 19.3 (in presentations).
"""

import copy
import re
from collections.abc import Callable, Mapping

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.trees import Tree, all_of, etree
from scrub.tables.kinds import KINDS

COLOR = "A6A6A6"
"""What a cover looks like whose own colour isn't known."""

_FILLS = frozenset({"noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"})
_BEFORE_FILL = frozenset({"xfrm", "custGeom", "prstGeom", "lnL", "lnR", "lnT", "lnB", "lnTlToBr", "lnBlToTr"})
_ANCHORS = ("xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor")
_OF_AN_ANCHOR = frozenset({"from", "to", "pos", "ext", "clientData"})
_OBJECTS = frozenset({"sp", "grpSp", "graphicFrame", "cxnSp", "pic"})
_NEEDED = {"behindDoc": "0", "layoutInCell": "1", "locked": "0", "allowOverlap": "1", "relativeHeight": "1"}
_ALL = 100_000
_SEEN_THROUGH = 3000
"""In thousandths of a per cent: a picture below that is shown to nobody (as an alpha below 8 of 255)."""


class StandIns:
    """Gives the stand-in of an element that couldn't be copied, for `scrub.office.select.Part`."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._makers: Mapping[str, Callable[[Tree], Tree | None]] = {
            tag("wp:anchor"): _of_word,
            tag("wp:inline"): _of_word,
            tag("a:blipFill"): lambda _: solid(COLOR),
            **dict.fromkeys(map(tag, ("p:pic", "p:graphicFrame")), lambda old: _shape(old, "p")),
            **dict.fromkeys(map(tag, ("xdr:pic", "xdr:graphicFrame")), lambda old: _shape(old, "xdr")),
        }

    def __call__(self, element: Tree) -> Tree | None:
        """None where nothing is lost that could cover."""
        maker = self._makers.get(element.tag) or _in_a_group(element)
        made = maker(element) if maker is not None else None
        if made is not None:
            self._findings.add("members_left_out")
            if _is_chart(element):
                self._findings.add("charts_left_out")
        return made


def _is_chart(element: Tree) -> bool:
    data = next(element.iter(tag("a:graphicData")), None)
    return data is not None and (data.get("uri") or "").endswith("/chart")


def _in_a_group(element: Tree) -> Callable[[Tree], Tree | None] | None:
    """Anything with a place of its own in a group or on a slide, whatever it is."""
    parent = element.getparent()
    prefixes = {
        **dict.fromkeys(map(tag, ("wpg:wgp", "wpg:grpSp")), "wps"),
        **dict.fromkeys(map(tag, ("p:spTree", "p:grpSp")), "p"),
        tag("xdr:grpSp"): "xdr",
    }
    prefix = None if parent is None else prefixes.get(parent.tag)
    if prefix is None or not isinstance(element.tag, str) or local(element) in ("grpSpPr", "extLst"):
        return None
    return lambda old: _shape(old, prefix) if _frame(old) is not None else None


def solid(color: str, alpha: int | None = None) -> Tree:
    """A fill of one colour; `alpha` in thousandths of a per cent."""
    fill = etree.Element(tag("a:solidFill"))
    value = etree.SubElement(fill, tag("a:srgbClr"), val=color)
    if alpha is not None:
        etree.SubElement(value, tag("a:alpha"), val=str(alpha))
    return fill


def refill(looks: Tree, fill: Tree) -> None:
    """Puts `fill` in place of whatever a shape's properties are filled with."""
    for old in [child for child in looks if local(child) in _FILLS]:
        looks.remove(old)
    at = sum(1 for child in looks if local(child) in _BEFORE_FILL)
    looks.insert(at, fill)


def rectangle(looks: Tree, width: str, height: str, x: str = "0", y: str = "0") -> None:
    """A place and a plain geometry for a shape's properties."""
    place = etree.SubElement(looks, tag("a:xfrm"))
    etree.SubElement(place, tag("a:off"), x=x, y=y)
    etree.SubElement(place, tag("a:ext"), cx=width, cy=height)
    etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))


def word_shape(graphic_data: Tree) -> tuple[Tree, Tree]:
    """A new shape of Word in `a:graphicData`, and its properties, which are still empty."""
    graphic_data.set("uri", NAMESPACES["wps"])
    shape = etree.SubElement(graphic_data, tag("wps:wsp"))
    etree.SubElement(shape, tag("wps:cNvSpPr"))
    looks = etree.SubElement(shape, tag("wps:spPr"))
    etree.SubElement(shape, tag("wps:bodyPr"))
    return shape, looks


def _of_word(old: Tree) -> Tree | None:
    new = etree.Element(old.tag, attrib=dict(old.attrib))
    for child in old:
        if child.tag != tag("a:graphic"):
            new.append(copy.deepcopy(child))
    extent = old.find(tag("wp:extent"))
    if extent is None:
        return None
    data = etree.SubElement(etree.SubElement(new, tag("a:graphic")), tag("a:graphicData"))
    _, looks = word_shape(data)
    found = old.find(f".//{tag('pic:spPr')}")
    if found is not None and old.find(f".//{tag('wpg:wgp')}") is None:
        for child in found:
            looks.append(copy.deepcopy(child))
    if _frame(looks) is None:
        rectangle(looks, extent.get("cx", "0"), extent.get("cy", "0"))
    refill(looks, solid(COLOR))
    return new


def _shape(old: Tree, prefix: str) -> Tree:
    """A shape with the place, turn and outline of a picture or frame; of no place where it has none itself (a
    placeholder's is in the layout).
    """
    new = etree.Element(tag(f"{prefix}:wsp" if prefix == "wps" else f"{prefix}:sp"))
    if prefix != "wps":
        naming = etree.SubElement(new, tag(f"{prefix}:nvSpPr"))
        etree.SubElement(naming, tag(f"{prefix}:cNvPr"), id="1", name="x")
        etree.SubElement(naming, tag(f"{prefix}:cNvSpPr"))
        if prefix == "p":
            more = etree.SubElement(naming, tag("p:nvPr"))
            place = next(old.iter(tag("p:ph")), None)
            if place is not None:
                more.append(copy.deepcopy(place))
    else:
        etree.SubElement(new, tag("wps:cNvSpPr"))
    looks = etree.SubElement(new, tag(f"{prefix}:spPr"))
    own = next((child for child in old if local(child) == "spPr"), None)
    frame = _frame(old)
    if own is not None:
        for child in own:
            looks.append(copy.deepcopy(child))
    elif frame is not None:
        place = etree.SubElement(looks, tag("a:xfrm"), attrib=dict(frame.attrib))
        for child in frame:
            place.append(copy.deepcopy(child))
    if not any(local(child) in ("prstGeom", "custGeom") for child in looks):
        geometry = etree.Element(tag("a:prstGeom"), prst="rect")
        etree.SubElement(geometry, tag("a:avLst"))
        looks.insert(1 if _frame(looks) is not None else 0, geometry)
    refill(looks, solid(COLOR))
    if prefix == "wps":
        etree.SubElement(new, tag("wps:bodyPr"))
    return new


def _frame(old: Tree) -> Tree | None:
    return next((element for element in old.iter() if local(element) == "xfrm"), None)


def complete_anchors(root: Tree, findings: Findings) -> None:
    """Gives an anchor of Word what it needs to be copied, and one of a sheet a shape where it holds something
    unknown.
    """
    for anchor in all_of(root, (tag("wp:anchor"),)):
        for name, value in _NEEDED.items():
            if not _is_sound(name, anchor.get(name)):
                anchor.set(name, value)
    for anchor in all_of(root, map(tag, _ANCHORS)):
        for held in list(anchor):
            name = local(held)
            if name not in _OF_AN_ANCHOR and not (held.tag == tag(f"xdr:{name}") and name in _OBJECTS):
                anchor.replace(held, _shape(held, "xdr"))
                findings.add("members_left_out")


def _is_sound(name: str, value: str | None) -> bool:
    if value is None:
        return False
    number = value.isascii() and value.isdecimal()
    return number if name == "relativeHeight" else value in KINDS["bool"].split("|")


def fill_tables(root: Tree) -> None:
    """A table of a style that isn't copied has the fills of that style no more: its cells get a light one."""
    known = KINDS["tablestyle"]
    for table in all_of(root, (tag("a:tbl"),)):
        style = table.find(f"{tag('a:tblPr')}/{tag('a:tableStyleId')}")
        if style is None or re.fullmatch(known, (style.text or "").strip()):
            continue
        for cell in all_of(table, (tag("a:tc"),)):
            looks = cell.find(tag("a:tcPr"))
            if looks is None:
                looks = etree.SubElement(cell, tag("a:tcPr"))
            if not any(local(child) in _FILLS for child in looks):
                refill(looks, solid("F2F2F2"))


def empty_unseen_pictures(root: Tree, findings: Findings) -> None:
    """A picture that is wholly seen through goes, its room in the text stays; one that is wholly of one
    colour becomes that.
    """
    for blip in all_of(root, (tag("a:blip"),)):
        if any(_is_seen_through(effect) for effect in blip):
            findings.add("hidden_image")
            take_out(blip)
            continue
        color = next((found for found in map(_whole_color, blip) if found), None)
        filling = blip.getparent()
        if color is not None and filling is not None and filling.getparent() is not None:
            findings.add("hidden_image")
            paint_over(filling, color)


def _is_seen_through(effect: Tree) -> bool:
    amount = {"alphaModFix": "amt", "alphaRepl": "a"}.get(local(effect))
    return amount is not None and _amount(effect.get(amount)) < _SEEN_THROUGH


def _whole_color(effect: Tree) -> str | None:
    """The colour that all dots have under this effect; None where they differ."""
    if local(effect) == "lum":
        for name, color in (("bright", ("FFFFFF", "000000")), ("contrast", (None, "808080"))):
            amount = _amount(effect.get(name) or "0")
            if abs(amount) >= _ALL and (found := color[amount < 0]) is not None:
                return found
    if local(effect) == "biLevel":
        share = _amount(effect.get("thresh"))
        return "FFFFFF" if share <= 0 else "000000" if share > _ALL else None
    if local(effect) == "hsl" and abs(amount := _amount(effect.get("lum") or "0")) >= _ALL:
        return "FFFFFF" if amount > 0 else "000000"
    colors = [etree.tostring(one) for one in effect] if local(effect) in ("duotone", "clrRepl") else []
    if colors and len(set(colors)) == 1:
        value = effect[0].get("val", "") if local(effect[0]) == "srgbClr" and not len(effect[0]) else ""
        return value if re.fullmatch(KINDS["hex6"], value) else COLOR
    return None


def paint_over(filling: Tree, color: str) -> None:
    """A fill of one colour in place of a picture that shows nothing else."""
    owner = filling.getparent()
    if local(owner) != "pic":
        owner.replace(filling, solid(color))
        return
    parent = owner.getparent()
    if parent is not None and parent.tag == tag("a:graphicData"):
        _, looks = word_shape(parent)
        for child in next((list(one) for one in owner if local(one) == "spPr"), []):
            looks.append(child)
        parent.remove(owner)
        refill(looks, solid(color))
    elif parent is not None:
        prefix = {tag("p:pic"): "p", tag("xdr:pic"): "xdr"}.get(owner.tag, "wps")
        shape = _shape(owner, prefix)
        refill(shape.find(tag(f"{prefix}:spPr")), solid(color))
        parent.replace(owner, shape)


def take_out(blip: Tree) -> None:
    """A picture of which nothing is seen: its frame stays, empty."""
    filling = blip.getparent()
    owner = None if filling is None else filling.getparent()
    if owner is None:
        return
    if local(owner) != "pic":
        owner.replace(filling, etree.Element(tag("a:noFill")))
        return
    parent = owner.getparent()
    if parent is not None and parent.tag == tag("a:graphicData"):
        _, looks = word_shape(parent)
        frame = _frame(owner)
        extent = None if frame is None else frame.find(tag("a:ext"))
        extent = {} if extent is None else extent
        rectangle(looks, extent.get("cx", "1"), extent.get("cy", "1"))
        looks.append(etree.Element(tag("a:noFill")))
        etree.SubElement(etree.SubElement(looks, tag("a:ln")), tag("a:noFill"))
    if parent is not None:
        parent.remove(owner)


def _amount(value: str | None) -> float:
    try:
        return float(value[:-1]) * 1000 if value and value.endswith("%") else float(value or 100_000)
    except ValueError:
        return 100_000

"""A drawing canvas of Word is a group with a ground of its own: it is copied as one, so that what lies on it
stays where it lies.

Source: [MS-ODRAWXML] 2.7 (`wordprocessingCanvas`).
"""

from scrub.office.covering import local
from scrub.office.trees import Tree, all_of, etree

_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordprocessing"
CANVAS = _WORD_2010 + "Canvas"
_GROUP, _SHAPE = _WORD_2010 + "Group", _WORD_2010 + "Shape"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"


def as_groups(root: Tree) -> None:
    """Every `wpc:wpc` becomes a `wpg:wgp` of the same size; its background becomes the first shape."""
    for canvas in all_of(root, (f"{{{CANVAS}}}wpc",)):
        data = canvas.getparent()
        extent = next((one for one in canvas.iterancestors() if local(one) in ("anchor", "inline")), None)
        size = None if extent is None else next((one for one in extent if local(one) == "extent"), None)
        if data is None or size is None:
            continue
        width, height = size.get("cx", "1"), size.get("cy", "1")
        data.set("uri", _GROUP)
        group = etree.Element(f"{{{_GROUP}}}wgp")
        etree.SubElement(group, f"{{{_GROUP}}}cNvGrpSpPr")
        looks = etree.SubElement(group, f"{{{_GROUP}}}grpSpPr")
        _place(looks, width, height, inner=True)
        for child in list(canvas):
            if local(child) == "bg" and len(child):
                group.append(_ground(child, width, height))
            elif local(child) == "wgp":
                child.tag = f"{{{_GROUP}}}grpSp"
                group.append(child)
            elif local(child) not in ("bg", "whole", "extLst"):
                group.append(child)
        data.replace(canvas, group)


def _place(looks: Tree, width: str, height: str, *, inner: bool) -> None:
    place = etree.SubElement(looks, f"{{{_MAIN}}}xfrm")
    for offset, extent in (("off", "ext"), ("chOff", "chExt"))[: 2 if inner else 1]:
        etree.SubElement(place, f"{{{_MAIN}}}{offset}", x="0", y="0")
        etree.SubElement(place, f"{{{_MAIN}}}{extent}", cx=width, cy=height)


def _ground(background: Tree, width: str, height: str) -> Tree:
    shape = etree.Element(f"{{{_SHAPE}}}wsp")
    etree.SubElement(shape, f"{{{_SHAPE}}}cNvSpPr")
    looks = etree.SubElement(shape, f"{{{_SHAPE}}}spPr")
    _place(looks, width, height, inner=False)
    geometry = etree.SubElement(looks, f"{{{_MAIN}}}prstGeom", prst="rect")
    etree.SubElement(geometry, f"{{{_MAIN}}}avLst")
    for fill in list(background)[:1]:
        looks.append(fill)
    etree.SubElement(shape, f"{{{_SHAPE}}}bodyPr")
    return shape

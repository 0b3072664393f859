"""Drawings of old Word documents (VML): their pictures and the text in their boxes, as today's elements.

Lines, arrows and ornamental letters go; the person is told that something was left out.
Source: ISO/IEC 29500-4, 19 (VML).
"""

import re

from scrub.office.findings import Findings
from scrub.office.opc import NAMESPACES, OTHER_NAMESPACES, tag
from scrub.office.trees import Tree, all_of, etree, remove

_VML = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["v"]
_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([0-9.]{1,9})\s*(pt|in|cm|mm|px)?", re.IGNORECASE)
_EMU = {"pt": 12700, "in": 914400, "cm": 360000, "mm": 36000, "px": 9525, "": 12700}
_MAX_SIDE = 22 * 914400
_UNKNOWN_SIDE = 1_800_000  # 5 cm
_MAX_STYLE = 2000
_ID, _EMBED = f"{{{NAMESPACES['r']}}}id", f"{{{NAMESPACES['r']}}}embed"


def convert(root: Tree, findings: Findings) -> None:
    """In place of each `w:pict` and `w:object` its picture; behind its paragraph the words in its boxes."""
    for old in all_of(root, (tag("w:pict"), tag("w:object"))):
        if old.tag == tag("w:object"):
            findings.add("embedded_file")
        paragraph = next(old.iterancestors(tag("w:p")), None)
        boxes = [box for box in old.iter(tag("w:txbxContent")) if not _is_in_box(box, old)]
        pictures = [image for image in old.iter(f"{{{_VML}}}imagedata") if image.get(_ID)]
        if not boxes and not pictures and len(old):
            findings.add("members_left_out")
        for image in pictures:
            old.addprevious(_drawing(image))
        for box in boxes:
            if paragraph is not None:
                for block in reversed(list(box)):
                    paragraph.addnext(block)
        remove(old)


def _is_in_box(box: Tree, old: Tree) -> bool:
    above = box.getparent()
    while above is not None and above is not old:
        if above.tag == tag("w:txbxContent"):
            return True
        above = above.getparent()
    return False


def _drawing(image: Tree) -> Tree:
    shape = image.getparent()
    width, height = _size((shape.get("style") or "") if shape is not None else "")
    drawing = etree.Element(tag("w:drawing"))
    inline = etree.SubElement(drawing, tag("wp:inline"))
    etree.SubElement(inline, tag("wp:extent"), cx=width, cy=height)
    etree.SubElement(inline, tag("wp:docPr"), id="1", name="x")
    graphic = etree.SubElement(inline, tag("a:graphic"))
    data = etree.SubElement(graphic, tag("a:graphicData"), uri=NAMESPACES["pic"])
    picture = etree.SubElement(data, tag("pic:pic"))
    naming = etree.SubElement(picture, tag("pic:nvPicPr"))
    etree.SubElement(naming, tag("pic:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag("pic:cNvPicPr"))
    filling = etree.SubElement(picture, tag("pic:blipFill"))
    etree.SubElement(filling, tag("a:blip")).set(_EMBED, image.get(_ID, ""))
    etree.SubElement(etree.SubElement(filling, tag("a:stretch")), tag("a:fillRect"))
    looks = etree.SubElement(picture, tag("pic:spPr"))
    place = etree.SubElement(looks, tag("a:xfrm"))
    etree.SubElement(place, tag("a:off"), x="0", y="0")
    etree.SubElement(place, tag("a:ext"), cx=width, cy=height)
    etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))
    return drawing


def _size(style: str) -> tuple[str, str]:
    """In EMU, of a CSS-like text; 5 cm where it says nothing."""
    sides = {"width": _UNKNOWN_SIDE, "height": _UNKNOWN_SIDE}
    for name, number, unit in _SIZE.findall(style[:_MAX_STYLE]):
        try:
            sides[name.lower()] = min(max(int(float(number) * _EMU[unit.lower()]), 1), _MAX_SIDE)
        except ValueError:
            continue
    return str(sides["width"]), str(sides["height"])

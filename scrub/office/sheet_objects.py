"""What lies over the cells of a sheet as a drawing of old Excel (VML): comments that always show, controls of
forms, embedded files. They go, and leave plain shapes of the same place, size and colour; a box that can be
ticked and its like with their words.

Source: ISO/IEC 29500-4, 19.4 (`ClientData`); ISO/IEC 29500-1, 20.5.2 (anchors).
"""

import itertools
import posixpath

from scrub.office import vml, xml
from scrub.office.covers import COLOR, rectangle, solid
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.package import Relation, Source
from scrub.office.trees import Tree, etree, is_count

_DOT = 9525
_ENDS = (("xdr:from", 0), ("xdr:to", 4))
_PLACE = ("xdr:col", "xdr:colOff", "xdr:row", "xdr:rowOff")
_OPAQUE = frozenset(
    {"Button", "List", "Drop", "Edit", "EditBox", "Spin", "Scroll", "Dialog", "Pict", "Movie"}
)
_TICKED = {"1": "\u2612", "2": "\u25a3"}
_CHOSEN = {"1": "\u25c9"}
_SIGNS = {"Checkbox": (_TICKED, "\u2610 "), "Radio": (_CHOSEN, "\u25cb ")}
_LABELLED = frozenset({*_SIGNS, "Button", "Label", "GBox"})


def keep_covers(source: Source, sheets: list[str], findings: Findings) -> None:
    """`sheets`: names of their parts. A sheet's drawing gets the shapes; where it has none, its old drawing
    becomes one, so that `x:legacyDrawing` refers to that.
    """
    names = (f"xl/drawings/silbo{number}.xml" for number in itertools.count(1))
    for sheet in sheets:
        relations = source.relations(sheet)
        old = {key: one for key, one in relations.items() if one.kind == "vmlDrawing" and not one.external}
        drawing = next(
            (one for one in relations.values() if one.kind == "drawing" and not one.external), None
        )
        for key, relation in old.items():
            anchors = _anchors(source.files.get(relation.target), findings)
            if not anchors:
                continue
            if drawing is None or drawing.target not in source.files:
                target, root = next(names), etree.Element(tag("xdr:wsDr"))
                source.changed.setdefault(sheet, {})[key] = Relation("drawing", target, external=False)
            else:
                target, root = drawing.target, xml.parse(source.files[drawing.target])
            for anchor in anchors:
                root.append(anchor)
            source.files[posixpath.normpath(target)] = etree.tostring(root)


def _anchors(untrusted: bytes | None, findings: Findings) -> list[Tree]:
    if untrusted is None:
        return []
    root = xml.parse(untrusted.replace(b"<br>", b"<br/>"))  # old Excel writes it so
    found = []
    for shape in root.iter():
        data = vml.child(shape, "ClientData") if isinstance(shape.tag, str) else None
        place = None if data is None else vml.child(data, "Anchor")
        if data is None or place is None or not _is_shown(shape, data):
            continue
        color, words = _color(shape, data), _words(shape, data)
        anchor = _anchor((place.text or "").split(","), color, words) if color or words else None
        if anchor is not None:
            kind = data.get("ObjectType")
            findings.add("comment" if kind == "Note" else "form" if words else "members_left_out")
            found.append(anchor)
    return found


def _words(shape: Tree, data: Tree) -> str:
    """What a control says, and before it whether it is ticked or chosen."""
    kind = data.get("ObjectType", "")
    if kind not in _LABELLED:
        return ""
    box = vml.child(shape, "textbox")
    label = "" if box is None else " ".join("".join(map(str, box.itertext())).split())
    signs, sign = _SIGNS.get(kind, ({}, ""))
    checked = vml.child(data, "Checked")
    state = "" if checked is None else (checked.text or "1").strip()
    return f"{signs[state] + ' ' if state in signs else sign}{label}".strip()


def _is_shown(shape: Tree, data: Tree) -> bool:
    if data.get("ObjectType") == "Note":
        return vml.child(data, "Visible") is not None
    return not vml.is_hidden(shape)


def _color(shape: Tree, data: Tree) -> str | None:
    """None where nothing under it is covered."""
    paint = vml.fill(shape)
    if vml.child(shape, "imagedata") is not None:
        return COLOR
    if paint is None:
        return COLOR if data.get("ObjectType") in _OPAQUE else None
    return paint.color


def _anchor(numbers: list[str], color: str | None, said: str) -> Tree | None:
    words = [number.strip().lstrip("-") for number in numbers]
    if len(words) != 8 or not all(map(is_count, words)):
        return None
    anchor = etree.Element(tag("xdr:twoCellAnchor"))
    for name, at in _ENDS:
        end = etree.SubElement(anchor, tag(name))
        for offset, part in enumerate(_PLACE):
            number = int(words[at + offset]) * (_DOT if part.endswith("Off") else 1)
            etree.SubElement(end, tag(part)).text = str(number)
    shape = etree.SubElement(anchor, tag("xdr:sp"))
    naming = etree.SubElement(shape, tag("xdr:nvSpPr"))
    etree.SubElement(naming, tag("xdr:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag("xdr:cNvSpPr"))
    looks = etree.SubElement(shape, tag("xdr:spPr"))
    rectangle(looks, "1", "1")
    looks.append(solid(color) if color else etree.Element(tag("a:noFill")))
    if said:
        body = etree.SubElement(shape, tag("xdr:txBody"))
        etree.SubElement(body, tag("a:bodyPr"), wrap="square", lIns="0", tIns="0", rIns="0", bIns="0")
        line = etree.SubElement(etree.SubElement(body, tag("a:p")), tag("a:r"))
        etree.SubElement(line, tag("a:t")).text = said
    etree.SubElement(anchor, tag("xdr:clientData"))
    return anchor

"""Where a shape of old Word (VML) is: in the line, or at a place before or behind the text; the same for
today's shapes.

Sources: ISO/IEC 29500-4, 19.1.2.19 (`style`); ISO/IEC 29500-1, 20.4.2.3 (`anchor`).
"""

from dataclasses import dataclass

from scrub.office import vml, vml_outline
from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count

_UNKNOWN_SIDE = 1_800_000  # 5 cm
_RULE_WIDTH, _RULE_HEIGHT = 5_760_000, 19_050
"""Of a horizontal rule: 16 cm, and 1.5 points where it doesn't say."""

_BEHIND = 1 << 31
_DEGREE = 60_000
_AREAS = {
    "margin": "margin", "page": "page", "char": "character", "line": "line", "text": "",
    "left-margin-area": "leftMargin", "right-margin-area": "rightMargin",
    "inner-margin-area": "insideMargin", "outer-margin-area": "outsideMargin",
    "top-margin-area": "topMargin", "bottom-margin-area": "bottomMargin",
}  # fmt: skip
_ALIGNED = {
    "horizontal": ("left", "center", "right", "inside", "outside"),
    "vertical": ("top", "center", "bottom", "inside", "outside"),
}
_WRAPS = {"square": "wrapSquare", "tight": "wrapSquare", "through": "wrapSquare"}
_WRAPS["topandbottom"] = "wrapTopAndBottom"


@dataclass(frozen=True, slots=True)
class Box:
    """In EMU, from the left upper corner of what it is in."""

    x: int
    y: int
    width: int
    height: int


def box_of(shape: Tree) -> Box:
    """The frame of a shape that is in no group; 5 cm where it doesn't say."""
    style = vml.style_of(shape)
    x = vml.emu(style.get("margin-left") or style.get("left"))
    y = vml.emu(style.get("margin-top") or style.get("top"))
    if _is_rule(shape):
        height = max(vml.emu(style.get("height"), _RULE_HEIGHT), 1)
        return Box(0, 0, vml.emu(style.get("width")) or _RULE_WIDTH, height)
    points = _points(shape)
    if points:
        left, top = min(x for x, _ in points), min(y for _, y in points)
        right, bottom = max(x for x, _ in points), max(y for _, y in points)
        return Box(x + left, y + top, max(right - left, 1), max(bottom - top, 1))
    sides = (vml.emu(style.get(name), _UNKNOWN_SIDE) for name in ("width", "height"))
    width, height = (max(side, 1) for side in sides)
    return Box(x, y, width, height)


def _points(shape: Tree) -> list[tuple[int, int]]:
    if local(shape) == "line":
        return vml_outline.points_of(f"{shape.get('from') or '0,0'} {shape.get('to') or '10,10'}")
    return vml_outline.points_of(shape.get("points") or "") if local(shape) == "polyline" else []


def _is_rule(shape: Tree) -> bool:
    return any(key.endswith("}hr") and not vml.is_off(value) for key, value in shape.attrib.items())


def box_in_group(shape: Tree, group: Tree, frame: Box) -> Box:
    """`frame` is where the group is."""
    origin = vml.pair(group.get("coordorigin"), (0, 0))
    size = vml.pair(group.get("coordsize"), (1000, 1000))
    style = vml.style_of(shape)
    if local(shape) == "line":
        ends = [vml.pair(shape.get(name), (0, 0)) for name in ("from", "to")]
        left, right = sorted(end[0] for end in ends)
        top, bottom = sorted(end[1] for end in ends)
    else:
        left, top = (_number(style.get(name)) for name in ("left", "top"))
        right, bottom = left + _number(style.get("width")), top + _number(style.get("height"))
    across, down = frame.width / max(size[0], 1), frame.height / max(size[1], 1)
    return Box(
        frame.x + int((left - origin[0]) * across),
        frame.y + int((top - origin[1]) * down),
        max(int((right - left) * across), 1),
        max(int((bottom - top) * down), 1),
    )


def _number(text: str | None) -> int:
    return vml.pair(text or "0", (0, 0))[0]


def turn(place: Tree, shape: Tree) -> None:
    """Gives `a:xfrm` the shape's rotation and mirroring."""
    style = vml.style_of(shape)
    angle = style.get("rotation", "0")
    degrees = vml.fraction(angle.removesuffix("fd") + ("f" if angle.endswith("fd") else ""), 0.0)
    if degrees % 360:
        place.set("rot", str(int(degrees % 360 * _DEGREE)))
    mirrored = style.get("flip", "")
    if local(shape) == "line":
        ends = _points(shape)[:2]
        down = len(ends) == 2 and (ends[0][0] - ends[1][0]) * (ends[0][1] - ends[1][1]) < 0
        mirrored += "y" if down else ""
    for letter, name in (("x", "flipH"), ("y", "flipV")):
        if mirrored.count(letter) % 2:
            place.set(name, "1")


def drawing(shape: Tree, box: Box) -> tuple[Tree, Tree]:
    """A new `w:drawing` and its `a:graphicData`, which is empty and has no `uri` yet."""
    style = vml.style_of(shape)
    new = etree.Element(tag("w:drawing"))
    floats = style.get("position") == "absolute" or local(shape) in ("line", "polyline")
    frame = _anchor(new, shape, box, style) if floats else etree.SubElement(new, tag("wp:inline"))
    if not floats:
        etree.SubElement(frame, tag("wp:extent"), cx=str(box.width), cy=str(box.height))
    etree.SubElement(frame, tag("wp:docPr"), id="1", name="x")
    graphic = etree.SubElement(frame, tag("a:graphic"))
    return new, etree.SubElement(graphic, tag("a:graphicData"))


def _anchor(new: Tree, shape: Tree, box: Box, style: dict[str, str]) -> Tree:
    anchor = etree.SubElement(new, tag("wp:anchor"))
    text = style.get("z-index", "0")
    order = int(text) if is_count(text.lstrip("-")) else 0
    anchor.set("behindDoc", "1" if order < 0 else "0")
    anchor.set("relativeHeight", str(order + _BEHIND if order < 0 else order))
    for name, value in (("simplePos", "0"), ("locked", "0"), ("layoutInCell", "1"), ("allowOverlap", "1")):
        anchor.set(name, value)
    etree.SubElement(anchor, tag("wp:simplePos"), x="0", y="0")
    for axis, name, usual, offset in (
        ("horizontal", "wp:positionH", "column", box.x),
        ("vertical", "wp:positionV", "paragraph", box.y),
    ):
        area = _AREAS.get(style.get(f"mso-position-{axis}-relative", "text"), "") or usual
        position = etree.SubElement(anchor, tag(name), relativeFrom=area)
        aligned = style.get(f"mso-position-{axis}", "absolute")
        if aligned in _ALIGNED[axis]:
            etree.SubElement(position, tag("wp:align")).text = aligned
        else:
            etree.SubElement(position, tag("wp:posOffset")).text = str(offset)
    etree.SubElement(anchor, tag("wp:extent"), cx=str(box.width), cy=str(box.height))
    wrap = vml.child(shape, "wrap")
    kind = _WRAPS.get(((wrap.get("type") or "") if wrap is not None else "").lower(), "wrapNone")
    element = etree.SubElement(anchor, tag(f"wp:{kind}"))
    if kind == "wrapSquare":
        side = wrap.get("side") if wrap is not None else None
        element.set("wrapText", side if side in ("left", "right", "largest") else "bothSides")
        for key, gap in (("left", 114_300), ("right", 114_300), ("top", 0), ("bottom", 0)):
            distance = vml.emu(style.get(f"mso-wrap-distance-{key}"), gap)
            anchor.set(f"dist{key[0].upper()}", str(max(distance, 0)))
    return anchor

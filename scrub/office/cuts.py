"""What of a picture its frame shows: by its crop, by how it is moved in the frame, by the frame's outline.

The rest is cut off for real by `scrub.office.pictures`; here a picture's reference (`a:blip`) only gets to
know what is to be cut. Sources: ISO/IEC 29500-1, 20.1.8.55 (`srcRect`), 20.1.8.30 (`fillRect`), 20.1.9
(geometries).
"""

import math

from scrub.office.covering import local
from scrub.office.covers import take_out
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.outlines import Outline, Unknown, outline_of
from scrub.office.slide_edges import CLIP, clipped
from scrub.office.trees import Tree, all_of

CUT = "crop"
"""The attribute: left, top, right, bottom in thousandths of a per cent of the picture; behind a `/` the
corners of the rest in its frame; behind another the outline of what is seen: paths, polygons, points."""

UNTELLABLE = "?"
"""What stands in the attribute where nobody can tell what is seen: such a picture isn't copied."""

_SIDES = ("l", "t", "r", "b")
_WHOLE = 100_000
_MOST = 100.0
_GEOMETRIES = ("prstGeom", "custGeom")
_MOST_POINTS = 30_000
_FRAME: Outline = [[[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]]]

Sides = tuple[float, float, float, float]
_NONE: Sides = (0.0, 0.0, 0.0, 0.0)


def forget(root: Tree) -> None:
    """No document tells what is to be cut by an attribute of ours."""
    for blip in all_of(root, (tag("a:blip"),)):
        blip.attrib.pop(CUT, None)
        blip.attrib.pop(CLIP, None)


def mark(root: Tree, findings: Findings) -> None:
    """Each `a:blip` that has none yet gets its `CUT`; a picture of which nothing is seen goes."""
    for blip in all_of(root, (tag("a:blip"),)):
        filling = blip.getparent()
        if filling is None or filling.getparent() is None or blip.get(CUT) is not None:
            continue
        try:
            cut = _cut(filling, blip.attrib.pop(CLIP, None))
        except Unknown:
            cut = UNTELLABLE
        if cut is None:
            findings.add("hidden_image")
            take_out(blip)
        elif cut:
            blip.set(CUT, cut)
        for crop in filling.findall(tag("a:srcRect")):
            filling.remove(crop)


def _cut(filling: Tree, clip: str | None) -> str | None:
    """What to cut; "" for nothing, None where nothing of the picture is seen. `clip`: the slide, as in
    `slide_edges`. Raises Unknown.
    """
    crop = _sides(filling.find(tag("a:srcRect")))
    stretch = filling.find(tag("a:stretch"))
    inset = None if stretch is None else stretch.find(tag("a:fillRect"))
    whole = _is_turned_alone(filling) or filling.find(tag("a:tile")) is not None
    insets = _NONE if whole else _sides(inset)
    across = _seen(crop[0], crop[2], insets[0], insets[2])
    down = _seen(crop[1], crop[3], insets[1], insets[3])
    if across is None or down is None:
        return None
    left, right, *wide = across
    top, bottom, *high = down
    place: Sides = (wide[0], high[0], wide[1], high[1])
    outline = None if whole else _outline(filling)
    if clip is not None and not whole:
        outline = [[clipped(polygon, clip) for polygon in path] for path in outline or _FRAME]
        outline = [[polygon for polygon in path if len(polygon) > 2] for path in outline]
        if not any(outline):
            return None
    if local(filling.getparent()) != "pic":
        if inset is not None and not whole:
            _set_insets(inset, place)
        outline, place = _moved(outline, place), (0.0, 0.0, 1.0, 1.0)
    elif inset is not None:
        inset.attrib.clear()
    sides = [_int(side) for side in (left, top, 1 - right, 1 - bottom)]
    corners = [_int(corner) for corner in place]
    if outline is None and not any(sides) and corners == [0, 0, _WHOLE, _WHOLE]:
        return ""
    written = "|".join(";".join(_written(polygon) for polygon in path) for path in outline or ())
    return "/".join((",".join(map(str, sides)), ",".join(map(str, corners)), written))


def _sides(element: Tree | None) -> Sides:
    """Left, top, right, bottom, as shares. Raises Unknown."""
    left, top, right, bottom = (_share(None if element is None else element.get(side)) for side in _SIDES)
    return left, top, right, bottom


def _share(text: str | None) -> float:
    value = (text or "0").strip()
    try:
        share = float(value[:-1]) / 100 if value.endswith("%") else float(value) / _WHOLE
    except ValueError:
        raise Unknown from None
    if not -_MOST <= share <= _MOST:  # nor is it, if it is no number
        raise Unknown
    return share


def _seen(
    before: float, behind: float, first: float, last: float
) -> tuple[float, float, float, float] | None:
    """Along one side: from where to where it is seen, and where that lies in the frame, all as shares.

    `before`, `behind`: how much is cropped; `first`, `last`: how far the rest stays inside of the frame.
    """
    span, room = 1 - before - behind, 1 - first - last
    if span <= 0 or room <= 0:
        raise Unknown
    scale = room / span
    begin = max(0.0, before, before - first / scale)
    end = min(1.0, 1 - behind, before + (1 - first) / scale)
    if end <= begin:
        return None
    return begin, end, first + (begin - before) * scale, first + (end - before) * scale


def _is_turned_alone(filling: Tree) -> bool:
    """Whether the shape is turned, and the picture in it isn't: what is seen then is another piece."""
    looks = filling.getparent()
    if looks is None or local(looks) == "pic" or filling.get("rotWithShape") in ("1", "true", "on"):
        return False
    place = next((one for one in looks if local(one) == "xfrm"), None)
    return place is not None and place.get("rot", "0").strip() not in ("", "0")


def _outline(filling: Tree) -> Outline | None:
    """Of the frame, in shares of its sides; None for a rectangle. Raises Unknown."""
    owner = filling.getparent()
    looks = owner
    if local(owner) == "pic":
        looks = next((one for one in owner if local(one) == "spPr"), None)
    if looks is None or local(looks) != "spPr":
        return None
    geometry = next((one for one in looks if local(one) in _GEOMETRIES), None)
    outline = outline_of(geometry, *_size(looks))
    if outline is not None and sum(len(polygon) for path in outline for polygon in path) > _MOST_POINTS:
        raise Unknown
    return outline


def _size(looks: Tree) -> tuple[float, float]:
    """Of the frame, in EMU; a square where that isn't said."""
    extent = next((one for one in looks.iter(tag("a:ext")) if one.get("cx")), None)
    if extent is None:
        above = next((one for one in looks.iterancestors() if local(one) in ("inline", "anchor")), None)
        extent = None if above is None else above.find(tag("wp:extent"))
    try:
        sides = [1.0, 1.0] if extent is None else [float(extent.get(name, "")) for name in ("cx", "cy")]
    except ValueError:
        sides = [1.0, 1.0]
    width, height = (side if math.isfinite(side) and side > 0 else 1.0 for side in sides)
    return width, height


def _set_insets(inset: Tree, place: Sides) -> None:
    inset.attrib.clear()
    for side, share in zip(_SIDES, (place[0], place[1], 1 - place[2], 1 - place[3]), strict=True):
        if _int(share):
            inset.set(side, str(_int(share)))


def _moved(outline: Outline | None, place: Sides) -> Outline | None:
    """The outline in shares of the picture instead of its frame."""
    if outline is None:
        return None
    left, top, right, bottom = place
    return [
        [[((x - left) / (right - left), (y - top) / (bottom - top)) for x, y in polygon] for polygon in path]
        for path in outline
    ]


def _written(polygon: list[tuple[float, float]]) -> str:
    return " ".join(f"{_int(x)},{_int(y)}" for x, y in polygon)


def _int(share: float) -> int:
    return round(min(max(share, -_MOST), _MOST) * _WHOLE)

"""What of a picture lies on its slide, where it is turned, has an outline, fills a shape or is in a group.

The slide's corners are reckoned in shares of the picture's frame; what of its outline lies beyond them is
cut off with the rest (`scrub.office.cuts`). Source: ISO/IEC 29500-1, 20.1.7.5 and 20.1.7.6 (`xfrm`).
"""

import math
from collections.abc import Iterator

from scrub.office.edges import line_width
from scrub.office.ooxml_names import tag
from scrub.office.slide_places import is_asked_for
from scrub.office.trees import Tree

CLIP = "slide"
"""The attribute of `a:blip`: the four corners of the slide, in shares of the frame."""

_DEGREE = 60_000
_PICTURES = (tag("p:pic"), tag("p:sp"))
_MOST = 1e12

Point = tuple[float, float]
Affine = tuple[float, float, float, float, float, float]
"""x' = a x + c y + e, y' = b x + d y + f."""

_SAME: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def clip_at_edges(root: Tree, width: float, height: float) -> None:
    """Each picture that is partly beside a slide of that size (in EMU) gets its `CLIP`."""
    trees = root.iterfind(f"{tag('p:cSld')}/{tag('p:spTree')}")
    for frame, looks, place in (found for tree in trees for found in _frames(tree, _SAME)):
        spare = line_width(looks)
        corners = [
            (-spare, -spare),
            (width + spare, -spare),
            (width + spare, height + spare),
            (-spare, height + spare),
        ]
        shares = _within(frame, place, corners)
        if shares is None or _holds_all(shares):
            continue
        for blip in looks.getparent().iter(tag("a:blip")) if looks.getparent() is not None else ():
            blip.set(CLIP, " ".join(f"{x:.6f},{y:.6f}" for x, y in shares))


def clipped(polygon: list[Point], written: str) -> list[Point]:
    """What of a polygon lies within the corners that stand in a `CLIP` (Sutherland and Hodgman)."""
    corners = [(float(x), float(y)) for x, y in (pair.split(",") for pair in written.split())]
    ahead = 1.0 if _area(corners) > 0 else -1.0
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        sides = [ahead * _side(start, end, point) for point in polygon]
        kept: list[Point] = []
        for at, point in enumerate(polygon):
            before, here = sides[at - 1], sides[at]
            if (before < 0) != (here < 0):
                share = before / (before - here)
                last = polygon[at - 1]
                kept.append((last[0] + share * (point[0] - last[0]), last[1] + share * (point[1] - last[1])))
            if here >= 0:
                kept.append(point)
        polygon = kept
    return polygon


def _frames(group: Tree, place: Affine) -> Iterator[tuple[Affine, Tree, Affine]]:
    """Of each picture: where a unit square becomes its frame, its `spPr`, and how its group lies on the
    slide.
    """
    for shape in group:
        if is_asked_for(shape):
            continue
        looks = shape.find(tag("p:spPr"))
        if shape.tag == tag("p:grpSp"):
            frame = shape.find(f"{tag('p:grpSpPr')}/{tag('a:xfrm')}")
            inner = _SAME if frame is None else _of_group(frame)
            if inner is not None:
                yield from _frames(shape, _then(inner, place))
        elif (
            shape.tag in _PICTURES and looks is not None and next(shape.iter(tag("a:blip")), None) is not None
        ):
            frame = looks.find(tag("a:xfrm"))
            inner = None if frame is None else _of_frame(frame)
            if (
                frame is not None
                and inner is not None
                and (_is_even(place) or not _number(frame.get("rot"), 0.0))
            ):
                yield inner, looks, place


def _within(frame: Affine, place: Affine, corners: list[Point]) -> list[Point] | None:
    a, b, c, d, e, f = _then(frame, place)
    size = a * d - b * c
    if not math.isfinite(size) or abs(size) < 1:
        return None
    found = [((d * (x - e) - c * (y - f)) / size, (a * (y - f) - b * (x - e)) / size) for x, y in corners]
    return (
        found
        if all(math.isfinite(value) and abs(value) < _MOST for point in found for value in point)
        else None
    )


def _holds_all(corners: list[Point]) -> bool:
    ahead = 1.0 if _area(corners) > 0 else -1.0
    return all(
        ahead * _side(start, end, (x, y)) >= 0
        for start, end in zip(corners, [*corners[1:], corners[0]], strict=True)
        for x in (0.0, 1.0)
        for y in (0.0, 1.0)
    )


def _of_frame(frame: Tree) -> Affine | None:
    """From a unit square to where the frame lies: flipped, then turned around its middle."""
    box = _box(frame, "a:off", "a:ext")
    if box is None:
        return None
    left, top, width, height = box
    return _then((width, 0.0, 0.0, height, left, top), _turned(frame, left + width / 2, top + height / 2))


def _of_group(frame: Tree) -> Affine | None:
    box, inner = _box(frame, "a:off", "a:ext"), _box(frame, "a:chOff", "a:chExt")
    if box is None or inner is None or not inner[2] or not inner[3]:
        return None
    left, top, width, height = box
    across, down = width / inner[2], height / inner[3]
    moved = (across, 0.0, 0.0, down, left - inner[0] * across, top - inner[1] * down)
    return _then(moved, _turned(frame, left + width / 2, top + height / 2))


def _turned(frame: Tree, x: float, y: float) -> Affine:
    angle = math.radians(_number(frame.get("rot"), 0.0) / _DEGREE)
    cos, sin = math.cos(angle), math.sin(angle)
    flipped = [-1.0 if frame.get(key) in ("1", "true", "on") else 1.0 for key in ("flipH", "flipV")]
    a, b, c, d = cos * flipped[0], sin * flipped[0], -sin * flipped[1], cos * flipped[1]
    return a, b, c, d, x - a * x - c * y, y - b * x - d * y


def _then(first: Affine, second: Affine) -> Affine:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _is_even(place: Affine) -> bool:
    """Whether it makes everything larger by the same across and down."""
    a, b, c, d, _, _ = place
    return abs(math.hypot(a, b) - math.hypot(c, d)) < 1e-6


def _box(frame: Tree, start: str, size: str) -> tuple[float, float, float, float] | None:
    corner, extent = frame.find(tag(start)), frame.find(tag(size))
    if corner is None or extent is None:
        return None
    values = [_number(corner.get("x"), math.nan), _number(corner.get("y"), math.nan)]
    values += [_number(extent.get("cx"), math.nan), _number(extent.get("cy"), math.nan)]
    return (values[0], values[1], values[2], values[3]) if all(map(math.isfinite, values)) else None


def _number(text: str | None, otherwise: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if abs(value) < _MOST else otherwise


def _side(start: Point, end: Point, point: Point) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _area(corners: list[Point]) -> float:
    return sum(
        x * after[1] - after[0] * y for (x, y), after in zip(corners, [*corners[1:], corners[0]], strict=True)
    )

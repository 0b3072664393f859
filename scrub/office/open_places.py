"""What lies beside a slide of OpenDocument goes; of a straight picture what lies beside it.

Writer moves a picture that is placed off the page back onto it, so texts aren't looked at. Source: OASIS
OpenDocument 1.3, part 3, 10.2 (`draw:page`), 19.228 (`draw:transform`), 16.5 (page layouts).
"""

import math
import re

from scrub.office.findings import Findings
from scrub.office.open_hidden import length
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, remove

_NAME, _STYLE, _CROP = tag("style:name"), tag("draw:style-name"), "crop"
_BOX = tuple(map(tag, ("svg:x", "svg:y", "svg:width", "svg:height")))
_ENDS = tuple(map(tag, ("svg:x1", "svg:y1", "svg:x2", "svg:y2")))
_TRANSFORM = tag("draw:transform")
_SHAPES = tuple(
    tag(f"draw:{name}")
    for name in (
        *("frame", "custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path"),
        *("regular-polygon", "connector", "measure", "caption"),
    )
)
_MOVED = re.compile(r"translate\s*\(\s*(\S+?)[\s,]+(\S+?)\s*\)\s*\Z")
_WHOLE = 100_000
_SEEN = 0.002
"""In cm: what reaches less far onto the page isn't seen."""

Box = tuple[float, float, float, float]


def cut(content: Tree, styles: Tree | None, findings: Findings) -> None:
    """After the crops of frames were marked (`open_hidden.mark_crops`)."""
    roots = [content] if styles is None else [content, styles]
    layouts = {
        layout.get(_NAME): layout.find(tag("style:page-layout-properties"))
        for root in roots
        for layout in root.iter(tag("style:page-layout"))
    }
    mirrored = {
        looks.getparent().get(_NAME)
        for root in roots
        for looks in root.iter(tag("style:graphic-properties"))
        if looks.get(tag("style:mirror"), "none") != "none"
    }
    sizes = {}
    for root in roots:
        for master in root.iter(tag("style:master-page")):
            looks = layouts.get(master.get(tag("style:page-layout-name")))
            sides = [
                length("" if looks is None else looks.get(tag(name), ""))
                for name in ("fo:page-width", "fo:page-height")
            ]
            if min(sides) > 0:
                sizes[master.get(_NAME)] = (sides[0], sides[1])
    pages = [
        (page, sizes.get(page.get(tag("draw:master-page-name")))) for page in content.iter(tag("draw:page"))
    ]
    if pages and styles is not None:
        pages += [(page, sizes.get(page.get(_NAME))) for page in styles.iter(tag("style:master-page"))]
    for page, size in pages:
        if size is not None:
            _cut_page(page, size, mirrored, findings)


def _cut_page(page: Tree, size: tuple[float, float], mirrored: set[str | None], findings: Findings) -> None:
    for shape in all_of(page, _SHAPES):
        inside = next(shape.iterancestors(tag("draw:text-box"), tag("table:table")), None)
        box = None if inside is not None else _box(shape)
        if box is None:
            continue
        if any(box[axis + 2] <= _SEEN or box[axis] >= size[axis] - _SEEN for axis in range(2)):
            findings.add("hidden_part")
            remove(shape)
        elif shape.get(_TRANSFORM) is None and shape.get(_STYLE) not in mirrored:
            for image in shape.findall(tag("draw:image")):
                _crop(shape, image, box, size)


def _box(shape: Tree) -> Box | None:
    """Left, top, right and bottom in cm, no smaller than it is; None where that isn't known."""
    if all(shape.get(end) is not None for end in _ENDS):
        x1, y1, x2, y2 = (length(shape.get(end, "")) for end in _ENDS)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    x, y, width, height = (length(shape.get(side, "")) for side in _BOX)
    turned = shape.get(_TRANSFORM)
    if turned is None:
        known = shape.get(_BOX[0]) is not None and shape.get(_BOX[1]) is not None
        return (x, y, x + width, y + height) if known and min(width, height) >= 0 else None
    moved = _MOVED.search(turned)
    if moved is None or "matrix" in turned or "skew" in turned or "scale" in turned:
        return None
    reach = math.hypot(width, height)
    x, y = length(moved[1]), length(moved[2])
    return x - reach, y - reach, x + reach, y + reach


def _crop(frame: Tree, image: Tree, box: Box, size: tuple[float, float]) -> None:
    before = [int(side) / _WHOLE for side in image.get(_CROP, "0,0,0,0").split(",")]
    sides = list(before)
    for axis in range(2):
        first, last = max(box[axis], 0.0), min(box[axis + 2], size[axis])
        span, rest = box[axis + 2] - box[axis], 1 - before[axis] - before[axis + 2]
        if last - first >= span - _SEEN or span <= 0:
            continue
        sides[axis] += rest * (first - box[axis]) / span
        sides[axis + 2] += rest * (box[axis + 2] - last) / span
        frame.set(_BOX[axis], f"{first:.3f}cm")
        frame.set(_BOX[axis + 2], f"{last - first:.3f}cm")
    if sides != before:
        image.set(_CROP, ",".join(str(min(int(side * _WHOLE), _WHOLE - 1)) for side in sides))

"""Where a slide's placeholders are that don't say it themselves: where their layout or its master has them.
What of a picture lies beside the slide is cut off.

Source: ISO/IEC 29500-1, 19.3.1.36 (`ph`): a placeholder takes its place and, for a picture, its outline from
the one of the same number, or of the same kind.
"""

import copy

from scrub.office import edges
from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of

_GEOMETRIES = ("prstGeom", "custGeom")
_BOX = ("a:off", "a:ext")
_TITLES = {"ctrTitle": "title"}


def inherit(slide: Tree, above: list[Tree]) -> None:
    """`above`: the layout and its master. Gives the slide's placeholders a place, pictures an outline."""
    for placeholder in all_of(slide, (tag("p:ph"),)):
        shape = _shape_of(placeholder)
        looks = None if shape is None else shape.find(tag("p:spPr"))
        if shape is None or looks is None:
            continue
        models = [model for root in above if (model := _model(placeholder, root)) is not None]
        if looks.find(tag("a:xfrm")) is None:
            _take(looks, models, ("xfrm",), 0)
        if shape.tag == tag("p:pic") and not any(local(one) in _GEOMETRIES for one in looks):
            _take(looks, models, _GEOMETRIES, 1 if looks.find(tag("a:xfrm")) is not None else 0)


def cut_at_edges(root: Tree, width: float, height: float) -> None:
    """Pictures that are partly beside the slide, straight, and not in a group: their crop and place become
    those of what is on it; others get an outline later. `width` and `height` of the slide in EMU.
    """
    for tree in root.iterfind(f"{tag('p:cSld')}/{tag('p:spTree')}"):
        for picture in tree.iterfind(tag("p:pic")):
            if not is_asked_for(picture):
                _cut(picture, (width, height))


def _cut(picture: Tree, sides: tuple[float, float]) -> None:
    filling, looks = picture.find(tag("p:blipFill")), picture.find(tag("p:spPr"))
    start, size = (None if looks is None else looks.find(f"{tag('a:xfrm')}/{tag(name)}") for name in _BOX)
    if looks is None or filling is None or start is None or size is None:
        return
    if not edges.is_plain(looks, filling):
        return
    for axis, side in enumerate(sides):
        seen = edges.crop(filling, axis, start.get("xy"[axis]), size, edges.room(looks, side))
        if seen is not None:
            start.set("xy"[axis], str(seen[0]))
            size.set(("cx", "cy")[axis], str(seen[1]))


def is_asked_for(shape: Tree) -> bool:
    """Whether it is a layout's or a master's placeholder: others take their place from it, wherever it is."""
    root = shape.getroottree().getroot()
    return root.tag != tag("p:sld") and next(shape.iter(tag("p:ph")), None) is not None


def _shape_of(placeholder: Tree) -> Tree | None:
    return next(placeholder.iterancestors(tag("p:sp"), tag("p:pic")), None)


def _model(placeholder: Tree, root: Tree) -> Tree | None:
    """The properties of the shape in a layout or master that a placeholder follows."""
    kind, number = placeholder.get("type", "obj"), placeholder.get("idx", "0")
    of_kind = None
    for other in root.iter(tag("p:ph")):
        shape = _shape_of(other)
        looks = None if shape is None else shape.find(tag("p:spPr"))
        if looks is None:
            continue
        if other.get("idx", "0") == number and (number != "0" or other.get("type", "obj") == kind):
            return looks
        if _TITLES.get(other.get("type", "obj"), other.get("type", "obj")) == _TITLES.get(kind, kind):
            of_kind = looks if of_kind is None else of_kind
    return of_kind


def _take(looks: Tree, models: list[Tree], names: tuple[str, ...], at: int) -> None:
    for model in models:
        for child in model:
            if local(child) in names:
                looks.insert(at, copy.deepcopy(child))
                return

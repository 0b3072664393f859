"""A presentation in, a presentation of what its visible slides show out; no notes, no comments, no movements.

Sources: ISO/IEC 29500-1, 13.3 (parts of a presentation) and 19.
"""

import math
from collections.abc import Callable, Mapping

from scrub.office import charts, drawings, slide_places, xml
from scrub.office.copier import Copier
from scrub.office.covers import StandIns, fill_tables
from scrub.office.findings import Findings
from scrub.office.graphics import Graphics
from scrub.office.ooxml_names import NAMES, NAMESPACES, tag
from scrub.office.package import Pictures, Relation, Source
from scrub.office.select import prefixed
from scrub.office.trees import Tree, all_of, is_on, remove
from scrub.report import Refusal

_RELATION = f"{{{NAMESPACES['r']}}}id"
_FOLLOW = {
    "p:sldId": ("slide", "ppt/slides/slide{}.xml"),
    "p:sldMasterId": ("slideMaster", "ppt/slideMasters/slideMaster{}.xml"),
    "p:sldLayoutId": ("slideLayout", "ppt/slideLayouts/slideLayout{}.xml"),
    "c:chart": ("chart", "ppt/charts/chart{}.xml"),
}
_PATTERNS = dict(_FOLLOW.values())
_SHAPES = frozenset({"p:sp", "p:pic", "p:graphicFrame", "p:grpSp", "p:cxnSp"})
_DEFAULT_SIZE = (12192000, 6858000)
_MAX_DIGITS = 13
_SPECK = 1000
"""In EMU: a twelfth of a point. Nobody sees a picture that is smaller both ways."""


Place = Callable[[float, float], tuple[float, float]]
Box = tuple[int, int, int, int]


def rebuild(source: Source, main: str, pictures: Pictures, findings: Findings) -> bytes:
    """Raises Refusal for what can't be read."""
    return _Slides(source, main, pictures, findings).rebuild()


class _Slides:
    def __init__(self, source: Source, main: str, pictures: Pictures, findings: Findings) -> None:
        self._source, self._main, self._findings = source, main, findings
        self._size = _DEFAULT_SIZE
        self._draw = Graphics(source, findings)
        self._showing: set[str] = set()
        finish = {"c:chart": charts.body_or_reference, "a:tc": _cell}
        self._copier = Copier(
            source,
            pictures,
            "ppt",
            finish=finish,
            follow=_FOLLOW,
            draw=self._draw,
            prepare=self._prepare,
            stand_in=StandIns(findings),
        )

    def rebuild(self) -> bytes:
        show = xml.parse(self._source.files[self._main])
        size = show.find(tag("p:sldSz"))
        if size is not None:
            self._size = _number(size.get("cx"), _DEFAULT_SIZE[0]), _number(size.get("cy"), _DEFAULT_SIZE[1])
        relations = self._source.relations(self._main)
        self._showing = self._showing_layouts(show, relations)
        used: dict[str, list[str]] = {}
        for slide in all_of(show, (tag("p:sldId"),)):
            relation = relations.get(slide.get(_RELATION, ""))
            if relation is None or relation.kind != "slide" or not self._copy_slide(relation.target, used):
                remove(slide)
        if not used:
            used = self._first_master(show, relations)
        for master, layouts in used.items():
            self._copy_master(master, layouts)
        for element in all_of(show, (tag("p:sldMasterId"),)):
            relation = relations.get(element.get(_RELATION, ""))
            if relation is None or relation.target not in used:
                remove(element)
        copied = self._copier.copy(self._main, "ppt/presentation.xml", show)
        if copied is None:
            raise Refusal("broken")
        return self._copier.target.archive(copied)

    def _copy_slide(self, name: str, used: dict[str, list[str]]) -> bool:
        """Adds the slide's layout to those of its master. False when it is hidden or can't be read."""
        if name not in self._source.files:
            return False
        root = xml.parse(self._source.files[name])
        if not is_on(root.get("show")):
            self._findings.add("hidden_part")
            return False
        layout = self._related(name, "slideLayout")
        master = self._related(layout, "slideMaster") if layout else None
        if layout is None or master is None:
            raise Refusal("broken")
        above = [xml.parse(self._source.files[one]) for one in (layout, master) if one in self._source.files]
        self._draw(root, name)
        slide_places.inherit(root, above)
        self._prepare(root)
        copied = self._copier.copy(name, _PATTERNS["slide"], root)
        met = layout in used.get(master, ())
        copied_layout = self._copier.copy(
            layout, _PATTERNS["slideLayout"], None if met else self._layout(layout)
        )
        if copied is None or copied_layout is None:
            raise Refusal("broken")
        self._copier.target.relate(copied, "slideLayout", copied_layout)
        if layout not in used.setdefault(master, []):
            used[master].append(layout)
        return True

    def _showing_layouts(self, show: Tree, relations: Mapping[str, Relation]) -> set[str]:
        """Those whose own shapes at least one visible slide shows."""
        showing = set()
        for slide in show.iter(tag("p:sldId")):
            relation = relations.get(slide.get(_RELATION, ""))
            if relation is not None and relation.target in self._source.files:
                root = xml.parse(self._source.files[relation.target])
                layout = self._related(relation.target, "slideLayout")
                if layout and is_on(root.get("show")) and is_on(root.get("showMasterSp")):
                    showing.add(layout)
        return showing

    def _layout(self, name: str) -> Tree:
        root = xml.parse(self._source.files[name])
        self._draw(root, name)
        self._prepare(root)
        tree = root.find(f"{tag('p:cSld')}/{tag('p:spTree')}")
        for shape in [] if tree is None or name in self._showing else list(tree):
            if prefixed(shape.tag, NAMES) in _SHAPES and next(shape.iter(tag("p:ph")), None) is None:
                if any((text or "").strip() for text in shape.itertext()):
                    self._findings.add("hidden_part")
                remove(shape)
        return root

    def _copy_master(self, name: str, layouts: list[str]) -> None:
        """With its theme and those of its layouts that are used."""
        if name not in self._source.files:
            raise Refusal("broken")
        root = xml.parse(self._source.files[name])
        relations = self._source.relations(name)
        for element in all_of(root, (tag("p:sldLayoutId"),)):
            relation = relations.get(element.get(_RELATION, ""))
            if relation is None or relation.target not in layouts:
                remove(element)
        self._draw(root, name)
        self._prepare(root)
        copier = self._copier
        copied = copier.copy(name, _PATTERNS["slideMaster"], root)
        theme = self._related(name, "theme")
        copied_theme = copier.copy(theme, "ppt/theme/theme{}.xml") if theme else None
        if copied is None or copied_theme is None:
            raise Refusal("broken")
        copier.target.relate(copied, "theme", copied_theme)
        for layout in layouts:
            copied_layout = copier.copy(layout, _PATTERNS["slideLayout"])
            if copied_layout is not None:
                copier.target.relate(copied_layout, "slideMaster", copied)

    def _first_master(self, show: Tree, relations: Mapping[str, Relation]) -> dict[str, list[str]]:
        """For a presentation without a visible slide: readers want a master all the same."""
        for element in show.iter(tag("p:sldMasterId")):
            relation = relations.get(element.get(_RELATION, ""))
            layout = self._related(relation.target, "slideLayout") if relation else None
            if relation is not None and layout is not None:
                return {relation.target: [layout]}
        raise Refusal("broken")

    def _related(self, name: str, kind: str) -> str | None:
        for relation in self._source.relations(name).values():
            if relation.kind == kind and not relation.external and relation.target in self._source.files:
                return relation.target
        return None

    def _prepare(self, root: Tree) -> None:
        if root.tag == tag("c:chartSpace"):
            charts.make_literal(root, self._findings)
        _show_objects(root, self._findings)
        slide_places.cut_at_edges(root, *self._size)
        drawings.prepare(root, self._findings, self._size)
        fill_tables(root)
        for moment in all_of(root, (tag("a:fld"),)):
            if moment.get("type") != "slidenum":
                moment.tag = tag("a:r")
        if root.tag in (tag("p:sld"), tag("p:sldLayout"), tag("p:sldMaster")):
            self._tell_name(root)
            self._drop_outside(root)
        if root.tag in (tag("p:sldLayout"), tag("p:sldMaster")):
            _empty_placeholders(root)

    def _tell_name(self, root: Tree) -> None:
        """A slide has one only if somebody gave it one; a layout has one of its program unless it is its
        user's own.
        """
        content = root.find(tag("p:cSld"))
        own = root.tag == tag("p:sld") or is_on(root.get("userDrawn", "0"))
        if own and content is not None and content.get("name", "").strip():
            self._findings.add("description" if root.tag == tag("p:sld") else "style_name")

    def _drop_outside(self, root: Tree) -> None:
        """What lies wholly beside the slide is never shown, however it is turned, alone or in a group."""
        tree = root.find(f"{tag('p:cSld')}/{tag('p:spTree')}")
        self._drop_beside(tree, lambda x, y: (x, y), 1.0)

    def _drop_beside(self, group: Tree | None, place: Place, scale: float) -> None:
        """`place` gives a point of the group as one of the slide, `scale` how much larger the slide's are."""
        for shape in [] if group is None else list(group):
            if prefixed(shape.tag, NAMES) not in _SHAPES or slide_places.is_asked_for(shape):
                continue
            frame = next(shape.iter(tag("a:xfrm"), tag("p:xfrm")), None)
            box = _box(frame, "a:off", "a:ext")
            if frame is None or box is None:
                continue
            left, top, width, height = box
            x, y = place(left + width / 2, top + height / 2)
            turned = _number(frame.get("rot"), 0) != 0
            across, up = (math.hypot(width, height),) * 2 if turned else (width, height)
            reach = across * scale / 2, up * scale / 2
            if any(
                point + half < 0 or point - half > side
                for point, half, side in zip((x, y), reach, self._size, strict=True)
            ):
                remove(shape)
                self._findings.add("hidden_part")
            elif shape.tag == tag("p:pic") and max(width, height) < _SPECK:
                remove(shape)
                self._findings.add("hidden_image")
            elif shape.tag == tag("p:grpSp"):
                self._drop_in_group(shape, frame, box, place, scale)

    def _drop_in_group(self, group: Tree, frame: Tree, box: Box, place: Place, scale: float) -> None:
        inner = _box(frame, "a:chOff", "a:chExt")
        if inner is None or _number(frame.get("rot"), 0) or not inner[2] or not inner[3]:
            return
        wide, high = box[2] / inner[2], box[3] / inner[3]

        def nested(x: float, y: float) -> tuple[float, float]:
            return place(box[0] + (x - inner[0]) * wide, box[1] + (y - inner[1]) * high)

        self._drop_beside(group, nested, scale * max(abs(wide), abs(high)))


def _box(frame: Tree | None, offset: str, extent: str) -> Box | None:
    """Left, top, width, height."""
    corner, size = (None, None) if frame is None else (frame.find(tag(offset)), frame.find(tag(extent)))
    if corner is None or size is None:
        return None
    return (
        _number(corner.get("x"), 0),
        _number(corner.get("y"), 0),
        _number(size.get("cx"), 0),
        _number(size.get("cy"), 0),
    )


_PLAYED = tuple(map(tag, ("a:videoFile", "a:audioFile", "a:wavAudioFile", "a:quickTimeFile", "a:audioCd")))
"""Film and sound, of which only the picture stays."""


def _show_objects(root: Tree, findings: Findings) -> None:
    """An embedded file is its picture: the frame around it becomes that."""
    drawings.choose_versions(root)
    if next(root.iter(*_PLAYED), None) is not None:
        findings.add("members_left_out")
    for element in all_of(root, (tag("p:oleObj"),)):
        findings.add("embedded_file")
        frame = next(element.iterancestors(tag("p:graphicFrame")), None)
        picture = element.find(tag("p:pic"))
        if frame is not None and picture is not None:
            frame.addprevious(picture)
            remove(frame)


def _empty_placeholders(root: Tree) -> None:
    """What a layout asks to be filled in isn't shown on slides; what somebody wrote there neither."""
    for placeholder in all_of(root, (tag("p:ph"),)):
        shape = next(placeholder.iterancestors(tag("p:sp")), None)
        for run in all_of(shape, (tag("a:r"), tag("a:fld"), tag("a:br"))) if shape is not None else ():
            remove(run)


def _number(text: str | None, default: int) -> int:
    """Any longer one is nonsense, and too large to reckon with."""
    try:
        return int(text or default) if len(text or "") <= _MAX_DIGITS else default
    except ValueError:
        return default


def _cell(node: xml.Node) -> xml.Node:
    """PowerPoint refuses a cell without a paragraph."""
    body = node.find("a:txBody")
    if body is not None and body.find("a:p") is None:
        body.children.append(xml.Node("a:p"))
    return node

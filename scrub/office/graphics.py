"""Diagrams (SmartArt) and charts of new kinds: what a frame of them shows stands in parts of its own.

A diagram becomes a group of the shapes that were last drawn of it. Where no drawing was saved, and of a
chart of a new kind, the words stay, on a plain ground of the same place and size, and the person is told that
something is missing. Sources: ISO/IEC 29500-1, 21.4 (data of diagrams); [MS-ODRAWXML] 2.2, 2.24
(`dsp:drawing`, `cx:chartSpace`).
"""

import copy
from collections.abc import Iterator

from scrub.office import xml
from scrub.office.covering import local
from scrub.office.covers import rectangle, refill, solid
from scrub.office.findings import Findings
from scrub.office.graphic_words import paragraphs_of_word
from scrub.office.ooxml_names import NAMESPACES, OTHER_NAMESPACES, tag
from scrub.office.package import Relation, Source
from scrub.office.trees import Tree, all_of, etree, is_count, is_on, unwrap
from scrub.report import Refusal

_MC = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["mc"]
_R = f"{{{NAMESPACES['r']}}}"
_GROUND = "F2F2F2"
_FILLS = ("solidFill", "gradFill", "pattFill")
_UNSHOWN = frozenset({"doc", "pres", "parTrans", "sibTrans"})
_MOST_SHAPES = 2000
_POINT = 12_700  # in EMU
_LARGEST, _SMALLEST = 14, 5
_HOLDERS = {tag("p:graphicFrame"): "p", tag("xdr:graphicFrame"): "xdr"}


class Graphics:
    """Draws what the frames in a part of `source` refer to."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source, self._findings = source, findings

    def __call__(self, root: Tree, name: str) -> None:
        """Changes the tree of part `name` in place, and what it refers to; not where that can't be read."""
        if root.tag == tag("c:chartSpace"):
            self._note_words_on_chart(name)
        for data in all_of(root, (tag("a:graphicData"),)):
            kind = (data.get("uri") or "").rpartition("/")[2]
            if kind not in ("diagram", "chartex") or not len(data):
                continue
            try:
                drawn = (self._diagram if kind == "diagram" else self._words_of_chart)(data[0], name)
            except Refusal:
                continue
            placed = _put(data, drawn) if drawn else None
            if placed is not None:
                _choose(placed)

    def _part(self, name: str, key: str | None) -> str | None:
        relation = self._source.relations(name).get(key or "")
        if relation is None or relation.external or relation.target not in self._source.files:
            return None
        return relation.target

    def _note_words_on_chart(self, chart: str) -> None:
        """What somebody wrote over a chart isn't copied."""
        for relation in self._source.relations(chart).values():
            if relation.kind == "chartUserShapes" and relation.target in self._source.files:
                drawn = xml.parse(self._source.files[relation.target])
                if any((text.text or "").strip() for text in drawn.iter(tag("a:t"))):
                    self._findings.add("members_left_out")

    def _diagram(self, ids: Tree, name: str) -> list[Tree]:
        """The shapes of it, in its own coordinates, or one without a place that holds its words."""
        model = self._part(name, ids.get(f"{_R}dm"))
        if model is None:
            return []
        root = xml.parse(self._source.files[model])
        extension = next((one for one in root.iter() if local(one) == "dataModelExt"), None)
        drawing = self._part(name, None if extension is None else extension.get("relId"))
        shapes = [] if drawing is None else self._drawn(drawing, name)
        if shapes:
            return [*_background(root), *shapes]
        return self._on_a_ground(list(_words_of_model(root)), "diagrams_in_words")

    def _drawn(self, drawing: str, name: str) -> list[Tree]:
        """The shapes of a saved drawing; its pictures get relations of the part that shows it."""
        root = xml.parse(self._source.files[drawing])
        if local(root) != "drawing":
            return []
        shapes = [one for one in root.iter() if local(one) == "sp" and not _is_hidden(one)]
        if len(shapes) > _MOST_SHAPES:
            raise Refusal("bomb")
        theirs = self._source.relations(drawing)
        for blip in root.iter(tag("a:blip")):
            relation = theirs.get(blip.get(f"{_R}embed") or "")
            if relation is not None:
                blip.set(f"{_R}embed", self._adopt(name, relation))
        return shapes

    def _adopt(self, name: str, relation: Relation) -> str:
        ours = self._source.changed.setdefault(name, {})
        key = f"drawn{len(ours)}"
        ours[key] = relation
        return key

    def _words_of_chart(self, reference: Tree, name: str) -> list[Tree]:
        """A chart of a kind newer than 2013: its title and its values."""
        part = self._part(name, reference.get(f"{_R}id"))
        if part is None:
            return []
        root = xml.parse(self._source.files[part])
        lines = [_paragraph(line) for line in _lines_of_chart(root) if line.strip()]
        return self._on_a_ground(lines, "charts_in_words")

    def _on_a_ground(self, paragraphs: list[Tree], note: str) -> list[Tree]:
        if not paragraphs:
            return []
        self._findings.add(note)
        shape = etree.Element("sp")
        looks = etree.SubElement(shape, "spPr")
        etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))
        looks.append(solid(_GROUND))
        body = etree.SubElement(shape, "txBody")
        settings = etree.SubElement(body, tag("a:bodyPr"))
        etree.SubElement(settings, tag("a:normAutofit"))
        for paragraph in paragraphs:
            body.append(paragraph)
        for run in body.iter(tag("a:r"), tag("a:fld")):
            for old in run.findall(tag("a:rPr")):
                run.remove(old)
            looks = etree.Element(tag("a:rPr"))
            looks.append(solid("000000"))
            run.insert(0, looks)
        return [shape]


def _is_hidden(shape: Tree) -> bool:
    naming = next((one for one in shape.iter() if local(one) == "cNvPr"), None)
    return naming is not None and is_on(naming.get("hidden", "0"))


def _background(model: Tree) -> list[Tree]:
    """What the whole diagram lies on, if it lies on anything."""
    fills = [fill for one in model if local(one) == "bg" for fill in one if local(fill) in _FILLS]
    if not fills:
        return []
    shape = etree.Element("sp")
    looks = etree.SubElement(shape, "spPr")
    etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))
    looks.append(copy.deepcopy(fills[0]))
    return [shape]


def _words_of_model(model: Tree) -> Iterator[Tree]:
    """The paragraphs of the points that hang together with the diagram, each before those below it."""
    points = {one.get("modelId", ""): one for one in model.iter() if local(one) == "pt"}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in (one for one in model.iter() if local(one) == "cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd")
            place = int(order) if order is not None and is_count(order) else 0
            below.setdefault(link.get("srcId", ""), []).append((place, link.get("destId", "")))
    coming = [name for name, point in points.items() if point.get("type") == "doc"]
    met: set[str] = set()
    while coming:
        name = coming.pop()
        point = points.get(name)
        if name in met or point is None:
            continue
        met.add(name)
        coming += [other for _, other in sorted(below.get(name, ()), reverse=True)]
        text = next((one for one in point if local(one) == "t"), None)
        if text is not None and point.get("type", "node") not in _UNSHOWN:
            yield from (copy.deepcopy(one) for one in text if one.tag == tag("a:p"))


def _lines_of_chart(chart: Tree) -> Iterator[str]:
    for title in (one for one in chart.iter() if local(one) == "title"):
        yield "".join(text.text or "" for text in title.iter(tag("a:t")))
    for series in (one for one in chart.iter() if local(one) == "series"):
        named = next((one for one in series if local(one) == "tx"), None)
        if named is not None:
            yield " ".join(one.text or "" for one in named.iter() if local(one) == "v")
    for data in (one for one in chart.iter() if local(one) == "data"):
        rows: dict[str, list[str]] = {}
        for level in (one for one in data.iter() if local(one) == "lvl"):
            for point in level:
                rows.setdefault(point.get("idx", ""), []).append(point.text or "")
        yield from (" ".join(cells) for cells in rows.values())


def _paragraph(text: str) -> Tree:
    paragraph = etree.Element(tag("a:p"))
    etree.SubElement(etree.SubElement(paragraph, tag("a:r")), tag("a:t")).text = text
    return paragraph


def _put(data: Tree, drawn: list[Tree]) -> Tree | None:
    """Puts a group of these shapes in the frame's place, and gives it; None where there is no frame."""
    for holder in data.iterancestors():
        if holder.tag in (tag("wp:inline"), tag("wp:anchor")):
            extent = holder.find(tag("wp:extent"))
            if extent is None:
                return None
            return _fill_word(data, drawn, extent.get("cx", "0"), extent.get("cy", "0"))
        if holder.tag in _HOLDERS and holder.getparent() is not None:
            return _replace_frame(holder, drawn, _HOLDERS[holder.tag])
    return None


def _fill_word(data: Tree, drawn: list[Tree], width: str, height: str) -> Tree:
    for child in list(data):
        data.remove(child)
    alone = len(drawn) == 1  # LibreOffice 7.4 falls over a group of one box
    data.set("uri", NAMESPACES["wps" if alone else "wpg"])
    group = data if alone else etree.SubElement(data, tag("wpg:wgp"))
    if not alone:
        etree.SubElement(group, tag("wpg:cNvGrpSpPr"))
        _place_group(etree.SubElement(group, tag("wpg:grpSpPr")), None, width, height)
    for old in drawn:
        shape = etree.SubElement(group, tag("wps:wsp"))
        etree.SubElement(shape, tag("wps:cNvSpPr"))
        _fit(old, width, height)
        shape.append(_looks(old, "wps:spPr", width, height))
        _add(shape, old, "style", "wps:style")
        body = _child(old, "txBody")
        if body is not None:
            box = etree.SubElement(etree.SubElement(shape, tag("wps:txbx")), tag("w:txbxContent"))
            for paragraph in paragraphs_of_word(body):
                box.append(paragraph)
        settings = None if body is None else body.find(tag("a:bodyPr"))
        shape.append(_renamed(settings, "wps:bodyPr"))
    return group


def _replace_frame(frame: Tree, drawn: list[Tree], prefix: str) -> Tree:
    place = frame.find(tag(f"{prefix}:xfrm"))
    extent = None if place is None else place.find(tag("a:ext"))
    sides = _reach(drawn) if extent is None else (extent.get("cx", "0"), extent.get("cy", "0"))
    if "0" in sides:
        sides = _reach(drawn)
    group = etree.Element(tag(f"{prefix}:grpSp"))
    _name(group, prefix, "GrpSp")
    _place_group(etree.SubElement(group, tag(f"{prefix}:grpSpPr")), place, *sides)
    for old in drawn:
        shape = etree.SubElement(group, tag(f"{prefix}:sp"))
        _name(shape, prefix, "Sp")
        _fit(old, *sides)
        shape.append(_looks(old, f"{prefix}:spPr", *sides))
        _add(shape, old, "style", f"{prefix}:style")
        _add(shape, old, "txBody", f"{prefix}:txBody")
    frame.getparent().replace(frame, group)
    return group


def _name(shape: Tree, prefix: str, kind: str) -> None:
    naming = etree.SubElement(shape, tag(f"{prefix}:nv{kind}Pr"))
    etree.SubElement(naming, tag(f"{prefix}:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag(f"{prefix}:cNv{kind}Pr"))
    if prefix == "p":
        etree.SubElement(naming, tag("p:nvPr"))


def _place_group(looks: Tree, place: Tree | None, width: str, height: str) -> None:
    frame = etree.SubElement(looks, tag("a:xfrm"))
    offset = None if place is None else place.find(tag("a:off"))
    corner = {"x": "0", "y": "0"} if offset is None else dict(offset.attrib)
    etree.SubElement(frame, tag("a:off"), corner)
    etree.SubElement(frame, tag("a:ext"), cx=width, cy=height)
    etree.SubElement(frame, tag("a:chOff"), x="0", y="0")
    etree.SubElement(frame, tag("a:chExt"), cx=width, cy=height)


def _reach(drawn: list[Tree]) -> tuple[str, str]:
    """How far the shapes reach to the right and down."""
    ends = [[1], [1]]
    for frame in (one for shape in drawn for one in shape.iter(tag("a:xfrm"))):
        offset, extent = frame.find(tag("a:off")), frame.find(tag("a:ext"))
        for end, at, size in zip(ends, ("x", "y"), ("cx", "cy"), strict=True):
            numbers = [None if one is None else one.get(key) for one, key in ((offset, at), (extent, size))]
            end.append(sum(int(number) for number in numbers if number is not None and is_count(number)))
    return str(max(ends[0])), str(max(ends[1]))


def _looks(old: Tree, name: str, width: str, height: str) -> Tree:
    looks = _renamed(_child(old, "spPr"), name)
    if looks.find(tag("a:xfrm")) is None:
        kept = [one for one in looks if local(one) != "prstGeom"]
        for child in list(looks):
            looks.remove(child)
        rectangle(looks, width, height)
        for child in kept:
            looks.append(child)
        if _child(old, "spPr") is None:
            refill(looks, solid(_GROUND))
    return looks


def _fit(shape: Tree, width: str, height: str) -> None:
    """Words on a ground of ours become so small that they fit, as far as letters can be that small."""
    body = _child(shape, "txBody")
    if body is None or next(shape.iter(tag("a:xfrm")), None) is not None:
        return
    wide, high = (max(int(side) if is_count(side) else 0, 1) / _POINT for side in (width, height))
    lengths = [sum(len(text.text or "") for text in one.iter(tag("a:t"))) for one in body.iter(tag("a:p"))]
    size = next(
        (
            size
            for size in range(_LARGEST, _SMALLEST, -1)
            if sum(length * size // 2 // wide + 1 for length in lengths) * size * 1.3 < high
        ),
        _SMALLEST,
    )
    for looks in body.iter(tag("a:rPr")):
        looks.set("sz", str(size * 100))


def _child(old: Tree, name: str) -> Tree | None:
    return next((one for one in old if local(one) == name), None)


def _add(shape: Tree, old: Tree, name: str, new: str) -> None:
    child = _child(old, name)
    if child is not None:
        shape.append(_renamed(child, new))


def _renamed(old: Tree | None, name: str) -> Tree:
    new = etree.Element(tag(name))
    for key, value in {} if old is None else old.attrib.items():
        new.set(key, value)
    for child in () if old is None else old:
        new.append(copy.deepcopy(child))
    return new


def _choose(drawn: Tree) -> None:
    """Of two versions of a drawing the one that was drawn counts."""
    for choice in [one for one in drawn.iterancestors() if one.tag == f"{{{_MC}}}Choice"]:
        both = choice.getparent()
        for other in list(both):
            if other is not choice:
                both.remove(other)
        unwrap(choice)
        unwrap(both)

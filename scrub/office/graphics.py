"""Diagrams (SmartArt) and charts of new kinds: what a frame of them shows stands in parts of its own.

A diagram becomes a group of the shapes that were last drawn of it. Where no drawing was saved, and of a
chart of a new kind, the words stay, on a plain ground of the same place and size, and the person is told that
something is missing. Sources: ISO/IEC 29500-1, 21.4 (data of diagrams); [MS-ODRAWXML] 2.2, 2.24
(`dsp:drawing`, `cx:chartSpace`).
"""

import copy

from scrub.office import xml
from scrub.office.covering import local
from scrub.office.covers import solid
from scrub.office.findings import Findings
from scrub.office.graphic_frames import GROUND, put
from scrub.office.graphic_words import lines_of_chart, paragraph, words_of_model
from scrub.office.ooxml_names import NAMESPACES, OTHER_NAMESPACES, tag
from scrub.office.package import Relation, Source
from scrub.office.trees import Tree, all_of, etree, is_on, unwrap
from scrub.report import Refusal

_MC = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["mc"]
_R = f"{{{NAMESPACES['r']}}}"
_FILLS = ("solidFill", "gradFill", "pattFill")
_MOST_SHAPES = 2000


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
            placed = put(data, drawn) if drawn else None
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
        return self._on_a_ground(list(words_of_model(root)), "diagrams_in_words")

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
        lines = [paragraph(line) for line in lines_of_chart(root) if line.strip()]
        return self._on_a_ground(lines, "charts_in_words")

    def _on_a_ground(self, paragraphs: list[Tree], note: str) -> list[Tree]:
        if not paragraphs:
            return []
        self._findings.add(note)
        shape = etree.Element("sp")
        looks = etree.SubElement(shape, "spPr")
        etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))
        looks.append(solid(GROUND))
        body = etree.SubElement(shape, "txBody")
        settings = etree.SubElement(body, tag("a:bodyPr"))
        etree.SubElement(settings, tag("a:normAutofit"))
        body.extend(paragraphs)
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
    """What the whole diagram lies on, or nothing of the same size: LibreOffice blows up a group that is
    smaller than its frame.
    """
    fills = [fill for one in model if local(one) == "bg" for fill in one if local(fill) in _FILLS]
    shape = etree.Element("sp")
    looks = etree.SubElement(shape, "spPr")
    etree.SubElement(etree.SubElement(looks, tag("a:prstGeom"), prst="rect"), tag("a:avLst"))
    looks.append(copy.deepcopy(fills[0]) if fills else etree.Element(tag("a:noFill")))
    etree.SubElement(etree.SubElement(looks, tag("a:ln")), tag("a:noFill"))
    return [shape]


def _choose(drawn: Tree) -> None:
    """Of two versions of a drawing the one that was drawn counts."""
    for choice in [one for one in drawn.iterancestors() if one.tag == f"{{{_MC}}}Choice"]:
        both = choice.getparent()
        for other in list(both):
            if other is not choice:
                both.remove(other)
        unwrap(choice)
        unwrap(both)

"""What could cover something in an OpenDocument file and can't be copied leaves a plain shape: the same place
and size, no words.

Source: OASIS OpenDocument 1.3, part 3, 10 (graphic content) and 16.37 (graphic properties).
"""

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping

from scrub.office import open_unseen
from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.grammar import Grammar
from scrub.office.open_names import NAMES, tag
from scrub.office.open_objects import WORDS
from scrub.office.select import prefixed
from scrub.office.trees import Tree, all_of, etree, remove

_COLOR, _NOTE, _PAPER = "#a6a6a6", "#ffffc0", "#ffffff"
"""Of a cover whose own colour isn't known, of a comment, and behind words.
"""

_STYLE, _NAME, _FAMILY = tag("draw:style-name"), tag("style:name"), tag("style:family")
_HREF, _WIDTH, _HEIGHT = tag("xlink:href"), tag("svg:width"), tag("svg:height")
_GRAPHIC = tag("style:graphic-properties")
_KEPT_IN_A_FRAME = (tag("draw:text-box"), tag("table:table"))
_SHAPES_OF_OTHERS = frozenset({"scene", "control", "page-thumbnail"})
_OF_A_FILL = tuple(map(tag, ("draw:opacity", "draw:opacity-name", "draw:fill-image-name")))
_RUN_THROUGH = tag("style:run-through")
_DEPTH = 20
_BACKGROUND, _BEHIND = tag("style:background-image"), tag("fo:background-color")

Picture = Callable[[Tree, str], str | None]


def leave_shapes(roots: list[Tree], grammar: Grammar, picture: Picture, findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles. `picture` gives the name of a picture's clean
    copy, or None.
    """
    named = {style.get(_NAME, ""): style for root in roots for style in root.iter(tag("style:style"))}
    names = (f"Silbo cover {number}" for number in itertools.count(1))
    clear = open_unseen.clear_frames(roots, findings)
    for root in roots:
        covers = _Covers(root, named, names)
        for frame in [one for one in clear if one.getroottree().getroot() is root]:
            covers.replace(frame, None)
        for frame in all_of(root, (tag("draw:frame"),)):
            if not _keeps_anything(frame, picture):
                lines = frame.attrib.pop(WORDS, None)
                shape = covers.replace(frame, _COLOR if lines is None or not lines else _PAPER)
                if lines is None:
                    findings.add("members_left_out")
                elif shape is not None and lines:
                    _say(shape, lines)
        for shape in [one for one in root.iter() if _is_unknown_shape(one, grammar)]:
            covers.replace(shape)
            findings.add("members_left_out")
    _fill_plainly(roots, picture)


def _say(shape: Tree, lines: str) -> None:
    for line in lines.split("\n"):
        words = etree.SubElement(shape, tag("text:p"))
        words.text = line


def _keeps_anything(frame: Tree, picture: Picture) -> bool:
    """Takes away pictures that can't come along. A frame without any content shows nothing."""
    had = len(frame) > 0
    for image in frame.findall(tag("draw:image")):
        href = image.get(_HREF)
        if not href or picture(image, href) is None:
            frame.remove(image)
    return not had or any(child.tag == tag("draw:image") or child.tag in _KEPT_IN_A_FRAME for child in frame)


def keep_notes(content: Tree) -> None:
    """A comment that is always shown lies over cells of a sheet."""
    names = (f"Silbo note {number}" for number in itertools.count(1))
    covers = _Covers(content, {}, names)
    for note in all_of(content, (tag("office:annotation"),)):
        table = next(note.iterancestors(tag("table:table")), None)
        if table is None or note.get(tag("office:display")) != "true" or note.get(_WIDTH) is None:
            continue
        shapes = table.find(tag("table:shapes"))
        if shapes is None:
            shapes = etree.Element(tag("table:shapes"))
            table.insert(0, shapes)
        shape = etree.SubElement(shapes, tag("draw:rect"), attrib=dict(note.attrib))
        covers.replace(shape, _NOTE)


def _is_unknown_shape(element: Tree, grammar: Grammar) -> bool:
    if local(element) in _SHAPES_OF_OTHERS:
        return element.get(_WIDTH) is not None
    named = prefixed(element.tag, NAMES)
    sized = element.get(_WIDTH) is not None and element.get(_HEIGHT) is not None
    return sized and bool(named) and named not in grammar and local(element) != "annotation"


class _Covers:
    """Puts plain rectangles into one part."""

    def __init__(self, root: Tree, named: Mapping[str, Tree], names: Iterator[str]) -> None:
        self._root, self._named, self._names = root, named, names

    def replace(self, old: Tree, fill: str | None = _COLOR) -> Tree | None:
        """The shape. `fill` is a colour; None leaves only the room that the shape took."""
        parent = old.getparent()
        if parent is None:
            return None
        shape = etree.Element(tag("draw:rect"), attrib=dict(old.attrib))
        shape.tail = old.tail
        shape.set(_STYLE, self._style(old.get(_STYLE), fill))
        shape.attrib.pop(tag("presentation:style-name"), None)
        parent.replace(old, shape)
        return shape

    def _style(self, name: str | None, fill: str | None) -> str:
        """A new style, which places a shape as `name` does."""
        old = self._named.get(name or "")
        own = etree.Element(tag("style:style"))
        if old is not None and old.getparent() is not None:
            if local(old.getparent()) == "automatic-styles":
                own = copy.deepcopy(old)
            else:
                own.set(tag("style:parent-style-name"), name)
        new = next(self._names)
        own.set(_NAME, new)
        own.set(_FAMILY, "graphic")
        looks = own.find(_GRAPHIC)
        if looks is None:
            looks = etree.SubElement(own, _GRAPHIC)
        _fill(looks, fill)
        looks.set(tag("draw:stroke"), "none")
        looks.set(_RUN_THROUGH, self._run_through(own))
        self._automatic_styles().append(own)
        return new

    def _run_through(self, style: Tree) -> str:
        """Before the words or behind them: a frame that says nothing is before, another shape behind."""
        for _ in range(_DEPTH):
            looks = style.find(_GRAPHIC)
            if looks is not None and looks.get(_RUN_THROUGH):
                return str(looks.get(_RUN_THROUGH))
            parent = self._named.get(style.get(tag("style:parent-style-name"), ""))
            if parent is None:
                break
            style = parent
        return "foreground"

    def _automatic_styles(self) -> Tree:
        found = self._root.find(tag("office:automatic-styles"))
        if found is None:
            found = etree.Element(tag("office:automatic-styles"))
            after = self._root.find(tag("office:body"))
            after = self._root.find(tag("office:master-styles")) if after is None else after
            self._root.insert(len(self._root) if after is None else self._root.index(after), found)
        return found


def _fill(looks: Tree, color: str | None) -> None:
    for key in _OF_A_FILL:
        looks.attrib.pop(key, None)
    looks.set(tag("draw:fill"), "none" if color is None else "solid")
    if color is not None:
        looks.set(tag("draw:fill-color"), color)


def _fill_plainly(roots: list[Tree], picture: Picture) -> None:
    """What is filled with a picture that can't come along is filled with a colour."""
    kept = {
        image.get(tag("draw:name"), "")
        for root in roots
        for image in root.iter(tag("draw:fill-image"))
        if picture(image, image.get(_HREF, "")) is not None
    }
    for root in roots:
        for looks in all_of(root, map(tag, ("style:graphic-properties", "style:drawing-page-properties"))):
            name = looks.get(tag("draw:fill-image-name"))
            if looks.get(tag("draw:fill")) == "bitmap" and name is not None and name not in kept:
                _fill(looks, _COLOR)
        for background in all_of(root, (_BACKGROUND,)):
            looks = background.getparent()
            href = background.get(_HREF)
            if looks is not None and href and picture(background, href) is None:
                remove(background)
                if looks.get(_BEHIND, "transparent") == "transparent":
                    looks.set(_BEHIND, _COLOR)

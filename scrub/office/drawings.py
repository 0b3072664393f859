"""Before a part is copied: which of two versions of a drawing counts, what is hidden in drawings, real crops.

Sources: ISO/IEC 29500-1, 20 and 21 (DrawingML); 29500-3 (markup compatibility).
"""

import re

from scrub.office import cuts, letters
from scrub.office.canvases import CANVAS, as_groups
from scrub.office.covers import complete_anchors, empty_unseen_pictures
from scrub.office.findings import Findings
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.slide_edges import clip_at_edges
from scrub.office.trees import Tree, all_of, is_on, remove, unwrap
from scrub.office.word_telling import MARK
from scrub.tables.kinds import KINDS

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNDERSTOOD = frozenset({NAMESPACES["wps"], NAMESPACES["wpg"], CANVAS})
_GUIDE = re.compile(KINDS["guide"])
_KNOWN_DATA = re.compile(KINDS["uri"])
_NUMBER = re.compile(r"-?[0-9]+")
_HIDDEN_BY = ("wp:anchor", "wp:docPr", "p:cNvPr", "xdr:cNvPr", "pic:cNvPr", "wps:cNvPr", "wpg:cNvPr")
_TELLING = {"file": "file_name", "author": "author"}
_SHAPES: tuple[str, ...] = (
    *("wp:inline", "wp:anchor", "p:sp", "p:pic", "p:graphicFrame", "p:grpSp", "p:cxnSp", "xdr:sp", "xdr:pic"),
    *("xdr:graphicFrame", "xdr:grpSp", "xdr:cxnSp", "pic:pic", "wps:wsp", "wpg:grpSp"),
)


def prepare(root: Tree, findings: Findings, slide: tuple[float, float] | None = None) -> None:
    """Everything below, in order. `slide`: its width and height in EMU, where it is one."""
    cuts.forget(root)
    choose_versions(root)
    if slide is not None:
        clip_at_edges(root, *slide)
    as_groups(root)
    _drop_hidden(root, findings)
    complete_anchors(root, findings)
    empty_unseen_pictures(root, findings)
    _drop_links(root, findings)
    _withhold_fields(root, findings)
    letters.drop_unseen(root, findings)
    cuts.mark(root, findings)
    _empty_covered_cells(root, findings)
    for geometry in all_of(root, (tag("a:custGeom"),)):
        _rename_guides(geometry)
    _note_unknown(root, findings)


def choose_versions(root: Tree) -> None:
    """Of `mc:AlternateContent` the version that the allow-list knows: shapes of Word 2010, or else the
    fallback, or else the first, of which what isn't known leaves its plain shape.
    """
    for element in all_of(root, (_MC + "AlternateContent",)):
        chosen = next(
            (child for child in element if child.tag == _MC + "Choice" and _is_understood(child)), None
        )
        if chosen is None:
            chosen = element.find(_MC + "Fallback")
        if chosen is None:
            chosen = element.find(_MC + "Choice")
        for version in list(element):
            if version is not chosen:
                element.remove(version)
        if chosen is not None:
            unwrap(chosen)
        unwrap(element)


def _is_understood(choice: Tree) -> bool:
    needed = {choice.nsmap.get(prefix) for prefix in (choice.get("Requires") or "").split()}
    return bool(needed) and needed <= _UNDERSTOOD


def _drop_hidden(root: Tree, findings: Findings) -> None:
    shapes = {tag(name) for name in _SHAPES}
    for element in all_of(root, [tag(name) for name in _HIDDEN_BY]):
        if element.get("hidden") is not None and is_on(element.get("hidden")):
            around = [element, *element.iterancestors()]
            shape = next((above for above in around if above.tag in shapes), None)
            if shape is not None:
                remove(shape)
                findings.add("hidden_part")


def _empty_covered_cells(root: Tree, findings: Findings) -> None:
    """A table's cell that a merged one covers shows nothing of its own."""
    for cell in all_of(root, (tag("a:tc"),)):
        if is_on(cell.get("hMerge", "0")) or is_on(cell.get("vMerge", "0")):
            for text in all_of(cell, map(tag, ("a:r", "a:fld"))):
                findings.add("hidden_part")
                remove(text)


def _drop_links(root: Tree, findings: Findings) -> None:
    for element in all_of(root, (tag("a:hlinkClick"), tag("a:hlinkHover"), tag("a:hlinkMouseOver"))):
        remove(element)
        findings.add("link")
    for blip in all_of(root, (tag("a:blip"),)):
        if blip.get(f"{{{NAMESPACES['r']}}}link"):
            findings.add("link")


def _withhold_fields(root: Tree, findings: Findings) -> None:
    """Fields that show where a presentation lies, or who wrote it."""
    for shown in all_of(root, (tag("a:fld"),)):
        kind = (shown.get("type") or "").lower()
        told = next((code for name, code in _TELLING.items() if kind.startswith(name)), None)
        text = shown.find(tag("a:t"))
        if told and text is not None and (text.text or "").strip():
            text.text = MARK
            findings.add(told)


def _rename_guides(geometry: Tree) -> None:
    """The names of a shape's own variables are free text: they become g1, g2 ..."""
    guides = all_of(geometry, (tag("a:gd"),))
    new = {guide.get("name", ""): f"g{number}" for number, guide in enumerate(guides, 1)}
    for element in geometry.iter():
        for key, value in element.attrib.items():
            words = str(value).split()
            known = [new.get(word, word) for word in words]
            if known != words and all(
                _NUMBER.fullmatch(w) or _GUIDE.fullmatch(w) or w in words for w in known
            ):
                element.set(key, " ".join(known))


def _note_unknown(root: Tree, findings: Findings) -> None:
    """Tells of what is seen and isn't copied: a diagram, a canvas, a three-dimensional model."""
    for data in root.iter(tag("a:graphicData")):
        if not _KNOWN_DATA.fullmatch(data.get("uri", "")):
            findings.add("members_left_out")

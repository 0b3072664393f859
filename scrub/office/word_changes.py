"""Tracked changes of a Word document as if all were accepted. Source: ISO/IEC 29500-1, 17.13.5."""

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, remove, unwrap

_MARKED = {tag("w:rPr"), tag("w:trPr"), tag("w:tcPr"), tag("w:numPr")}
_GONE = (tag("w:del"), tag("w:moveFrom"))
_CAME = (tag("w:ins"), tag("w:moveTo"))
_OLD_LOOKS = ("PrChange", "GridChange", "numberingChange", "}cellIns", "}cellMerge")


def accept(root: Tree, findings: Findings) -> None:
    """Insertions stay, deletions go, moved text is where it was moved to."""
    joined = []
    for element in all_of(root, (*_GONE, *_CAME, tag("w:cellDel"))):
        parent = element.getparent()
        if parent is None:
            continue
        findings.add("tracked_change")
        if element.tag == tag("w:cellDel"):
            _remove_around(element, tag("w:tc"))
        elif parent.tag not in _MARKED:
            (remove if element.tag in _GONE else unwrap)(element)
        elif element.tag in _GONE and parent.tag == tag("w:trPr"):
            _remove_around(element, tag("w:tr"))
        elif element.tag in _GONE and parent.tag == tag("w:rPr"):
            joined.append(parent)
    for mark in reversed(joined):  # so that no word is moved twice
        _join(mark)
    if any(isinstance(element.tag, str) and element.tag.endswith(_OLD_LOOKS) for element in root.iter()):
        findings.add("tracked_change")


def _remove_around(element: Tree, container: str) -> None:
    for above in element.iterancestors(container):
        remove(above)
        return


def _join(mark: Tree) -> None:
    """The end of a paragraph was deleted: its words go to the beginning of the next one."""
    settings = mark.getparent()
    paragraph = settings.getparent() if settings is not None else None
    if settings is None or paragraph is None or paragraph.tag != tag("w:p"):
        return
    following = paragraph.getnext()
    words = [child for child in paragraph if child is not settings]
    if following is not None and following.tag == tag("w:p"):
        first = following.find(tag("w:pPr"))
        at = 0 if first is None else following.index(first) + 1
        for offset, child in enumerate(words):
            following.insert(at + offset, child)
        remove(paragraph)
    elif not words and paragraph.getprevious() is not None:
        remove(paragraph)

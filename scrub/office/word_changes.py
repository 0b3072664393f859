"""Tracked changes of a Word document as if all were accepted; fields as the results that they last showed.

Sources: ISO/IEC 29500-1, 17.13.5 (revisions), 17.16 (fields).
"""

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, remove, unwrap

_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""Fields that stay fields: they only count."""

_LINKS = ("HYPERLINK", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "DDE", "DDEAUTO", "RD", "DATABASE")
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


class _Field:
    """One that is open: its instruction so far, whether its result has begun, and the runs of that."""

    __slots__ = ("in_result", "instruction", "runs")

    def __init__(self) -> None:
        self.instruction = ""
        self.in_result = False
        self.runs: list[Tree] = []


def freeze_fields(root: Tree, findings: Findings) -> None:
    """Only results are left; page numbers stay fields, with nothing but their name."""
    for simple in all_of(root, (tag("w:fldSimple"),)):
        word = _first_word(simple.get(tag("w:instr")) or "", findings)
        if word in _PAGES:
            simple.set(tag("w:instr"), word)
        else:
            unwrap(simple)
    open_fields: list[_Field] = []
    for run in all_of(root, (tag("w:r"),)):
        for child in list(run):
            if child.tag == tag("w:fldChar"):
                _turn(child.get(tag("w:fldCharType")), open_fields, run, findings)
                remove(child)
            elif child.tag == tag("w:instrText"):
                if open_fields:
                    open_fields[-1].instruction += child.text or ""
                remove(child)
            elif any(not field.in_result for field in open_fields) and child.tag != tag("w:rPr"):
                remove(child)
        if open_fields and open_fields[-1].in_result and len(run):
            open_fields[-1].runs.append(run)


def _turn(kind: str | None, open_fields: list[_Field], run: Tree, findings: Findings) -> None:
    if kind == "begin":
        open_fields.append(_Field())
    elif kind == "separate" and open_fields:
        open_fields[-1].in_result = True
    elif kind == "end" and open_fields:
        field = open_fields.pop()
        word = _first_word(field.instruction, findings)
        if word in _PAGES and all(outer.in_result for outer in open_fields):
            _insert_page_field(word, field.runs, run)


def _insert_page_field(word: str, results: list[Tree], end: Tree) -> None:
    parent = end.getparent()
    if parent is None:
        return
    simple = etree.Element(tag("w:fldSimple"))
    simple.set(tag("w:instr"), word)
    runs = [run for run in results if run.getparent() is parent and run.find(tag("w:t")) is not None]
    (runs[0] if runs else end).addprevious(simple)
    for run in runs:
        simple.append(run)
    if not runs:
        etree.SubElement(etree.SubElement(simple, tag("w:r")), tag("w:t")).text = "1"


def _first_word(instruction: str, findings: Findings) -> str:
    word = (instruction.split() or [""])[0].upper()
    if word in _LINKS:
        findings.add("link")
    return word

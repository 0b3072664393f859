"""Running text of OpenDocument: fields become what they last showed; changes, comments, links and indexes
resolve.

Source: OASIS OpenDocument 1.3, part 3, 5.5 (change tracking), 7 (text fields), 8 (indexes), 14.1
(annotations)."""

import re

from scrub.office.findings import Findings
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, remove, unwrap

_CHANGES = tuple(map(tag, ("text:tracked-changes", "table:tracked-changes")))
_COMMENTS = tuple(map(tag, ("office:annotation", "office:annotation-end")))
_LINKS = tuple(map(tag, ("text:a", "draw:a")))
_FIELDS = """
date time author-name author-initials sender-firstname sender-lastname sender-initials sender-title
sender-position sender-email sender-phone-private sender-fax sender-company sender-phone-work
sender-street sender-city sender-postal-code sender-country sender-state-or-province file-name
template-name sheet-name chapter title subject keywords description creator initial-creator printed-by
print-date print-time creation-date creation-time modification-date modification-time editing-cycles
editing-duration placeholder conditional-text variable-set variable-get variable-input user-field-get
user-field-input sequence expression text-input database-display database-name bookmark-ref reference-ref
note-ref sequence-ref paragraph-count word-count character-count table-count image-count object-count
page-variable-get table-formula measure user-defined meta meta-field drop-down execute-macro
bibliography-mark page-continuation
"""
_INDEXES = """
table-of-content illustration-index table-index object-index user-index alphabetical-index bibliography
"""
_UNWRAPPED = tuple(
    tag(f"text:{name}") for name in (*_FIELDS.split(), *_INDEXES.split(), "index-body", "index-title")
)
_OBJECTS = tuple(
    map(tag, ("draw:object", "draw:object-ole", "draw:plugin", "draw:applet", "draw:floating-frame"))
)
_DISPLAY, _SHEET_NAME = tag("text:display"), tag("text:sheet-name")
_EQUATION = tag("draw:name")
_WITH_EQUATIONS = tuple(map(tag, ("draw:enhanced-path", "draw:text-areas", "draw:formula")))
_REFERENCE = re.compile(r"\?([A-Za-z][A-Za-z0-9_-]*)")


def prepare(root: Tree, findings: Findings) -> None:
    """All of it, in order."""
    for element in all_of(root, _CHANGES):
        if len(element):
            findings.add("tracked_change")
        remove(element)
    for element in all_of(root, _COMMENTS):
        findings.add("comment")
        remove(element)
    for element in all_of(root, _LINKS):
        findings.add("link")
        unwrap(element)
    for element in all_of(root, _OBJECTS):
        _drop_object(element, findings)
    for element in all_of(root, _UNWRAPPED):
        if element.tag == _SHEET_NAME and _stands_on_each_page(element):
            element.text = None  # LibreOffice writes question marks there, and shows the name of each sheet
        elif element.get(_DISPLAY) == "none":
            remove(element)
        else:
            for source in [child for child in element if _is_source(child)]:
                remove(source)
            unwrap(element)


def _stands_on_each_page(field: Tree) -> bool:
    return next(field.iterancestors(tag("style:master-page")), None) is not None


def _is_source(element: Tree) -> bool:
    """How an index is made, and what it may be chosen from."""
    return isinstance(element.tag, str) and element.tag.endswith(("-source", "}label"))


def _drop_object(element: Tree, findings: Findings) -> None:
    """The picture of an embedded file, if there is one, stands beside it in the same frame."""
    findings.add("embedded_file")
    frame = element.getparent()
    if frame is not None and frame.find(tag("draw:image")) is None:
        findings.add("members_left_out")
        element.tag = tag("draw:image")  # none that can be copied: the frame leaves its plain shape
        element.attrib.clear()
        return
    remove(element)


def rename_equations(root: Tree) -> None:
    """The names of a shape's own equations are free text: they become g1, g2 ..."""
    for geometry in all_of(root, (tag("draw:enhanced-geometry"),)):
        equations = geometry.findall(tag("draw:equation"))
        names = {equation.get(_EQUATION, ""): f"?g{number}" for number, equation in enumerate(equations, 1)}
        for equation in equations:
            equation.set(_EQUATION, names[equation.get(_EQUATION, "")][1:])
        for element in (geometry, *equations):
            for key in _WITH_EQUATIONS:
                value = element.get(key)
                if value:
                    pieces = _REFERENCE.split(value)
                    pieces[1::2] = [names.get(name, "") for name in pieces[1::2]]
                    element.set(key, "".join(pieces))

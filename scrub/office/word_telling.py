"""Which fields and bound controls of Word say where a document lies and who wrote it: a path with a login, a
name, an hour. What they show goes, and a mark stands where it stood.

A title, a subject, a merged name and a variable are words of the document, and stay. Sources: ISO/IEC
29500-1, 17.16.5 (kinds of fields), 17.5.2.6 (`dataBinding`), -2, 11 (core properties).
"""

import re
from collections.abc import Iterable

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, remove

MARK = "[…]"

FIELDS = {
    "FILENAME": "file_name",
    "TEMPLATE": "template",
    **dict.fromkeys(("AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS"), "author"),
    **dict.fromkeys(("CREATEDATE", "SAVEDATE", "PRINTDATE"), "date"),
    **dict.fromkeys(("EDITTIME", "REVNUM", "FILESIZE"), "other_metadata"),
}
_BY_NAME = ("DOCPROPERTY", "INFO")

_PROPERTIES = {
    **dict.fromkeys(("author", "creator", "lastauthor", "lastsavedby", "lastmodifiedby"), "author"),
    **dict.fromkeys(("manager", "company", "username", "userinitials", "useraddress"), "author"),
    **dict.fromkeys(("createtime", "lastsavedtime", "lastprinted", "created", "modified"), "date"),
    **dict.fromkeys(("createdate", "savedate", "printdate"), "date"),
    "filename": "file_name",
    "template": "template",
    "nameofapplication": "software",
}
_OF_THE_TEXT = frozenset(
    {"title", "subject", "keywords", "comments", "category", "contentstatus", "contenttype", "language"}
    | {"pages", "numpages", "words", "numwords", "characters", "numchars", "characterswithspaces", "lines"}
    | {"paragraphs", "slides", "notes", "hiddenslides", "bytes"}
)
_LABELS = ("msip_label_", "classificationcontentmarking", "_dlc_doc", "titus", "docindexref", "bj")
"""Sensitivity labels and stores of documents: they name a tenant, a copy, whoever set them."""

_FIRST = re.compile(r"\s*([A-Za-z]+)")
_SECOND = re.compile(r"\s*[A-Za-z]+\s+(?:\"([^\"]*)\"|(\S+))")
_BOUND = re.compile(r"(?:coreProperties|Properties)\b.*[/:](\w+)(?:\[\d+\])?\s*$", re.DOTALL)
_WORDS = frozenset(
    map(tag, ("w:t", "w:tab", "w:ptab", "w:sym", "w:br", "w:cr", "w:noBreakHyphen", "w:softHyphen"))
)


def first_word(instruction: str) -> str:
    """The kind of a field, in capitals; "" for none."""
    found = _FIRST.match(instruction)
    return found[1].upper() if found else ""


def told_by_field(instruction: str) -> str | None:
    """The code of `scrub.report.REMOVED` for what its result tells; None for words of the document."""
    kind = first_word(instruction)
    if kind not in _BY_NAME:
        return FIELDS.get(kind)
    named = _SECOND.match(instruction)
    name = "" if named is None else (named[1] or named[2] or "").lower().replace(" ", "")
    if name.startswith(_LABELS):
        return "identifier"
    if name in _PROPERTIES or name in _OF_THE_TEXT:
        return _PROPERTIES.get(name)
    return "other_metadata"


def told_by_binding(path: str) -> str | None:
    """The same for the XPath by which a control shows one of the document's own properties."""
    found = _BOUND.search(path)
    return _PROPERTIES.get(found[1].lower()) if found else None


def withhold(shown: Iterable[Tree]) -> bool:
    """Puts `MARK` in place of the words among what is shown; False where there are none."""
    words = [one for one in shown if one.tag in _WORDS and one.getparent() is not None]
    first = next((one for one in words if one.tag == tag("w:t") and (one.text or "").strip()), None)
    if first is None:
        return False
    first.text = MARK
    for one in words:
        if one is not first:
            remove(one)
    return True

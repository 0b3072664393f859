"""The looks that the cells of a workbook use, and no others: fonts, fills, borders, number formats, counted
anew.

Source: ISO/IEC 29500-1, 18.8 (styles). A format that shows nothing (`;;;`) becomes the general one: what it
hid is gone (`scrub.office.sheet_formats`). Of one with words in it the rest stays, so that no digit is
shown that it didn't show.
"""

import copy
import re

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count
from scrub.tables.kinds import KINDS

_LISTS = (("x:fonts", "fontId"), ("x:fills", "fillId"), ("x:borders", "borderId"))
_ALWAYS = {"x:fonts": 1, "x:fills": 2, "x:borders": 1}
"""How many of a list have fixed meanings: the normal font, the two first fills, no border."""

_BUILT_IN = 164
_PIECE = re.compile(r"\"[^\"]*\"|\\.|[_*].|\[[^\]]*\]|AM/PM|A/P|General|[eE][-+]|.", re.DOTALL)
_FORMAT = re.compile(KINDS["numberformat"])
_GAP = '" "'
"""In place of words: a space."""

_AT_THE_END = re.compile(r"(?<!\\)[_*\\]$")
"""What is left of a space at the end: no space stands at the end of a value."""

_SHOWING = re.compile(r"[0#?@ymdhsYMDHS]|General")
_TRUE = ("1", "true")


def used_styles(styles: Tree, used: list[str]) -> Tree:
    """`used`: old positions in `cellXfs`, in their new order."""
    formats = styles.find(tag("x:cellXfs"))
    olds = [] if formats is None else list(formats)
    root = etree.Element(tag("x:styleSheet"))
    new_formats = [
        copy.deepcopy(olds[int(old)])
        if is_count(old) and int(old) < len(olds)
        else etree.Element(tag("x:xf"))
        for old in used
    ]
    _add_number_formats(root, styles, new_formats)
    for name, reference in _LISTS:
        _add_list(root, styles, new_formats, name, reference)
    normal = etree.SubElement(etree.SubElement(root, tag("x:cellStyleXfs")), tag("x:xf"))
    for key in ("numFmtId", "fontId", "fillId", "borderId"):
        normal.set(key, "0")
    kept = etree.SubElement(root, tag("x:cellXfs"))
    for new in new_formats:
        new.set("xfId", "0")
        kept.append(new)
    return root


def _add_number_formats(root: Tree, styles: Tree, formats: list[Tree]) -> None:
    codes = {
        element.get("numFmtId", ""): element.get("formatCode", "")
        for element in styles.iterfind(f"{tag('x:numFmts')}/{tag('x:numFmt')}")
    }
    kept: dict[str, str] = {}
    for new in formats:
        old = new.get("numFmtId", "0")
        code = codes.get(old)
        code = None if code is None else _plain(code)
        if code is not None:
            new.set("numFmtId", kept.setdefault(code, str(_BUILT_IN + len(kept))))
        elif old in codes or not is_count(old) or int(old) >= _BUILT_IN:
            new.set("numFmtId", "0")
    if kept:
        container = etree.SubElement(root, tag("x:numFmts"))
        for code, number in kept.items():
            etree.SubElement(container, tag("x:numFmt"), numFmtId=number, formatCode=code)


def _plain(code: str) -> str | None:
    """The format without its words; None where it shows nothing then."""
    found = [piece if _FORMAT.fullmatch(piece) or piece[0] != '"' else _GAP for piece in _PIECE.findall(code)]
    pieces = [piece for piece in found if piece == ";" or _FORMAT.fullmatch(piece)]
    plain = code if _FORMAT.fullmatch(code) else "".join(pieces)
    plain = _AT_THE_END.sub("", plain.strip())
    shown = "".join(piece for piece in pieces if piece[0] not in '"\\_*' and not piece.startswith("[$"))
    return plain if _FORMAT.fullmatch(plain) and _SHOWING.search(shown) else None


def _add_list(root: Tree, styles: Tree, formats: list[Tree], name: str, reference: str) -> None:
    found = styles.find(tag(name))
    olds = [] if found is None else list(found)
    order = {old: old for old in range(min(_ALWAYS[name], len(olds)))}
    for new in formats:
        value = new.get(reference, "0")
        old = int(value) if is_count(value) and int(value) < len(olds) else 0
        new.set(reference, str(order.setdefault(old, len(order))))
    container = etree.SubElement(root, tag(name))
    for old in order:
        if old < len(olds):
            container.append(copy.deepcopy(olds[old]))

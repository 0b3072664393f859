"""The looks that the cells of a workbook use, and no others: fonts, fills, borders, number formats, counted
anew.

Source: ISO/IEC 29500-1, 18.8 (styles). A format that shows nothing (`;;;`) becomes the general one: what it
hid is gone (`scrub.office.sheet_formats`).
"""

import copy
from collections.abc import Collection, Mapping

from scrub.office.findings import Findings
from scrub.office.number_codes import hides_words, rewritten, says_words
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count

_LISTS = (("x:fonts", "fontId"), ("x:fills", "fillId"), ("x:borders", "borderId"))
_ALWAYS = {"x:fonts": 1, "x:fills": 2, "x:borders": 1}
"""How many of a list have fixed meanings: the normal font, the two first fills, no border."""

_BUILT_IN = 164
_TRUE = ("1", "true")


def used_styles(
    styles: Tree, used: list[str], shown: Mapping[str, Collection[int]], findings: Findings
) -> Tree:
    """`used`: old positions in `cellXfs`, in their new order; `shown`: as of `sheet_formats.Formats`."""
    formats = styles.find(tag("x:cellXfs"))
    olds = [] if formats is None else list(formats)
    root = etree.Element(tag("x:styleSheet"))
    new_formats = [
        copy.deepcopy(olds[int(old)])
        if is_count(old) and int(old) < len(olds)
        else etree.Element(tag("x:xf"))
        for old in used
    ]
    _add_number_formats(root, styles, new_formats, shown, findings)
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


def _add_number_formats(
    root: Tree, styles: Tree, formats: list[Tree], shown: Mapping[str, Collection[int]], findings: Findings
) -> None:
    codes = {
        element.get("numFmtId", ""): element.get("formatCode", "")
        for element in styles.iterfind(f"{tag('x:numFmts')}/{tag('x:numFmt')}")
    }
    kept: dict[str, str] = {}
    numbers = {new.get("numFmtId", "0") for new in formats}
    for new in formats:
        old = new.get("numFmtId", "0")
        code = codes.get(old)
        code, same = (None, True) if code is None else rewritten(code, shown.get(old, ()))
        if not same and shown.get(old):
            findings.add("numbers_look")
        if shown.get(old) and hides_words(codes[old], shown[old]):
            findings.add("hidden_text")
        if code is not None:
            new.set("numFmtId", kept.setdefault(code, str(_BUILT_IN + len(kept))))
        elif old in codes or not is_count(old) or int(old) >= _BUILT_IN:
            new.set("numFmtId", "0")
    unused = codes.keys() - numbers
    if any(says_words(codes[number]) for number in unused):
        findings.add("hidden_text")
    if kept:
        container = etree.SubElement(root, tag("x:numFmts"))
        for code, number in kept.items():
            etree.SubElement(container, tag("x:numFmt"), numFmtId=number, formatCode=code)


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

"""What fields of Word show that no result holds: boxes and lists of old forms, symbols, page numbers.

Sources: ISO/IEC 29500-1, 17.16.5 (kinds of fields), 17.16.17 (`ffData`).
"""

import copy
import re

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count, is_on, remove

TICKED, EMPTY = "\u2612", "\u2610"

_VAL, _TEXT, _LOOKS, _CHAR = tag("w:val"), tag("w:t"), tag("w:rPr"), tag("w:fldChar")
BUTTON = re.compile(r"\s*[A-Za-z]+\s+\S+\s+(.+?)\s*", re.DOTALL)
SYMBOL = re.compile(
    r"\s*SYMBOL\s+(0x[0-9a-f]{1,4}|[0-9]{1,5})(?:.*\\f\s+(?:\"([^\"]*)\"|(\S+)))?", re.I | re.S
)
_ASCII_OF_SYMBOLS = 0xF000


def has_words(shown: list[Tree]) -> bool:
    return any((one.text or "").strip() for one in shown if one.tag == _TEXT) or any(
        one.tag in (tag("w:sym"), tag("w:drawing"), tag("w:pict"), tag("w:object")) for one in shown
    )


def show(text: str, shown: list[Tree], end: Tree) -> None:
    """In place of the result, which word processors don't look at."""
    for one in shown:
        if one.tag in (_TEXT, tag("w:sym")):
            remove(one)
    new = etree.Element(_TEXT)
    new.text = text
    end.addprevious(new)


def chosen(kind: str, begin: Tree) -> str:
    """The box as it is ticked, or the entry of the list as it is chosen."""
    if kind == "FORMCHECKBOX":
        box = begin.find(f"{tag('w:ffData')}/{tag('w:checkBox')}")
        said = None if box is None else box.find(tag("w:checked"))
        said = said if said is not None or box is None else box.find(tag("w:default"))
        return TICKED if said is not None and is_on(said.get(_VAL)) else EMPTY
    choices = begin.find(f"{tag('w:ffData')}/{tag('w:ddList')}")
    entries = [] if choices is None else [one.get(_VAL) or "" for one in choices.findall(tag("w:listEntry"))]
    for name in ("w:result", "w:default"):
        said = None if choices is None else choices.find(tag(name))
        number = None if said is None else said.get(_VAL)
        if number is not None and is_count(number):
            return entries[int(number)] if int(number) < len(entries) else ""
    return entries[0] if entries else ""


def symbol(sign: re.Match[str]) -> Tree:
    code, font = int(sign[1], 0), sign[2] or sign[3]
    if font is None:
        letter = bytes([code]).decode("cp1252", "replace") if code < 0x100 else chr(code & 0xFFFF)
        new = etree.Element(_TEXT)
        new.text = letter if letter.isprintable() else ""
        return new
    new = etree.Element(tag("w:sym"))
    new.set(tag("w:font"), font)
    new.set(tag("w:char"), f"{code + (_ASCII_OF_SYMBOLS if code < 0x100 else 0) & 0xFFFF:04X}")
    return new


def insert_page_field(kind: str, shown: list[Tree], end: Tree) -> None:
    """Before the run in which the field ends; what stands before the end in that run goes before it."""
    run = end.getparent()
    words = [one for one in shown if one.tag == _TEXT and one.getparent() is not None]
    simple = etree.Element(tag("w:fldSimple"))
    simple.set(tag("w:instr"), kind)
    inner = etree.SubElement(simple, tag("w:r"))
    looks = (words[0].getparent() if words else run).find(_LOOKS)
    if looks is not None:
        inner.append(copy.deepcopy(looks))
    etree.SubElement(inner, _TEXT).text = "".join(one.text or "" for one in words).strip() or "1"
    for one in words:
        remove(one)
    before = [one for one in end.itersiblings(preceding=True) if one.tag not in (_LOOKS, _CHAR)]
    if before:
        head = etree.Element(tag("w:r"))
        if looks is not None:
            head.append(copy.deepcopy(looks))
        for one in reversed(before):
            head.append(one)
        run.addprevious(head)
    run.addprevious(simple)

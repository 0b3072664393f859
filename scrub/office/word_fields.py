"""Fields of a Word document as the results that they last showed; what shows without a result is written out.

Page numbers stay fields, with nothing but their name. Results that tell where the document lies and who wrote
it go (`scrub.office.word_telling`). Sources: ISO/IEC 29500-1, 17.16 (fields), 17.16.17 (`ffData`).
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, remove, unwrap
from scrub.office.word_forms import BUTTON, SYMBOL, chosen, has_words, insert_page_field, show, symbol
from scrub.office.word_telling import first_word, told_by_field, withhold
from scrub.words.paths import holds_path

_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""Fields that stay fields: they only count."""

_LINKS = ("HYPERLINK", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "DDE", "DDEAUTO", "RD", "DATABASE")
_UNSEEN = {**dict.fromkeys(("XE", "TC", "TA", "PRINT", "PRIVATE"), "hidden_text"), "ADDIN": "other_metadata"}
"""Whose instruction holds words that no page shows."""

_COMPUTED = (
    "EQ",
    "AUTONUM",
    "AUTONUMLGL",
    "AUTONUMOUT",
    "LISTNUM",
    "BARCODE",
    "DISPLAYBARCODE",
    "MERGEBARCODE",
)
"""Shown, but by no result that is written down."""

_COMPARING = ("IF", "COMPARE")
_CARRYING = (*_COMPARING, "QUOTE", "REF", "DOCVARIABLE", "MERGEFIELD", "STYLEREF", "SET", "FILLIN", "ASK", "")
"""Fields that show a few words of something else; a table of contents or a text from a file shows many."""

_TELLS = 3
"""Shorter words of a field inside another are in it by chance."""

_VAL, _TYPE, _TEXT, _LOOKS = tag("w:val"), tag("w:fldCharType"), tag("w:t"), tag("w:rPr")
_CHAR, _CODE = tag("w:fldChar"), (tag("w:instrText"), tag("w:delInstrText"))
_STORIES = tuple(map(tag, ("w:txbxContent", "w:footnote", "w:endnote")))


@dataclass(slots=True, eq=False)
class _Field:
    """One that is open.

    `ends`: whether an end comes at all. `start`: where in the story its result begins; None while the
    instruction is still read. `result`: its words where it stands in another's instruction. `inner`: such
    words of fields in its own instruction that tell something, with what.
    """

    begin: Tree
    ends: bool
    instruction: str = ""
    start: int | None = None
    result: str = ""
    inner: list[tuple[str, str]] = field(default_factory=list)


def freeze(root: Tree, findings: Findings) -> None:
    """Only results are left. A field that never ends takes nothing with it but its instruction."""
    for simple in all_of(root, (tag("w:fldSimple"),)):
        _open_up(simple)
    for number in all_of(root, (tag("w:pgNum"),)):
        _write_old_number(number)
    stories: dict[Tree | None, list[Tree]] = {}
    if next(root.iter(_CHAR, *_CODE), None) is None:
        return
    for run in all_of(root, (tag("w:r"),)):
        stories.setdefault(next(run.iterancestors(*_STORIES), None), []).append(run)
    for runs in stories.values():
        _Story(findings).freeze(runs)


def _open_up(simple: Tree) -> None:
    """A simple field is written like the others."""
    before, after = (_run_of(kind) for kind in ("begin", "end"))
    etree.SubElement(before, _CODE[0]).text = simple.get(tag("w:instr")) or ""
    etree.SubElement(before, _CHAR).set(_TYPE, "separate")
    simple.text = None
    simple.insert(0, before)
    simple.append(after)
    for data in simple.findall(tag("w:fldData")):
        simple.remove(data)
    unwrap(simple)


def _write_old_number(number: Tree) -> None:
    """The page's number as Word 6 had it: a field in a run of its own kind."""
    for kind, name in (("begin", ""), ("", "PAGE"), ("separate", ""), ("end", "")):
        new = etree.Element(_CHAR if kind else _CODE[0])
        if kind:
            new.set(_TYPE, kind)
        else:
            new.text = name
        number.addprevious(new)
    remove(number)


def _run_of(kind: str) -> Tree:
    run = etree.Element(tag("w:r"))
    etree.SubElement(run, _CHAR).set(_TYPE, kind)
    return run


class _Story:
    """A text that is read through: the body, a box, a note. `_shown` is what was met in results."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: list[_Field] = []
        self._shown: list[Tree] = []
        self._unread = 0

    def freeze(self, runs: list[Tree]) -> None:
        """In the order of the text."""
        ended = _ended(runs)
        for run in runs:
            for child in list(run):
                if child.tag == _CHAR:
                    self._turn(child, child in ended)
                    remove(child)
                elif child.tag in _CODE:
                    if self._open and self._open[-1].start is None:
                        self._open[-1].instruction += child.text or ""
                    remove(child)
                elif child.tag != _LOOKS:
                    self._take(child)
        for unended in reversed(self._open):
            told = told_by_field(unended.instruction)
            if told is not None and unended.start is not None:
                self._withhold(unended.start, told, _of_one_paragraph(self._shown[unended.start :]))

    def _take(self, shown: Tree) -> None:
        outer = self._reading()
        if outer is None:
            if self._open:
                self._shown.append(shown)
            return
        text = (shown.text or "") if shown.tag == _TEXT else ""
        outer.instruction += text
        for one in self._open:
            one.result += text if one.start is not None else ""
        remove(shown)

    def _turn(self, char: Tree, ends: bool) -> None:
        match char.get(_TYPE):
            case "begin":
                self._open.append(_Field(char, ends))
                self._unread += ends
            case "separate" if self._open and self._open[-1].start is None:
                self._open[-1].start = len(self._shown)
                self._unread -= self._open[-1].ends
            case "end" if self._open:
                closed = self._open.pop()
                self._unread -= closed.ends and closed.start is None
                self._close(closed, char)

    def _reading(self) -> _Field | None:
        """The innermost field whose instruction is still read."""
        if not self._unread:
            return None
        return next(one for one in reversed(self._open) if one.ends and one.start is None)

    def _close(self, closed: _Field, end: Tree) -> None:
        kind = first_word(closed.instruction)
        if kind in _LINKS:
            self._findings.add("link")
        if kind in _UNSEEN and len(closed.instruction.split()) > 1:
            self._findings.add(_UNSEEN[kind])
        start = len(self._shown) if closed.start is None else closed.start
        shown = self._shown[start:]
        told = told_by_field(closed.instruction) or _told_inside(closed, kind, shown)
        if told is None and kind in _CARRYING and holds_path(_words(shown)):
            told = "file_name"
        outer = self._reading()
        if told is not None:
            self._withhold(start, told, shown)
            if outer is not None:
                outer.inner.append((closed.result, told))
        elif outer is None:
            self._write(kind, closed, shown, end)

    def _write(self, kind: str, closed: _Field, shown: list[Tree], end: Tree) -> None:
        """What the field shows, where that isn't its result."""
        if kind in _PAGES:
            insert_page_field(kind, shown, end)
        elif kind in ("FORMCHECKBOX", "FORMDROPDOWN"):
            show(chosen(kind, closed.begin), shown, end)
        elif kind in ("MACROBUTTON", "GOTOBUTTON") and (named := BUTTON.fullmatch(closed.instruction)):
            show(named[1], shown, end)
        elif has_words(shown):
            return
        elif kind == "SYMBOL" and (sign := SYMBOL.match(closed.instruction)):
            end.addprevious(symbol(sign))
        elif kind in _COMPUTED:
            self._findings.add("members_left_out")

    def _withhold(self, start: int, told: str, shown: Iterable[Tree]) -> None:
        if withhold(shown):
            self._findings.add(told)
        del self._shown[start:]


def _told_inside(closed: _Field, kind: str, shown: list[Tree]) -> str | None:
    """What a result tells that was made of another field's, as in IF or QUOTE."""
    words = _words(shown).strip()
    for text, told in closed.inner if kind in _CARRYING else ():
        inner = text.strip()
        if (inner == words or (len(inner) >= _TELLS and inner in words)) or not (inner or kind in _COMPARING):
            return told
    return None


def _words(shown: list[Tree]) -> str:
    return "".join(one.text or "" for one in shown if one.tag == _TEXT)


def _ended(runs: list[Tree]) -> set[Tree]:
    """The beginnings whose end comes."""
    begun: list[Tree] = []
    ended = set()
    for run in runs:
        for char in run.iterchildren(_CHAR):
            if char.get(_TYPE) == "begin":
                begun.append(char)
            elif char.get(_TYPE) == "end" and begun:
                ended.add(begun.pop())
    return ended


def _of_one_paragraph(shown: list[Tree]) -> list[Tree]:
    """Those that stand where the first one does."""
    places = itertools.groupby(shown, lambda one: next(one.iterancestors(tag("w:p")), None))
    _, first = next(places, (None, ()))
    return list(first)

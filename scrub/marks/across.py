"""Names and numbers that go on in the next line of a text, and all marks of a text with their lines."""

import re
from collections.abc import Iterator
from itertools import islice

from scrub.marks.found import MAX_FOUND, Mark, printable
from scrub.marks.hints import MAX_LINE, Hints, hints_in, line_at
from scrub.marks.labels import EVERYBODYS, NOBODY, plainly
from scrub.marks.words import (
    BEFORE,
    LOGIN,
    MAIL,
    NAME,
    PERSON_NUMBER,
    PERSON_WORD,
    PHONE,
    marks_in,
    names,
)

_NEAR = 90
"""Letters at a line's end and at the next one's beginning."""

_CAPITALS = re.compile(r"\S+(?: [^\W\d_a-z]\S*){0,2}")
_ENDS_SO = re.compile(
    r"(?i)\b(?:for|by|to|of|agent|para|por|de|a|pour|par|per|nga|kay|ni|sa)\s*:?(?:\s+\S+)?$"
)
_BEGINS_SO = re.compile(r"\D{0,18}\d")
_NUMBERED = re.compile(r"\S+ \d")
_OF_LOGINS = re.compile(r"[\d._\\@-]")


def in_text(text: str, part: int = 0) -> list[Mark]:
    """Those of a text, with their lines."""
    hints = hints_in(text)
    found = (*marks_in(text, MAX_FOUND, hints), *islice(pieces_across(text, hints), 2 * MAX_FOUND))
    return [Mark(kind, part, line=number, words=printable(words)) for number, kind, words in found]


def pieces_across(text: str, hints: Hints | None = None) -> Iterator[tuple[int, str, str]]:
    """What goes on in the next line: as `marks_in`, a piece in each of the two lines."""
    for number, start in (hints or hints_in(text)).joins:
        above = text.rfind("\n", 0, start - 1) + 1
        tail, head = text[max(above, start - 1 - _NEAR) : start - 1].rstrip(), line_at(text, start)
        if tail and start - 1 - above < MAX_LINE and (head := head[:_NEAR].lstrip()):
            for kind, begun, ended in _across(plainly(tail), plainly(head)):
                yield number, kind, tail[begun:]
                yield number + 1, kind, head[:ended]


def _across(tail: str, head: str) -> Iterator[tuple[str, int, int]]:
    """Kinds of what begins at the end of a line, where, and where it ends in the next."""
    at = len(tail)
    joined = f"{tail} {head}"
    found = BEFORE.search(joined) if _ENDS_SO.search(tail) and NAME.match(head) else None
    if found is not None and found.start() < at < found.end() and names(found[1], found[2]):
        last = found[2] if found.start(1) < at else found[1]
        named = NAME.match(last) and last.lower() not in NOBODY and not _NUMBERED.match(head)
        if named and (words := _CAPITALS.match(head)) is not None:
            yield "reader", found.start(), words.end()
    if "@" in joined and MAIL.match(head) is None and not any(hit.end() == at for hit in MAIL.finditer(tail)):
        for hit in MAIL.finditer(tail + head):
            if hit.start() < at < hit.end() and hit[0].partition("@")[0].lower() not in EVERYBODYS:
                yield "mail", hit.start(), hit.end() - at
    numbered = PERSON_NUMBER.search(joined) if _BEGINS_SO.match(head) else None
    if numbered is None or not PERSON_WORD.search(numbered[0]):
        numbered = PHONE.search(joined, max(0, at - 24)) if head[0] in "(-." or head[0].isdigit() else None
    login = LOGIN.search(joined) if tail[-1] in ":#=" or head[0] in ":#=" else None
    if login is not None and not _OF_LOGINS.search(login[1]):  # another label, as in a form
        login = None
    for kind, over in (("number", numbered), ("machine", login)):
        if over is not None and over.start() < at < over.end():
            yield kind, over.start(), over.end() - at - 1

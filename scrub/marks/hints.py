"""Where in a text the expressions of `scrub.marks.words` can find something at all.

To look for a word in all of a text costs a hundredth of what the expressions do, so most lines are never
looked at. What begins with that word is tried once more there, by an expression that allows whatever theirs
allow and a line's end: most of a plain text's "printed by the office" ends here. In linear time: what is
repeated without a bound gives nothing back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from scrub.marks.labels import EVERYBODYS, LABELS, LABELS_OF_HINDI, NOBODY, ROWS, behind, plainly

MAX_LINE = 2000
MAX_LINES = 200_000

READER, MAILS, MACHINE, NUMBERS, ADDRESSES, MOMENTS, SIGNS, MIXED = (1 << bit for bit in range(8))

AROUND = "\"'(<[\u00ab\u201c"
_MOST = 10 * MAX_LINES

_PHONE = re.compile(
    r"(?<![\w.,/:+-])(?:\+|00)\d{1,3}[\s.-]?\s*+(?:\(\d{1,4}\)[ .-]?)?\s*+\d{2,4}(?:[ .-]?\s*+\d{2,4}){2,4}"
)
_MAIL = re.compile(r"(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2}")
_MAIL_TO_THE_END = re.compile(r"[\w.-]*+[ \t]*+\n")
_TIME = re.compile(r":[0-5]\d:[0-5]\d(?![\d:A-Fa-f])")
_HOSTS = (
    "WS",
    "PC",
    "LAP",
    "LT",
    "LAPTOP",
    "DESKTOP",
    "DSK",
    "WKS",
    "NB",
    "VDI",
    "CTX",
    "AGENT",
    "SEAT",
    "SRV",
    "SVR",
    "PRN",
    "PRT",
)

_WHICH = {"reader": READER, "user": MACHINE, "computer": MACHINE, "session": MACHINE}
_FOLLOWS: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
for _kind, _rows in ROWS.items():
    for _row in _rows:
        _follows = behind(_kind, _row)
        for _word in _row[0].split():
            _FOLLOWS.setdefault(_word, []).append((_WHICH.get(_kind, NUMBERS), _follows))
_WORDS_ALONE = (
    (SIGNS, "manifest-----"),
    (MACHINE, "\\"),
    (READER, "\u0924\u0948\u092f\u093e\u0930"),
    (READER, "\u092e\u0941\u0926\u094d\u0930\u093f\u0924"),
    (READER, "\u091c\u093e\u0930\u0940"),
    (READER, "\u092a\u094d\u0930\u093f\u0902\u091f"),
    (READER, "\u0921\u093e\u0909\u0928\u0932\u094b\u0921"),
    (READER, "\u0928\u093f\u0930\u094d\u092f\u093e\u0924"),
    (READER, "\u092a\u094d\u0930\u0924\u093f"),
    (READER, "\u092c\u0928\u093e\u092f\u093e"),
    (READER, "\u0905\u0928\u0941\u0930\u094b\u0927\u093f\u0924"),
    (READER, "\u0916\u094b\u0932\u093e"),
    (READER, "\u0926\u0947\u0916\u093e"),
    (READER, "\u092d\u0947\u091c\u093e"),
    (READER, "\u0915\u0947\u0935\u0932"),
)
"""What stands before or behind a name, or is enough."""

_LABELLED = re.compile(r":(?=\s*+[A-Z][\w'.-]*+,? ++[A-Z])")
_LABEL_OF_HINDI = re.compile(rf"(?:{LABELS_OF_HINDI})\s?:")
_LABEL = re.compile(rf"(?i:(?<![^\W_])(?:{LABELS})\s?\Z)")
_LONGEST_LABEL = 40
_IP = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d")
_COLONS = re.compile(r":[\dA-Fa-f]{0,4}:")
_HYPHENS = re.compile(r"-[\dA-Fa-f]{2}-[\dA-Fa-f]{2}-")
_HOST = re.compile("[A-Z][-_](?=[A-Z0-9_-]{2})")
_ABROAD = re.compile(r"(?:\+|00)\d")
_BEYOND_LATIN = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u200b-\u200f\u2060-\u206f\ufeff\ufe00-\ufe0f"
    "\u180b-\u180e\u00ad\U000e0000-\U000e0fff]"
)
_TWO_WRITINGS = re.compile(
    "[A-Za-z\xc0-\u024f][\u0370-\u03ff\u0400-\u052f\u0531-\u0587]"
    "|[\u0370-\u03ff\u0400-\u052f\u0531-\u0587][A-Za-z\xc0-\u024f]"
)
UNSEEN = re.compile(
    "[\u200b-\u200f\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\u180b-\u180e\u00ad\U000e0000-\U000e0fff]{4}"
)


@dataclass(frozen=True, slots=True)
class Hints:
    """`lines`: numbers from 1, where they begin, and what to look for there. `joins`: the same of lines whose
    end something may go on behind: their number, and where the next one begins.
    """

    lines: list[tuple[int, int, int]]
    joins: list[tuple[int, int]]


def is_nobody(word: str) -> bool:
    """Whether a word behind "prepared for" is an article, or nothing."""
    word = word.strip(AROUND)
    return not word or plainly(word if len(word) == 2 else word.rstrip(".,;:")).lower() in NOBODY


def line_at(text: str, start: int) -> str:
    """The line that begins there, as far as it is looked at."""
    end = text.find("\n", start)
    return text[start : min(end if end >= 0 else len(text), start + MAX_LINE)]


def hints_in(text: str) -> Hints:
    places: list[tuple[int, int]] = []
    joins: set[int] = set()
    plain = plainly(text)
    low = plain.lower()
    for at, end, which in islice(_begun(plain, low), _MOST):
        places.append((at, which))
        line_end = text.find("\n", at, end)
        if line_end >= 0:
            joins.add(line_end)
    places += islice(_alone(text, low), _MOST)
    places += islice(_labelled(plain), _MOST)
    for at, to_look_at, ends in islice(_mails(text), _MOST):
        if to_look_at:
            places.append((at, MAILS))
        if ends is not None:
            joins.add(ends)
    lines, number, counted = [], 1, 0
    for start, of_line in groupby(sorted(places), lambda place: text.rfind("\n", 0, place[0]) + 1):
        number += text.count("\n", counted, start)
        counted, kinds = start, 0
        for _, which in of_line:
            kinds |= which
        lines.append((number, start, kinds))
    at_ends, number, counted = [], 0, 0
    for end in sorted(joins):
        number += text.count("\n", counted, end + 1)
        counted = end + 1
        at_ends.append((number, end + 1))
    return Hints(lines, at_ends)


def _begun(text: str, low: str) -> Iterator[tuple[int, int, int]]:
    """Where something may begin and end, and what."""
    every = " ".join(dict.fromkeys(low.split()))  # a word that isn't among these is nowhere
    for word, rows in _FOLLOWS.items():
        at = low.find(word) if word in every else -1
        while at >= 0:
            end = at + len(word)
            if not at or not low[at - 1].isalnum():
                for which, follows in rows:
                    found = follows.match(text, end)
                    if found is not None and (which != READER or not is_nobody(found[1])):
                        yield at, found.end(), which
            at = low.find(word, end)
    for hint in _ABROAD.finditer(text):
        if (found := _PHONE.match(text, hint.start())) is not None:
            yield found.start(), found.end(), NUMBERS


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    """Where a colon stands between what calls for a name and what may be one."""
    for colon in _LABELLED.finditer(text):
        if _LABEL.search(text, max(0, colon.start() - _LONGEST_LABEL), colon.start()):
            yield colon.start(), READER
    if not text.isascii():
        for found in _LABEL_OF_HINDI.finditer(text):
            yield found.start(), READER


def _alone(text: str, low: str) -> Iterator[tuple[int, int]]:
    for which, word in _WORDS_ALONE:
        at = low.find(word)
        while at >= 0:
            yield at, which
            end = text.find("\n", at)
            at = low.find(word, end) if end >= 0 else -1
    for hint in (_IP, _HYPHENS):
        for found in hint.finditer(text):
            yield found.start(), ADDRESSES
    for found in _COLONS.finditer(text):
        yield found.start(), MOMENTS if _TIME.match(text, found.start()) else ADDRESSES | MOMENTS
    for found in _HOST.finditer(text):
        if text.endswith(_HOSTS, max(0, found.start() - 7), found.start() + 1):
            yield found.start(), MACHINE
    if not text.isascii() and _BEYOND_LATIN.search(text):
        for hint, which in ((_TWO_WRITINGS, MIXED), (UNSEEN, SIGNS)):
            for found in hint.finditer(text):
                yield found.start(), which


def _mails(text: str) -> Iterator[tuple[int, bool, int | None]]:
    """Where an @ is, whether the line is to be looked at, and the line's end over which an address goes."""
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - 64) : at]
        words = before.split() if before else []
        name = words[-1] if words and not before[-1].isspace() else ""
        if not name:
            line_end = at - (len(before) - len(before.rstrip(" \t"))) - 1
            if line_end >= 0 and text[line_end] == "\n":
                yield at, False, line_end
        elif name.lower() not in EVERYBODYS:
            goes_on = _MAIL_TO_THE_END.match(text, at + 1)
            yield at, _MAIL.match(text, at + 1) is not None, None if goes_on is None else goes_on.end() - 1
        at = text.find("@", at + 1)

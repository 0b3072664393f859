"""Words by which a copy names its reader or a machine: addresses, logins, numbers of people, "prepared for".

Looked for line by line where `scrub.marks.hints` says so; nothing is known of a line but its words. In linear
time: a line is looked at up to `MAX_LINE` letters, and no expression has nested repeats. Sources: RFC 5321
(addresses), RFC 4291 (IPv6), what Citrix and VMware put into a session's mark, C2PA 2.4 A.9 (a manifest).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from scrub.marks.hints import (
    ADDRESSES,
    AROUND,
    MACHINE,
    MAILS,
    MAX_LINES,
    MIXED,
    MOMENTS,
    NUMBERS,
    READER,
    SIGNS,
    UNSEEN,
    Hints,
    hints_in,
    is_nobody,
    line_at,
)
from scrub.marks.labels import EVERYBODYS, LABELS, LABELS_OF_HINDI, expression_of, plainly

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b")
_IP = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)")
_VERSION = re.compile(r"(?i)(?:\bv|versi[oó]n|version|section|secci[oó]n|article|art\.?|clause|build|§)\s*$")
_LONGEST_VERSION = 24
"""Letters and spaces of what stands before a version."""

_MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])")
_IP6 = re.compile(
    r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:fe80|2[0-9a-f]{3})::?[0-9A-Fa-f:]{4,35}"
)

LOGIN = expression_of("user")
_COMPUTER, _SESSION = expression_of("computer"), expression_of("session")
_DOMAIN = re.compile(r"(?<![\w\\/.:])[A-Za-z][\w-]{1,20}\\[A-Za-z][\w.-]{2,30}(?![\w\\])")
_SHARE = re.compile(r"(?<!\\)\\\\[\w.-]{2,30}\\[\w.$ -]{1,40}")
_HOST = re.compile(
    r"\b(?:WS|PC|LAP|LAPTOP|LT|DESKTOP|DSK|WKS|NB|VDI|CTX|AGENT|SEAT|SRV|SVR|PRN|PRT)[-_](?=[A-Z0-9_-]*\d)"
    r"[A-Z0-9]{2,12}(?:[-_][A-Z0-9]{1,12}){0,3}\b"
)
PERSON_NUMBER = expression_of("staff")
PERSON_WORD = re.compile(
    r"(?i)(?:\bid\b|\bno\b|\bn[.ºo°]|\bnr\b|\bblg\b|number|numero|numer|code|codigo|#|:|legajo|matricul|ficha"
    r"|संख्या|आईडी|क्रमांक)"
)
PHONE = re.compile(
    r"(?<![\w.,/:+-])(?:\+|00)\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){2,4}(?![\w/,:-])"
)
_BEFORE_PERSON = 12
"""Letters: "no. of the employee"."""

_PAPERS, _COPY, _TELEPHONE = expression_of("papers"), expression_of("copy"), expression_of("phone")
_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\w{3,10} \d{1,2},? 20\d\d\b"
    r"|\b\d{1,2}\.? (?:de )?\w{3,10}\.?,? (?:de )?20\d\d\b"
)
_SECONDS = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])")

BEFORE = expression_of("reader")
_LABELLED = re.compile(
    rf"(?i:(?<![^\W_])(?:{LABELS}))\s?:\s*([A-Z][\w'.-]*,? +[A-Z][\w'-]+)"
    rf"|(?:{LABELS_OF_HINDI})\s?:\s*(\S+(?: \S+)?)\s*$"
)
_BEHIND = re.compile(
    r"(?:^|[|,:.]) *((?:\S+ ){0,2}\S+) (?:(?:के|को) लिए (?:\S+ )?(?:तैयार|मुद्रित|जारी|बनाया)|को (?:भेजा|जारी)"
    r"|द्वारा (?:मुद्रित|प्रिंट|डाउनलोड|निर्यात|अनुरोधित|खोला|देखा)|की (?:निजी )?प्रति\b)"
    r"|केवल ((?:\S+ ){0,2}\S+) के लिए"
)
NAME = re.compile(r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]|[^\W\d_]\S*[\d@_\\]|[^\W\d_]\S*\.\S|\d{5}")
"""A capital at the beginning, or a login's sign."""

_FOOT = re.compile(r"[a-z]{4,20}")
"""A login of small letters alone: where it ends a line that begins with what stands before it."""

_PARTICLES = frozenset(("de", "da", "do", "dos", "del", "di", "van", "von", "der", "den", "al", "bin", "abu"))
_OF_READING = re.compile(
    "(?i)print|impr|shtyp|download|descarg|telecharg|shkark|export|view|visual|consult|gener"
)
_BLOCK = re.compile(r"-----BEGIN C2PA MANIFEST-----")
_LATIN, _OTHER = re.compile("[A-Za-z]"), re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_KINDS = {
    "reader": READER,
    "mail": MAILS,
    "machine": MACHINE,
    "number": NUMBERS,
    "address": ADDRESSES,
    "moment": MOMENTS,
    "carrier": SIGNS,
}
_MIXED_ENOUGH = 3
"""Words of mixed writing in one file; one or two may be a formula's or a brand's."""


def marks_in(
    text: str, most: int = 10 * MAX_LINES, hints: Hints | None = None
) -> Iterator[tuple[int, str, str]]:
    """Triples: the line's number from 1, a kind of `MARKS`, and the words as they stand there. Of a kind of
    which there are `most`, no further line is looked for. `hints`: of this text, if they are at hand.
    """
    mixed: list[tuple[int, str]] = []
    found: Counter[str] = Counter()
    enough = 0
    for number, start, looked_for in (hints or hints_in(text)).lines:
        line = line_at(text, start)
        for kind, words in _in_line(line, looked_for & ~enough):
            found[kind] += 1
            if found[kind] >= most:
                enough |= _KINDS[kind]
            yield number, kind, words
        if looked_for & MIXED and len(mixed) < _MIXED_ENOUGH:
            mixed += [
                (number, word) for word in _WORD.findall(line) if _LATIN.search(word) and _OTHER.search(word)
            ]
    if len(mixed) >= _MIXED_ENOUGH:
        yield mixed[0][0], "alike", mixed[0][1]


def _in_line(line: str, looked_for: int) -> Iterator[tuple[str, str]]:
    for kind, look in _LOOKS.items():
        if looked_for & _KINDS[kind]:
            for words in look(line):
                yield kind, words


def _readers(line: str) -> Iterator[str]:
    plain = plainly(line)
    for found in BEFORE.finditer(plain):
        if names(found[1], found[2]) or _ends_a_foot(plain, found):
            yield line[found.start() :]
            return
    for found in _LABELLED.finditer(plain) if ":" in plain else ():
        if not any(map(is_nobody, (found[1] or found[2]).split())):
            yield line[found.start() : found.end()]
    if len(line) < 160 and not line.isascii():
        behind = _BEHIND.search(line)
        if behind is not None and not any(map(is_nobody, (behind[1] or behind[2]).split())):
            yield line


def _ends_a_foot(line: str, found: re.Match[str]) -> bool:
    begins = line[found.start()].isupper() and not line[: found.start()].strip(" |-")
    ends = found[2] is None or not found[2][:1].isalpha()
    of_reading = _OF_READING.match(found[0]) is not None
    return (
        of_reading and begins and ends and _FOOT.fullmatch(found[1]) is not None and not is_nobody(found[1])
    )


def _mails(line: str) -> Iterator[str]:
    for found in MAIL.finditer(line):
        if found[0].partition("@")[0].lower() not in EVERYBODYS:
            yield found[0]


def _addresses(line: str) -> Iterator[str]:
    others = (*_MAC.finditer(line), *_IP6.finditer(line)) if ":" in line or line.count("-") > 4 else ()
    for found in (*_IP.finditer(line), *others):
        before = line[max(0, found.start() - _LONGEST_VERSION) : found.start()]
        if not _VERSION.search(before) and not _is_nobodys(found[0], line, found.start()):
            yield found[0]


def _machines(line: str) -> Iterator[str]:
    plain = plainly(line)
    for machine in (LOGIN, _COMPUTER, _SESSION, _DOMAIN, _SHARE, _HOST):
        for found in machine.finditer(plain):
            yield line[found.start() : found.end()]


def _numbers(line: str) -> Iterator[str]:
    plain = plainly(line)
    for found in PERSON_NUMBER.finditer(plain):
        if PERSON_WORD.search(plain, max(0, found.start() - _BEFORE_PERSON), found.end()):
            yield line[found.start() : found.end()]
    for number in (_PAPERS, _COPY, _TELEPHONE, PHONE):
        for found in number.finditer(plain):
            yield line[found.start() : found.end()]


def _moments(line: str) -> Iterator[str]:
    if _SECONDS.search(line) and _DAY.search(line):
        for found in _SECONDS.finditer(line):
            yield found[0]


def _carriers(line: str) -> Iterator[str]:
    if _BLOCK.search(line) or UNSEEN.search(line):
        yield line


_LOOKS: dict[str, Callable[[str], Iterator[str]]] = {
    "reader": _readers,
    "mail": _mails,
    "address": _addresses,
    "machine": _machines,
    "number": _numbers,
    "moment": _moments,
    "carrier": _carriers,
}


def names(first: str, second: str | None) -> bool:
    """Whether somebody is named there: no article, and a name or a login."""
    word = first.strip(AROUND)
    if is_nobody(first):
        return False
    return NAME.match(word) is not None or (
        second is not None and word.lower() in _PARTICLES and NAME.match(second) is not None
    )


def _is_nobodys(address: str, line: str, start: int) -> bool:
    """A heading's number at the beginning of a line, or an address that every machine has."""
    if address.startswith(("127.", "0.", "255.255.", "224.")):
        return True
    heading = re.match(r"\s*[\d.]+\s+[^\W\d]", line)
    return heading is not None and start <= len(line) - len(line.lstrip())

"""Words by which a copy names its reader or a machine: addresses, logins, numbers of people, "prepared for".

Looked for line by line in what was read; nothing is known of a line but its words. In linear time: a line is
looked at up to `MAX_LINE` letters, and no expression has nested repeats. Sources: RFC 5321 (addresses), RFC
4291 (IPv6), what Citrix and VMware put into a session's mark, C2PA 2.4 A.9 (a manifest in text).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby, islice

MAX_LINE = 2000
MAX_LINES = 200_000

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b")
EVERYBODYS = frozenset(
    re.findall(
        r"[\w-]+",
        "info contact contacto kontakt support soporte help ayuda hr rrhh office oficina sales ventas admin "
        "press prensa legal compliance privacy noreply no-reply service servicio jobs empleo contactus hello",
    )
)
"""Names of mailboxes that are nobody's own."""

_IP = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)")
_VERSION = re.compile(r"(?i)(?:\bv|versi[oó]n|version|section|secci[oó]n|article|art\.?|clause|build|§)\s*$")
_MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])")
_IP6 = re.compile(
    r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:fe80|2[0-9a-f]{3})::?[0-9A-Fa-f:]{4,35}"
)

LOGIN = re.compile(
    r"(?i)\b(?:user ?(?:name|id)?|log(?:ged|ed)[ -]?in as|login|signed in as|usuari[oa]|utilisateur"
    r"|p[eë]rdoruesi"
    r"|gumagamit|उपयोगकर्ता|host ?name|workstation|computer|terminal|equipo|poste)"
    r"\s*[:#=]\s*([\w.@\\-]{3,40})"
)
_DOMAIN = re.compile(r"(?<![\w\\/.:])[A-Za-z][\w-]{1,20}\\[A-Za-z][\w.-]{2,30}(?![\w\\])")
_SHARE = re.compile(r"(?<!\\)\\\\[\w.-]{2,30}\\[\w.$ -]{1,40}")
_HOST = re.compile(
    r"\b(?:WS|PC|LAP|LAPTOP|LT|DESKTOP|DSK|WKS|NB|VDI|CTX|AGENT|SEAT)[-_](?=[A-Z0-9_-]*\d)"
    r"[A-Z0-9]{2,12}(?:[-_][A-Z0-9]{1,12}){0,3}\b"
)
PERSON_NUMBER = re.compile(
    r"(?i)\b(?:employee|staff|agent|badge|worker|personnel|emp|empleado|empleada|agente|trabajador"
    r"|legajo|n[oó]mina"
    r"|matricule|salari[eé]|employ[eé]|agent|punonj[eë]sit|empleyado|manggagawa|कर्मचारी)"
    r"[^\d\n]{0,18}?[ :#.º°]\s*([A-Z]{0,3}-?\d[\d-]{3,11})\b"
)
PERSON_WORD = re.compile(
    r"(?i)(?:\bid\b|\bno\b|n[.ºo°]|number|n[uú]mero|num[eé]ro|num[eë]r|code|c[oó]digo|#|:|legajo|matricule"
    r"|संख्या|आईडी)"
)
PHONE = re.compile(
    r"(?<![\w.,/:+-])(?:\+|00)\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){2,4}(?![\w/,:-])"
)
_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\w{3,10} \d{1,2},? 20\d\d\b"
    r"|\b\d{1,2}\.? (?:de )?\w{3,10}\.?,? (?:de )?20\d\d\b"
)
_SECONDS = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])")

BEFORE = re.compile(
    r"(?i)\b(?:"
    r"(?:prepared|printed|issued|generated|exported|produced|made|intended|reserved) (?:\w{3,12}ly )?for"
    r"|(?:printed|downloaded|viewed|accessed|exported|requested|opened|generated) (?:on [\d/.: -]{4,24} )?by"
    r"|licen[sc]ed to|issued to|assigned to|(?:personal |this )?copy (?:for|of)|property of agent"
    r"|preparado (?:exclusivamente )?para|impreso (?:por|para)|descargado por|licenciado a|emitido (?:para|a)"
    r"|consultado por|generado (?:para|por)|exportado por|copia (?:de|para)|elaborado para|entregado a"
    r"|pr[eé]par[eé]e? pour|imprim[eé]e? (?:par|pour)|t[eé]l[eé]charg[eé]e? par|d[eé]livr[eé]e? [aà]"
    r"|exemplaire (?:de|pour)|g[eé]n[eé]r[eé]e? (?:pour|par)|export[eé]e? par|consult[eé]e? par"
    r"|[eé]tabli pour"
    r"|p[eë]rgatitur p[eë]r|(?:printuar|shtypur|shkarkuar|eksportuar|gjeneruar) nga|l[eë]shuar p[eë]r"
    r"|kopje p[eë]r|inihanda (?:para )?(?:kay|sa|para)(?: kay)?"
    r"|(?:inilimbag|na-print|i-?print|na-download|in-?export) ni|kopya (?:ni|para kay)"
    r")\s*:?\s+(\S+)(?:\s+(\S+))?"
)
_BEHIND = re.compile(
    r"(\S+)\s+(?:(?:के|को) लिए (?:\S+ )?(?:तैयार|मुद्रित|जारी)"
    r"|द्वारा (?:मुद्रित|प्रिंट|डाउनलोड|निर्यात)|की (?:निजी )?प्रति\b)"
)
NOBODY = frozenset(
    re.findall(
        r"\w+",
        "the a an all any each every this that these those your our their its his her use us you review "
        "internal la el los las un una unos unas todo todos cada su sus este esta esa ese uso le les une des "
        "l tous chaque ce cette votre notre t\u00eb nj\u00eb ang mga lahat bawat which who whom what hand "
        "mail post email default",
    )
)
NAME = re.compile(r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]|\S*[\d@_\\]|\S+\.\S")
"""A capital at the beginning, or a login's sign."""

_BLOCK = re.compile(r"-----BEGIN C2PA MANIFEST-----")
_UNSEEN = re.compile(
    "[\u200b-\u200f\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\u180b-\u180e\u00ad\U000e0000-\U000e0fff]{4}"
)
_LATIN, _OTHER = re.compile("[A-Za-z]"), re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_READER, _MAILS, _MACHINE, _NUMBERS, _ADDRESSES, _MOMENTS, _SIGNS, _MIXED = (1 << bit for bit in range(8))
_HINTS = (
    (re.compile(r"\d[\d.:/ ()-]{4}"), _NUMBERS | _ADDRESSES),
    (re.compile(r":[\dA-Fa-f]{0,4}:"), _ADDRESSES | _MOMENTS),
    (re.compile(r"-[\dA-Fa-f]{2}-[\dA-Fa-f]{2}-"), _ADDRESSES),
    (re.compile("[A-Z][-_](?=[A-Z0-9_-]{2})"), _MACHINE),
)
"""What stands in each line in which one of the expressions finds something, and which."""

_KINDS = {
    "reader": _READER,
    "mail": _MAILS,
    "machine": _MACHINE,
    "number": _NUMBERS,
    "address": _ADDRESSES,
    "moment": _MOMENTS,
    "carrier": _SIGNS,
}
_HINTS_BEYOND_ASCII = ((_OTHER, _MIXED), (_UNSEEN, _SIGNS))
_HINT_WORDS = {
    _MAILS: ("@",),
    _SIGNS: ("manifest-----",),
    _MACHINE: re.findall(
        r"\S+",
        "\\ user login logged signed usuari utilisateur përdoruesi perdoruesi gumagamit उपयोगकर्ता host "
        "workstation computer terminal equipo poste",
    ),
    _READER: re.findall(
        r"\S+",
        "prepar issued generated produced made intended reserved viewed accessed requested opened licen "
        "assigned copy property impreso descargado emitido consult generado export copia elaborado entregado "
        "prépar imprim télécharg telecharg délivr delivr exemplaire génér gener établi etabli përgatitur "
        "pergatitur printuar shtypur shkarkuar eksport gjeneruar lëshuar leshuar kopje inihanda inilimbag "
        "print download kopya तैयार मुद्रित जारी प्रिंट डाउनलोड निर्यात प्रति",
    ),
}
_MIXED_ENOUGH = 3
"""Words of mixed writing in one file; one or two may be a formula's or a brand's."""


def marks_in(text: str, most: int = 10 * MAX_LINES) -> Iterator[tuple[int, str, str]]:
    """Triples: the line's number from 1, a kind of `MARKS`, and the words as they stand there. Of a kind of
    which there are `most`, no further line is looked for.
    """
    mixed: list[tuple[int, str]] = []
    found: Counter[str] = Counter()
    enough = 0
    for number, start, looked_for in lines_to_look_at(text):
        line = line_at(text, start)
        for kind, words in _in_line(line, looked_for & ~enough):
            found[kind] += 1
            if found[kind] >= most:
                enough |= _KINDS[kind]
            yield number, kind, words
        if looked_for & _MIXED and len(mixed) < _MIXED_ENOUGH:
            mixed += [
                (number, word) for word in _WORD.findall(line) if _LATIN.search(word) and _OTHER.search(word)
            ]
    if len(mixed) >= _MIXED_ENOUGH:
        yield mixed[0][0], "alike", mixed[0][1]


def line_at(text: str, start: int) -> str:
    """The line that begins there, as far as it is looked at."""
    end = text.find("\n", start)
    return text[start : min(end if end >= 0 else len(text), start + MAX_LINE)]


def lines_to_look_at(text: str) -> Iterator[tuple[int, int, int]]:
    """The numbers and beginnings of those in which something stands that any of the expressions needs, and
    which: to look for a word in all of a text costs a hundredth of what the expressions do.
    """
    ascii_alone = text.isascii()
    low = text.replace("\u0130", "i").lower()  # the one letter that would become two
    hints = _HINTS if ascii_alone else (*_HINTS, *_HINTS_BEYOND_ASCII)
    places = [(hit.start(), which) for hint, which in hints for hit in islice(hint.finditer(text), MAX_LINES)]
    for which, words in _HINT_WORDS.items():
        for word in words:
            at = -1 if ascii_alone and not word.isascii() else low.find(word)
            while at >= 0 and len(places) < 10 * MAX_LINES:
                places.append((at, which))
                end = text.find("\n", at)
                at = low.find(word, end) if end >= 0 else -1
    number, counted = 1, 0
    for start, of_line in groupby(sorted(places), lambda place: text.rfind("\n", 0, place[0]) + 1):
        number += text.count("\n", counted, start)
        counted = start
        looked_for = 0
        for _, which in of_line:
            looked_for |= which
        yield number, start, looked_for


def _in_line(line: str, looked_for: int) -> Iterator[tuple[str, str]]:
    for kind, look in _LOOKS.items():
        if looked_for & _KINDS[kind]:
            for words in look(line):
                yield kind, words


def _readers(line: str) -> Iterator[str]:
    if (found := BEFORE.search(line)) is not None and names(found[1], found[2]):
        yield line[found.start() :]
    elif len(line) < 160 and not line.isascii() and _BEHIND.search(line):
        yield line


def _mails(line: str) -> Iterator[str]:
    for found in MAIL.finditer(line):
        if found[0].partition("@")[0].lower() not in EVERYBODYS:
            yield found[0]


def _addresses(line: str) -> Iterator[str]:
    for found in (*_IP.finditer(line), *_MAC.finditer(line), *_IP6.finditer(line)):
        if not _VERSION.search(line[: found.start()]) and not _is_nobodys(found[0], line, found.start()):
            yield found[0]


def _machines(line: str) -> Iterator[str]:
    for machine in (LOGIN, _DOMAIN, _SHARE, _HOST):
        for found in machine.finditer(line):
            yield found[0]


def _numbers(line: str) -> Iterator[str]:
    for found in PERSON_NUMBER.finditer(line):
        if PERSON_WORD.search(found[0]):
            yield found[0]
    for found in PHONE.finditer(line):
        yield found[0]


def _moments(line: str) -> Iterator[str]:
    if _SECONDS.search(line) and _DAY.search(line):
        for found in _SECONDS.finditer(line):
            yield found[0]


def _carriers(line: str) -> Iterator[str]:
    if _BLOCK.search(line) or _UNSEEN.search(line):
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
    word = first.strip("\"'(<[\u00ab\u201c")
    if word.lower().rstrip(".,;:") in NOBODY or not word:
        return False
    return NAME.match(word) is not None or (second is not None and NAME.match(word + second) is not None)


def _is_nobodys(address: str, line: str, start: int) -> bool:
    """A heading's number at the beginning of a line, or an address that every machine has."""
    if address.startswith(("127.", "0.", "255.255.", "224.")):
        return True
    heading = re.match(r"\s*[\d.]+\s+[^\W\d]", line)
    return heading is not None and start <= len(line) - len(line.lstrip())

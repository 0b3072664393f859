"""Whether words seem to say who wrote them: by a name, a number or an address that they call their own.

A guess, to point at before it goes; nothing is kept from going. A name counts behind "my name is" and the
like, at the end of a letter, or behind "name:"; a number or an address behind a word that makes it somebody's
("passport", "call me at"). The words are in `bot.intake.own_words`, the forms that need none in
`bot.intake.numbers`. In linear time: no expression has nested repeats without an end.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.intake.numbers import in_plain, plain, same_signs
from bot.intake.own_words import (
    AND,
    BADGES,
    BETWEEN,
    CAPITAL_INTRODUCTIONS,
    CLOSINGS,
    CONTACTS,
    ENDS,
    FORMS,
    INTRODUCTIONS,
    NO_NAMES,
    PAPERS,
    SURNAMES,
    TWO_CAPITALS,
)
from scrub.marks.hints import EVERYBODYS
from scrub.marks.words import MAIL


@dataclass(frozen=True, slots=True)
class Own:
    """What seems to be in it: the writer's name, a number of papers or a badge, a telephone or an address."""

    name: bool
    number: bool
    contact: bool


_LETTER = r"[\w\u0900-\u097f]"
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\s*\n\s*")
_DIGITS = re.compile(r"\d\D{0,3}\d")
_END = 200
"""Letters of the end of a testimony, in which its writer may have signed it."""
_MOST = 6
"""Words behind an introduction that are looked at."""


def own_in(text: str) -> Own:
    """What of its writer seems to stand in `text`."""
    words = _LINES.sub("\n", _SPACES.sub(" ", same_signs(text))).strip()
    upper = plain(words)
    digits = _DIGITS.search(upper) is not None
    return Own(
        any(_name_behind(words)) or _signed(words[-_END:]),
        digits and (in_plain(upper) or _numbered(upper)),
        (digits or "@" in upper) and _reached(upper),
    )


def _any_of(*tables: Iterable[str]) -> str:
    return "|".join(f"(?:{each})" for table in tables for each in table)


_BEHIND = re.compile(
    rf"(?i)(?<!{_LETTER})(?:(?P<any>{_any_of(INTRODUCTIONS)})"
    rf"|(?P<capital>{_any_of(CAPITAL_INTRODUCTIONS)})|(?P<two>{_any_of(TWO_CAPITALS)}))(?!{_LETTER})"
)
_FORM = re.compile(rf"(?im)^[*-]? ?(?:{_any_of(FORMS)}) ?: ?(.{{2,60}})$")
_CLOSING = re.compile(
    rf"(?i)(?:^|[\n.,;!?।] ?)(?:{_any_of(CLOSINGS)}) ?(?:[,.!:;।-] ?\n?|\n)(?P<who>[^\n,]{{2,60}})\Z"
)
_DASH = re.compile(r"\n-{1,2} ?(?P<who>[^\n,]{2,60})\Z")
_SURNAME = re.compile(rf"(?<!\S)मैं \S+ (?:\S+ )?(?:{SURNAMES.replace(' ', '|')}) (?:हूँ|हूं|बोल|लिख)")
_STOP = re.compile(r"[,;:!?()\n।\"“”]|\.(?:\s|\Z)|\s-\s")
_QUOTES = ('"', "\u201c", "\u201e", "\u00ab", ">")
_PARTICLES = frozenset(
    ["de", "la", "del", "dela", "las", "los", "y", "van", "von", "el", "bin", "bint", "san", "santa"]
)


def _name_behind(text: str) -> Iterator[bool]:
    shouted = text.upper() == text  # then capitals say nothing
    for found in _BEHIND.finditer(text):
        if text[max(0, found.start() - 2) : found.start()].rstrip().endswith(_QUOTES):
            continue  # somebody else says so
        phrase = _STOP.split(text[found.end() : found.end() + 80].lstrip(" ,:"), maxsplit=1)
        words = phrase[0].split()[:_MOST]
        if found["any"] is not None:
            yield _is_name(words, shouted)
        elif not shouted:
            yield _in_capitals(words, len(phrase) > 1 or len(words) < _MOST, alone=found["two"] is None)
    yield _SURNAME.search(text) is not None
    yield any(_whole_name(line[1].split(), shouted) for line in _FORM.finditer(text))


def _is_name(words: list[str], shouted: bool) -> bool:
    """A capital, or a few words and nothing that makes a sentence of them."""
    if not words or _nobodys(words[0]) or not words[0][0].isalpha():
        return False
    if words[0][0].isupper() and not shouted:
        return True
    until = next((at for at, word in enumerate(words) if word.lower() in AND), len(words))
    name = [
        word
        for word in words[:until]
        if word.lower() not in ("है", "हूँ", "हूं", "hai", "hoon", "hu", "hun", "po")
    ]
    return 0 < len(name) <= 4 and not any(
        _nobodys(word) or word.lower().endswith(ENDS) for word in name if word.lower() not in _PARTICLES
    )


def _in_capitals(words: list[str], ends: bool, *, alone: bool) -> bool:
    """Two words in capitals, or one alone before what goes on about it."""
    name: list[str] = []
    for word in words:
        if word.lower() in _PARTICLES and name:
            continue
        if not word[0].isupper() or word.isupper():
            break
        name.append(word)
    if not name or any(map(_nobodys, name)):
        return False
    rest = words[len(name)].lower() if len(words) > len(name) else ""
    return len(name) > 1 or (alone and (rest in ("from", "de", "del", "nga", "of") or (ends and not rest)))


def _signed(text: str) -> bool:
    """Whether a name stands where a letter ends."""
    if (found := _CLOSING.search(text)) is not None and _whole_name(found["who"].split(), shouted=False):
        return True
    found = _DASH.search(text)
    lists = found is not None and "\n-" in text[: found.start()]
    return found is not None and not lists and _whole_name(found["who"].split(), shouted=False)


def _whole_name(words: list[str], shouted: bool) -> bool:
    """Words that are a name and nothing else; in a script without capitals any few words."""
    parts = [word.strip(".,!") for word in words if word.lower() not in _PARTICLES]
    if not 0 < len(parts) <= 4 or any(not part or _nobodys(part) for part in parts):
        return False
    return all(part[0].isalpha() and (part[0].isupper() or part[0] == part[0].swapcase()) for part in parts)


def _nobodys(word: str) -> bool:
    return word.strip(".'\"").lower() in NO_NAMES


_FILL = rf"(?:[ :=#.'\"()>º°]|-(?= )|(?<!{_LETTER})(?:{BETWEEN})(?!{_LETTER})){{1,16}}"
_CODE = r"(?P<code>(?:[A-Z]{0,4}-?|[A-Z]{1,2} (?=\d{6}))\d(?:[A-Z\d]|[ .-]\d){3,22})(?![A-Z0-9%$€])"
_PAPER = re.compile(rf"(?<!{_LETTER})(?:{_any_of(PAPERS)})(?!{_LETTER}){_FILL}{_CODE}")
_BADGE = re.compile(rf"(?<!{_LETTER})(?:{_any_of(BADGES)})(?!{_LETTER}){_FILL}{_CODE}")
_DAY = re.compile(
    r"(?:19|20)\d\d(?:[ .-](?:0?[1-9]|1[0-2])(?:[ .-]\d{1,2})?)?|\d{1,2}[ .-]\d{1,2}[ .-](?:\d\d){1,2}"
)
_REACH = r"(?:\+|00)?\(?\d(?:[ .()-]{0,2}\d){6,14}(?!\d)"
_HANDLE = r"@[A-Z0-9_.]{3,32}"
_CONTACT = re.compile(
    rf"(?<!{_LETTER})(?:{_any_of(CONTACTS)})(?!{_LETTER}){_FILL}(?:(?P<phone>{_REACH})|{_HANDLE}(?![\w.]*\.))"
)
_MAILED = re.compile(rf"(?<!{_LETTER})(?:{_any_of(CONTACTS)})(?!{_LETTER}){_FILL}(?P<mail>\S{{3,120}})")
_LAST = re.compile(
    r"\n(?:(?:TEL|CEL|E-?MAIL|MAIL|CORREO|WHATSAPP)\.?:? ?)?(?P<last>[^\s@]+@[^\s@]+|\+?[\d ()-]{10,18})\Z"
)


def _numbered(upper: str) -> bool:
    return any(_is_code(found["code"], 5) for found in _PAPER.finditer(upper)) or any(
        _is_code(found["code"], 4) for found in _BADGE.finditer(upper)
    )


def _is_code(code: str, least: int) -> bool:
    """No day, no year, no amount."""
    code = code.strip(" .-")
    return sum(map(str.isdigit, code)) >= least and _DAY.fullmatch(code) is None


def _reached(upper: str) -> bool:
    if any(found["phone"] is None or _is_code(found["phone"], 7) for found in _CONTACT.finditer(upper)):
        return True
    ends = [found["mail"] for found in _MAILED.finditer(upper)] if "@" in upper else []
    if (last := _LAST.search(upper[-_END:])) is not None:
        ends.append(last["last"])
        if "@" not in last["last"] and _is_code(last["last"], 10):
            return True
    return any(
        mail[0].partition("@")[0].lower() not in EVERYBODYS for end in ends for mail in MAIL.finditer(end)
    )

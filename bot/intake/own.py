"""Whether words seem to say who wrote them: by a name, a number or an address that they call their own.

A guess, to point at before it goes; nothing is kept from going. A name counts behind "my name is" and the
like, at the end of a letter, or behind "name:"; a number or an address behind a word that makes it somebody's
("passport", "call me at"). The words are in `bot.intake.own_words`, common names in `own_names`,
numbers in `own_numbers`, the forms that need no word in `numbers`. In linear time: no expression has nested
repeats without an end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.intake.numbers import in_plain, plain, same_signs
from bot.intake.own_names import GIVEN
from bot.intake.own_numbers import END, LETTER, any_of, numbered, reached
from bot.intake.own_words import (
    AND,
    CAPITAL_INTRODUCTIONS,
    CLOSINGS,
    ENDS,
    FORMS,
    INTRODUCTIONS,
    NICKNAMES,
    NO_NAMES,
    SURNAMES,
    TWO_CAPITALS,
)


@dataclass(frozen=True, slots=True)
class Own:
    """What seems to be in it: the writer's name, a number of papers or a badge, a telephone or an address."""

    name: bool
    number: bool
    contact: bool


_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\s*\n\s*")
_DIGITS = re.compile(r"\d\D{0,3}\d")
_MOST = 6
"""Words behind an introduction that are looked at."""


def own_in(text: str) -> Own:
    """What of its writer seems to stand in `text`."""
    words = _LINES.sub("\n", _SPACES.sub(" ", same_signs(text))).strip()
    upper = plain(words)
    digits = _DIGITS.search(upper) is not None
    return Own(
        any(_name_behind(words)) or _signed(words[-END:]),
        digits and (in_plain(upper) or numbered(upper)),
        reached(upper),
    )


_BEHIND = re.compile(
    rf"(?i)(?<!{LETTER})(?:(?P<any>{any_of(INTRODUCTIONS)})"
    rf"|(?P<nick>{any_of(NICKNAMES)})|(?P<capital>{any_of(CAPITAL_INTRODUCTIONS)})|(?P<two>{any_of(TWO_CAPITALS)}))(?!{LETTER})"
)
_FORM = re.compile(rf"(?im)^[*-]? ?(?:{any_of(FORMS)})(?: ?[:=] ?| - )(.{{2,60}})$")
_REST = r"(?:,[^\n]{0,60})?(?:\n[^\n]{0,60}){0,3}\Z"
"""What may follow a name at the end: what the person is, a telephone, a post scriptum."""
_CLOSING = re.compile(
    rf"(?i)(?:^|[\n.,;!?।] ?)(?:{any_of(CLOSINGS)}) ?(?:[,.!:;।-] ?\n?|\n)(?P<who>[^\n,]{{2,60}}){_REST}"
)
_DASH = re.compile(r"(?:\A|\n)-{1,2} ?(?P<who>[^\n,]{2,60})\Z")
_ALONE = re.compile(r"\n(?P<who>[^\n,]{4,60})\Z")
_WORD = r"[^\s,.]{2,20}"
_WORD = r"[^\s,.]{2,20}"
_HERE = re.compile(
    rf"(?i)(?:^|[\n.,;!?] ?)(?:(?P<who>{_WORD}(?: {_WORD})?) (?:here|k[ëe]tu)\b(?=[,.!]|$| from| and| nga)"
    rf"|si (?P<si>{_WORD}(?: {_WORD}){{0,2}})(?: po)? (?:ito|to)\b(?! ang))"
)
"""Who says so behind the name: "john here", "si Liza po ito"."""
_SURNAME = re.compile(rf"(?<!\S)मैं \S+ (?:\S+ )?(?:{SURNAMES.replace(' ', '|')}) (?:हूँ|हूं|बोल|लिख)")
_STOP = re.compile(r"[,;:!?()\n।\"“”]|\.(?:\s|\Z)|\s-\s")
_QUOTES = ('"', "\u201c", "\u201e", "\u00ab", ">")
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "sr", "sra", "don", "doña", "kuya", "ate"])
_HINDI_VERBS = frozenset(["हूँ", "हूं", "हुँ", "बोल", "लिख", "hoon", "hun", "hu", "hoo", "bol", "likh"])
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
        elif found[0].lower() in ("मैं", "main", "mai"):
            yield _says_so_in_hindi(words)
        elif any(_common(word) for word in _name_words(words)):
            yield True
        elif found["nick"] is not None:
            yield not shouted and _nickname(words)
        elif not shouted:
            yield _in_capitals(words, len(phrase) > 1 or len(words) < _MOST, alone=found["two"] is None)
    yield _SURNAME.search(text) is not None
    yield any(_on_a_form(line[1].split(), shouted) for line in _FORM.finditer(text))
    yield any(_common(" ".join(filter(None, found.groups())).split()[0]) for found in _HERE.finditer(text))


_GIVEN = frozenset(map(plain, GIVEN))


def _common(word: str) -> bool:
    """Whether it is a common given name, in any case, with or without its accents."""
    return plain(word.strip(".,!")) in _GIVEN


def _name_words(words: list[str]) -> list[str]:
    """The first, or the second behind a title: "i'm mr john"."""
    return words[1:2] if words and words[0].lower().strip(".") in _TITLES else words[:1]


def _says_so_in_hindi(words: list[str]) -> bool:
    """A common name before the verb, where nothing else makes a sentence ("मैं आशा करती हूँ")."""
    verb = next((at for at, word in enumerate(words) if word.lower() in _HINDI_VERBS), 0)
    name = words[:verb]
    return (
        0 < len(name) <= 3
        and _common(name[0])
        and not any(_nobodys(word) or word.endswith(("ता", "ती", "ते")) for word in name[1:])
    )


def _nickname(words: list[str]) -> bool:
    """A word in capitals, also behind an article in capitals: "me dicen La Mona"."""
    if len(words) > 1 and words[0] in ("La", "El", "Big", "Little", "Kuya", "Ate"):
        words = words[1:]
    return bool(words) and words[0][0].isupper() and not words[0].isupper() and not _nobodys(words[0])


def _on_a_form(words: list[str], shouted: bool) -> bool:
    """A whole name, or two words and more in small letters that make no sentence."""
    parts = [word for word in words if word.lower() not in _PARTICLES]
    small = 1 < len(parts) <= 4 and all(part[0].isalpha() and not _nobodys(part) for part in parts)
    return small or any(map(_common, parts[:1])) or _whole_name(words, shouted)


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
    goes_on = rest in ("from", "de", "del", "du", "nga", "of", *AND)
    return len(name) > 1 or (alone and (goes_on or (ends and not rest)))


def _signed(text: str) -> bool:
    """Whether a name stands where a letter ends."""
    for form in (_CLOSING, _ALONE, _DASH):
        if (found := form.search(text)) is None:
            continue
        words = [word for word in found["who"].split() if any(map(str.isalpha, word))]
        known = 0 < len(words) <= 4 and _common(words[0])
        if known and (form is not _ALONE or len(words) > 1) and not any(map(_nobodys, words[1:])):
            return True
        if form is _CLOSING and _whole_name(words, shouted=False):
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

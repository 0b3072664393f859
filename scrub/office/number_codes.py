"""The code of a number format written anew: its words only where some value shows them.

A date stays a date and a unit a unit (`d" de "mmmm`, `0.00" hrs"`, `yyyy"\\u5e74"`), but a section that no
value is shown by could hide words: there a space stands in place of each. Source: ISO/IEC 29500-1, 18.8.31.
"""

import re
from collections.abc import Collection

from scrub.office.words import visible
from scrub.tables.kinds import KINDS

_PIECE = re.compile(
    r"\"[^\"]*\"?|\\.|[_*].|\[[^\]]*\]|(?i:AM/PM|A/P|General|Standard)|\u4e0a\u5348/\u4e0b\u5348|\u5348\u524d/\u5348\u5f8c"
    r"|\uc624\uc804/\uc624\ud6c4|[eE][-+]|/ ?[1-9][0-9]{0,2}|[gG]{1,3}|[eE]{1,4}|[aA]{3,4}"
    r"|[bB]{4}|[bB]{2}|[^\x00-\x7f]+|.",
    re.DOTALL,
)
_FORMAT = re.compile(KINDS["numberformat"])
_SPELLED = {"am/pm": "AM/PM", "a/p": "A/P", "general": "General", "standard": "General"} | dict.fromkeys(
    ("\u4e0a\u5348/\u4e0b\u5348", "\u5348\u524d/\u5348\u5f8c", "\uc624\uc804/\uc624\ud6c4"), "AM/PM"
)
_ERAS = re.compile(r"[gG]{1,3}|[eE]{1,4}|[aA]{3,4}|[bB]{4}|[bB]{2}")
_PLAIN = re.compile(r"[0#?.,%/ :()+\-$\u20ac\u00a3\u00a5\u20b1\u20b9ymdhsYMDHS@]|[eE][-+]|AM/PM|A/P|General")
_BETWEEN = re.compile(r"[ \-(),./:]")
_FILL = re.compile(r"[ \-().,:/$0-9\u20ac]")
_MONEY = re.compile(r"\[\$([^\]\[\"-]*)(?:-([^\]]*))?\]")
_LOCALE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?|x-sys(?:date|time)|([0-9A-Fa-f]{1,8})"
)
_SIGNS = re.compile(r"[$\u20ac\u00a3\u00a5\u20b1\u20b9\u20bd\u20ba\u00a2\u20a1]")
_SWITCH = re.compile(
    r"\[(?:h+|m+|s+|H+|M+|S+|Red|Black|Blue|Green|White|Yellow|Cyan|Magenta|Color ?[0-9]{1,2}|DBNum[1-4]"
    r"|NatNum[0-9]{1,2}|[<>=]{1,2}-?[0-9.]{1,12})\]",
    re.IGNORECASE,
)
_DAYS = re.compile(r"[ydYD]|[mM]{3}|[gG]|[eE](?![+-])")
_HOURS = re.compile(r"[hsHS]|\[[hmsHMS]+\]")
_SHOWING = re.compile(r"[0#?@ymdhsYMDHSgGeEaAbB]|General")
_AT_THE_END = re.compile(r"(?<!\\)[_*\\]$")
"""What is left of a space at the end: no space stands at the end of a value."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_OF_MONEY = frozenset(
    {
        *(
            "eur",
            "usd",
            "gbp",
            "chf",
            "sek",
            "nok",
            "dkk",
            "isk",
            "pln",
            "lei",
            "ron",
            "huf",
            "czk",
            "din",
            "rsd",
        )
    }
    | {*("bgn", "inr", "php", "lek", "try", "mkd", "cad", "aud", "brl", "mxn", "cop", "clp", "pen", "ars")}
)

_GAP = '" "'
_LONGEST = 255
_LONGEST_WORDS = 64


def hides_words(code: str, shown: Collection[int]) -> bool:
    """Whether sections by which no value is shown have words of their own."""
    seen, unseen = set[str](), set[str]()
    for at, section in enumerate(_sections(code)):
        words = {word for piece in section if (word := _words(piece)) and any(map(str.isalnum, word))}
        (seen if at in shown else unseen).update(words)
    return not unseen <= seen


def says_words(code: str) -> bool:
    """Whether a format that no cell has holds words that aren't the name of some money."""
    return tells("".join(_words(piece) or " " for section in _sections(code) for piece in [*section, " "]))


def tells(said: str) -> bool:
    """Whether words of a format that nothing shows are worth a line of the report."""
    return any(word.lower() not in _OF_MONEY for word in _WORD.findall(said))


def rewritten(code: str, shown: Collection[int]) -> tuple[str | None, bool]:
    """The code, whose sections `shown` (from 0) keep their words, and whether it looks as it did where it is
    shown; None for a code that shows nothing.
    """
    sections = _sections(code)
    kept = {
        word
        for at in shown
        if at < len(sections)
        for piece in sections[at]
        if (word := _words(piece)) is not None
    }
    for keeping in (True, False):
        words = kept if keeping else set[str]()
        written = ";".join(
            "".join(_written(piece, words, whole=keeping and at in shown) for piece in section)
            for at, section in enumerate(sections)
        )
        written = _AT_THE_END.sub("", written.strip())
        if not _SHOWING.search(_without_words(written)):
            return None, True
        if len(written) <= _LONGEST and _FORMAT.fullmatch(written):
            return written, keeping
    return _simplest(code), False


def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _words(piece: str) -> str | None:
    """What a piece shows as it stands there; None for what shows the value, a space or a sign."""
    if piece.startswith('"'):
        return visible(piece.strip('"')).replace("\n", " ").replace("\t", " ")
    if piece.startswith("\\") and len(piece) > 1:
        return None if _BETWEEN.fullmatch(piece[1]) else visible(piece[1])
    if found := _MONEY.fullmatch(piece):
        return found[1] or None
    if piece.startswith(("[", "_", "*")) or piece.lower() in _SPELLED or _ERAS.fullmatch(piece):
        return None
    if _PLAIN.fullmatch(piece) or piece.startswith("/"):
        return None
    return visible(piece)


def _written(piece: str, kept: set[str], *, whole: bool) -> str:
    """`kept` are the words that are shown somewhere, `whole` means here."""
    words = _words(piece)
    if found := _MONEY.fullmatch(piece):
        sign = found[1] if found[1] and (whole or found[1] in kept or _SIGNS.fullmatch(found[1])) else ""
        where = found[2] if found[2] and _is_locale(found[2]) else ""
        sign = visible(sign)[:_LONGEST_WORDS]
        return f"[${sign}-{where}]" if where else f"[${sign}]" if sign else ""
    if words is not None:
        text = words.replace('"', "")[:_LONGEST_WORDS]
        if not text:
            return ""
        return f'"{text}"' if whole or text in kept or _BETWEEN.fullmatch(text) else _GAP
    if piece.lower() in _SPELLED:
        return _SPELLED[piece.lower()]
    if piece.startswith("/"):
        return piece if whole else "/"
    if piece[0] in "_*" and len(piece) > 1:
        return piece if _FILL.fullmatch(piece[1]) else "_ " if piece[0] == "_" else ""
    if piece.startswith("["):
        return piece if _SWITCH.fullmatch(piece) else ""
    return piece if piece not in ("_", "*", "\\") else ""


def _is_locale(text: str) -> bool:
    """A language by its tag or number, of which the upper bytes are digits and calendar: no other number."""
    found = _LOCALE.fullmatch(text)
    number = int(found[1], 16) if found and found[1] else 0
    return (
        found is not None and number & 0x3FF <= 0x93 and number >> 16 & 0xFF <= 0x17 and number >> 24 <= 0x1F
    )


def _without_words(code: str) -> str:
    return re.sub(r"\"[^\"]*\"|\\.|[_*].|\[\$[^\]]*\]|\[[A-Z][a-zA-Z]+ ?[0-9]*\]|\[[<>=][^\]]*\]", "", code)


def _simplest(code: str) -> str:
    """A format of the same kind for a code that can't be kept: what was a date doesn't become a number."""
    value = _without_words(code)
    days, hours = _DAYS.search(value), _HOURS.search(value)
    if days:
        return "yyyy-mm-dd hh:mm" if hours else "yyyy-mm-dd"
    return "[h]:mm" if hours else "General"

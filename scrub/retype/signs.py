"""One spelling for signs that a copy can choose between without another meaning: dashes, bullets, quotes,
digits, accents that no language writes, gaps between joined letters. A text keeps them; an edition doesn't.

Sources: Unicode 17, UAX #44; Gutub and Fattani (2007) for the Arabic kashida as a mark.
"""

import re
import sys
import unicodedata
from functools import cache

_ALIKE = {
    **dict.fromkeys("\u2013\u2014\u2015\u2e3a\u2e3b\u30fb\u2043", "-"),
    **dict.fromkeys("\u25e6\u2023\u25aa\u25ab\u25cf\u25a0\u25c6\u25b8\u25ba\u27a2\u27a4\u2619", "\u2022"),
    **dict.fromkeys("`\u2039\u203a\u055a\ua78b", "'"),
    **dict.fromkeys("\u00ab\u00bb\u301d\u301e", '"'),
    **dict.fromkeys("\u0640\u200c\u200d", ""),
}
_UNWRITTEN = (
    {0x305, *range(0x332, 0x342), *range(0x346, 0x34F), *range(0x350, 0x358)}
    | {*range(0x359, 0x370), *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100)}
    | {*range(0xFE20, 0xFE30)}
)
"""Lines above, below and through letters, ties, rings, arrows: marks of phonetics and of mathematics."""

_SMALL_CAPITAL = re.compile("LATIN LETTER SMALL CAPITAL ([A-Z])")
_TURKIC = re.compile("[\u011e\u011f\u0130\u018f\u0259]")
_STRAY = re.compile(r" +(?=[,.](?:\s|$))", re.MULTILINE)


def one_spelling(text: str) -> str:
    """Of words that `scrub.words.clean.tidy` gives back."""
    if not text.isascii() or "`" in text:
        text = unicodedata.normalize("NFC", text.translate(_table()))
        if "\u0131" in text and not _TURKIC.search(text):
            text = text.replace("\u0131", "i")
    return _STRAY.sub("", text)


@cache
def _table() -> dict[int, str]:
    table = {ord(sign): same for sign, same in _ALIKE.items()} | dict.fromkeys(_UNWRITTEN, "")
    for code in range(0x80, sys.maxunicode + 1):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            table[code] = str(digit)
        elif found := _SMALL_CAPITAL.fullmatch(unicodedata.name(chr(code), "")):
            table[code] = found[1].lower()
    return table

"""Words of a run of text without what can't be seen: zero-width letters, tags and odd spaces can carry a
mark.

A run is a piece of a sentence, so its spaces stay, and so do its letters: a document keeps its look, and
`document_remains` says that the wording itself may tell whose copy it was. Source: UAX #44.
"""

import unicodedata

_IGNORABLE = frozenset(
    {
        0x34F,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        *range(0x180B, 0x1810),
        0x3164,
        *range(0xFE00, 0xFE10),
        0xFFA0,
        0xFFFC,
    }
    | {0x2800, 0x16FE4, 0x1D159, *range(0xE0000, 0xE1000)}
)
_JOINERS = frozenset("\u200c\u200d")
_JOINED = tuple((first, last) for first, last in ((0x600, 0x8FF), (0x900, 0x109F), (0x1780, 0x17FF)))
"""Arabic and Indic scripts: a joiner there chooses the shape of a letter."""

SYMBOLS = range(0xF020, 0xF100)
"""Where fonts of symbols keep theirs: bullets of word processors."""


def visible(text: str) -> str:
    """The text without what shows nothing; every odd space becomes a space."""
    if text.isascii() and text.isprintable():
        return text
    joins = any(first <= ord(letter) <= last for letter in set(text) for first, last in _JOINED)
    table = {ord(letter): _shown(letter, joins) for letter in set(text)}
    return text.translate(table)


def _shown(letter: str, joins: bool) -> str | None:
    code, category = ord(letter), unicodedata.category(letter)
    if letter in "\t\n\u00a0":
        return letter
    if category == "Zs":
        return " "
    if code in SYMBOLS or (letter in _JOINERS and joins):
        return letter
    return None if code in _IGNORABLE or category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else letter

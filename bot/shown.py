"""A reviewer's words as a chat can show them. Outside input: they came by a stick."""

import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PIECE = 2000
"""Characters of one message: 4096 of the messenger's units, which count some characters twice."""


def plain(text: str) -> str:
    """The same without what a messenger refuses or that turns a line around (Unicode Cc, bidi)."""
    kept = (letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return "".join(letter for letter in kept if letter not in _BIDI)


def pieces(text: str) -> list[str]:
    """A long text as messages, cut between lines or words where it has any; at least one, and none without
    a mark that can be seen: a messenger refuses it.
    """
    found = []
    while len(text) > PIECE:
        cut = max(text.rfind("\n", 0, PIECE), text.rfind(" ", 0, PIECE))
        cut = cut if cut > 0 else PIECE
        found.append(text[:cut])
        text = text[cut:].lstrip()
    return [piece for piece in (*found, text) if _visible(piece)] or ["…"]


def _visible(text: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)

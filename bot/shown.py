"""Long words as a chat can show them, and a reviewer's, which are outside input: they came by a stick."""

import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST = 4096
"""The messenger's units of one message (`units`)."""
PIECE = 2000
"""Characters of a piece of a longer one, some of which count twice."""


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


def units(text: str) -> int:
    """How long a text is as a messenger counts: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _visible(text: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)

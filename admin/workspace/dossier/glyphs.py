"""What no font here has is named in brackets.

A PDF/A may not hold a letter that nothing draws, and a court should not read a gap.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable


def drawn_by(letters: set[int]) -> Callable[[str], str]:
    """A function that names what none of these `letters` is: [GRINNING FACE]."""

    def drawn(text: str) -> str:
        if all(ord(letter) in letters for letter in set(text)):
            return text
        return "".join(letter if ord(letter) in letters else _named(letter) for letter in text)

    return drawn


def _named(letter: str) -> str:
    """Signs that only say how the one before is drawn are left out."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return ""
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}')}]"

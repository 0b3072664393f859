"""Which letters a font has, by its `cmap` table; what no font here has is named in brackets.

A PDF/A may not hold a letter that nothing draws, and a court should not read a gap. Source: OpenType 1.9,
`cmap` (formats 4 and 12) and the table directory.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable


def letters_of(font: bytes) -> set[int]:
    """The code points that a TrueType font draws."""
    (tables,) = struct.unpack_from(">H", font, 4)
    found: set[int] = set()
    for at in range(12, 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, at)
        if tag == b"cmap":
            (count,) = struct.unpack_from(">H", font, offset + 2)
            for sub in range(count):
                (where,) = struct.unpack_from(">L", font, offset + 8 + 8 * sub)
                found |= _subtable(font, offset + where)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    (kind,) = struct.unpack_from(">H", font, at)
    found: set[int] = set()
    if kind == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        for group in range(groups):
            first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * group)
            found.update(range(first, last + 1))
    elif kind == 4:
        (twice,) = struct.unpack_from(">H", font, at + 6)
        for segment in range(0, twice, 2):
            (last,) = struct.unpack_from(">H", font, at + 14 + segment)
            (first,) = struct.unpack_from(">H", font, at + 16 + twice + segment)
            found.update(range(first, min(last, 0xFFFE) + 1))
    return found


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

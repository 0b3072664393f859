"""Finds words in lines as a person would see them: in any case, with or without accents, over a line's
end.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BROKEN = r"(?:[-\u00ad\u2010]\n)?"
_BETWEEN = r"\s+"


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters `start` to `end` of a line (from 0) that belong to word number `word`."""

    word: int
    line: int
    start: int
    end: int


def pieces(lines: Sequence[str], words: Sequence[str]) -> Iterator[Piece]:
    """Every place of every word. A word that ends in `*` is the beginning of words."""
    folded, origins = [], []
    for number, line in enumerate(lines):
        for at, letter in enumerate(line):
            for sign in fold(letter):
                folded.append(sign)
                origins.append((number, at))
        folded.append("\n")
        origins.append((number, len(line)))
    text = "".join(folded)
    for word, wanted in enumerate(words):
        for pattern in _patterns(wanted):
            for found in pattern.finditer(text):
                yield from _taken(word, origins[found.start() : found.end()])


def _taken(word: int, origins: list[tuple[int, int]]) -> Iterator[Piece]:
    for line in sorted({number for number, _ in origins}):
        places = [at for number, at in origins if number == line]
        yield Piece(word, line, places[0], places[-1] + 1)


def _patterns(wanted: str) -> Iterator[re.Pattern[str]]:
    """Also backwards for what is written from the right: a page's lines are in the order of drawing."""
    ways = [wanted]
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in wanted):
        ways.append(wanted[::-1])
    for way in ways:
        parts = [_part(part.rstrip("*")) for part in way.split() if part.rstrip("*")]
        if parts:
            end = r"\w*" if way.endswith("*") else ""
            yield re.compile(r"(?<!\w)" + _BETWEEN.join(parts) + end + r"(?!\w)")


def _part(part: str) -> str:
    return _BROKEN.join(re.escape(sign) for letter in part for sign in fold(letter))


def fold(letter: str) -> str:
    """In one spelling, without case and the accents of European letters; other scripts keep their marks."""
    plain = unicodedata.normalize("NFKD", letter).casefold()
    return "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")

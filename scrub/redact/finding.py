"""Finds words in lines as a person would see them: in any case, with or without accents, over a line's
end.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BROKEN = r"(?:\u00ad|[-\u00ad]\n)?"
_BETWEEN = r"\s+"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_REST = r"(?:[^\W_]|[^\x00-\u02ff\u2000-\u206f\s])*"
"""Of a word: vowel signs and other marks are no letters for `re`, and belong to it."""

_JOINED = re.compile(
    "(?:ARABIC|HEBREW|SYRIAC|THAANA|THAI|LAO|KHMER|MYANMAR|TIBETAN|CJK|HIRAGANA|KATAKANA|HANGUL|BOPOMOFO) "
)
"""Scripts, as the names of their letters begin, without spaces, or with what is written on to a name."""

_SAME = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
    | dict(zip("łŁøØđĐı", "llooddi", strict=True))
)
"""Signs that a keyboard, a phone and a typesetter choose differently for the same; letters that have no
accent of their own in Unicode."""

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u0640\u064b-\u065f\u0670]")
"""Accents; points, vowels and hamza of Hebrew and Arabic, which are written or not; the Arabic stroke."""


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
    signs = {letter: fold(letter) for letter in set().union(*lines)}  # a long text has few kinds of them
    for number, line in enumerate(lines):
        for at, letter in enumerate(line):
            for sign in signs[letter]:
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
            joined = any(_JOINED.match(unicodedata.name(letter, "")) for letter in way)
            end = _REST if way.endswith("*") else ""
            body = _BETWEEN.join(parts) + end
            yield re.compile(body if joined else _START + body + _END)


def _part(part: str) -> str:
    return _BROKEN.join(re.escape(sign) for letter in part for sign in fold(letter))


def fold(letter: str) -> str:
    """In one spelling, without case and `_MARKS`; other scripts keep theirs. What
    nobody sees (a joiner, a space of no width) is nothing, but for the hyphen at a line's end.
    """
    plain = unicodedata.normalize("NFKD", letter.translate(_SAME)).casefold()
    return "".join(
        sign
        for sign in plain
        if not _MARKS.match(sign) and (sign == "\u00ad" or unicodedata.category(sign) != "Cf")
    )

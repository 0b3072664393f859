"""Words without marks: one spelling for each letter, and a bar in place of what names a reader.

Letters and spaces go through `scrub.words.clean`, as those of a text do. Beyond that a word of nothing but
letters that look like Latin ones is a Latin word where nearly all others are. What the search for marks finds
in the words is barred until it finds nothing more: docs/adr/0252-a-document-is-typed-anew.md
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from scrub.marks.words import marks_in
from scrub.report import Refusal
from scrub.retype.document import BAR, Block
from scrub.words.clean import TO_LATIN, tidy

_ROUNDS = 4
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MOSTLY = 0.9


class Plain:
    """Of one document. `lossy`: letters became others; `barred`: something is behind a bar."""

    def __init__(self) -> None:
        self.lossy = self.barred = False

    def words(self, untrusted: str) -> str:
        """On one line. Nothing, where nothing that can be read is left."""
        lines = self.lines(untrusted)
        return " ".join(" ".join(lines).split())

    def lines(self, untrusted: str) -> list[str]:
        try:
            tidied = tidy(untrusted.replace("\t", " "))
        except Refusal:
            return []
        self.lossy = self.lossy or tidied.lossy or tidied.unseen
        return [" ".join(line.split()) for line in tidied.text.split("\n") if line.strip()]

    def without_names(self, words: str) -> str:
        """A line or paragraph with a bar in place of all that names a reader."""
        for left in range(_ROUNDS, 0, -1):
            found = [mark for _, _, mark in marks_in(_read(words))]
            if not found:
                return words
            self.barred = True
            before = words
            for mark in sorted(found, key=len, reverse=True):
                words = _barred(words, mark)
            if words == before or left == 1:
                return BAR
        return words

    def in_one_writing(self, blocks: Iterable[Block]) -> list[Block]:
        """Words of look-alikes alone, as in a Latin text nobody writes them, in Latin letters."""
        blocks = list(blocks)
        counted = Counter(
            bool(_LATIN.search(word)) for text in _texts(blocks) for word in _WORD.findall(text)
        )
        if not counted[False] or counted[True] < _MOSTLY * counted.total():
            return blocks
        return [_each(block, self._latin) for block in blocks]

    def _latin(self, text: str) -> str:
        return text if text.isascii() else _WORD.sub(self._latin_word, text)

    def _latin_word(self, found: re.Match[str]) -> str:
        latin = found[0].translate(TO_LATIN)
        if latin == found[0] or not latin.isascii():
            return found[0]
        self.lossy = True
        return latin


def each_text(blocks: Iterable[Block], change: Callable[[str], str]) -> list[Block]:
    return [_each(block, change) for block in blocks]


def _each(block: Block, change: Callable[[str], str]) -> Block:
    if isinstance(block, str):
        return change(block)
    return tuple(tuple(change(cell) for cell in row) for row in block)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            yield from (cell for row in block for cell in row)


def _read(words: str) -> str:
    """As a reader takes a bar: nothing that stands on both sides of it makes a word."""
    return words.replace(BAR, " | ")


def _barred(words: str, mark: str) -> str:
    pieces = [piece for piece in (part.strip() for part in mark.split("|")) if piece]
    for piece in pieces or [mark]:
        words = words.replace(piece, BAR)
    return re.sub(f"{BAR}(?:[ .,;:]*{BAR})+", BAR, words)

"""Words without marks: one spelling for each letter, and a bar in place of what names a reader.

Letters and spaces go through `scrub.words.clean`, as those of a text do, and signs through `signs`. Beyond
that a word of letters that look like those of the document's writing is a word in it. What the search for
marks finds in the words is barred until it finds nothing more: docs/adr/0252-a-document-is-typed-anew.md
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from scrub.marks.words import marks_in
from scrub.report import Refusal
from scrub.retype.document import BAR, Block
from scrub.retype.signs import one_spelling
from scrub.words.clean import TO_LATIN, tidy

_ROUNDS = 4
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WRITINGS = (_LATIN, re.compile("[\u0400-\u052f]"), re.compile("[\u0370-\u03ff]"))
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
        text = one_spelling(tidied.text)
        self.lossy = self.lossy or tidied.lossy or tidied.unseen or text != tidied.text
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]

    def without_names(self, words: str, lines: Iterable[str] = ()) -> str:
        """A line or paragraph with a bar in place of all that names a reader, or in one of `lines` alone."""
        alone = [mark for line in lines for _, _, mark in marks_in(line)]
        for left in range(_ROUNDS, 0, -1):
            found = [*(mark for _, _, mark in marks_in(_read(words))), *alone]
            alone = []
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
        """Words with letters that look like those of the writing of nearly all others in the letters of that:
        Latin ones, Cyrillic ones or Greek ones.
        """
        blocks = list(blocks)
        words = Counter(word for text in _texts(blocks) for word in _WORD.findall(text))
        for letters in _WRITINGS:
            own = Counter({word: count for word, count in words.items() if letters.search(word)})
            if own and own.total() >= _MOSTLY * words.total():
                return self._in(letters, own, blocks)
        return blocks

    def _in(self, letters: re.Pattern[str], own: Iterable[str], blocks: list[Block]) -> list[Block]:
        """Only letters that the document has anyway: in a Russian one no word gets a Macedonian one."""
        used = {letter for word in own for letter in word if letters.match(letter)}
        back = {TO_LATIN[ord(letter)]: letter for letter in used if ord(letter) in TO_LATIN}

        def one(found: re.Match[str]) -> str:
            if all(map(letters.match, found[0])):
                return found[0]
            same = found[0].translate(TO_LATIN).translate(back)
            if same == found[0] or not all(map(letters.match, same)):
                return found[0]
            self.lossy = True
            return same

        return each_text(blocks, lambda text: text if text.isascii() and not back else _WORD.sub(one, text))


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

"""Codenames: seven words that a source keeps in the head, and the root made of them.

Source: issue 3, item 6; drawn in docs/protocol.md, "Codename". Seven words of 11 bits are 77 bits; with
Argon2id at 64 MiB a guess costs 0.1 s, so nobody tries them all. The words are derived from without case
and accents, so that the way they were typed and the list they were found in make no difference. What a root
opens is in `mailbox`; codenames of digits are in `codename_digits`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import wordlist
from crypto.errors import FormatError
from crypto.mailbox import CodenameRoot, stretch

WORDS = 7

MAX_TYPED = 512
_NEIGHBOURS = 3
_FARTHEST = 2


class WrongCount(FormatError):
    """The text has not seven words; `count` is how many it has."""

    def __init__(self, count: int) -> None:
        super().__init__("A codename has seven words.")
        self.count = count


@dataclass(frozen=True, slots=True, repr=False)
class WrongWord:
    """A word that is in no list: its place, 1 to 7, and up to three words of the list that look like it."""

    position: int
    neighbours: tuple[str, ...]


class UnknownWords(FormatError):
    """Words that are in no list. The message and the repr name the places only, never a word."""

    def __init__(self, language: str, wrong: tuple[WrongWord, ...]) -> None:
        places = ", ".join(str(word.position) for word in wrong)
        super().__init__(f"Not in the word list: the word at place {places}.")
        self.language = language
        self.wrong = wrong


@dataclass(frozen=True, slots=True, repr=False)
class Codename:
    """Seven words as the list spells them, and the list's language; only the folded words count."""

    language: str
    words: tuple[str, ...]

    def text(self) -> str:
        """The words as they are shown to the source: with their accents, one space between them."""
        return " ".join(self.words)


def generate(language: str, seed: bytes | None = None) -> Codename:
    """A new codename of 77 random bits, or the one of a `seed` (32 random bytes). Raises FormatError for a
    language not in wordlist.LANGUAGES.
    """
    words = tuple(wordlist.folded(language).values())
    left = int.from_bytes(secrets.token_bytes(32) if seed is None else seed)
    return Codename(
        language, tuple(words[left // len(words) ** place % len(words)] for place in range(WORDS))
    )


def parse(untrusted_text: str, language: str) -> Codename:
    """The codename that somebody typed, in any case, spacing, punctuation and accents.

    The beginning of a word is completed if only one word of the list begins with it (four letters always
    do). Every list is tried; if the words fit several, `language` (the one of the conversation) decides.
    Raises WrongCount or UnknownWords.
    """
    if (whole := spelled(untrusted_text, language)) is not None:
        return whole
    typed = _words(untrusted_text)
    if len(typed) != WORDS:
        raise WrongCount(len(typed))
    readings = [
        _Reading(tried, typed) for tried in sorted(wordlist.LANGUAGES, key=lambda each: each != language)
    ]
    best = min(readings, key=lambda reading: (len(reading.wrong), reading.completed))  # the first of equals
    if best.wrong:
        raise UnknownWords(best.language, best.explain())
    return Codename(best.language, tuple(word for word in best.words if word is not None))


def spelled(untrusted_text: str, language: str) -> Codename | None:
    """The codename, if the text is one and nothing else: seven whole words of one list. For words that nobody
    asked for: beginnings are not completed, and None if it is anything else.
    """
    if len(untrusted_text) > MAX_TYPED:
        return None
    typed = _words(untrusted_text)
    if len(typed) != WORDS:
        return None
    for tried in sorted(wordlist.LANGUAGES, key=lambda each: each != language):
        folded = wordlist.folded(tried)
        if folded.keys() >= set(typed):
            return Codename(tried, tuple(folded[word] for word in typed))
    return None


def _words(untrusted_text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", wordlist.fold(untrusted_text[:MAX_TYPED]))


class _Reading:
    """The typed words looked up in the list of one language; None where a word is not there."""

    __slots__ = ("_folded", "_typed", "completed", "language", "words")

    def __init__(self, language: str, typed: Sequence[str]) -> None:
        self.language = language
        self._typed = typed
        self._folded = wordlist.folded(language)
        self.words = [self._complete(word) for word in typed]
        self.completed = sum(word not in self._folded for word in typed)

    @property
    def wrong(self) -> list[int]:
        return [place for place, word in enumerate(self.words) if word is None]

    def _complete(self, typed: str) -> str | None:
        if typed in self._folded:
            return self._folded[typed]
        candidates = [word for folded, word in self._folded.items() if folded.startswith(typed)]
        return candidates[0] if len(candidates) == 1 else None

    def explain(self) -> tuple[WrongWord, ...]:
        return tuple(WrongWord(place + 1, self._neighbours(self._typed[place])) for place in self.wrong)

    def _neighbours(self, typed: str) -> tuple[str, ...]:
        near = [
            (distance, word)
            for folded, word in self._folded.items()
            if abs(len(folded) - len(typed)) <= _FARTHEST
            and (distance := edit_distance(typed, folded)) <= _FARTHEST
        ]
        return tuple(word for _, word in sorted(near)[:_NEIGHBOURS])


def edit_distance(a: str, b: str) -> int:
    """How many letters were added, left out, changed or swapped with the next (Damerau-Levenshtein)."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        current = [i]
        for j, other in enumerate(b, start=1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


def root(codename: Codename) -> CodenameRoot:
    """The root of a codename. Deterministic; about 0.1 s and 64 MiB."""
    return stretch(" ".join(wordlist.fold(word) for word in codename.words).encode())

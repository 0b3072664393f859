"""Which words of a page are left out since one of their letters doesn't look like what it is said to be."""

import unicodedata
from collections.abc import Iterator, Sequence

_CASELESS = frozenset({"Lo", "Lm", "Mn", "Mc"})


def doubtful(letters: Sequence[tuple[int, str]], unlike: set[int]) -> set[int]:
    """Numbers of letters that are left out. `letters`: those that are seen, by their numbers on the page,
    which are without a gap within a word; `unlike`: numbers of those that don't look like themselves.

    A sign goes alone. Of scripts whose letters change in company (Arabic, Devanagari, Thai) half must agree.
    """
    found: set[int] = set()
    for word in _words(letters) if unlike else ():
        if not any(number in unlike for number, _ in word):
            continue
        signs = {
            number for number, letter in word if not unicodedata.category(letter).startswith(("L", "M", "N"))
        }
        others = {number for number, _ in word} - signs
        wrong = others & unlike
        caseless = all(
            unicodedata.category(letter) in _CASELESS for number, letter in word if number in others
        )
        allowed = len(others) // 2 if caseless and len(others) > 1 else 0
        found |= {number for number, _ in word} if len(wrong) > allowed else signs & unlike
    return found


def _words(letters: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Each ideograph is a word."""
    word: list[tuple[int, str]] = []
    for number, letter in letters:
        alone = unicodedata.east_asian_width(letter) in "WF"
        if word and (alone or word[-1][0] + 1 != number):
            yield word
            word = []
        word.append((number, letter))
        if alone:
            yield word
            word = []
    if word:
        yield word

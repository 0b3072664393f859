"""Whether two testimonies are nearly one: a text of which each desk got its own, with a word changed, tells
who passes it on.

A sketch is one-permutation MinHash (Li, Owen, Zhang 2012) over every three words in a row: of the hashes that
fall into each of 16 bins the least, of which 16 bits are kept. Two texts have about as many bins in common as
they have threes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain

_BINS = 16
_DIGITS = 4
_EMPTY = "0" * _DIGITS
_IN_COMMON, _PART = 3, 3
"""Texts are alike from so many equal bins on, and from one third of those that hold anything: of twelve
words, one in the middle may be another.
"""

_MOST_OF_A_DESK = 8
"""So many drops of a desk stand for all that have a bin in common: a thousand alike cost no evening."""


def sketch(words: Sequence[str]) -> str:
    """64 hex digits; "" for fewer than three words."""
    encoded = [word.encode("utf-8", "replace") for word in words]
    threes = {b" ".join(three) for three in zip(encoded, encoded[1:], encoded[2:], strict=False)}
    hashes = sorted([blake2b(three, digest_size=8).digest() for three in threes], reverse=True)
    least = {value[-1] % _BINS: value for value in hashes}  # the last one of a bin stays
    if not least:
        return ""
    kept = [(int.from_bytes(least[n]) >> 4) % 0xFFFF + 1 if n in least else 0 for n in range(_BINS)]
    return "".join([f"{value:0{_DIGITS}x}" for value in kept])


def bins_of(sketch: str) -> list[tuple[int, str]]:
    """The bins that hold something, by their number."""
    pieces = [sketch[at : at + _DIGITS] for at in range(0, len(sketch), _DIGITS)]
    return [(number, piece) for number, piece in enumerate(pieces) if piece != _EMPTY]


class Likeness:
    """Which drops of other desks have nearly the same testimony: of each, (id, desk, sketch)."""

    def __init__(self, drops: Iterable[tuple[str, str, str]]) -> None:
        self._having: dict[tuple[int, str], dict[str, list[str]]] = {}
        self._bins: dict[str, int] = {}
        with_words = [each for each in drops if each[2]]
        if len({desk for _, desk, _ in with_words}) < 2:
            return
        for drop, desk, sketched in with_words:
            bins = bins_of(sketched)
            self._bins[drop] = len(bins)
            for each in bins:
                having = self._having.setdefault(each, {}).setdefault(desk, [])
                if len(having) < _MOST_OF_A_DESK:
                    having.append(drop)

    def elsewhere(self, desk: str, sketched: str) -> list[str]:
        """Drops of other desks than this one."""
        if not sketched or not self._having:
            return []
        bins = bins_of(sketched)
        others = [self._having.get(each, {}) for each in bins]
        equal = Counter(
            chain.from_iterable(drops for each in others for of, drops in each.items() if of != desk)
        )
        return sorted(
            drop
            for drop, count in equal.items()
            if count >= _IN_COMMON and count * _PART >= max(len(bins), self._bins[drop])
        )

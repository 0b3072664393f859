"""Whether two testimonies are nearly one: a text of which each desk got its own, with a word changed, tells
who passes it on.

A sketch is one-permutation MinHash (Li, Owen, Zhang 2012) over every three words in a row: of the hashes that
fall into each of 16 bins the least, of which 16 bits are kept. Two texts have about as many bins in common as
they have threes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

_BINS = 16
_DIGITS = 4
_EMPTY = "0" * _DIGITS
_IN_COMMON, _PART = 3, 3
"""Texts are alike from so many equal bins on, and from one third of those that hold anything: of twelve
words, one in the middle may be another.
"""

MOST = 4000
"""So many equal bins of other drops are counted for one: thousands that are alike cost no evening."""

_OF_DROP, _OF_DESK = 30, 14
_BELOW = _OF_DROP + _OF_DESK
_NUMBER, _MOST_DESKS = (1 << _OF_DROP) - 1, (1 << _OF_DESK) - 1


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
        with_words = [each for each in drops if each[2]]
        self._desks = {
            desk: number for number, desk in enumerate(sorted({desk for _, desk, _ in with_words}))
        }
        self._drops: list[str] = []
        self._bins = bytearray()
        self._places = array("Q")
        if len(self._desks) < 2:
            return
        places: list[int] = []
        for number, (drop, desk, sketched) in enumerate(with_words):
            bins = bins_of(sketched)
            self._drops.append(drop)
            self._bins.append(len(bins))
            places += [_place(*each, self._desks[desk], number) for each in bins]
        self._places = array("Q", sorted(places))

    def elsewhere(self, desk: str, sketched: str) -> tuple[list[str], bool]:
        """Drops of other desks than this one, and whether all were compared: where more than `MOST` have a
        bin in common, those that share the rarest bins are.
        """
        bins = bins_of(sketched) if len(self._places) else []
        own = self._desks.get(desk, len(self._desks))
        sharing = sorted((self._sharing(each, own) for each in bins), key=len)
        counted: Counter[int] = Counter()
        left = MOST
        for places in sharing:
            counted.update([place & _NUMBER for place in places[:left]])
            left -= len(places)
            if left < 0:
                break
        alike = sorted(
            self._drops[number]
            for number, count in counted.items()
            if count >= _IN_COMMON and count * _PART >= max(len(bins), self._bins[number])
        )
        return alike, left >= 0

    def _sharing(self, each: tuple[int, str], own: int) -> array[int]:
        """The places with an equal bin, of all desks but this one; of each side at most `MOST` and one."""
        start = _place(*each, 0, 0)
        at = bisect_left(self._places, start)
        end = bisect_left(self._places, start + (1 << _BELOW), at)
        first = bisect_left(self._places, start + (own << _OF_DROP), at, end)
        last = bisect_left(self._places, start + (own + 1 << _OF_DROP), first, end)
        return self._places[at : min(first, at + MOST + 1)] + self._places[last : min(end, last + MOST + 1)]


def _place(number: int, piece: str, desk: int, drop: int) -> int:
    """bin (4 bits) || what it holds (16) || desk (14) || drop (30)"""
    return (number << 16 | int(piece, 16)) << _BELOW | min(desk, _MOST_DESKS) << _OF_DROP | drop

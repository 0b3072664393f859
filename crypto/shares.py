"""Shares: a secret of 32 bytes on word cards, of which some together give it back and fewer tell nothing.

Source: SLIP-39 (https://github.com/satoshilabs/slips/blob/master/slip-0039.md), one group, no passphrase, by
its authors' library. For a wrong passphrase that gives another secret, and it wants exactly as many shares as
are needed: so there is none here, more cards are welcome, and whoever joins holds the secret against what it
opens. No exception quotes a card.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from functools import cache
from itertools import combinations, islice
from types import ModuleType

from crypto.codename import edit_distance
from crypto.errors import CryptoError, FormatError
from crypto.record import Record

SECRET_SIZE = 32
CARD_WORDS = 33
MOST_CARDS = 16
_MOST_TYPED = 2048
_PREFIX = 4
"""No two words of the list begin with the same four letters (SLIP-39, "Wordlist")."""
_NEIGHBOURS, _FARTHEST = 3, 2
_MOST_TRIES = 1000
_MOST_ITERATIONS = 1
"""The exponent of Silbo's own cards; each more doubles the time of a join, up to an hour."""


class UnknownWord(FormatError):
    """A word that is not in the list: its place, from 1, and up to three words of the list that look like it.
    The message names the place only.
    """

    def __init__(self, position: int, neighbours: tuple[str, ...]) -> None:
        super().__init__(f"The word at place {position} is not in the list.")
        self.position, self.neighbours = position, neighbours


class WrongCount(FormatError):
    """A card has 33 words; `count` is how many were there."""

    def __init__(self, count: int) -> None:
        super().__init__(f"A card has {CARD_WORDS} words.")
        self.count = count


class WrongWords(FormatError):
    """Each word is in the list, but they are of no card: one of them is another, or two changed places."""

    def __init__(self) -> None:
        super().__init__("The words are those of no card.")


class OtherSet(FormatError):
    """Cards of different sets: of two secrets, or of one that was cut twice."""

    def __init__(self) -> None:
        super().__init__("The cards are not of one set.")


class TooFew(FormatError):
    """Fewer cards than are needed; `need` of them give the secret back."""

    def __init__(self, need: int) -> None:
        super().__init__(f"{need} cards are needed.")
        self.need = need


class Card(Record):
    """One share. `set_id` (15 bits) is the same on all of one set, `number` counts from 1, `need` together
    give the secret back. Its repr is blank.
    """

    set_id: int
    number: int
    need: int
    words: tuple[str, ...]

    def __repr__(self) -> str:
        return "Card()"


def split(secret: bytes, need: int, of: int) -> tuple[Card, ...]:
    """Cut `secret` (32 bytes) into `of` cards (2 to 16), any `need` of which (2 or more) give it back.

    Raises FormatError for other numbers.
    """
    if len(secret) != SECRET_SIZE:
        raise FormatError("A secret of 32 bytes is wanted.")
    if not 2 <= need <= of <= MOST_CARDS:
        raise FormatError("At least 2 cards must be needed, of at most 16.")
    (mnemonics,) = _library().generate_mnemonics(1, [(need, of)], secret)
    cards = tuple(parse_card(mnemonic) for mnemonic in mnemonics)
    if join(cards[-need:]) != secret:
        raise CryptoError("The cards did not give the secret back; nothing was made.")
    return cards


def parse_card(untrusted_text: str) -> Card:
    """A card that somebody typed, in any case and spacing, each word whole or by its first four letters.

    Raises WrongCount, UnknownWord (the first one), WrongWords, or FormatError for a card of another tool.
    """
    typed = untrusted_text[:_MOST_TYPED].lower().split()
    if len(typed) != CARD_WORDS or len(untrusted_text) > _MOST_TYPED:
        raise WrongCount(len(typed))
    words = tuple(_whole(place, word) for place, word in enumerate(typed, 1))
    library = _library()
    try:
        share = library.Share.from_mnemonic(" ".join(words))
    except library.MnemonicError:
        raise WrongWords from None
    if share.group_count != 1 or share.group_threshold != 1 or share.member_threshold < 2:
        raise FormatError("That card is of another kind than Silbo's.")
    if share.iteration_exponent > _MOST_ITERATIONS:
        raise FormatError("That card is of another kind than Silbo's.")
    return Card(share.identifier, share.index + 1, share.member_threshold, words)


def join(cards: Sequence[Card]) -> bytes:
    """The secret (32 bytes). More cards than needed are welcome, the same one twice counts once.

    Raises TooFew, OtherSet, and WrongWords if no choice of the cards gives a secret.
    """
    by_number = {(card.set_id, card.number, card.words): card for card in cards}
    cards = tuple(by_number.values())
    if not cards:
        raise TooFew(2)
    if len({(card.set_id, card.need) for card in cards}) != 1:
        raise OtherSet
    need = cards[0].need
    if len({card.number for card in cards}) < need:
        raise TooFew(need)
    library = _library()
    for chosen in islice(combinations(cards, need), _MOST_TRIES):
        if len({card.number for card in chosen}) == need:
            try:
                secret: bytes = library.combine_mnemonics([" ".join(card.words) for card in chosen])
            except library.MnemonicError:
                continue  # a card that was made up: another choice may do without it
            return secret
    raise WrongWords


def _whole(place: int, typed: str) -> str:
    words = _words()
    if typed in words:
        return typed
    begun = [word for word in words if word.startswith(typed)] if len(typed) >= _PREFIX else []
    if len(begun) == 1:
        return begun[0]
    near = sorted(
        (distance, word)
        for word in words
        if abs(len(typed) - len(word)) <= _FARTHEST and (distance := edit_distance(typed, word)) <= _FARTHEST
    )
    raise UnknownWord(place, tuple(word for _, word in near[:_NEIGHBOURS]))


@cache
def _words() -> frozenset[str]:
    return frozenset(sys.modules[_library().__name__ + ".wordlist"].WORDLIST)


@cache
def _library() -> ModuleType:
    """The library. Its word list is put in place before: it would open it as a file of its own, which it is
    not where `silbo-admin` is one file.
    """
    name = "shamir_mnemonic"
    spec = importlib.util.find_spec(name)
    get_data = None if spec is None else getattr(spec.loader, "get_data", None)
    if spec is None or spec.origin is None or get_data is None:
        raise CryptoError("The library for word cards is missing.")
    listed = get_data(os.path.join(os.path.dirname(spec.origin), "wordlist.txt")).decode("ascii").split()
    places = {word: place for place, word in enumerate(listed)}
    sys.modules[f"{name}.wordlist"] = words = ModuleType(f"{name}.wordlist")
    vars(words).update(
        WORDLIST=tuple(listed),
        words_from_indices=lambda indices: [listed[index] for index in indices],
        mnemonic_to_indices=lambda mnemonic: [places[word] for word in mnemonic.split()],
    )
    return importlib.import_module(name)

"""Word cards as they are typed: what is wrong is named by card and place, and a person asked again."""

from __future__ import annotations

from admin.errors import AdminError
from admin.words import tr
from crypto import shares
from crypto.errors import FormatError
from crypto.record import Record
from crypto.shares import CARD_WORDS, Card

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Desk(Record):
    """How cards come: a line at a question (empty: nothing more), a note, a warning; `terminal`: from a
    person, who can be asked again.
    """

    line: Callable[[str], str]
    note: Callable[[str], None]
    warn: Callable[[str], None]
    terminal: bool


def typed_secret(desk: Desk) -> bytes:
    """The secret (32 bytes), of cards that are typed until one set has enough. Raises `AdminError`."""
    cards: list[Card] = []
    while (card := _typed(desk, len(cards) + 1)) is not None:
        if cards and _set(card) not in map(_set, cards):
            desk.warn(tr("Card {number} is of another set than those before it.", number=len(cards) + 1))
        cards.append(card)
        same = [each for each in cards if _set(each) == _set(card)]
        try:
            return shares.join(same)
        except shares.TooFew as few:
            desk.note(tr("{n} of {need} cards.", n=len({each.number for each in same}), need=few.need))
        except FormatError:
            desk.warn(tr("One of these cards is false. Another true one helps."))
        if len(cards) >= 2 * shares.MOST_CARDS:
            break
    if not cards:
        raise AdminError(tr("No card was typed."))
    raise AdminError(
        tr("There are not enough true cards of one set: {need} are needed.", need=cards[-1].need)
    )


def _set(card: Card) -> tuple[int, int]:
    """Which cards belong together: one that claims another number of cards must not spoil the true ones."""
    return card.set_id, card.need


def _typed(desk: Desk, number: int) -> Card | None:
    """The next card; None when nothing more comes. On a terminal what is wrong is asked for again."""
    while True:
        words = _words(desk, number)
        if not words:
            return None
        try:
            return _checked(desk, number, words)
        except FormatError as error:
            why = _why(error, number)
            if not desk.terminal:
                raise AdminError(why) from None
            desk.warn(why)


def _words(desk: Desk, number: int) -> list[str]:
    """The words of a card, from as many lines as it takes; an empty line ends it. Numbers before words are
    passed over.
    """
    words: list[str] = []
    if desk.terminal:
        desk.note(
            tr(
                "Card {number}: type its {n} words, on as many lines as you like.",
                number=number,
                n=CARD_WORDS,
            )
        )
    while len(words) < CARD_WORDS:
        line = desk.line(f"{len(words) + 1:2}>") if desk.terminal else desk.line("")
        found = [word for word in line.split() if not word.strip(".:)").isdecimal()]
        if not found and (words or desk.terminal or not line):
            break
        words += found
    return words


def _checked(desk: Desk, number: int, words: list[str]) -> Card:
    """Raises FormatError. On a terminal a word that is in no list is asked for again, alone."""
    while True:
        try:
            return shares.parse_card(" ".join(words))
        except shares.UnknownWord as unknown:
            if not desk.terminal:
                raise
            desk.warn(_why(unknown, number))
            again = desk.line(tr("Word {position} again:", position=unknown.position)).split()
            if len(again) != 1:
                raise
            words[unknown.position - 1] = again[0]


def _why(error: FormatError, number: int) -> str:
    if isinstance(error, shares.UnknownWord):
        if not error.neighbours:
            return tr("Card {number}: word {position} is in no list.", number=number, position=error.position)
        return tr(
            "Card {number}: word {position} is in no list. Near it are: {words}.",
            number=number,
            position=error.position,
            words=", ".join(error.neighbours),
        )
    if isinstance(error, shares.WrongCount):
        return tr(
            "Card {number} has {n} words, and a card has {wanted}.",
            number=number,
            n=error.count,
            wanted=CARD_WORDS,
        )
    if isinstance(error, shares.WrongWords):
        return tr(
            "Card {number}: each word is in the list, but one is not the right one, or two changed places. "
            "Type the card again.",
            number=number,
        )
    return tr("Card {number} is of another kind of word card than these.", number=number)

"""What is remembered of a chat, and where it stands.

IDLE     nothing is held for this chat
COLLECT  a draft is open; every item is already sealed and stored
REVIEW   the source was shown the counts and asked: send, add more, or discard
QUESTION a draft is open, and the source was asked one of the desk's questions: the next words answer it
CODENAME the source was asked for a codename: the next words are one, and nothing else
"""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.options import Options
from bot.conversation.sights import Sight
from bot.conversation.things import Thing


class Phase(StrEnum):
    IDLE = "idle"
    COLLECT = "collect"
    REVIEW = "review"
    QUESTION = "question"
    CODENAME = "codename"


@dataclass(frozen=True, slots=True)
class Album:
    """The one acknowledgement of an album: its files so far, what was removed from them, what to note."""

    group: str
    files: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    sights: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a chat: counts and opaque tags (32 hex digits), never content.

    `draft` is the tag of the draft's drop; `size` is the ciphertext of the draft in bytes. `waiting` are
    items that were stored sealed and wait for the answer whether to send them uncleaned, `disguised` those
    that wait until the source has heard them; `readings` are texts that wait until the source has said which
    of several copies has the right letters; `voices` are kept as they are, and may still be left out.
    `originals` are the items with a sealed original beside them; `parts` those that were sealed before they
    came, as the tag of a parcel and a number. `told` are the notes that were explained in
    this draft, `refused` the reasons of the files that were not taken since the last drop. `thread` tells
    that a codename is open, and what is sent belongs to it; `in_reply_to` is the number of the reply that is
    answered. `trial` tells that nothing of the draft reaches anybody. `desks` are the short names of those
    who get it; empty where there is nobody to choose. `asked` is the key of the question that was asked last,
    `seen` are the keys of those that were answered or passed over, `answers` the keys of those that have an
    answer with its item; `longer` tells that what comes next goes with the answer before.
    `things` are what the draft holds, in order; `numbered` is the last number that one of them got.
    `proved` are the desks ("" for the only one) whose word was given. `mini` tells that the button that opens
    the page stands below the input field.
    """

    phase: Phase = Phase.IDLE
    language: str = "en"
    draft: str | None = None
    texts: int = 0
    files: int = 0
    uncleaned: int = 0
    size: int = 0
    waiting: tuple[str, ...] = ()
    disguised: tuple[str, ...] = ()
    readings: tuple[tuple[str, ...], ...] = ()
    voices: tuple[str, ...] = ()
    originals: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    album: Album | None = None
    parts: tuple[tuple[str, int], ...] = ()
    thread: bool = False
    in_reply_to: int | None = None
    trial: bool = False
    desks: tuple[str, ...] = ()
    asked: str = ""
    seen: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    longer: bool = False
    things: tuple[Thing, ...] = ()
    numbered: int = 0
    proved: tuple[str, ...] = ()
    mini: bool = False

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The items about which the source was asked something."""
        return self.waiting + self.disguised + tuple(item for copies in self.readings for item in copies)

    @property
    def items(self) -> int:
        kept = self.texts + self.files + self.uncleaned + len(self.answers)
        return kept + len(self.unanswered) + len(self.originals) + len(self.parts)

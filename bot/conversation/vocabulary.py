"""The words of the dialogue: what is remembered of a chat, what can happen, and what can be done about it.

    IDLE     nothing is held for this chat
    COLLECT  a draft is open; every item is already sealed and stored
    REVIEW   the source was shown the counts and asked: send, add more, or discard

`bot.conversation.table` is the table over these words.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.options import Options


class Phase(StrEnum):
    IDLE = "idle"
    COLLECT = "collect"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Album:
    """The one acknowledgement of an album: its files so far, what was removed from them, what to note."""

    group: str
    files: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a chat: counts and opaque tags (32 hex digits), never content.

    `draft` is the tag of the draft's drop; `size` is the ciphertext of the draft in bytes. `waiting` are
    items that were stored sealed and wait for the answer whether to send them uncleaned, `disguised` those
    that wait until the source has heard them; `readings` are texts that wait until the source has said which
    of several copies has the right letters; `voices` are kept as they are, and may still be left out.
    `originals` are the items with a sealed original beside them. `told` are the notes that were explained in
    this draft, `refused` the reasons of the files that were not taken since the last drop.
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

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The items about which the source was asked something."""
        return self.waiting + self.disguised + tuple(item for copies in self.readings for item in copies)

    @property
    def items(self) -> int:
        return self.texts + self.files + self.uncleaned + len(self.unanswered) + len(self.originals)


# Inputs: what a channel reports, ...


@dataclass(frozen=True, slots=True)
class Start:
    """The source opened the chat or asked for help."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Words or a file came in. `draft` is the tag to use if this opens a draft."""

    draft: str


@dataclass(frozen=True, slots=True)
class Review:
    """The source wants to see what would be sent."""


@dataclass(frozen=True, slots=True)
class More:
    """The source wants to add something."""


@dataclass(frozen=True, slots=True)
class Send:
    """The source wants to send."""


@dataclass(frozen=True, slots=True)
class Discard:
    """The source wants everything gone."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The source chose a language (a code that exists)."""

    language: str


@dataclass(frozen=True, slots=True)
class SendAsIs:
    """The source accepts that a waiting item goes uncleaned. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class KeepDisguised:
    """The source was played a disguised voice, and keeps it. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class ChooseReading:
    """The source says that this copy of a text has the right letters. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """The source does not want an item to go that waits, or whose voice is as it was. Outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The source wants to see what can be turned on: `offered`, codes of `bot.conversation.options`."""

    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskOption:
    """The source wants to turn on `code` (one that is offered), and was not warned yet."""

    code: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The source turns `code` (one that is offered) on or off."""

    code: str
    on: bool


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that Silbo never takes; `kind` picks the sentence."""

    kind: str


# ... and how an effect ended.


@dataclass(frozen=True, slots=True)
class CustodianChanged:
    """Whoever may open originals is another person now, or nobody; those of this draft are deleted."""


@dataclass(frozen=True, slots=True)
class StoredText:
    size: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A clean copy is kept; `original` tells that the untouched file is sealed beside it."""

    item: str
    size: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    group: str | None = None
    original: bool = False


@dataclass(frozen=True, slots=True)
class StoredDisguised:
    """A clean copy with a disguised voice is stored sealed, and waits until the source has heard it.

    `digest` (SHA-256, hexadecimal) is that of the copy: nothing else may be played as it.
    """

    item: str
    size: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    digest: str
    original: bool = False


@dataclass(frozen=True, slots=True)
class StoredReadings:
    """A text that can be read in several ways: `items` are its sealed copies, the likeliest first; one stays.

    `digests` (SHA-256, hexadecimal) are those of the copies: nothing else may be shown as them.
    """

    items: tuple[str, ...]
    size: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    digests: tuple[str, ...]
    original: bool = False


@dataclass(frozen=True, slots=True)
class StoredWaiting:
    """A file that can't be cleaned is stored sealed; `reason` says why, `kind` is the channel's word."""

    item: str
    size: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An item was not taken; everything else of the draft stays. `reason` picks the sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The drop is durable."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft and all that was stored of it are deleted."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The draft was older than a day, and is deleted."""


Input = (
    Start
    | Arrived
    | Review
    | More
    | Send
    | Discard
    | Speak
    | SendAsIs
    | KeepDisguised
    | ChooseReading
    | LeaveOut
    | ShowOptions
    | AskOption
    | Turn
    | Unusable
    | CustodianChanged
    | StoredText
    | StoredFile
    | StoredDisguised
    | StoredReadings
    | StoredWaiting
    | Refused
    | Sent
    | Discarded
    | Expired
)

# Effects.


@dataclass(frozen=True, slots=True)
class Say:
    """Say the message `key` of the catalogue.

    `removed`, `notes`, `on` (options) and the counts fill its places; `buttons` are rows of actions; `slot`
    names a message that is edited when it is said again (an album's acknowledgement).
    """

    key: str
    buttons: tuple[tuple[str, ...], ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    texts: int = 0
    files: int = 0
    uncleaned: int = 0
    originals: int = 0
    refused: int = 0
    on: tuple[str, ...] = ()
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Scrub, seal and store the event at hand, as the options say; ends as a Stored... or Refused."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play the disguised voice of `item` to the source, then say `heard`; `unheard` where that can't be.

    What is played has the SHA-256 `digest` (hexadecimal), or it is not what was sealed.
    """

    item: str
    digest: str
    heard: Say
    unheard: Say


@dataclass(frozen=True, slots=True)
class Show:
    """Say `seen` with a line of each copy of a text in `items`; `unseen` where that can't be.

    The copies have the SHA-256 `digests` (hexadecimal), or they are not what was sealed.
    """

    items: tuple[str, ...]
    digests: tuple[str, ...]
    seen: Say
    unseen: Say


@dataclass(frozen=True, slots=True)
class Keep:
    """Mark a waiting item as accepted, and its original with it."""

    item: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an item of the draft, and its original with it."""

    item: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Seal the manifest, which tells of `refused`, and close the drop; ends as Sent, Refused or Expired.

    Of originals only those beside the items `enclosed` go.
    """

    draft: str
    refused: tuple[str, ...]
    enclosed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete the draft `draft` and all that is stored of it; ends as Discarded, or Sent if it is too late."""

    draft: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete the messages of this conversation on both sides, as far as the messenger lets a bot do that."""


Effect = Say | Take | Play | Show | Keep | Remove | Submit | Drop | Forget

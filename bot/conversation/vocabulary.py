"""The words of the dialogue: what is remembered of a chat, what can happen, and what can be done about it.

    IDLE     nothing is held for this chat
    COLLECT  a draft is open; every item is already sealed and stored
    REVIEW   the source was shown the counts and asked: send, add more, or discard
    CODENAME the source was asked for a codename: the next words are one, and nothing else

`bot.conversation.table` is the table over these words.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.options import Options


class Phase(StrEnum):
    IDLE = "idle"
    COLLECT = "collect"
    REVIEW = "review"
    CODENAME = "codename"


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
    this draft, `refused` the reasons of the files that were not taken since the last drop. `thread` tells
    that a codename is open, and what is sent belongs to it; `in_reply_to` is the number of the reply that is
    answered.
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
    thread: bool = False
    in_reply_to: int | None = None

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
class Answers:
    """The source wants to see whether there is an answer."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words came in where a codename was asked for."""


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """The source wants to answer the reply with this number. Outside input."""

    number: int


@dataclass(frozen=True, slots=True)
class Destroy:
    """The source has read `reply` (a tag), and wants it gone. Outside input."""

    reply: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The source wants to take back what was sent under the open codename."""


@dataclass(frozen=True, slots=True)
class WithdrawNow:
    """The source was told what that means for drops that were not passed on, and wants it."""


@dataclass(frozen=True, slots=True)
class AskBack:
    """The same for drops that were passed on: the reviewers are asked to forget them."""


@dataclass(frozen=True, slots=True)
class CloseAnswers:
    """The source is done with the codename."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The source has a codename on paper: the one shown under this `tag`, or all. Outside input."""

    tag: str = ""


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
class Unlocked:
    """A codename was right in its form; `replies` are the tags of what waits under it, perhaps nothing."""

    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotACodename:
    """What was typed is none: `why` picks the sentence, `words` are the wrong ones with their neighbours."""

    why: str
    count: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The reply is gone, and its writer can be told that it was read."""


@dataclass(frozen=True, slots=True)
class Withdrawable:
    """How many drops of the codename are still here alone, and how many were passed on."""

    here: int
    passed_on: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """They are deleted."""


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A sealed request to the reviewers is durable."""


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
    | Answers
    | Typed
    | AnswerTo
    | Destroy
    | Withdraw
    | WithdrawNow
    | AskBack
    | CloseAnswers
    | Noted
    | Unusable
    | CustodianChanged
    | StoredText
    | StoredFile
    | StoredDisguised
    | StoredReadings
    | StoredWaiting
    | Refused
    | Unlocked
    | NotACodename
    | Destroyed
    | Withdrawable
    | Withdrawn
    | AskedBack
    | Sent
    | Discarded
    | Expired
)

# Effects.


@dataclass(frozen=True, slots=True)
class Say:
    """Say the message `key` of the catalogue.

    `removed`, `notes`, `on` (options), `words` and the counts fill its places; `buttons` are rows of actions;
    `slot` names a message that is edited when it is said again (an album's acknowledgement).
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
    count: int = 0
    words: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete the message at hand before anything is said: a codename stands in it."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """Make keys of the words at hand and look what waits; ends as Unlocked or NotACodename."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Forget the codename that is open."""


@dataclass(frozen=True, slots=True)
class ShowReply:
    """Say what a reviewer wrote, as it is."""

    reply: str


@dataclass(frozen=True, slots=True)
class ShowCodename:
    """Say the codename under which answers to the last drop will lie, once."""


@dataclass(frozen=True, slots=True)
class ForgetReply:
    """Delete the messages in which a reply was said."""

    reply: str


@dataclass(frozen=True, slots=True)
class HideCodename:
    """Delete the message with the codename that was shown under `tag`; empty, with any."""

    tag: str = ""


@dataclass(frozen=True, slots=True)
class DestroyReply:
    """Delete a reply for good, and tell its writer that it was read; ends as Destroyed."""

    reply: str


@dataclass(frozen=True, slots=True)
class LookUpDrops:
    """Find what was sent under the open codename; ends as Withdrawable."""


@dataclass(frozen=True, slots=True)
class WithdrawDrops:
    """Delete what of that was not passed on; ends as Withdrawn."""


@dataclass(frozen=True, slots=True)
class AskDropsBack:
    """Seal a request to the reviewers to forget what was passed on; ends as AskedBack or Refused."""


Effect = (
    Say
    | Take
    | Play
    | Show
    | Keep
    | Remove
    | Submit
    | Drop
    | Forget
    | Erase
    | Unlock
    | Lock
    | ShowReply
    | ShowCodename
    | HideCodename
    | ForgetReply
    | DestroyReply
    | LookUpDrops
    | WithdrawDrops
    | AskDropsBack
)

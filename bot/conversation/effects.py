"""What can be done about an input."""

from dataclasses import dataclass, field

from bot.conversation.outcomes import Cleaned, Discarded, Vanished
from bot.conversation.sights import Sight
from bot.conversation.things import Thing

HERE = -1
"""Where something is said that takes the place of the message whose button was pressed."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say the message `key` of the catalogue.

    `removed`, `notes`, `on` (options), `words` and the counts fill its places; `buttons` are rows of actions;
    `slot` names a message that is edited when it is said again (an album's acknowledgement). Of a
    `trial` is told before everything else. `question` is the key of one that is asked. `desks` are who it is
    about where there are several: those that were chosen, or all. `things` are listed, `out` were taken out,
    `total` are the texts, files and uncleaned files of the draft by now; `at` is the message in whose place
    it is said, or `HERE`, `answering` the one that it answers, `below` an earlier one that says nothing more
    and goes when this is said. `proved` are the desks that ask for no word any more.
    """

    key: str
    buttons: tuple[tuple[str, ...], ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    texts: int = 0
    files: int = 0
    uncleaned: int = 0
    originals: int = 0
    parts: int = 0
    refused: int = 0
    on: tuple[str, ...] = ()
    slot: str | None = None
    count: int = 0
    words: tuple[str, ...] = ()
    trial: bool = False
    sights: tuple[Sight, ...] = ()
    desks: tuple[str, ...] = ()
    question: str = ""
    answers: int = 0
    things: tuple[Thing, ...] = ()
    out: tuple[Thing, ...] = ()
    total: tuple[int, ...] = ()
    at: int = 0
    answering: int = 0
    below: int = 0
    proved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Take:
    """Scrub, seal and store the event at hand, as the options say; ends as a Stored... or Refused.

    Its words take the place of the items `for_words`, its file that of those `for_file`. With `disguise` a
    voice in it is disguised, or nothing is taken; it came in `message`, 0: in the one at hand. With `rework`
    it is made otherwise ("retype", "cover", "words", "cover_words", "plain"), or nothing is taken.
    """

    for_words: tuple[str, ...] = ()
    for_file: tuple[str, ...] = ()
    disguise: bool = False
    message: int = 0
    rework: str = ""


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """Seal and store the words at hand as the answer to `question` (a key), or its answer `choice` (from 1);
    ends as StoredAnswer or Refused, and as Asking where the next question comes.
    """

    question: str
    choice: int = 0


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

    Of originals only those beside the items `enclosed` go. A `trial` deletes all of it, and ends as Sent.
    """

    draft: str
    refused: tuple[str, ...]
    enclosed: tuple[str, ...]
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete the draft `draft` and all that is stored of it; ends as `ends`, or Sent if it is too late and
    that may be told.
    """

    draft: str
    ends: Discarded | Cleaned | Vanished = field(default_factory=Discarded)


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete the messages of this conversation on both sides, as far as the messenger lets a bot do that."""


@dataclass(frozen=True, slots=True)
class Vanish:
    """The same, with the last message and all that is owed and known, and not a word, now or later."""


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
    """Say the codename under which answers to the last drop will lie, once; or that of a trial."""

    practice: bool = False


@dataclass(frozen=True, slots=True)
class ShowNews:
    """Say what the desk announces to everybody; that there is nothing only if it was `asked`."""

    asked: bool = False


@dataclass(frozen=True, slots=True)
class ShowReaders:
    """Say whose keys open what is sent: the ten words of each reviewer."""


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
class DestroyThread:
    """Delete for good all that the open codename leads to; ends as Ended."""


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
    | TakeAnswer
    | Play
    | Show
    | Keep
    | Remove
    | Submit
    | Drop
    | Forget
    | Vanish
    | Erase
    | Unlock
    | Lock
    | ShowReply
    | ShowCodename
    | ShowNews
    | ShowReaders
    | HideCodename
    | ForgetReply
    | DestroyReply
    | DestroyThread
    | LookUpDrops
    | WithdrawDrops
    | AskDropsBack
)

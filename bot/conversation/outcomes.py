"""How an effect ended: it goes back into the table like an input."""

from dataclasses import dataclass

from bot.conversation.sights import Sight
from bot.conversation.things import UNKNOWN, Came


@dataclass(frozen=True, slots=True)
class CustodianChanged:
    """Whoever may open originals is another person now, or nobody; those of this draft are deleted."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """Words are kept; `points` are notes on what in them names their writer. Of this and what follows,
    `came` tells how it came.
    """

    size: int
    item: str = ""
    came: Came = UNKNOWN
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to a question (its key) is kept as `item`; `longer` tells that more of it may come, because
    a messenger cuts long words in pieces. `points` are as in `StoredText`.
    """

    question: str
    item: str
    size: int
    longer: bool = False
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A clean copy is kept; `original` tells that the untouched file is sealed beside it. `sights` are what
    in it may tell whose copy it is; `digest` (SHA-256, hexadecimal) is that of a picture of one place.
    `rework` is how it was made, if the source asked, and `reworks` what else can be made of it.
    """

    item: str
    size: int
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    group: str | None = None
    original: bool = False
    sights: tuple[Sight, ...] = ()
    digest: str = ""
    came: Came = UNKNOWN
    rework: str = ""
    reworks: tuple[str, ...] = ()


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
    came: Came = UNKNOWN


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
    came: Came = UNKNOWN


@dataclass(frozen=True, slots=True)
class StoredWaiting:
    """A file that can't be cleaned is stored sealed; `reason` says why, `kind` is the channel's word."""

    item: str
    size: int
    kind: str
    reason: str
    came: Came = UNKNOWN


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part of a parcel that the source's device has sealed is stored as it came; `parcel` is the tag of
    the one that it belongs to, `number` its own.
    """

    item: str
    size: int
    parcel: str
    number: int
    came: Came = UNKNOWN


@dataclass(frozen=True, slots=True)
class Refused:
    """An item was not taken; everything else of the draft stays. `reason` picks the sentence, which names
    the `desks` that it is about. `change`: it would have taken the place of something, which stays, or was
    `lost` when the bot was stopped after the change was stored.
    """

    reason: str
    desks: tuple[str, ...] = ()
    change: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A codename was right in its form; `replies` are the tags of what waits under it, perhaps nothing.

    One that was not asked for is open only if it is `known`: if there is a reply or a drop of it.
    """

    replies: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Practised:
    """The codename was that of a trial."""


@dataclass(frozen=True, slots=True)
class CaptionLeftOut:
    """The words below a file are a codename: nothing of them was stored."""


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
class Ended:
    """Nothing that the codename led to is left here; `passed_on` drops are with the reviewers."""

    passed_on: int


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A sealed request to the reviewers is durable; where there are several `desks`, to those of these."""

    desks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """The drop is durable; of several, those of these `desks` are and no others. Empty: all are."""

    desks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft and all that was stored of it are deleted."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """They are, for a chat that is to be clean."""


@dataclass(frozen=True, slots=True)
class Vanished:
    """They are, or went before; nothing of it is to be told."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The draft was older than a day, and is deleted."""


Outcome = (
    CustodianChanged
    | StoredText
    | StoredAnswer
    | StoredFile
    | StoredDisguised
    | StoredReadings
    | StoredWaiting
    | StoredPart
    | Refused
    | Unlocked
    | Practised
    | CaptionLeftOut
    | NotACodename
    | Destroyed
    | Withdrawable
    | Withdrawn
    | Ended
    | AskedBack
    | Sent
    | Discarded
    | Cleaned
    | Vanished
    | Expired
)

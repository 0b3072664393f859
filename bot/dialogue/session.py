"""What the runtime folder holds of one chat: the dialogue's state and what is still to be answered.

A session is written in one piece after the items of an update are durable and before its answers go out, so
that a crash at any point is healed by the update's redelivery: its tag is either absent (do it again: items
repeat to the same ids) or present (only the answers that are left go out). It lives on tmpfs alone.
"""

import json
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, get_args

from bot.conversation.effects import (
    Effect,
    Forget,
    ForgetReply,
    HideCodename,
    Play,
    Say,
    Show,
    ShowCodename,
    ShowNews,
    ShowReaders,
    ShowReply,
    Vanish,
)
from bot.conversation.options import Options
from bot.conversation.sights import Sight, joined
from bot.conversation.state import Album, Phase, State
from bot.conversation.telling import FORGOTTEN, merged
from bot.conversation.things import ASKED, VOICE, Came, Thing

KEPT = "kept"
"""The acknowledgement of an item."""
ONCE = ("draft_full", "unusable_edited", "edit_too_late", "edit_unknown", "replaced")
"""What says nothing more when it is said again: one of several in a row is enough."""
REMEMBERED_SECONDS = 25 * 3600
"""Telegram redelivers an update for 24 hours at most; after that its tag need not be known."""
REMEMBERED = 2000
"""Tags, and message ids. Telegram hands out a hundred updates at a time, so no more than that come again."""

REDELIVERED = 100
"""Updates that broke off and may come again: Telegram hands out no more at a time."""

GUESS_SECONDS = 3600

GIVEN_UP = 2
"""Updates with which the same answer was tried, each several times."""

UNSAID = Say("unsaid")
"""What is said in place of an answer that can't be given."""

_Plain = Forget | Vanish | ShowReply | ShowCodename | ShowNews | ShowReaders | HideCodename | ForgetReply
Owed = Say | Play | Show | _Plain
PLAIN: dict[str, Callable[..., Owed]] = {kind.__name__: kind for kind in get_args(_Plain)}
"""Those whose fields are as JSON has them."""
LISTS = ("waiting", "disguised", "voices", "originals", "told", "refused")
"""The fields of a state that JSON turns into lists."""


@dataclass(slots=True, repr=False)
class Session:
    """One chat. `done` maps update tags to the second they were handled; `opened` is when the draft began.
    `progress` is the message in which is told what is being done, 0 for none; `latest` what was said
    last, where it is of files alone, and the message in which it stands.

    `messages` are the ids to delete at the end, `slots` the ids of messages that are edited rather than
    repeated, `drops` the seconds at which drops were sent in the last day. `next_draft` is the random id of
    the draft that is opened next: nothing leads from a chat or its updates to a drop once it was sent. `lost`
    is how many messages were too many to be remembered, or have no id that we know; `unsaid` how often the
    first answer that is owed was given up. `begun` has the options with which an update was
    first handled, until it is done: one that comes again must not meet others. `custodian` is the tag of who
    could open originals when this chat last wrote, `desk` that of who gets what is for no chosen desk.

    `codename` is one that was made and not shown yet, `shown` maps the tags of shown ones to the message that
    each stands in and the second when that goes. `root` (64 hex digits) opens the answers of the codename
    that is open since the second `unlocked`, `replies` maps their tags to their hash and token (hexadecimal),
    `said` to the messages that they stand in; `guesses` are the seconds at which codenames were typed,
    `erase` the messages in which one stands. `taken` are the bytes that were stored in each hour of the last
    day (hours since 1970).
    """

    state: State
    opened: int = 0
    done: dict[str, int] = field(default_factory=dict)
    outbox: list[Owed] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    slots: dict[str, int] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)
    lost: int = 0
    unsaid: int = 0
    begun: dict[str, Options] = field(default_factory=dict)
    custodian: str = ""
    desk: str = ""
    codename: str = ""
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    root: str = ""
    unlocked: int = 0
    replies: dict[str, tuple[str, str]] = field(default_factory=dict)
    said: dict[str, list[int]] = field(default_factory=dict)
    guesses: list[int] = field(default_factory=list)
    erase: list[int] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)
    progress: int = 0
    latest: tuple[Say, int] | None = None
    next_draft: str = field(default_factory=lambda: secrets.token_hex(16))

    def owe(self, effects: list[Effect]) -> None:
        """Add what speaks to the chat to the outbox; an acknowledgement joins one that still waits there, and
        that of a file takes in the one before that was said last.
        """
        for effect in effects:
            if isinstance(effect, Vanish):
                self._vanish()
            elif isinstance(effect, Owed):
                joined = (
                    _joined(self.outbox[-1], effect, self.slots) if self.outbox else self._gathered(effect)
                )
                self.latest = None
                self.outbox[-1 if joined else len(self.outbox) :] = [joined or effect]

    def _gathered(self, later: Owed) -> Say | None:
        """Of files that come one by one there is one acknowledgement, below the last of them."""
        if self.latest is None:
            return None
        earlier, message = self.latest
        joined = _joined(earlier, later, self.slots)
        return replace(joined, below=message) if joined and not joined.texts else None

    def said_last(self, say: Say, message: int) -> None:
        """What names no item is remembered of it."""
        if say.key == KEPT and say.files and not say.texts and not say.slot:
            self.latest = replace(say, buttons=(tuple(_lasting(say)),), below=0), message

    def _vanish(self) -> None:
        """Let go of all but what has to be deleted. What limits a chat stays: nobody gets more guesses."""
        self.messages += [message for message, _ in self.shown.values()]
        self.outbox, self.slots, self.shown, self.said, self.erase = [Vanish()], {}, {}, {}, []
        self.opened = self.lost = self.unsaid = self.unlocked = self.progress = 0
        self.latest = None
        self.custodian = self.codename = ""
        self.lock()

    def count_lost(self, more: int) -> None:
        """So many more messages, or fewer, stand in the chat of which no id is known."""
        self.lost += more

    def told_progress(self, message: int | None) -> None:
        """What is being done was told in this message, of which nothing is lost then; None: to nobody."""
        if message != 0:
            self.lost -= 1
        if message:
            self.progress = message
            if message not in self.messages:
                self.messages.append(message)

    def give_up_answer(self) -> bool:
        """The first answer that is owed could not be given, often enough; return whether another one takes
        its place now.
        """
        if not self.outbox:
            return False
        self.unsaid += 1
        failed = self.outbox[0]
        if isinstance(failed, Play | Show):
            self.outbox[0] = failed.unheard if isinstance(failed, Play) else failed.unseen
        elif self.unsaid < GIVEN_UP:
            return False
        elif failed == UNSAID or not isinstance(failed, Say):
            del self.outbox[0]
        else:
            self.outbox[0] = UNSAID
        self.unsaid = 0
        return bool(self.outbox)

    def remind(self) -> None:
        """Say with the first answer that this chat was forgotten (a day, a power-off): what somebody goes on
        with in good faith is not there any more, and a disguise that was turned on is off.
        """
        if self.outbox and isinstance(self.outbox[0], Say):
            self.outbox[0] = replace(self.outbox[0], notes=(*self.outbox[0].notes, FORGOTTEN))

    def owes_acknowledgement_only(self) -> bool:
        """Whether all that is owed may wait for the next update, to be said together with its own."""
        return all(isinstance(effect, Say) and effect.key in (KEPT, *ONCE) for effect in self.outbox)

    def forget_old(self, now: int) -> None:
        """Let go of what is older than any redelivery, and of what is more than a person sends."""
        recent = [(tag, when) for tag, when in self.done.items() if now - when < REMEMBERED_SECONDS]
        self.done = dict(recent[-REMEMBERED:])
        self.begun = dict(list(self.begun.items())[-REDELIVERED:])
        self.lost += max(0, len(self.messages) - REMEMBERED)
        self.messages = self.messages[-REMEMBERED:]
        self.drops = [when for when in self.drops if abs(now - when) < 24 * 3600]  # a clock may be set back
        self.guesses = [when for when in self.guesses if abs(now - when) < GUESS_SECONDS]

    def lock(self) -> None:
        """Let go of the codename that is open."""
        self.root, self.replies = "", {}

    def dump(self) -> bytes:
        """Return the session as JSON."""
        content = _plain(self) | {"outbox": [[type(effect).__name__, effect] for effect in self.outbox]}
        return json.dumps(content, default=_plain).encode()

    @classmethod
    def load(cls, data: bytes) -> "Session":
        """Return the session that `dump` wrote, or that of 0.1: an upgrade loses no draft. Raises ValueError
        on anything else.
        """
        try:
            return cls._parsed(json.loads(data))
        except (AttributeError, KeyError, TypeError):
            raise ValueError("not a session of this version") from None

    @classmethod
    def _parsed(cls, content: dict[str, Any]) -> "Session":
        state = content.pop("state")
        album = state.pop("album")
        return cls(
            state=State(
                **state
                | {name: tuple(state[name]) for name in LISTS}
                | {
                    "phase": Phase(state["phase"]),
                    "options": Options(**state["options"]),
                    "album": album and _album(album),
                    "parts": tuple((parcel, number) for parcel, number in state.get("parts", ())),
                    "readings": tuple(tuple(items) for items in state.get("readings", ())),
                    "desks": tuple(state.get("desks", ())),
                    "proved": tuple(state.get("proved", ())),
                    "seen": tuple(state.get("seen", ())),
                    "answers": tuple((key, item) for key, item in state.get("answers", ())),
                    "things": _things(state.get("things", _things_of_before(state))),
                }
            ),
            latest=(latest := content.pop("latest", None)) and (_say(latest[0]), latest[1]),
            outbox=[_owed(name, effect) for name, effect in content.pop("outbox")],
            replies={tag: (sha256, token) for tag, (sha256, token) in content.pop("replies", {}).items()},
            shown={tag: (message, when) for tag, (message, when) in content.pop("shown", {}).items()},
            begun={tag: Options(**options) for tag, options in content.pop("begun").items()},
            **content,
        )


def _plain(value: Any) -> dict[str, Any]:
    """The fields of a dataclass; what is inside is for the encoder (`asdict` would copy all of it first)."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _album(content: dict[str, Any]) -> Album:
    lists = {name: tuple(content[name]) for name in ("removed", "notes")}
    return Album(**content | lists | {"sights": _sights(content)})


def _sights(content: dict[str, Any]) -> tuple[Sight, ...]:
    return tuple(Sight(**sight) for sight in content.get("sights", ()))


def _things(listed: Iterable[dict[str, Any]]) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            **thing
            | {name: tuple(thing[name]) for name in ("items", "removed")}
            | {
                "came": Came(**thing["came"] | {"instead": ()}),
                "part": thing["part"] and tuple(thing["part"]),
            }
        )
        for thing in listed
    )


def _things_of_before(state: dict[str, Any]) -> list[dict[str, Any]]:
    """A draft of 0.1 has no list: what was asked of its source can still be left out."""
    asked = [[item] for item in (*state["waiting"], *state["disguised"])]
    asked += state.get("readings", [])
    manners = [*((items, ASKED) for items in asked), *(([item], VOICE) for item in state["voices"])]
    came = asdict(Came("document"))
    return [
        {
            "number": number,
            "items": items,
            "came": came,
            "size": 0,
            "manner": manner,
            "removed": (),
            "part": None,
        }
        for number, (items, manner) in enumerate(manners, 1)
    ]


def _owed(name: str, content: dict[str, Any]) -> Owed:
    if name == "Say":
        return _say(content)
    if name == "Show":
        shown = (tuple(content["items"]), tuple(content["digests"]))
        return Show(*shown, _say(content["seen"]), _say(content["unseen"]))
    if name == "Play":
        return Play(content["item"], content["digest"], _say(content["heard"]), _say(content["unheard"]))
    return PLAIN[name](**content)


def _say(content: dict[str, Any]) -> Say:
    lists = {name: tuple(content[name]) for name in ("removed", "notes", "on", "words")}
    lists |= {name: tuple(content.get(name, ())) for name in ("desks", "total", "proved")}
    things = {name: _things(content.get(name, ())) for name in ("things", "out")}
    sights = {"sights": _sights(content)}
    return Say(
        **content | lists | things | sights | {"buttons": tuple(tuple(row) for row in content["buttons"])}
    )


def _joined(earlier: Owed, later: Owed, said: Collection[str]) -> Say | None:
    """Return one acknowledgement that says both, if there is one. That of an album counts by itself, unless
    others wait beside it: then it is one file more. One whose message was `said` already is edited there.
    """
    if isinstance(later, Say) and later.key in ONCE and isinstance(earlier, Say):
        same = (earlier.key, earlier.count) == (later.key, later.count)
        return replace(later, notes=merged(earlier.notes, later.notes)) if same else None
    if not (isinstance(earlier, Say) and isinstance(later, Say) and earlier.key == later.key == KEPT):
        return None
    if _lasting(earlier) != _lasting(later):
        return None  # a button may concern one of the two files alone
    if later.slot is not None and earlier.slot == later.slot:
        return later
    if earlier.slot in said or later.slot in said:
        return None
    return replace(
        later,
        slot=None,
        texts=earlier.texts + later.texts,
        files=earlier.files + (later.files if later.slot is None else 1),
        removed=merged(earlier.removed, later.removed),
        notes=merged(earlier.notes, later.notes),
        sights=joined(earlier.sights, later.sights),
    )


def _lasting(say: Say) -> list[str]:
    """Its buttons but the one about what came last, which is another each time."""
    return [action for row in say.buttons for action in row if not action.startswith("undo:")]

"""One desk: carries an update through the conversation, the intake and the answers, in a crash-proof order.

1. The session is read from the runtime folder; an update it already knows only gets the answers still owed.
2. The conversation runs; items are made durable as it asks for them, under ids derived from the update
   (which the store forgets when the drop is complete).
3. The session is written: new state, this update's tag, the answers owed.
4. The answers go out, one by one, each struck off as it is given.

Whoever calls `handle` may confirm the update to the messenger when it returns, and not before.
"""

import logging
import secrets
import time
from collections.abc import Callable

from bot import events
from bot.conversation import step
from bot.database import StorageError
from bot.events import Chat, Update
from bot.intake import Intake
from bot.runtime import RuntimeFolder
from bot.session import Session
from bot.vocabulary import (
    Arrived,
    Discard,
    Discarded,
    Drop,
    Effect,
    Expired,
    Forget,
    Input,
    Keep,
    LeaveOut,
    More,
    Remove,
    Review,
    Say,
    Send,
    SendAsIs,
    Sent,
    Speak,
    Start,
    State,
    StoredText,
    Submit,
    Take,
    Unusable,
)
from bot.wording import LANGUAGES, Wording, negotiate

_log = logging.getLogger(__name__)

DRAFT_SECONDS = 24 * 3600
DROPS_PER_DAY = 20

COMMANDS: dict[str, Callable[[], Input]] = {
    "start": Start,
    "help": Start,
    "send": Review,
    "review": Review,
    "discard": Discard,
}
PRESSES: dict[str, Callable[[], Input]] = {
    "review": Review,
    "send": Send,
    "more": More,
    "discard": Discard,
}


class Desk:
    """`channel` is what manifests say of where a drop came from; `clock` returns Unix seconds."""

    def __init__(
        self,
        intake: Intake,
        runtime: RuntimeFolder,
        wording: Wording,
        channel: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._intake = intake
        self._runtime = runtime
        self._wording = wording
        self._channel = channel
        self._clock = clock

    async def handle(self, update: Update, chat: Chat) -> None:
        """Make `update` durable and answer it.

        Updates of one chat come one after the other; calling again with the same update repeats only what
        is still owed. Raises StorageError: then nothing was acknowledged, and the update must come again.
        """
        key = self._runtime.tag("chat", self._channel, update.chat)
        tag = self._runtime.tag("update", self._channel, update.update_id)
        session = self._load(key, update)
        if tag not in session.done:
            session.forget_old(int(self._clock()))
            self._save(key, session)  # the id of a draft must be known before anything is stored under it
            await self._advance(session, update, tag)
            if session.state.draft == session.next_draft:
                session.next_draft = secrets.token_hex(16)
            session.done[tag] = int(self._clock())
            self._save(key, session)
        if not (update.more and session.owes_acknowledgement_only()):
            await self._answer(session, key, chat)

    async def apologise(self, update: Update, chat: Chat) -> None:
        """Say that an update could not be handled; nothing else of the draft is lost.

        It stands in for the answer that failed, if that was it: else every later update would fail on it too.
        """
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        tag = self._runtime.tag("update", self._channel, update.update_id)
        if tag in session.done and session.outbox:
            del session.outbox[0]
            self._save(key, session)
        await chat.say(self._wording.text(session.state.language, Say("trouble")))

    def _load(self, key: str, update: Update) -> Session:
        fresh = Session(State(language=negotiate(update.language)))
        try:
            data = self._runtime.load(key)
            return fresh if data is None else Session.load(data)
        except OSError:
            raise StorageError("The runtime folder cannot be read.") from None
        except ValueError:  # of another version, or damaged: its draft is lost, the chat must not be
            _log.warning("a session could not be read, so its draft is lost")
            fresh.outbox.append(Say("lost"))
            return fresh

    def _save(self, key: str, session: Session) -> None:
        try:
            self._runtime.save(key, session.dump())
        except OSError:
            raise StorageError("The runtime folder cannot be written.") from None

    async def _advance(self, session: Session, update: Update, tag: str) -> None:
        """Run the conversation until nothing is left to carry out but answers."""
        if update.message_id is not None and update.message_id not in session.messages:
            session.messages.append(update.message_id)
        if session.state.draft and self._clock() - session.opened > DRAFT_SECONDS:
            end = await self._intake.discard(session.state.draft)
            session.owe(self._step(session, Expired() if isinstance(end, Discarded) else end))
        inputs = [self._input(session, update.event)]
        while inputs:
            opened = session.state.draft
            effects = self._step(session, inputs.pop(0))
            if session.state.draft != opened:
                session.opened = int(self._clock())
            for effect in effects:
                inputs += await self._carry_out(session, effect, update.event, tag)
            session.owe(effects)

    def _step(self, session: Session, input_: Input) -> list[Effect]:
        session.state, effects = step(session.state, input_)
        return effects

    def _input(self, session: Session, event: events.Event) -> Input:
        match event:
            case events.Text() | events.Upload():
                if session.state.draft is None and len(session.drops) >= DROPS_PER_DAY:
                    return Unusable("too_many")
                return Arrived(session.next_draft)
            case events.Command(name):
                return COMMANDS.get(name, Start)()
            case events.Press(action):
                return _pressed(action)
            case events.Edited():
                return Unusable("edited")
            case events.Unusable(kind):
                return Unusable(kind)

    async def _carry_out(
        self, session: Session, effect: Effect, event: events.Event, tag: str
    ) -> list[Input]:
        """Carry out what is not an answer; return how it ended, where it can end in more than one way."""
        drop = session.state.draft
        match effect:
            case Take() if drop is not None:
                ends = await self._take(drop, event, tag)
                if Expired() in ends and drop != session.next_draft:
                    return [Expired(), Arrived(session.next_draft)]
                return ends
            case Keep(item):
                await self._intake.keep(item)
            case Remove(item):
                await self._intake.remove(item)
            case Drop(draft):
                return [await self._intake.discard(draft)]
            case Submit(draft):
                end = await self._intake.submit(draft, session.state.language, self._channel)
                if isinstance(end, Sent):
                    session.drops.append(int(self._clock()))
                return [end]
            case _:
                pass
        return []

    async def _take(self, drop: str, event: events.Event, tag: str) -> list[Input]:
        """Store the words or the file at hand; a caption is an item of its own, before its file."""
        ends: list[Input] = []
        words = event.body if isinstance(event, events.Text) else None
        if isinstance(event, events.Upload) and event.caption and event.caption.strip():
            words = event.caption
        if words is not None:
            ends.append(await self._intake.text(drop, self._runtime.tag("words", tag), words))
            if not isinstance(ends[0], StoredText):
                return ends  # there may be no draft any more that could take the file
        if isinstance(event, events.Upload):
            ends.append(await self._intake.file(drop, self._runtime.tag("file", tag), event))
        return ends

    async def _answer(self, session: Session, key: str, chat: Chat) -> None:
        """Give the answers owed, striking each off as it is given."""
        while session.outbox:
            effect = session.outbox[0]
            if isinstance(effect, Forget):
                await self._forget(session, chat)
            else:
                await self._say(session, effect, chat)
            del session.outbox[0]
            self._save(key, session)

    async def _say(self, session: Session, say: Say, chat: Chat) -> None:
        language = session.state.language
        buttons = [[self._wording.button(language, action) for action in row] for row in say.buttons]
        replace = session.slots.get(say.slot) if say.slot else None
        message = await chat.say(self._wording.text(language, say), buttons, replace=replace)
        if message is None:
            return
        if say.slot:
            session.slots = {say.slot: message}
        if message not in session.messages:
            session.messages.append(message)

    async def _forget(self, session: Session, chat: Chat) -> None:
        """Delete all messages but the last, which tells how it ended."""
        *earlier, last = session.messages or [0]
        left = session.lost + (await chat.forget(earlier) if earlier else 0)
        session.lost = 0
        session.messages = [last] if session.messages else []
        session.slots = {}
        if left:
            await self._say(session, Say("left_over"), chat)


def _pressed(untrusted_action: str) -> Input:
    name, _, argument = untrusted_action.partition(":")
    if name == "as_is":
        return SendAsIs(argument)
    if name == "leave_out":
        return LeaveOut(argument)
    if name == "language" and argument in LANGUAGES:
        return Speak(argument)
    return PRESSES.get(untrusted_action, Start)()

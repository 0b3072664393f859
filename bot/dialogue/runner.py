"""Carries an update through the conversation, the intake and the answers, in a crash-proof order.

1. The session is read from the runtime folder; an update it already knows only gets the answers still owed.
2. The conversation runs; items are made durable as it asks for them, under ids derived from the update
   (which the store forgets when the drop is complete).
3. The session is written: new state, this update's tag, the answers owed.
4. The answers go out, one by one, each struck off as it is given.

Whoever calls `handle` may confirm the update to the messenger when it returns, and not before.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.channels import events
from bot.channels.events import Chat, Update
from bot.conversation.options import OPTIONS, ORIGINAL, Options
from bot.conversation.presses import commanded, pressed
from bot.conversation.table import step
from bot.conversation.vocabulary import (
    Arrived,
    CustodianChanged,
    Discarded,
    Drop,
    Effect,
    Expired,
    Input,
    Keep,
    Play,
    Remove,
    Say,
    Sent,
    State,
    StoredText,
    Submit,
    Take,
    Unusable,
)
from bot.dialogue.answers import Answers
from bot.dialogue.session import Session
from bot.dialogue.wording import Wording, negotiate
from bot.intake import Intake, Preview
from bot.runtime import RuntimeFolder
from bot.store.errors import DropClosed, StorageError
from bot.tally import Tally
from scrub.report import Choices

DRAFT_SECONDS = 24 * 3600
DROPS_PER_DAY = 20

Previews = dict[str, Preview]
"""The disguised voices of the update at hand, by item: nothing of them outlives its answer."""


class Dialogue:
    """`channel` is what manifests say of where a drop came from; `clock` returns Unix seconds.

    All that one update leads to has one day, read once: two would tell that it came at midnight.
    What goes wrong is counted in `tally`.
    """

    def __init__(
        self,
        intake: Intake,
        runtime: RuntimeFolder,
        wording: Wording,
        channel: str,
        clock: Callable[[], float] = time.time,
        *,
        tally: Tally,
    ) -> None:
        self._intake = intake
        self._runtime = runtime
        self._wording = wording
        self._channel = channel
        self._clock = clock
        self._tally = tally
        self._offered = OPTIONS if intake.custodian is None else (*OPTIONS, ORIGINAL)
        self._custodian = runtime.tag("custodian", intake.custodian or "")

    async def handle(self, update: Update, chat: Chat) -> None:
        """Make `update` durable and answer it.

        Updates of one chat come one after the other; calling again with the same update repeats only what
        is still owed. Raises StorageError: then nothing was acknowledged, and the update must come again.
        """
        key = self._runtime.tag("chat", self._channel, update.chat)
        tag = self._runtime.tag("update", self._channel, update.update_id)
        session = self._load(key, update)
        previews: Previews = {}
        if tag not in session.done:
            new = not session.done and not session.outbox
            forgotten = new and update.event not in (events.Command("start"), events.Command("help"))
            session.forget_old(int(self._clock()))
            session.begun.setdefault(tag, session.state.options)
            # The id of a draft, and how its items are made, must be known before anything is stored.
            self._save(key, session)
            await self._advance(session, update, tag, previews)
            del session.begun[tag]
            if forgotten:
                session.remind()
            if session.state.draft == session.next_draft:
                session.next_draft = secrets.token_hex(16)
            session.done[tag] = int(self._clock())
            self._save(key, session)
        if not (update.more and session.owes_acknowledgement_only()):
            await self._answer(session, key, update, chat, previews)

    async def apologise(self, update: Update, chat: Chat) -> None:
        """Say that an update could not be handled; nothing else of the draft is lost.

        It stands in for the answer that failed, if that was it: else every later update would fail on it too.
        What could not be played is no loss: the question about it is asked in other words.
        """
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        tag = self._runtime.tag("update", self._channel, update.update_id)
        if tag in session.done and session.outbox:
            failed = session.outbox.pop(0)
            if isinstance(failed, Play):
                session.outbox.insert(0, failed.unheard)
            self._save(key, session)
            if isinstance(failed, Play):
                await self._answer(session, key, update, chat, {})
                return
        message = await chat.say(self._wording.text(session.state.language, Say("trouble")))
        if message is not None:
            session.messages.append(message)
            self._save(key, session)

    def _load(self, key: str, update: Update) -> Session:
        fresh = Session(State(language=negotiate(update.language)))
        try:
            data = self._runtime.load(key)
            return fresh if data is None else Session.load(data)
        except OSError:
            raise StorageError("The runtime folder cannot be read.") from None
        except ValueError:  # of another version, or damaged: its draft is lost, the chat must not be
            self._tally.count("forgotten")
            fresh.outbox.append(Say("lost"))
            return fresh

    def _save(self, key: str, session: Session) -> None:
        try:
            self._runtime.save(key, session.dump())
        except OSError:
            raise StorageError("The runtime folder cannot be written.") from None

    async def _advance(self, session: Session, update: Update, tag: str, previews: Previews) -> None:
        """Run the conversation until nothing is left to carry out but answers."""
        if update.message_id is not None and update.message_id not in session.messages:
            session.messages.append(update.message_id)
        if session.state.draft and self._clock() - session.opened > DRAFT_SECONDS:
            end = await self._intake.discard(session.state.draft)
            session.owe(self._step(session, Expired() if isinstance(end, Discarded) else end))
        await self._ask_who_keeps_originals(session)
        inputs = [self._input(session, update.event)]
        day = datetime.fromtimestamp(self._clock(), UTC).date()
        while inputs:
            opened = session.state.draft
            effects = self._step(session, inputs.pop(0))
            if session.state.draft != opened:
                session.opened = int(self._clock())
            try:
                for effect in effects:
                    if isinstance(effect, Take):
                        inputs += await self._take(session, update.event, tag, previews, day=day)
                    else:
                        inputs += await self._carry_out(session, effect, day, opened or "")
            except DropClosed:  # it went, and we were killed before the session knew: nothing is left out now
                effects, inputs = [], [Sent()]
            session.owe(effects)

    async def _ask_who_keeps_originals(self, session: Session) -> None:
        """The source trusted one custodian, by name: no original goes to another one."""
        chosen = session.state.originals or session.state.options.original
        if chosen and session.custodian != self._custodian:
            for item in session.state.originals:
                await self._intake.remove_original(item)
            session.owe(self._step(session, CustodianChanged()))
        session.custodian = self._custodian

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
                return commanded(name, self._offered)
            case events.Press(action):
                return pressed(action, self._offered)
            case events.Edited():
                return Unusable("edited")
            case events.Unusable(kind):
                return Unusable(kind)

    async def _carry_out(self, session: Session, effect: Effect, day: date, opened: str) -> list[Input]:
        """Carry out what is not an answer; return how it ended, where it can end in more than one way.

        `opened` is the draft that it is about. Raises DropClosed if that went already.
        """
        match effect:
            case Keep(item):
                await self._intake.keep(item)
            case Remove(item):
                await self._intake.remove(opened, item)
            case Drop(draft):
                return [await self._intake.discard(draft)]
            case Submit(draft, refused, enclosed):
                language = session.state.language
                end = await self._intake.submit(draft, language, self._channel, refused, enclosed, day=day)
                if isinstance(end, Sent):
                    session.drops.append(int(self._clock()))
                return [end]
            case _:
                pass
        return []

    async def _take(
        self, session: Session, event: events.Event, tag: str, previews: Previews, *, day: date
    ) -> list[Input]:
        """Store the words or the file at hand; if the draft is gone, they open another one."""
        drop = session.state.draft
        if drop is None:
            return []
        ends = await self._store(drop, session, event, tag, previews, day=day)
        if Expired() in ends and drop != session.next_draft:
            return [Expired(), Arrived(session.next_draft)]
        return ends

    async def _store(
        self, drop: str, session: Session, event: events.Event, tag: str, previews: Previews, *, day: date
    ) -> list[Input]:
        """A caption is an item of its own, before its file."""
        ends: list[Input] = []
        words = event.body if isinstance(event, events.Text) else None
        if isinstance(event, events.Upload) and event.caption and event.caption.strip():
            words = event.caption
        if words is not None:
            ends.append(await self._intake.text(drop, self._runtime.tag("words", tag), words, day=day))
            if not isinstance(ends[0], StoredText):
                return ends  # there may be no draft any more that could take the file
        if isinstance(event, events.Upload):
            item = self._runtime.tag("file", tag)
            options = session.begun[tag]
            original = options.original and session.state.options.original
            choices = self._choices(options, tag)
            end, preview = await self._intake.file(drop, item, event, choices, day=day, original=original)
            ends.append(end)
            if preview is not None:
                previews[item] = preview
        return ends

    def _choices(self, options: Options, tag: str) -> Choices:
        """The seed is fresh for each message, and the same when the message comes again."""
        return Choices(
            disguise=self._runtime.seed("disguise", tag) if options.disguise else None,
            lower_resolution=options.lower,
            pdf=options.pdf,
        )

    async def _answer(
        self, session: Session, key: str, update: Update, chat: Chat, previews: Previews
    ) -> None:
        async def preview(play: Play) -> Preview | None:
            tag = self._runtime.tag("update", self._channel, update.update_id)
            found = previews.get(play.item)
            mine = play.item == self._runtime.tag("file", tag)
            if found is None and mine and isinstance(update.event, events.Upload):
                found = await self._intake.preview(update.event, self._choices(session.state.options, tag))
            # Telegram may have sent another file this time, or the options may be others by now.
            return found if found is not None and found.digest == play.digest else None

        await Answers(self._wording, session, chat, lambda: self._save(key, session), preview).give()

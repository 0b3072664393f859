"""Carries an update through the conversation, the intake and the answers, in a crash-proof order.

1. The session is read from the runtime folder; an update it already knows only gets the answers still owed.
2. The conversation runs; items are made durable as it asks for them, under ids derived from the update
   (which the store forgets when the drop is complete).
3. The session is written: new state, this update's tag, the answers owed.
4. The answers go out, one by one, each struck off as it is given.

Whoever calls `handle` may confirm the update to the messenger when it returns, and not before.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from bot.announcements import Announcements
from bot.channels import events
from bot.channels.events import Chat, Update
from bot.conversation.answering import draft_buttons, idle_if_empty
from bot.conversation.effects import HERE, Effect, Say
from bot.conversation.inputs import GaveWord, Input, ShowDesks, Speak, Start, Typed
from bot.conversation.listing import without
from bot.conversation.outcomes import CustodianChanged, Discarded, Expired
from bot.conversation.presses import pressed
from bot.conversation.state import State
from bot.conversation.table import ASKING, closed, step
from bot.conversation.telling import CHANGE_LOST, UNCHANGED_STAYS
from bot.conversation.things import Thing
from bot.dialogue.allowance import CHAT_BYTES
from bot.dialogue.answers import Answers, Heard
from bot.dialogue.catalogues import negotiate
from bot.dialogue.deletions import Deletions
from bot.dialogue.desks import about
from bot.dialogue.effects import Effects
from bot.dialogue.limits import Limits
from bot.dialogue.progress import AFTER_SECONDS, Progress
from bot.dialogue.proof import Proofs
from bot.dialogue.session import Session
from bot.dialogue.threads import Guesses, Threads
from bot.dialogue.understanding import Understanding
from bot.dialogue.wording import Wording
from bot.intake import Intake
from bot.runtime import RuntimeFolder
from bot.store.errors import DropClosed, StorageError
from bot.tally import Tally

DRAFT_SECONDS = 24 * 3600
HIDE_SECONDS = 15 * 60
"""How long a codename stands in a chat."""


class Dialogue:
    """`channel` is what manifests say of where a drop came from; `clock` returns Unix seconds.

    All that one update leads to has one day, read once: two would tell that it came at midnight.
    `announcements` are those of each desk, by its short name. What goes wrong is counted in `tally`. A
    codename that was shown goes after `hide_after` seconds; what takes longer than `tell_after` is told. A
    chat may send `chat_bytes` in a day.
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
        announcements: Mapping[str, Announcements],
        hide_after: float = HIDE_SECONDS,
        chat_bytes: int = CHAT_BYTES,
        tell_after: float = AFTER_SECONDS,
    ) -> None:
        self._intake = intake
        self._announcements = announcements
        self._hide_after = hide_after
        self._understanding = Understanding(intake, wording, clock, chat_bytes)
        self._deletions = Deletions(runtime, wording, channel, clock, tally)
        self._guesses = Guesses(clock)
        self._proofs = Proofs(wording.poster_words(), time.monotonic)
        self._progress = Progress(wording, tally, tell_after)
        self._limits = Limits(time.monotonic)
        self._runtime = runtime
        self._wording = wording
        self._channel = channel
        self._clock = clock
        self._tally = tally

    @asynccontextmanager
    async def deleting(self, chat_of: Callable[[str], Chat]) -> AsyncIterator[None]:
        """While this is open, `chat_of` is the way to a chat: go on with what is owed."""
        self._deletions.attach(chat_of)
        try:
            yield
        finally:
            await self._deletions.close()

    async def settled(self) -> None:
        """Return when all messages that have to go now were tried."""
        await self._deletions.settled()

    async def close(self) -> None:
        """End what goes on behind the chats."""
        await self._deletions.close()

    async def handle(self, update: Update, chat: Chat) -> None:
        """Make `update` durable and answer it.

        Updates of one chat come one after the other; calling again with the same update repeats only what
        is still owed. Raises StorageError: then nothing was acknowledged, and the update must come again.
        """
        async with self._turn(update):
            await self._handle(update, chat)

    @asynccontextmanager
    async def _turn(self, update: Update) -> AsyncIterator[None]:
        """While this is open no other bot answers the chat, nor does one save what it knew before."""
        key = self._runtime.tag("chat", self._channel, update.chat)
        try:
            await self._runtime.take_turn(key)
        except OSError:
            raise StorageError("Another bot answers this chat, or the sessions can't be reached.") from None
        try:
            yield
        finally:
            self._runtime.end_turn(key)

    async def _handle(self, update: Update, chat: Chat) -> None:
        key = self._runtime.tag("chat", self._channel, update.chat)
        tag = self._tag(update)
        session = self._load(key, update)
        effects = self._effects(session, update, key)
        if tag not in session.done:
            new = not session.done and not session.outbox
            greeting = isinstance(update.event, events.Command) and update.event.name in ("start", "help")
            forgotten = await self._leave_other_desk(session) or (new and not greeting)
            session.forget_old(int(self._clock()))
            session.begun.setdefault(tag, session.state.options)
            left, said = self._deletions.told(update.chat)
            session.messages += [message for message in said if message not in session.messages]
            if left:
                session.owe([Say("left_over")])
            # The id of a draft, and how its items are made, must be known before anything is stored.
            self._save(key, session)
            panic = self._understanding.in_panic(update.event)
            typed = None if panic else await self._understanding.typed(session.state, update.event)
            change = partial(self._change, key, update, session)
            try:
                async with (
                    nullcontext() if panic else self._progress.around(key, update, chat, session, change)
                ):
                    await self._advance(session, update, effects, typed)
            except Exception:
                # It is tried again, or given up: a codename does not stand in the chat meanwhile.
                if typed and update.message_id is not None:
                    await chat.forget([update.message_id])
                raise
            del session.begun[tag]
            if forgotten:
                session.remind()
            if session.state.draft == session.next_draft:
                session.next_draft = secrets.token_hex(16)
            session.done[tag] = int(self._clock())
            self._save(key, session)
            if left or said:
                self._deletions.clear(update.chat)
        if not (update.more and session.owes_acknowledgement_only()):
            await self._answer(session, key, update.chat, chat, effects)

    async def apologise(self, update: Update, chat: Chat) -> None:
        """Say that an update could not be handled; nothing else of the draft is lost.

        Of one that was handled only the answer failed: nobody is told to send again what is here already. The
        answer is owed to the next update; the second time others take its place, else all later ones fail on
        it too. What could not be played or shown is no loss: the question about it is asked in other words.
        """
        async with self._turn(update):
            await self._apologise(update, chat)

    async def _apologise(self, update: Update, chat: Chat) -> None:
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        if self._tag(update) in session.done:
            if session.give_up_answer():
                self._save(key, session)
                await self._answer(session, key, update.chat, chat, self._effects(session, update, key))
            self._save(key, session)
            return
        if self.panics(update):
            return
        await self._leave_none(session, self._tag(update))
        self._save(key, session)
        # Of a message that came in parts the others are here: nobody is asked to send them again.
        trouble = Say("unusable_damaged") if update.part else Say("trouble")
        message = await chat.say(self._wording.text(session.state.language, trouble))
        if message:
            session.messages.append(message)
            with suppress(StorageError, MemoryError):  # said is said: a second time would not note it either
                self._save(key, session)

    async def _leave_none(self, session: Session, tag: str) -> None:
        """Of an update that is given up nothing is sent (its caption may be here, of which nobody was told),
        and the list tells of nothing that went for it.
        """
        state = session.state
        items = [self._runtime.tag(kind, tag) for kind in ("words", "file")]
        with suppress(DropClosed):
            there = await self._intake.leave(state.draft or session.next_draft, items, state.desks)
            gone = [item for thing in state.things for item in thing.items if item not in there]
            session.state = idle_if_empty(without(state, gone)) if gone else state

    def admit(self, update: Update, waiting: int, crowded: bool) -> bool:
        """Whether a message is none too many; see `Limits`."""
        key = self._runtime.tag("chat", self._channel, update.chat)
        return self.panics(update) or self._limits.admits(key, waiting, crowded=crowded)

    async def turn_away(self, update: Update, chat: Chat) -> None:
        """Say, once, that a message is one too many, and when the next may come. What is here already is not
        said to be missing.
        """
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        if self._tag(update) in session.done:
            return
        self._deletions.remember(update.chat, chat, session.state.language, update.message_id)
        minutes = None if self._understanding.in_panic(update.event) else self._limits.minutes(key)
        if minutes is not None:
            say = Say("too_fast", count=minutes)
            message = await chat.say(self._wording.text(session.state.language, say))
            self._deletions.remember(update.chat, chat, session.state.language, message)

    def panics(self, update: Update) -> bool:
        """Whether somebody wants the chat emptied without a word, now."""
        return self._understanding.in_panic(update.event)

    async def put_off(self, update: Update, chat: Chat, quiet: bool = False) -> None:
        """Say that a file came too slowly while others waited: it is not kept; `quiet`, say nothing. A crash
        repeats what is owed of that, and no more; what is stored is not said to be missing.
        """
        async with self._turn(update):
            await self._put_off(update, chat, quiet)

    async def _put_off(self, update: Update, chat: Chat, quiet: bool) -> None:
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        tag = self._tag(update)
        if tag not in session.done:
            before = session.state.things
            await self._leave_none(session, tag)
            if update.message_id is not None and update.message_id not in session.messages:
                session.messages.append(update.message_id)
            if not quiet:
                session.owe(self._not_kept(session, update, before))
            session.begun.pop(tag, None)
            session.done[tag] = int(self._clock())
            self._save(key, session)
        if not quiet:
            await self._answer(session, key, update.chat, chat, self._effects(session, update, key))

    def _not_kept(self, session: Session, update: Update, before: tuple[Thing, ...]) -> list[Effect]:
        """Of a file that was put off; `before` is what the list held. What it should have taken the place of
        is still there, as a rule.
        """
        state, event = session.state, update.event
        if isinstance(event, events.Press) and state.things == before:
            unreached = pressed(event.action, ())  # without its file: to be sent anew
            return self._step(session, unreached)
        say = Say("put_off", draft_buttons(state))
        if state.things != before:
            return [replace(say, notes=(CHANGE_LOST,))]
        changed = isinstance(event, events.Edited) and any(
            thing.came.message == update.message_id for thing in before
        )
        return [replace(say, notes=(UNCHANGED_STAYS,)) if changed else say]

    async def delay(self, update: Update, chat: Chat) -> None:
        """Say that an update is not stored yet, through no fault of its own, and that it is tried on."""
        async with self._turn(update):
            await self._delay(update, chat)

    async def _delay(self, update: Update, chat: Chat) -> None:
        key = self._runtime.tag("chat", self._channel, update.chat)
        session = self._load(key, update)
        if self._tag(update) in session.done:
            return  # it is stored, and only its answer waits
        if self._understanding.in_panic(update.event):
            return
        message = await chat.say(self._wording.text(session.state.language, Say("delayed")))
        if message:
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

    def _change(self, key: str, update: Update, session: Session, change: Callable[[Session], None]) -> None:
        """In the middle of an update, of which nothing else may be saved yet."""
        saved = self._load(key, update)
        for each in (session, saved):
            change(each)
        self._save(key, saved)

    async def _advance(self, session: Session, update: Update, effects: Effects, typed: Typed | None) -> None:
        """Run the conversation until nothing is left to carry out but answers."""
        if update.message_id is not None and update.message_id not in session.messages:
            session.messages.append(update.message_id)
        if session.state.draft and self._clock() - session.opened > DRAFT_SECONDS:
            end = await self._intake.discard(session.state.draft, session.state.desks)
            session.owe(self._step(session, Expired() if isinstance(end, Discarded) else end))
        if not session.state.draft and self._clock() - session.unlocked > DRAFT_SECONDS:
            session.lock()
            session.state = replace(session.state, thread=False, in_reply_to=None)
        await self._ask_who_keeps_originals(session)
        offered = await self._intake.open_desks()
        input_ = typed or self._understanding.input(session, update, offered)
        key = self._runtime.tag("chat", self._channel, update.chat)
        input_ = self._proofs.before(session.state, update.event, input_, key)
        questions = self._wording.questions
        asking = questions.of(session.state.desks or (offered[:1] if session.state.trial else ()))
        inputs = questions.before(session.state, update.event, input_, asking)
        fresh = session.state.draft is None and not session.state.trial
        day = datetime.fromtimestamp(self._clock(), UTC).date()
        brought = self._proofs.brought(
            session.state, update.event, key, offered, closed=lambda: bool(self._intake.closed(day))
        )
        if brought and not isinstance(brought, GaveWord):
            inputs.append(brought)
        if offered and fresh and isinstance(inputs[0], Start | Speak):
            inputs.append(ShowDesks(offered))
        if isinstance(brought, GaveWord):  # the greeting does not ask for it any more
            inputs.insert(0, brought)
        while inputs:
            opened = session.state.draft
            asked = self._honest(self._step(session, inputs.pop(0)), day)
            if session.state.draft != opened:
                session.opened = int(self._clock())
            try:
                for effect in asked:
                    inputs += await effects.carry_out(effect, opened or "", day)
            except DropClosed:  # it went, and we were killed before the session knew: nothing is left out now
                asked, inputs = [], [await self._intake.discard(opened or "", session.state.desks)]
            session.owe([_placed(effect, update) for effect in asked])

    def _honest(self, asked: list[Effect], day: date) -> list[Effect]:
        """Where nothing can be taken, that stands in place of the notice: before anybody has written."""
        if not any(isinstance(effect, Say) and effect.key in ASKING for effect in asked):
            return asked
        return [closed(effect) for effect in asked] if self._intake.closed(day) else asked

    async def _ask_who_keeps_originals(self, session: Session) -> None:
        """The source trusted one custodian, by name: no original goes to another one."""
        chosen = session.state.originals or session.state.options.original
        now = self._runtime.tag("custodian", self._intake.custodian(session.state.desks) or "")
        if chosen and session.custodian != now:
            for item in session.state.originals:
                await self._intake.remove_original(item, session.state.desks)
            session.owe(self._step(session, CustodianChanged()))
        session.custodian = now

    async def _leave_other_desk(self, session: Session) -> bool:
        """Where nobody had to choose, what is here is sealed to the desk that this bot served then: another
        could open none of it. Whether it is gone, and the chat begins anew.
        """
        before, now = session.desk, self._runtime.tag("served", self._intake.receivers.first.key)
        session.desk = now
        if before in ("", now) or not session.state.draft or session.state.desks:
            return False
        await self._intake.discard(session.state.draft)
        session.state = State(language=session.state.language)
        session.lock()
        return True

    def _step(self, session: Session, input_: Input) -> list[Effect]:
        """What is said is about the desks that were chosen when it came to be said."""
        before = session.state.desks
        session.state, asked = step(session.state, input_)
        desks = session.state.desks or before
        return [about(effect, desks) for effect in asked] if desks else asked

    def _effects(self, session: Session, update: Update, key: str) -> Effects:
        threads = Threads(
            session,
            update,
            intake=self._intake,
            channel=self._channel,
            clock=self._clock,
            guesses=self._guesses,
            save=partial(self._save, key, session),
        )
        return Effects(
            session,
            update.event,
            self._tag(update),
            update.message_id or 0,
            intake=self._intake,
            runtime=self._runtime,
            channel=self._channel,
            clock=self._clock,
            threads=threads,
            questions=self._wording.questions,
        )

    def _tag(self, update: Update) -> str:
        return self._runtime.tag("update", self._channel, update.update_id)

    async def _news(self, language: str) -> list[Heard]:
        """What can't be read keeps nobody from what comes after it."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        heard = []
        for short, announcements in self._announcements.items():
            desks = (short,) if self._intake.receivers.several else ()
            try:
                texts = await asyncio.to_thread(announcements.texts, language, today)
            except StorageError as error:
                self._tally.count("news", error)
                heard.append(Heard(desks, None))
            else:
                heard.append(Heard(desks, texts))
        return heard

    async def _answer(self, session: Session, key: str, chat_id: str, chat: Chat, effects: Effects) -> None:
        delete = partial(self._deletions.owe, chat_id, chat, session.state.language)
        answers = Answers(
            self._wording,
            session,
            chat,
            save=partial(self._save, key, session),
            preview=effects.preview,
            readings=effects.readings,
            reply=effects.reply,
            news=self._news,
            readers=lambda: self._intake.readers(session.state.desks),
            hide_at=lambda: int(self._clock() + self._hide_after),
            delete=delete,
            delete_quietly=partial(delete, at=0, quiet=True),
        )
        await answers.hide_codename([tag for tag, (_, end) in session.shown.items() if self._clock() >= end])
        await answers.give()


def _placed(effect: Effect, update: Update) -> Effect:
    """What is said in the place of the message at hand, with that message."""
    here = isinstance(effect, Say) and effect.at == HERE
    return replace(effect, at=update.message_id or 0) if isinstance(effect, Say) and here else effect

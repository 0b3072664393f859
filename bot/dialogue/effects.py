"""Carries out what the conversation asks for, through the intake; what speaks to the chat is for `answers`.

Items get ids derived from the update (which the store forgets when the drop is complete), so that an update
that comes again stores nothing twice.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.channels import events
from bot.conversation.answering import NO_DESK
from bot.conversation.effects import Drop, Effect, Keep, Play, Remove, Show, Submit, Take, TakeAnswer
from bot.conversation.inputs import Arrived, Input, PassQuestions
from bot.conversation.listing import without
from bot.conversation.options import Options
from bot.conversation.outcomes import (
    CaptionLeftOut,
    Expired,
    Refused,
    Sent,
    StoredAnswer,
    StoredPart,
    StoredText,
    Vanished,
)
from bot.conversation.telling import OWN_CONTACT, OWN_NAME, OWN_NUMBER
from bot.conversation.things import Came, about, words_in
from bot.dialogue.allowance import count
from bot.dialogue.questions import Questions
from bot.dialogue.session import Session
from bot.dialogue.threads import Threads
from bot.intake import Intake, Preview
from bot.intake.codenames import Opened, seems_codename
from bot.intake.own import own_in
from bot.runtime import RuntimeFolder
from scrub.report import Choices

LONG_ANSWER = 3500
"""Characters, from which on words may go on in the next message: Telegram cuts what is typed at 4,096."""


class Effects:
    """Those of one update: `event`, known by its `tag`, in the chat's `message` of this number (0 without
    one). `channel` is where manifests say it came from.

    What a source is to hear or see of a file before it stays is held here: nothing of it outlives the answer
    to the update.
    """

    def __init__(
        self,
        session: Session,
        event: events.Event,
        tag: str,
        message: int,
        *,
        intake: Intake,
        runtime: RuntimeFolder,
        channel: str,
        clock: Callable[[], float],
        threads: Threads,
        questions: Questions,
    ) -> None:
        self._questions = questions
        self._intake = intake
        self._runtime = runtime
        self._channel = channel
        self._clock = clock
        self._session = session
        self._event = events.file_of(event) or events.content_of(event)
        self._how = event.action.partition(":")[0] if isinstance(event, events.Press) else ""
        self._tag = tag
        self._message = message
        self._previews: tuple[Preview, ...] = ()
        self._threads = threads

    async def carry_out(self, effect: Effect, opened: str, day: date) -> list[Input]:
        """Return how it ended, where it can end in more than one way.

        `opened` is the draft that it is about. Raises DropClosed if that went already, StorageError.
        """
        desks = self._session.state.desks
        match effect:
            case Take() as take:
                return await self._take(take, day)
            case TakeAnswer(question, choice):
                return await self._take_answer(question, choice, day)
            case Keep(item):
                await self._intake.keep(item, desks)
            case Remove(item):
                await self._intake.remove(opened, item, desks)
            case Drop(draft, ends):
                found = await self._intake.discard(draft, desks)
                return [found if isinstance(found, Sent) and not isinstance(ends, Vanished) else ends]
            case Submit(draft, trial=True):
                await self._intake.discard(draft, desks)
                return [Sent()]
            case Submit(draft, refused, enclosed):
                language = self._session.state.language
                thread = await self._threads.thread()
                end = await self._intake.closing.submit(
                    draft, language, self._channel, refused, enclosed, day=day, thread=thread, desks=desks
                )
                if isinstance(end, Sent):
                    self._session.drops.append(int(self._clock()))
                return [end]
            case _:
                return await self._threads.carry_out(effect, day)
        return []

    async def reply(self, tag: str) -> Opened | None:
        """A reply that this chat has opened, by its tag; None if it is gone."""
        return await self._threads.reply(tag)

    async def preview(self, play: Play) -> Preview | None:
        """What is to be heard, made again after a crash; None if it can't be made as it was sealed."""
        return (await self._by_digest(play.item)).get(play.digest)

    async def readings(self, show: Show) -> list[Preview] | None:
        """The ways to read a text, made again after a crash; None if they can't be as they were sealed."""
        found = await self._by_digest(show.items[0])
        copies = [found[digest] for digest in show.digests if digest in found]
        return copies if len(copies) == len(show.digests) else None

    async def _by_digest(self, item: str) -> dict[str, Preview]:
        """Telegram may have sent another file this time, or the options may be others by now."""
        mine = item == self._runtime.tag("file", self._tag)
        if not self._previews and mine and isinstance(self._event, events.Upload):
            choices = self._choices(self._session.state.options, disguise=self._how == "disguise")
            rework = self._how if self._how in events.REWORKS else ""
            self._previews = await self._intake.previews(self._event, choices, rework)
        return {preview.digest: preview for preview in self._previews} if mine else {}

    async def _take(self, take: Take, day: date) -> list[Input]:
        """Store the words or the file at hand; if the draft is gone, they open another one."""
        drop = self._session.state.draft
        if drop is None:
            return []
        ends = await self._store(drop, take, day)
        if any(isinstance(end, Refused) and end.change for end in ends):
            ends = await self._without_lost(drop, take, ends)
        size = sum(getattr(end, "size", 0) for end in ends)
        self._session.taken = count(self._session.taken, size, self._clock())
        if Expired() in ends and drop != self._session.next_draft:
            return [Expired(), Arrived(self._session.next_draft)]
        if Expired() in ends:  # a session that somebody put back: the message after this one opens another
            self._session.next_draft = secrets.token_hex(16)
        return ends

    async def _without_lost(self, drop: str, take: Take, ends: list[Input]) -> list[Input]:
        """Killed after the commit, a change took the place of what was there; when it comes again and is
        refused, neither is in the draft, so neither stays in the list.
        """
        state = self._session.state
        there = await self._intake.leave(drop, (), state.desks)
        gone = {*take.for_words, *take.for_file} - there
        if not gone:
            return ends
        self._session.state = without(state, gone)
        return [replace(end, lost=True) if isinstance(end, Refused) else end for end in ends]

    async def _take_answer(self, key: str, choice: int, day: date) -> list[Input]:
        """Store the words at hand, or the answer that was picked; then the next question comes. Where no
        desk takes anything any more, none does.
        """
        state, event, questions = self._session.state, self._event, self._questions
        desks = state.desks or ((await self._intake.open_desks())[:1] if state.trial else ())
        text, name = questions.text(key, state.language), questions.id_of(key)
        body = event.body if isinstance(event, events.Text) else questions.choice(key, choice, state.language)
        asking = questions.of(desks)
        if state.draft is None or name is None or not body:
            return [asking]
        item = self._runtime.tag("words", self._tag)
        end = await self._intake.answers.take(
            state.draft,
            item,
            body,
            question=text,
            question_id=name,
            day=day,
            trial=state.trial,
            desks=desks,
            asked_by=questions.asked_by(key, desks),
        )
        if isinstance(end, Refused):
            return [end, PassQuestions(asking.offered), asking] if end.reason in NO_DESK else [end]
        if isinstance(end, Expired):
            return [end]
        self._session.taken = count(self._session.taken, end, self._clock())
        longer = not choice and len(body) >= LONG_ANSWER
        stored = StoredAnswer(key, item, end, longer, () if choice else _points(event, body))
        return [stored] if longer else [stored, asking]

    async def _store(self, drop: str, take: Take, day: date) -> list[Input]:
        """A caption is an item of its own, before its file."""
        event, tag, state = self._event, self._tag, self._session.state
        if state.trial and not state.desks:  # nobody gets it: it goes as it would to one that is open
            state = replace(state, desks=(await self._intake.open_desks())[:1])
        ends: list[Input] = []
        words = event.body if isinstance(event, events.Text) else None
        if isinstance(event, events.Upload) and (take.disguise or take.rework):
            event = replace(event, caption=None)  # its words are here already
        if isinstance(event, events.Upload) and event.caption and event.caption.strip():
            if await asyncio.to_thread(seems_codename, event.caption, state.language):
                ends.append(CaptionLeftOut())
                take = replace(take, for_words=(), for_file=(*take.for_file, *take.for_words))
            else:
                words = event.caption
        if words is not None:
            item = self._runtime.tag("words", tag)
            end = await self._intake.text(
                drop,
                item,
                words,
                day=day,
                trial=state.trial,
                desks=state.desks,
                instead=take.for_words,
            )
            if not isinstance(end, StoredText):  # there may be no draft any more that could take the file
                return [*ends, replace(end, change=take != Take()) if isinstance(end, Refused) else end]
            came = Came(amount=words_in(words), message=self._message, instead=take.for_words)
            ends.append(replace(end, item=item, came=came, points=_points(event, words)))
        if isinstance(event, events.Upload):
            item = self._runtime.tag("file", tag)
            options = self._session.begun[tag]
            original = options.original and self._session.state.options.original
            choices = self._choices(options, disguise=take.disguise)
            # The messenger's name of an album leads to its sender: it is held no more than a chat's.
            group = event.group and self._runtime.tag("album", event.group)
            file, self._previews = await self._intake.file(
                drop,
                item,
                replace(event, group=group),
                choices,
                day=day,
                original=original,
                trial=state.trial,
                desks=state.desks,
                instead=take.for_file,
                strict=take.disguise,
                rework=take.rework,
            )
            if isinstance(file, StoredPart):  # the messenger has its name too
                file = replace(file, parcel=self._runtime.tag("parcel", file.parcel))
            if isinstance(file, Refused):
                file = replace(file, change=take != Take() and not (take.disguise or take.rework))
            elif not isinstance(file, Expired):
                message = take.message or self._message
                came = Came(event.kind, about((event.size or 0) // 1024), message, take.for_file)
                file = replace(file, came=came)
            ends.append(file)
        return ends

    def _choices(self, options: Options, *, disguise: bool) -> Choices:
        """The seed is fresh for each message, and the same when the message comes again."""
        return Choices(
            disguise=self._runtime.seed("disguise", self._tag) if options.disguise or disguise else None,
            lower_resolution=options.lower,
            pdf=options.pdf,
            times=options.times,
        )


def _points(event: events.Event, words: str) -> tuple[str, ...]:
    """What in the words seems to name their writer."""
    own = own_in(words)
    named = own.name or (isinstance(event, events.Text | events.Upload) and event.named)
    told = ((OWN_NAME, named), (OWN_NUMBER, own.number), (OWN_CONTACT, own.contact))
    return tuple(note for note, is_so in told if is_so)

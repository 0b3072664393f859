"""Gives a chat the answers that are owed to it: says, plays, and deletes at the end.

Each answer is struck off and the session saved as soon as it is given, so that a crash repeats one at most.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.channels.events import CannotPlay, Chat
from bot.conversation.effects import (
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
from bot.dialogue.readings import lines_of
from bot.dialogue.session import UNSAID, Owed, Session
from bot.dialogue.wording import Wording
from bot.intake import Preview
from bot.intake.codenames import Opened, practice
from bot.shown import LONGEST, pieces, units


@dataclass(frozen=True, slots=True)
class Heard:
    """What is announced by a desk, named where there are several; None for what can't be read."""

    desks: tuple[str, ...]
    texts: tuple[str, ...] | None


class Answers:
    """The answers owed to one session; `save` writes it. `preview` returns what is to be heard, `readings`
    what is to be chosen from, or None if it can't be made again as it was sealed; `reply` a reviewer's reply
    by its tag, or None if it is gone; `news` what is announced in a language; `hide_at` the second at which a
    codename that is shown now has to go; `delete` takes messages that are to go behind the chat's
    back, and the second from which on; `delete_quietly` those of which nothing is told.
    """

    def __init__(
        self,
        wording: Wording,
        session: Session,
        chat: Chat,
        *,
        save: Callable[[], None],
        preview: Callable[[Play], Awaitable[Preview | None]],
        readings: Callable[[Show], Awaitable[list[Preview] | None]],
        reply: Callable[[str], Awaitable[Opened | None]],
        news: Callable[[str], Awaitable[Sequence[Heard]]],
        readers: Callable[[], Sequence[str]],
        hide_at: Callable[[], int],
        delete: Callable[[Sequence[int], int], None],
        delete_quietly: Callable[[Sequence[int]], None],
    ) -> None:
        self._wording = wording
        self._session = session
        self._chat = chat
        self._save = save
        self._preview = preview
        self._readings = readings
        self._reply = reply
        self._news = news
        self._readers = readers
        self._hide_at = hide_at
        self._delete = delete
        self._delete_quietly = delete_quietly

    async def give(self) -> None:
        """Give all of them, in order. What a codename stands in goes before anything is said."""
        await self._erase()
        owed = self._session.outbox
        while owed:
            await self._end_progress(owed[0])
            match owed[0]:
                case Forget() | Vanish() as end:
                    await self._forget(silently=isinstance(end, Vanish))
                    del owed[0]
                case Play() as play:
                    owed[0] = play.heard if await self._played(play) else play.unheard
                case Show() as show:
                    await self._show(show)
                    del owed[0]
                case ShowReply(tag):
                    await self._show_reply(tag)
                    del owed[0]
                case ShowCodename(for_practice):
                    await (self._show_practice() if for_practice else self._show_codename())
                    del owed[0]
                case ShowNews(asked):
                    await self._show_news(asked=asked)
                    del owed[0]
                case ShowReaders():
                    for words in self._readers():
                        self._remember(await self._chat.say(words))
                    del owed[0]
                case HideCodename(tag):
                    await self.hide_codename([tag] if tag else list(self._session.shown))
                    await self._tell_lost()
                    del owed[0]
                case ForgetReply(tag):
                    await self._forget_reply(tag)
                    del owed[0]
                case Say() as say:
                    await self._say(say)
                    del owed[0]
            self._session.unsaid = 0
            self._save()

    async def _show(self, show: Show) -> None:
        """The lines are the source's words, and so are in no state: they are said, and forgotten."""
        copies = await self._readings(show)
        if copies is None:
            await self._say(show.unseen)
        else:
            lines = lines_of([copy.content.decode() for copy in copies])
            await self._say(show.seen, "".join(f"\n\n{at}) {line}" for at, line in enumerate(lines, 1)))

    async def _say(self, say: Say, more: str = "") -> None:
        language = self._session.state.language
        label = partial(self._wording.button, language, desks=say.desks)
        buttons = [[label(action) for action in row] for row in say.buttons]
        replace = self._session.slots.get(say.slot) if say.slot else say.at or None
        inline = all(button.action for row in buttons for button in row)
        if self._session.progress and replace is None and not say.answering and inline:
            replace, self._session.progress = self._session.progress, 0
        text = self._wording.text(language, say) + more
        *before, last = pieces(text) if units(text) > LONGEST else [text]
        for piece in before:
            self._remember(await self._chat.say(piece))
        message = await self._chat.say(last, buttons, replace=replace, answering=say.answering)
        await self._end_progress(None)
        if message and say.slot:
            self._session.slots = {say.slot: message}
        self._remember(message)
        if say.below:
            await self._gone(say.below)
        if message and not before:
            self._session.said_last(say, message)

    async def _gone(self, message: int) -> None:
        """Tell nobody where it stays: it says less than what stands below it, and goes in the end."""
        if not await self._chat.forget([message]):
            self._session.messages = [each for each in self._session.messages if each != message]

    async def _end_progress(self, before: Owed | None) -> None:
        """What was told of it goes, unless the answer that comes next takes its place."""
        if self._session.progress and not isinstance(before, Say):
            message, self._session.progress = self._session.progress, 0
            await self._chat.forget([message])

    async def _erase(self) -> None:
        session = self._session
        if not session.erase:
            return
        left = await self._chat.forget(session.erase)
        session.messages = [message for message in session.messages if message not in session.erase]
        session.erase = []
        if left:
            await self._say(Say("codename_left"))
        self._save()

    async def _show_reply(self, tag: str) -> None:
        """A reviewer's words as they are; the buttons stand below the last piece of them."""
        language = self._session.state.language
        reply = await self._reply(tag)
        if reply is None:
            await self._say(Say("reply_gone"))
            return
        if reply.desk:
            await self._say(Say("reply_from", desks=(reply.desk,)))
        questions = "".join(f"\n\n• {question}" for question in reply.questions)
        *before, last = pieces(reply.text + questions)
        for piece in before:
            self._remember_reply(tag, await self._chat.say(piece))
        which = f"{reply.number}/{reply.desk}" if reply.desk else str(reply.number)
        actions = (f"answer:{which}", f"read:{tag}")
        buttons = [[self._wording.button(language, action)] for action in actions]
        self._remember_reply(tag, await self._chat.say(last, buttons))

    async def _show_news(self, *, asked: bool) -> None:
        """Each desk's words to everybody, as they are, below its name. There may be none, or they can't be
        read: who did not ask is told nothing, and waits for nothing.
        """
        heard = await self._news(self._session.state.language)
        for each in heard:
            if each.texts:
                await self._say(Say("news", desks=each.desks))
            for piece in (piece for text in each.texts or () for piece in pieces(text)):
                self._remember(await self._chat.say(piece))
        if asked and any(each.texts is None for each in heard):
            await self._say(UNSAID)
        elif asked and not any(each.texts for each in heard):
            await self._say(Say("news_none"))

    def _remember_reply(self, tag: str, message: int | None) -> None:
        """At once: killed between two pieces, a reply must not stay in the chat."""
        self._remember(message)
        if message:
            self._session.said.setdefault(tag, []).append(message)
            self._save()

    async def _forget_reply(self, tag: str) -> None:
        session = self._session
        said = session.said.pop(tag, [])
        left = await self._chat.forget(said) if said else 0
        session.messages = [message for message in session.messages if message not in said]
        if left:
            await self._say(Say("left_over"))

    async def _show_codename(self) -> None:
        """Until it was shown, it is held: killed in between, it is shown again."""
        session = self._session
        if session.codename:
            await self._cover(Say("codename"), session.codename)
            session.codename = ""

    async def _show_practice(self) -> None:
        await self._cover(Say("trial_codename", trial=True), practice(self._session.state.language))

    async def _cover(self, say: Say, codename: str) -> None:
        session = self._session
        language = session.state.language
        tag = secrets.token_hex(8)
        buttons = [[self._wording.button(language, f"noted:{tag}")]]
        words = self._wording.text(language, say)
        # If the answer to this gets lost, nobody knows the message any more: whoever hides one is told.
        self._count_lost(1)
        message = await self._chat.say(words, buttons, hidden=codename)
        if message == 0:
            return
        session.lost -= 1
        if message is not None:
            session.shown[tag] = (message, self._hide_at())
            self._delete([message], self._hide_at())

    async def hide_codename(self, tags: Sequence[str]) -> None:
        """Delete the messages with the codenames that were shown under these, if they are there."""
        shown = self._session.shown
        messages = [shown[tag][0] for tag in tags if tag in shown]
        if messages:
            await self._chat.forget(messages)
        for tag in tags:
            shown.pop(tag, None)

    async def _tell_lost(self) -> None:
        if self._session.lost:
            await self._say(Say("left_over"))
            self._session.lost = 0

    async def _played(self, play: Play) -> bool:
        preview = await self._preview(play)
        if preview is None:
            return False
        # Killed before its id is known, a voice would stay in the chat, and nobody would be told of it.
        self._count_lost(1)
        try:
            self._remember(await self._chat.play(preview.content, preview.media_type))
        except CannotPlay:
            return False
        finally:
            self._count_lost(-1)
        return True

    def _count_lost(self, more: int) -> None:
        self._session.lost += more
        self._save()

    def _remember(self, message: int | None) -> None:
        """As the last one: that stays in the end. None: the person can't be reached, so there is nothing to
        delete later.
        """
        if message == 0:
            self._session.lost += 1
        elif message is not None:
            others = [other for other in self._session.messages if other != message]
            self._session.messages = [*others, message]

    async def _forget(self, *, silently: bool) -> None:
        """All messages go but the last, which tells how it ended; `silently`, that too."""
        session = self._session
        if silently:
            self._delete_quietly(session.messages)
            session.messages = []
            return
        *earlier, last = session.messages or [0]
        if earlier:
            self._delete(earlier, 0)
        lost, session.lost = session.lost, 0
        session.said = {}
        session.messages = [last] if session.messages else []
        session.slots = {}
        if lost:
            await self._say(Say("left_over"))

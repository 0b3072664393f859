"""Gives a chat the answers that are owed to it: says, plays, and deletes at the end.

Each answer is struck off and the session saved as soon as it is given, so that a crash repeats one at most.
"""

from collections.abc import Awaitable, Callable

from bot.channels.events import CannotPlay, Chat
from bot.conversation.vocabulary import Forget, Play, Say, Show
from bot.dialogue.readings import lines_of
from bot.dialogue.session import Session
from bot.dialogue.wording import Wording
from bot.intake import Preview


class Answers:
    """The answers owed to one session; `save` writes it. `preview` returns what is to be heard, `readings`
    what is to be chosen from, or None if it can't be made again as it was sealed.
    """

    def __init__(
        self,
        wording: Wording,
        session: Session,
        chat: Chat,
        save: Callable[[], None],
        *,
        preview: Callable[[Play], Awaitable[Preview | None]],
        readings: Callable[[Show], Awaitable[list[Preview] | None]],
    ) -> None:
        self._wording = wording
        self._session = session
        self._chat = chat
        self._save = save
        self._preview = preview
        self._readings = readings

    async def give(self) -> None:
        """Give all of them, in order."""
        owed = self._session.outbox
        while owed:
            match owed[0]:
                case Forget():
                    await self._forget()
                    del owed[0]
                case Play() as play:
                    owed[0] = play.heard if await self._played(play) else play.unheard
                case Show() as show:
                    await self._show(show)
                    del owed[0]
                case Say() as say:
                    await self._say(say)
                    del owed[0]
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
        buttons = [[self._wording.button(language, action) for action in row] for row in say.buttons]
        replace = self._session.slots.get(say.slot) if say.slot else None
        message = await self._chat.say(self._wording.text(language, say) + more, buttons, replace=replace)
        if message is not None and say.slot:
            self._session.slots = {say.slot: message}
        self._remember(message)

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
        """None: the person can't be reached, so there is nothing to delete later."""
        if message is not None and message not in self._session.messages:
            self._session.messages.append(message)

    async def _forget(self) -> None:
        """Delete all messages but the last, which tells how it ended."""
        session = self._session
        *earlier, last = session.messages or [0]
        left = session.lost + (await self._chat.forget(earlier) if earlier else 0)
        session.lost = 0
        session.messages = [last] if session.messages else []
        session.slots = {}
        if left:
            await self._say(Say("left_over"))

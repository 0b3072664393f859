"""Says what is being done for somebody while it takes longer than two seconds: "cleaning 2 of 5".

One message a chat, changed in place: nothing of it rings, and the answer takes its place (docs/adr/0185).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.channels.events import Chat, Update, file_of
from bot.conversation.effects import Say
from bot.dialogue.session import Session
from bot.dialogue.wording import Wording
from bot.tally import Tally

AFTER_SECONDS = 2.0
PATIENCE = 5.0
"""Seconds for which what is done waits until it is known in which message its progress was told."""

Change = Callable[[Callable[[Session], None]], None]
"""Changes a session, and what is saved of it from before the update."""


class Progress:
    """That of all chats. How many files of a chat are done since none waited is held in memory, by its tag;
    what can't be told is counted in `tally`, and is no trouble.
    """

    def __init__(self, wording: Wording, tally: Tally, after: float) -> None:
        self._wording = wording
        self._tally = tally
        self._after = after
        self._done: dict[str, int] = {}

    @asynccontextmanager
    async def around(
        self, key: str, update: Update, chat: Chat, session: Session, change: Change
    ) -> AsyncIterator[None]:
        """While this is open for longer than `after` seconds, it is told."""
        file = file_of(update.event) is not None
        done = self._done.get(key, 0)
        number, total = done + 1, done + 1 + update.behind
        say = Say("working")
        if file:
            say = Say("cleaning", count=number, words=(str(total),)) if total > 1 else Say("cleaning_one")
        over = asyncio.Event()
        telling = asyncio.create_task(self._tell(say, over, chat, session, change))
        try:
            yield
            self._done[key] = number if file else done
        finally:
            if not update.behind:
                self._done.pop(key, None)
            over.set()
            await asyncio.wait({telling}, timeout=PATIENCE)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(
        self, say: Say, over: asyncio.Event, chat: Chat, session: Session, change: Change
    ) -> None:
        try:
            async with asyncio.timeout(self._after):
                await over.wait()
        except TimeoutError:
            pass
        else:
            return
        text = self._wording.text(session.state.language, say)
        try:
            # Killed before its id is known, it would stay in the chat, and nobody would be told of it.
            change(lambda each: each.count_lost(1))
            message = await chat.say(text, replace=session.progress or None)
            change(lambda each: each.told_progress(message))
        except Exception as error:  # it is only to calm somebody
            self._tally.count("untold", error)

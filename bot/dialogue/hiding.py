"""Deletes a shown codename after a time, even if the source never touches the chat again.

Who wrote to us is in nobody's memory but this process's: after a restart the message goes with the next
update of its chat.
"""

import asyncio

from bot.channels.events import Chat


class Hiding:
    """One task for each codename on somebody's screen."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[int]] = set()

    def hide(self, message: int, chat: Chat, seconds: float) -> None:
        """Delete `message` after `seconds`; one that is gone by then does no harm."""

        async def later() -> int:
            await asyncio.sleep(seconds)
            return await chat.forget([message])

        task = asyncio.create_task(later())
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[int]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # the next update of this chat tries again

    async def close(self) -> None:
        """End them; the messages stay until the next update of their chats."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

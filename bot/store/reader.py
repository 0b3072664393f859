"""Reading from the database: each view in one way to a thread and back (docs/adr/0268)."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.database import reader_threads, refusals

T = TypeVar("T")


class Reader:
    """Runs read transactions, a few at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._threads = reader_threads(engine)

    async def close(self) -> None:
        """Wait for what is being read."""
        await self._threads.close()

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Return what `work` finds, all of one moment. It waits for nothing but its own database. Raises
        StorageError when the database refuses.
        """
        with refusals():
            return await self._threads.run(work)

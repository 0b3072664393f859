"""Opens the shared memory for as long as a bot runs, and keeps the others knowing that it lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.sessions.address import SessionsAddress
from bot.sessions.joining import Circle
from bot.sessions.link import Link
from bot.sessions.memory import SharedMemory


@asynccontextmanager
async def shared(folder: Path, address: SessionsAddress, token: str) -> AsyncIterator[SharedMemory]:
    """The memory that all bots with this token share, each with a runtime folder of its own, or one together.

    Raises RuntimeFolderError for a Redis that writes to a disk, forgets, or can't be reached.
    """
    own = RuntimeFolder.open(folder, token.partition(":")[0])
    link = Link(address)
    try:
        link.look()
        memory = SharedMemory.beside(own, link, Circle(link, token))
        try:
            await memory.join()
        except OSError:
            raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None
        beats = asyncio.create_task(memory.beat())
        try:
            yield memory
        finally:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)
            memory.leave()
    finally:
        link.close()

"""Writing to the database: one writer at a time, never torn off, and deletions that leave nothing behind."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.database import Claim, empty_log, give_back_pages, refusals, writer_thread
from bot.store.errors import StorageError
from bot.store.tables import CHUNK, chunks, items, replies, upload_items
from bot.store.thread import Work

Guard = Callable[[], Callable[[], None] | None]
"""Asked by whoever writes; what it gives is asked once the lock is there, and raises OSError."""
T = TypeVar("T")
_Waiting = tuple[Work[Any], asyncio.Future[Any], int]
_Step = Callable[[], Coroutine[object, object, bool]]
"""True if there may be more to do."""
_ATTEMPTS = 3  # each waits for a reader as long as `busy_timeout` says
_TOGETHER = 32  # MiB
_SLICE = 4  # MiB deleted in one transaction: other writers wait for them at most
_BLOBS = 64
_ROWS = 256  # nor for more of them than this
_LONGEST_REST = 2.0  # seconds, whatever a machine that stood still in the middle of a step makes of it


class Writer:
    """Runs write transactions in turn; SQLite has a single write lock anyway."""

    def __init__(
        self, engine: AsyncEngine, *, claim: Claim | None = None, guard: Guard = lambda: None
    ) -> None:
        self._guard = guard
        self._engine = engine
        self._thread = writer_thread(engine, claim=claim)
        self._waiting: list[_Waiting] = []
        self._emptying: list[asyncio.Future[bool]] = []
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Future[Any]] = set()

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._thread.close()

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]], *, size: int = 1) -> T:
        """Run `work`, whole or not at all: committed when this returns, and undone if `work` raises. What
        waits for the lock meanwhile is committed together. `size` is how many MiB it may write.

        Raises StorageError when the database refuses.
        """
        return await self._finish(self._together(self._guarded(work), size))

    def _guarded(self, work: Work[T]) -> Work[T]:
        """Behind the lock: what others have written since they took the turn was committed before it."""
        check = self._guard()
        if check is None:
            return work

        async def checked(connection: AsyncConnection) -> T:
            try:
                check()
            except OSError:
                raise StorageError(
                    "Another bot answers this chat, or the sessions can't be reached."
                ) from None
            return await work(connection)

        return checked

    async def _together(self, work: Callable[[AsyncConnection], Awaitable[T]], size: int) -> T:
        """`size` is how many MiB it may write."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done, size))
        async with self._lock:
            while not done.done():  # nobody who was here before has taken it along
                await self._commit(self._first())
        return await done

    def _first(self) -> list[_Waiting]:
        """Those that go together: the first ones, one at least."""
        room, count = _TOGETHER, 0
        for _, _, size in self._waiting:
            room -= size
            if room < 0 and count:
                break
            count += 1
        some, self._waiting = self._waiting[:count], self._waiting[count:]
        return some

    async def _commit(self, some: list[_Waiting]) -> None:
        """Carry out those that wait as one transaction; where that fails, by whoever's fault, each alone."""
        if len(some) > 1:
            try:
                with refusals():
                    ends = await self._thread.run_all([work for work, _, _ in some])
            except Exception as error:
                if self._thread.began:
                    await self._each_alone(some)
                    return
                ends = [error for _ in some]
            for (_, done, _), end in zip(some, ends, strict=True):
                _settle(done, end)
            return
        await self._each_alone(some)

    async def _each_alone(self, some: list[_Waiting]) -> None:
        """Once another program has the lock, or the database is away, nobody waits for that again."""
        away: Exception | None = None
        for work, done, _ in some:
            if away is None:
                try:
                    with refusals():
                        _settle(done, await self._thread.run(work))
                except Exception as error:
                    away = None if self._thread.began else error
                    _settle(done, error)
            else:
                _settle(done, away)

    async def delete_blobs(self, blob_ids: Sequence[str]) -> None:
        """Delete the chunks of blobs that nothing has, some at a time.

        A blob that has become an item's by now stays: another process may be sweeping.
        """

        async def delete_all() -> None:
            for step in self._deleting(blob_ids):
                while await step():
                    pass

        await self._finish(delete_all())

    async def sweep_blobs(self, blob_ids: Sequence[str]) -> None:
        """`delete_blobs` when nobody waits for it: unhurried."""
        for step in self._deleting(blob_ids):
            await self._unhurried(step)

    def _deleting(self, blob_ids: Sequence[str]) -> Iterator[_Step]:
        for start in range(0, len(blob_ids), _BLOBS):
            work = partial(_delete_some, blob_ids[start : start + _BLOBS])
            yield partial(self._together, work, _SLICE)

    async def _unhurried(self, step: _Step) -> None:
        """Take a step until it has no more to do, with a rest as long behind each: another process, which
        asks for the lock from time to time, does not wait for all of them (docs/adr/0170).
        """
        began = time.monotonic()
        while await self._finish(step()):
            await asyncio.sleep(min(time.monotonic() - began, _LONGEST_REST))
            began = time.monotonic()

    async def erase(self, blob_ids: Sequence[str]) -> None:
        """Delete blobs as `delete_blobs` does, and make sure that their bytes leave the files."""
        if blob_ids:
            await self.delete_blobs(blob_ids)
        await self._finish(self._empty())

    async def _empty(self) -> bool:
        """Empty the log, once for all that wait for it: what each of them deleted was committed before it
        came here. False if a reader held it up.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._emptying.append(done)
        async with self._lock:
            if not done.done():
                all_, self._emptying = self._emptying, []
                end: bool | Exception
                try:
                    end = await empty_log(self._thread)
                except Exception as error:  # it is for each of them to tell
                    end = error
                for one in all_:
                    _settle(one, end)
        return await done

    async def empty(self) -> None:
        """Make sure that the bytes of what was deleted leave the files.

        Raises StorageError if they can't yet.
        """
        for _ in range(_ATTEMPTS):
            if await self._finish(self._empty()):
                return
        raise StorageError(
            "Another program keeps the database busy: what was deleted is still in its log; "
            "run silbo purge again."
        )

    async def shrink(self, *, anew: bool = False) -> None:
        """Give the room of what was deleted back, a little at a time. On PostgreSQL `anew` has the tables
        written to new files, too.
        """

        async def some() -> bool:
            async with self._lock:
                return await give_back_pages(self._engine, anew=anew)

        await self._unhurried(some)

    async def _finish(self, work: Coroutine[object, object, T]) -> T:
        """Let a write run to its end even when the caller is cancelled."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen: a cancelled caller is not there to take it


def _settle(done: asyncio.Future[Any], end: object) -> None:
    if isinstance(end, Exception):
        done.set_exception(end)
    else:
        done.set_result(end)


async def _delete_some(blob_ids: Sequence[str], connection: AsyncConnection) -> bool:
    """Delete chunks of blobs that nothing has; True if there may be more."""
    query = select(chunks.c.blob_id, chunks.c.number, func.length(chunks.c.data).label("size"))
    query = query.where(chunks.c.blob_id.in_(blob_ids), orphaned())
    query = query.order_by(chunks.c.blob_id, chunks.c.number).limit(_ROWS)
    found = (await connection.execute(query)).all()
    room = _SLICE * CHUNK
    gone: list[dict[str, object]] = []
    for blob_id, number, size in found:
        if gone and size > room:
            break
        room -= size
        gone.append({"blob": blob_id, "at": number})
    if gone:
        await connection.execute(_DELETE, gone)
    return len(gone) < len(found) or len(found) == _ROWS


_DELETE = delete(chunks).where(chunks.c.blob_id == bindparam("blob"), chunks.c.number == bindparam("at"))


def orphaned() -> ColumnElement[bool]:
    """Of a chunk: that no item, no reply and no open upload has its blob."""
    of_item, of_reply, coming = (
        exists().where(table.c.blob_id == chunks.c.blob_id) for table in (items, replies, upload_items)
    )
    return ~of_item & ~of_reply & ~coming

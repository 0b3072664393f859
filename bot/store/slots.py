"""The file in which large parts of unfinished uploads wait, beside the database of SQLite (docs/adr/0363).

In the database each byte is written twice, in pages of 4 KiB. Here it is written once, and one flush serves
all who wait for one. It is a single file of places, not a file a part: that would keep the moment of each.
The database alone tells what lies where; a place of which it tells nothing is empty.
"""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.store.errors import StorageError
from bot.store.slot_file import open_file, punch, read_file

SLOT = 8 << 20
"""Bytes of a place."""
_AMONG = 64
_THREADS = 4
T = TypeVar("T")
Known = Callable[[], Awaitable[Collection[int]]]


class Slots:
    """`known` asks the database which places are taken. One process at a time writes here; another has no
    place to give. What waits raises StorageError.
    """

    def __init__(self, path: Path, known: Known) -> None:
        self._path = path
        self._known = known
        self._file: int | None = None
        self._taken: set[int] = set()
        self._flying: set[int] = set()  # of them those of which the database does not tell yet
        self._doubtful: set[int] = set()  # and those of which it no longer told a sweep ago
        self._waiting: list[asyncio.Future[None]] = []
        self._opening, self._flushing = asyncio.Lock(), asyncio.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "silbo-parts")
        self._failures = 0

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._file is not None:
            os.close(self._file)
            self._file = None

    async def place(self) -> "Place | None":
        """An empty place; None where another process has the file."""
        if not await self._opened(make=True):
            return None
        while (number := secrets.randbelow(max(_AMONG, 2 * len(self._taken)))) in self._taken:
            pass  # by lot: the order of arrival is in no order of places
        self._taken.add(number)
        self._flying.add(number)
        self._doubtful.discard(number)
        return Place(self, number, self._failures)

    async def read(self, number: int, start: int, size: int) -> bytes:
        """Of what lies there, also where another process has the file; less where it ends."""
        if await self._opened(make=False):
            return await self._run(lambda file: os.pread(file, size, number * SLOT + start))
        try:
            return await asyncio.to_thread(read_file, self._path, number * SLOT + start, size)
        except FileNotFoundError:
            return b""
        except OSError:
            raise StorageError("The file of unfinished uploads can't be read.") from None

    async def empty(self, numbers: Collection[int]) -> None:
        """Give places back: for whoever took them out of the database, and nobody else."""
        for number in numbers if self._file is not None else ():
            try:
                await self._run(partial(punch, start=number * SLOT, size=SLOT))
            finally:
                self._flying.discard(number)
                self._doubtful.discard(number)
                self._taken.discard(number)

    async def sweep(self) -> None:
        """Empty every place that is nobody's: what a process left that died, and what another let expire
        (that at the second sweep: it may be given to somebody else just now).
        """
        if not self._path.exists() or not await self._opened(make=False):
            return
        settled = self._taken - self._flying
        settled -= set(await self._known())
        gone, self._doubtful = settled & self._doubtful, settled - self._doubtful
        await self.empty(gone)
        end = await self._run(lambda file: os.fstat(file).st_size)
        for number in range(-(-end // SLOT)):
            if number not in self._taken:
                self._taken.add(number)
                await self.empty([number])
        if not self._taken and self._file is not None:
            with suppress(OSError):  # it is empty without this, too
                os.ftruncate(self._file, 0)  # at once: nobody gets a place meanwhile

    async def write(self, number: int, start: int, pieces: Sequence[bytes]) -> None:
        """Put pieces into a place, one behind the other."""

        def work(file: int) -> None:
            at = number * SLOT + start
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    done = os.pwrite(file, rest, at)
                    at, rest = at + done, rest[done:]

        await self._run(work)

    async def flush(self, failures: int) -> None:
        """Make durable what was written, once for all that wait. A disk that failed since the count was
        `failures` may have lost a page of anybody's, and tells only one.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        async with self._flushing:
            if not done.done():
                all_, self._waiting = self._waiting, []
                with suppress(StorageError):
                    await self._run(self._sync)
                for one in all_:
                    if not one.done():
                        one.set_result(None)
        if failures != self._failures:
            raise StorageError("The disk did not take a part of an upload.")

    def _sync(self, file: int) -> None:
        """In a thread: a failure counts also when nobody waits any more."""
        try:
            os.fdatasync(file)
        except OSError:
            self._failures += 1
            raise

    def settled(self, number: int) -> None:
        """From now on the database tells of it, or never will."""
        self._flying.discard(number)
        self._doubtful.discard(number)

    async def _opened(self, *, make: bool) -> bool:
        async with self._opening:
            if self._file is not None:
                return True
            if not make and not self._path.exists():
                return False
            try:
                file = await asyncio.to_thread(open_file, self._path)
            except OSError:
                raise StorageError("The file of unfinished uploads can't be opened.") from None
            if file is None:
                return False
            try:
                self._taken |= set(await self._known())
            except BaseException:
                os.close(file)  # who does not know what is taken gives no place, and empties none
                raise
            self._file = file
            return True

    async def _run(self, work: Callable[[int], T]) -> T:
        """Cancelled, it still waits for the thread: what is written late would be in another's place."""
        file = self._file
        assert file is not None  # noqa: S101 -- each who is here opened it
        running = asyncio.get_running_loop().run_in_executor(self._threads, work, file)
        try:
            return await _to_its_end(running)
        except OSError:
            raise StorageError("The disk of unfinished uploads is full, or can't be written.") from None


class Place:
    """Room for one part, which is its writer's until `settle` or `give_back`."""

    def __init__(self, slots: Slots, number: int, failures: int) -> None:
        self.number = number
        self._slots = slots
        self._failures = failures

    def __repr__(self) -> str:
        return "Place()"

    async def write(self, start: int, pieces: Sequence[bytes]) -> None:
        """Pieces from a byte of the part on."""
        await self._slots.write(self.number, start, pieces)

    async def flush(self) -> None:
        """Make it durable."""
        await self._slots.flush(self._failures)

    def settle(self) -> None:
        """The database tells of it now; where that is not sure, a sweep asks it."""
        self._slots.settled(self.number)

    async def give_back(self) -> None:
        """It was for nothing."""
        await self._slots.empty([self.number])


async def _to_its_end(running: asyncio.Future[T]) -> T:
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as late:
            cancelled = late
    if cancelled is not None:
        running.exception()  # seen
        raise cancelled
    return running.result()

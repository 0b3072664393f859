"""Carries updates to a handler: none is lost, none overtakes another of its chat, none stops the rest.

Telegram forgets an update once it is confirmed: by a higher offset (polling) or a 200 (webhook). So an update
is confirmed only after its handler returned. Until then it is "pending", and the offset stays at the lowest
pending one; what is above it and done is remembered for as long as Telegram may send it again.
"""

import asyncio
import errno
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping
from contextlib import nullcontext
from types import TracebackType
from typing import Any, Generic, TypeVar

from bot.channels.events import Count

REMEMBERED_SECONDS = 24 * 3600
"""Telegram keeps an update that is not confirmed for 24 hours."""

LONGEST_PAUSE = 60.0
STUBBORN = 3
NO_THREAD = "can't start new thread"
"""What Python says, in a RuntimeError, where there is no memory for one."""
LOOK_SECONDS = 0.5
"""So often who waits for memory looks whether the chat has something urgent."""
PUT_OFF_SECONDS = 30.0
"""So long a file may keep others out of sight."""
TOLD_AFTER = 4
"""Tries that met what passes, about two seconds, after which the person is told to wait."""

T = TypeVar("T")
Chain = deque[tuple[int, T]]


def is_scarce(error: Exception) -> bool:
    """Whether it is memory that was short: nobody's message is to blame, as a rule, and it passes."""
    out = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return (
        out or isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and str(error) == NO_THREAD)
    )


class _Stopping(Exception):
    """The delivery is closing; the update stays unconfirmed."""


class Delivery(Generic[T]):
    """Owns the tasks that handle updates. Use as `async with Delivery(...) as delivery`.

    `read` turns a raw update into (chat, work), or None when nothing is to be done; whatever it raises means
    that the update is unreadable: it is confirmed, or it would come back for ever.
    `handle` carries out the work of one update. An exception of a class in `again` means "not now": it is
    tried again for ever, and never confirmed. After any other exception it is tried `tries` times in all,
    then `give_up` is called (to tell the person) and the update is confirmed; unless that returns True: then
    there is more of the update, which is tried like another one. What is of a class in `stubborn` is tried
    `STUBBORN` times as often, and so is what met short memory, unless `urgent` work of its chat waits. After
    each `TOLD_AFTER` tries that met that or "not now" `slow` is called, until it succeeds once. An exception
    with `seconds` asks for so long a rest.

    `lane` is where work waits for its turn, None for what waits for nobody: a line of words never stands
    behind somebody's file. What `admit` says no to (it is told how many of the chat are in hand, and whether
    others may be out of sight behind it) is only answered by `turn_away`, at once. What is in a lane and has
    them out of sight (`hurry`) for `patience` seconds is broken off, and ended by `put_off`; so is, at once,
    what keeps `urgent` work of its chat waiting.

    `limit` is how many seconds one try may take, `grace` how many leaving the context waits for what is being
    handled, `pause` the first of the doubling waits between tries. What goes wrong is for `count` and never
    logged: a line would keep the moment.
    """

    def __init__(
        self,
        read: Callable[[Mapping[str, Any]], tuple[Hashable, T] | None],
        handle: Callable[[T], Awaitable[None]],
        give_up: Callable[[T], Awaitable[object]],
        *,
        again: tuple[type[Exception], ...],
        stubborn: tuple[type[Exception], ...] = (),
        slow: Callable[[T], Awaitable[None]] | None = None,
        count: Count,
        lane: Callable[[T], asyncio.Semaphore | None] = lambda _: None,
        admit: Callable[[T, int, bool], bool] = lambda *_: True,
        turn_away: Callable[[T], Awaitable[object]] | None = None,
        put_off: Callable[[T], Awaitable[object]] | None = None,
        urgent: Callable[[T], bool] = lambda _: False,
        patience: float = PUT_OFF_SECONDS,
        tries: int = 3,
        limit: float = 600.0,
        grace: float = 10.0,
        pause: float = 0.25,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._handle = handle
        self._give_up = give_up
        self._again = again
        self._stubborn = stubborn
        self._slow = slow
        self._count = count
        self._tries = tries
        self._limit = limit
        self._grace = grace
        self._first_pause = pause
        self._clock = clock
        self._lane = lane
        self._admit = admit
        self._away = turn_away
        self._put_off = put_off
        self._urgent = urgent
        self._patience = patience
        self._in_lanes: dict[int, tuple[float, asyncio.Timeout]] = {}
        self._tasks = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()
        self._chains: dict[Hashable, Chain[T]] = {}
        self._pending: dict[int, asyncio.Future[None]] = {}
        self._finished: dict[int, float] = {}
        self._latest: int | None = None
        self._stop = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def __aenter__(self) -> "Delivery[T]":
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close()
        finally:
            # Only a cancellation concerns the group (it may be its own); an error of the body stays as it is.
            mine = isinstance(error, asyncio.CancelledError)
            await self._tasks.__aexit__(*((kind, error, trace) if mine else (None, None, None)))

    async def close(self) -> None:
        """Let what is being handled finish for `grace` seconds; leave the rest unconfirmed."""
        self._stop.set()
        try:
            if self._running:
                await asyncio.wait(self._running, timeout=self._grace)
        finally:
            for task in self._running:
                task.cancel()

    @property
    def offset(self) -> int | None:
        """The id to ask for next: the lowest pending one, or the one after the newest. None before the first.

        Not "the highest plus one": after a quiet week Telegram goes on from a random, perhaps lower id.
        """
        if self._pending:
            return min(self._pending)
        return None if self._latest is None else self._latest + 1

    def accept(self, update: Mapping[str, Any], *, crowded: bool = False) -> asyncio.Future[None]:
        """Take a raw update in; return what is done when the update may be confirmed. `crowded`: there may be
        others that are not shown before some of these are done.

        An update that is already known joins the one in flight. The future is cancelled when the delivery
        closes before the update is done. Await it with `asyncio.wait` or a shield: others may wait too.
        """
        update_id = update.get("update_id")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if type(update_id) is not int:
            self._count("unread", None)
            done.set_result(None)
            return done
        pending = self._pending.get(update_id)
        if pending is not None and not (pending.cancelled() and not self._stop.is_set()):
            return pending
        if self._stop.is_set():
            done.cancel()
            return done
        if update_id in self._finished:
            done.set_result(None)
            return done
        self._latest = update_id
        self._pending[update_id] = done
        self._idle.clear()
        self._start(update_id, update, crowded)
        return done

    def hurry(self) -> None:
        """The messenger shows no more before the lowest update is done: break it off if it is a slow file."""
        lowest = min(self._pending, default=0)
        if lowest in self._in_lanes and self._clock() - self._in_lanes[lowest][0] >= self._patience:
            self._break_off(lowest)

    def _break_off(self, update_id: int) -> None:
        """What waits for a place in a lane, or has one; anything else goes on, and so does what was told."""
        _, scope = self._in_lanes.pop(update_id, (0.0, None))
        if scope is not None:
            scope.reschedule(asyncio.get_running_loop().time())

    def waiting(self, chat: Hashable) -> int:
        """Return how many updates of a chat are not done, the one being handled among them."""
        return len(self._chains.get(chat, ()))

    def behind(self, chat: Hashable) -> list[T]:
        """Return what waits behind the update of a chat that is being handled."""
        return [work for _, work in self._chains.get(chat, ())][1:]

    async def idle(self, seconds: float) -> None:
        """Return when nothing is pending, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            pass

    def _start(self, update_id: int, update: Mapping[str, Any], crowded: bool) -> None:
        try:
            job = self._read(update)
        except Exception as error:  # outside input: whatever is wrong with it, the others go on
            self._count("unread", error)
            job = None
        if job is None:
            self._settle(update_id)
            return
        chat, work = job
        if self._away is not None and not self._admit(work, self.waiting(chat), crowded):
            self._run(self._turn_away(update_id, work, self._away))
            return
        if chat in self._chains:
            self._chains[chat].append((update_id, work))
            if self._urgent(work):
                self._break_off(self._chains[chat][0][0])
            return
        self._chains[chat] = deque([(update_id, work)])
        self._run(self._follow(chat, self._chains[chat]))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _turn_away(self, update_id: int, work: T, say: Callable[[T], Awaitable[object]]) -> None:
        """Say why, through outages; what was not told is left for the next start."""
        try:
            while not self._stop.is_set():
                try:
                    async with asyncio.timeout(self._limit):
                        await say(work)
                except self._again:
                    await self._rest(LONGEST_PAUSE)
                    continue
                except Exception as error:
                    self._count("untold", error)
                return self._settle(update_id)
        finally:
            if update_id in self._pending:
                self._pending[update_id].cancel()

    async def _follow(self, chat: Hashable, chain: Chain[T]) -> None:
        """Handle the updates of one chat, one after the other, until there are none."""
        try:
            while chain:
                update_id, work = chain[0]
                await self._in_time(chat, update_id, work)
                chain.popleft()
                self._settle(update_id)
        except _Stopping:
            pass
        finally:
            del self._chains[chat]
            for update_id, _ in chain:
                self._pending[update_id].cancel()

    async def _in_time(self, chat: Hashable, update_id: int, work: T) -> None:
        """Carry it, or put it off when it was broken off; when in a hurry, without a try, and uncounted."""
        if self._put_off is None or self._lane(work) is None:
            await self._carry(chat, work)
            return
        scope = asyncio.timeout(None)
        try:
            async with scope:
                if self._hurried(chat):
                    raise TimeoutError
                self._in_lanes[update_id] = self._clock(), scope
                await self._carry(chat, work)
        except TimeoutError:
            if not self._hurried(chat):
                self._count("put_off", None)
            await self._surrender(work, self._put_off)
        finally:
            self._in_lanes.pop(update_id, None)

    async def _carry(self, chat: Hashable, work: T) -> None:
        """Return when the update may be confirmed; raise _Stopping when it may not and we are closing."""
        pause, failures, waits, told = self._first_pause, 0, 0, self._slow is None
        while not self._stop.is_set():
            asked, scarce = 0.0, False
            try:
                async with self._lane(work) or nullcontext():
                    if self._stop.is_set():
                        break
                    async with asyncio.timeout(self._limit):
                        return await self._handle(work)
            except self._again as error:
                if not waits:  # once an update, however long it waits
                    self._count("waited", error)
                waits += 1
                if waits % TOLD_AFTER == 0 and not told:
                    told = await self._tell_slow(work)
                asked = float(getattr(error, "seconds", 0.0))
            except Exception as error:  # a bug must cost one update, not the bot
                failures += 1
                self._count("failed", error)
                scarce = is_scarce(error)
                often = isinstance(error, self._stubborn) or (scarce and not self._hurried(chat))
                if failures >= self._tries * (STUBBORN if often else 1):
                    if not await self._surrender(work, self._give_up):
                        return None
                    pause, failures = self._first_pause, 0
                elif scarce and failures % TOLD_AFTER == 0 and not told:
                    told = await self._tell_slow(work)
            if scarce:
                await self.rest(chat, pause)
            else:
                await self._rest(max(pause, asked))
            pause = min(pause * 2, LONGEST_PAUSE)
        raise _Stopping

    async def _tell_slow(self, work: T) -> bool:
        try:
            async with asyncio.timeout(self._limit):
                if self._slow is not None:
                    await self._slow(work)
        except Exception as untold:  # it is only to calm somebody: the update itself is tried on
            self._count("untold", untold)
            return False
        return True

    async def _surrender(self, work: T, give_up: Callable[[T], Awaitable[object]]) -> bool:
        """Tell the person, through outages; raise _Stopping when that must wait for the next start."""
        while not self._stop.is_set():
            try:
                async with asyncio.timeout(self._limit):
                    return await give_up(work) is True
            except _Stopping:
                raise
            except self._again:
                await self._rest(LONGEST_PAUSE)
            except Exception as error:  # the update was tried often enough; it must not come back
                self._count("untold", error)
                return False
        raise _Stopping

    def _hurried(self, chat: Hashable) -> bool:
        return any(map(self._urgent, self.behind(chat)))

    async def rest(self, chat: Hashable, seconds: float) -> bool:
        """Wait for memory between two tries; return whether to go on as before: not, and at once, where
        urgent work of the chat waits behind. Raises what `give_up` must let through when we are closing.
        """
        while not self._hurried(chat):
            if self._stop.is_set():
                raise _Stopping
            if seconds <= 0:
                return True
            await self._rest(min(seconds, LOOK_SECONDS))
            seconds -= LOOK_SECONDS
        return False

    async def _rest(self, seconds: float) -> None:
        """Wait between tries, without holding a place, and no longer once we are closing."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass

    def _settle(self, update_id: int) -> None:
        done = self._pending.pop(update_id)
        now = self._clock()
        self._finished[update_id] = now
        while (oldest := next(iter(self._finished))) != update_id:
            if now - self._finished[oldest] < REMEMBERED_SECONDS:
                break
            del self._finished[oldest]
        if not done.cancelled():
            done.set_result(None)
        if not self._pending:
            self._idle.set()

"""Paces what is sent: about one message a second to each chat, about thirty a second in all.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Short bursts are
allowed (an album of ten is acknowledged by ten edits of one message), and a "too many requests" answer that
concerns one chat holds up that chat alone. How many may go at once in all, nobody says: a thousand do, until
Telegram answers that it is too many; after that, thirty a second.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.channels.telegram.errors import TooManyRequests, Unreachable

AT_ONCE = 30
"""So many in all are never too many."""

R = TypeVar("R")

LONGEST_WAIT = 60.0
"""Seconds; a longer silence is for whoever handles the update to wait out, without holding a worker."""


class Bucket:
    """Lets `burst` through at once and `rate` a second after that. Times: seconds of a monotonic clock."""

    __slots__ = ("_gap", "_ready", "_room")

    def __init__(self, rate: float, burst: int) -> None:
        self._gap = 1 / rate
        self._room = self._gap * (burst - 1)
        self._ready = float("-inf")

    def wait(self, now: float) -> float:
        """Return how many seconds from `now` the next place is, without booking it."""
        return max(0.0, max(self._ready, now - self._room) - now)

    def take(self, now: float) -> float:
        """Book the next place and return how many seconds from `now` it is."""
        self._ready = max(self._ready, now - self._room) + self._gap
        return max(0.0, self._ready - self._gap - now)

    def hold(self, until: float) -> None:
        """Let nothing through before `until`, and only one at first after it."""
        self._ready = max(self._ready, until)

    def spend(self, now: float) -> None:
        """Let nothing more of the burst through: from now on it is the rate alone."""
        self._ready = max(self._ready, now)

    def ahead(self, now: float) -> float:
        """How many more than the rate allows went through."""
        return max(0.0, self._ready - now + self._room) / self._gap

    def rested(self, now: float) -> bool:
        """True when the whole burst is available again: such a bucket is like a new one."""
        return self._ready <= now - self._room


class _Lane:
    """One chat: its pace, and its turn (asyncio locks are first come, first served)."""

    __slots__ = ("bucket", "turn", "users")

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.turn = asyncio.Lock()
        self.users = 0


class Outbox:
    """Runs calls to the messenger, each when its chat and the whole bot may speak, in order within a chat."""

    def __init__(
        self,
        *,
        chat_rate: float = 1.0,
        chat_burst: int = 20,
        rate: float = 30.0,
        burst: int = 1000,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._chat_rate = chat_rate
        self._chat_burst = chat_burst
        self._everyone = Bucket(rate, burst)
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[int, _Lane] = {}

    async def send(self, chat: int, call: Callable[[], Awaitable[R]]) -> R | None:
        """Return what `call` returns, or None when the chat is unreachable.

        `call` is repeated when it raises `TooManyRequests`, unless the messenger wants more than
        `LONGEST_WAIT` seconds of silence: then that is raised, and raised again until they are over. Other
        exceptions are passed on.
        """
        lane = self._lanes.get(chat)
        if lane is None:
            self._sweep()
            lane = self._lanes[chat] = _Lane(Bucket(self._chat_rate, self._chat_burst))
        lane.users += 1
        try:
            async with lane.turn:
                return await self._send(lane.bucket, call)
        except Unreachable:
            return None
        finally:
            lane.users -= 1

    async def _send(self, chat: Bucket, call: Callable[[], Awaitable[R]]) -> R:
        while True:
            # The chat's turn first: a chat that waits must not use up places that others could have.
            for bucket in (chat, self._everyone):
                if bucket.wait(self._clock()) > LONGEST_WAIT:
                    raise TooManyRequests(bucket.wait(self._clock()))
                if (seconds := bucket.take(self._clock())) > 0:
                    await self._sleep(seconds)
            try:
                return await call()
            except TooManyRequests as limit:
                chat.hold(self._clock() + limit.seconds)
                if self._everyone.ahead(self._clock()) > AT_ONCE:  # it may be the limit of all
                    self._everyone.spend(self._clock())

    def _sweep(self) -> None:
        """Forget the chats that have been quiet long enough: who wrote to us is not kept in memory either."""
        now = self._clock()
        for chat in [key for key, lane in self._lanes.items() if not lane.users and lane.bucket.rested(now)]:
            del self._lanes[chat]

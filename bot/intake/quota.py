"""How much may lie on the server: in all, and of each desk, with a reserve for drafts that are open already.

Looked at before anything is downloaded. What is used is asked of the database now and then and counted on in
between, so that a text costs no more; who would be refused is not before it was looked at again. A draft that
was begun may use the reserve: who was told that something is kept can send the rest. What a chat may send in
a day is for `bot.dialogue.allowance`.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.store.errors import StorageError

REFRESH_SECONDS = 60.0
AGAIN_SECONDS = 1.0
"""So old may be what somebody is refused by: room that was made is used at once."""
COMING_SECONDS = 180.0
"""So long what was counted may still be on its way here; what came sooner counts twice meanwhile."""
RESTS = 100
"""So many times as long as the sum took is it not asked for again: it reads every drop that is here."""
MOST_SECONDS = 900.0
LEAST = 32 * 1024
"""Bytes that the smallest item takes, about."""


class Full(Exception):
    """There is no room for anything new: on the server, or, if it is named (as the tables call it), of a
    desk.
    """

    def __init__(self, desk: str | None = None) -> None:
        super().__init__("There is no room.")
        self.desk = desk


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes: of all desks, of each (those that are not named have none), and what only open drafts may
    use. `total` None: what the disk holds.
    """

    total: int | None = None
    desks: Mapping[str, int] | None = None
    reserve: int = 0


class Quota:
    """`used` returns what lies in the database of each desk, `free` what the disk has left, both in bytes;
    `clock` seconds that never go back.
    """

    def __init__(
        self,
        limits: Limits,
        used: Callable[[], Awaitable[Mapping[str, int]]],
        free: Callable[[], int],
        clock: Callable[[], float],
    ) -> None:
        self._limits = limits
        self._used = used
        self._free = free
        self._clock = clock
        self._read = self._asked = -MOST_SECONDS - clock()
        self._rest = 0.0
        self._lock = asyncio.Lock()
        self._here: dict[str, int] = {}
        self._recent: deque[tuple[float, str, int]] = deque()
        self._room = 0

    async def promise(self, desk: str, size: int, promised: int, of_desk: int) -> None:
        """Raise Full where `size` more bytes that are only promised would, with the `promised` ones (of them
        `of_desk` this desk's), take more than half of what room there is without them. Raises StorageError.
        """
        for seconds in (REFRESH_SECONDS, AGAIN_SECONDS):
            await self._refresh(seconds)
            full = [
                of
                for of, left in self._left([desk]).items()
                if left < 2 * size + (promised if of is None else of_desk) + self._reserve(of)
            ]
            if not full:
                return
        raise Full(full[0])

    async def check(self, desks: Sequence[str], size: int, opened: Callable[[], Awaitable[bool]]) -> None:
        """Count `size` bytes for each of the desks, or raise Full; `opened` tells whether it is for a draft
        that has something already. Raises StorageError.
        """
        size = max(size, LEAST)
        for seconds in (REFRESH_SECONDS, AGAIN_SECONDS):
            await self._refresh(seconds)
            begun = bool(self._full(desks, size, begun=False)) and await opened()
            # after the last wait: another chat may have come first
            full = self._full(desks, size, begun=begun)
            if not full:
                break
        else:
            raise Full(full[0])
        for desk in desks:
            self._recent.append((self._clock(), desk, size))
            self._count(desk, size)

    def _full(self, desks: Sequence[str], size: int, *, begun: bool) -> list[str | None]:
        """What has no room: these desks, or the server (None)."""
        return [
            of
            for of, left in self._left(desks).items()
            if left < (size * len(desks) if of is None else size) + (0 if begun else self._reserve(of))
        ]

    def _reserve(self, desk: str | None) -> int:
        """Of a desk a tenth of its room at most."""
        each = self._limits.desks or {}
        return self._limits.reserve if desk is None else min(self._limits.reserve, each[desk] // 10)

    def _left(self, desks: Sequence[str]) -> dict[str | None, int]:
        total, each = self._limits.total, self._limits.desks or {}
        room = self._room if total is None else min(self._room, total - sum(self._here.values()))
        left: dict[str | None, int] = {None: room}
        return left | {desk: each[desk] - self._here.get(desk, 0) for desk in desks if desk in each}

    async def _refresh(self, seconds: float) -> None:
        """Know the room as it was at most so many seconds ago."""
        if abs(self._clock() - self._read) < seconds:
            return
        async with self._lock:
            now = self._clock()
            if abs(now - self._read) < seconds:  # somebody else has looked meanwhile
                return
            here = None
            if abs(now - self._asked) >= self._rest:
                here = dict(await self._used())
                self._rest = min(RESTS * abs(self._clock() - now), MOST_SECONDS)
            try:
                self._room = self._free()
            except OSError:
                raise StorageError("The disk of the state folder can't be looked at.") from None
            self._read = now
            while self._recent and now - self._recent[0][0] >= COMING_SECONDS:
                self._recent.popleft()
            self._room -= sum(size for _, _, size in self._recent)
            if here is not None:
                self._here, self._asked = here, now
                for _, desk, size in self._recent:
                    self._here[desk] = self._here.get(desk, 0) + size

    def _count(self, desk: str, size: int) -> None:
        self._here[desk] = self._here.get(desk, 0) + size
        self._room -= size

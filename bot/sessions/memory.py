"""The chats of several bots in one Redis, in the place of the runtime folder's files (docs/adr/0294).

There everything is named by a keyed hash and locked with a key that only the bots have, in their runtime
folders: whoever reads that memory sees how many chats there are, when each is touched, and a size class. A
chat has one bot at a time: who has its turn, and what is saved of it, are looked at in one step, so that a
bot which was away and lost its turn saves nothing.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from bot.runtime import TAG, Drawer, RuntimeFolder, RuntimeFolderError
from bot.sessions import scripts
from bot.sessions.joining import Circle, found_of, mark_of
from bot.sessions.link import Away, Link
from crypto.errors import CryptoError
from crypto.locked import lock, unlock

ALIVE_SECONDS = 10
"""After which silence a bot counts as dead, and others have its chats."""
BEAT_SECONDS = 1.0
KEPT_SECONDS = 25 * 3600
"""As `bot.dialogue.session.REMEMBERED_SECONDS`."""
TURN_SECONDS = 20.0
"""How long a try waits for a turn; the update is tried again."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
HOUR = 3500
"""A little less, so that the next hour's is not missed."""
TRIES = 100
PLACE = "silbo:place"
PLACE_SECONDS = 60
"""After which it is forgotten if nobody says it: one whom no database let in may have died before it did."""

_LETTERS = {"sessions": "s", "deletions": "d"}


class SharedMemory(RuntimeFolder):
    """Built by `bot.sessions.opening`, which keeps it alive. What it can't do now raises `Away`. Its key is
    that of all who share it; it changes when the Redis has lost what it had.
    """

    __slots__ = (
        "_circle",
        "_clock",
        "_count",
        "_here",
        "_link",
        "_made",
        "_mark",
        "_me",
        "_place",
        "_said",
        "_turns",
        "_unreturned",
    )
    is_shared = True

    def __init__(
        self, path: Path, key: bytes, link: Link, circle: Circle, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(path, key)
        self._link = link
        self._circle = circle
        self._clock = clock
        self._mark = mark_of(key)
        self._me = secrets.token_hex(8)
        self._count = 0
        self._turns: dict[str, tuple[str, int]] = {}  # by the chat's tag: which turn, and its last save
        self._unreturned: set[str] = set()  # of these chats the Redis may believe that we have them
        self._said: dict[str, str] = {}  # what stands there for all, also after it lost all it had
        self._made = False  # the place's number, by us
        self._place: int | None = None  # as the others in our database call it
        self._here: ContextVar[str | None] = ContextVar("turn", default=None)  # of the task at hand

    @classmethod
    def beside(cls, own: RuntimeFolder, link: Link, circle: Circle) -> "SharedMemory":
        """With the runtime folder of this machine, or of this bot."""
        return cls(own._path, own._key, link, circle)

    async def join(self) -> None:
        """Get the key of those who share this memory, or make one where nobody does. Raises
        RuntimeFolderError, OSError.
        """
        key = await self._circle.key(self._path, self._key)
        self._key, self._mark = key, mark_of(key)
        self._beat()

    async def beat(self) -> None:
        """Tell the others that we live, give the key to those who ask for it, and get another one where the
        memory was lost. Ends when it is cancelled.
        """
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(OSError, RuntimeFolderError):
                if not self._beat():
                    await self.join()
                for tag in self._unreturned - self._turns.keys():
                    self._give_back(tag, self._me)
                self._circle.answer(self._key)

    def leave(self) -> None:
        """Tell the others that we are gone."""
        with suppress(OSError):
            self._link.ask(lambda redis: redis.delete(self._circle.member + self._me))

    def load(self, tag: str, drawer: Drawer = "sessions") -> bytes | None:
        name = self._name(_LETTERS[drawer], tag)
        return self._opened(self._link.get(name), tag, drawer)

    def save(self, tag: str, data: bytes, drawer: Drawer = "sessions") -> None:
        """Of a session, while its turn is ours alone."""
        if drawer != "sessions":
            raise ValueError("only sessions are saved so")
        names = self._circle.mark, self._name("t", tag), self._name("s", tag)
        locked = lock(self._value_key(), data, self._about(tag, drawer))
        turn, saved = self._turns.get(tag, ("none", 0))
        now, then = f"{turn}{saved}", f"{turn}{self._counted()}"
        if self._link.run(scripts.SAVE, names, self._mark, now, locked, KEPT_SECONDS, then) != 1:
            raise Away("another bot answers this chat")
        self._turns[tag] = turn, self._count

    def delete(self, tag: str, drawer: Drawer = "sessions") -> None:
        name = self._name(_LETTERS[drawer], tag)
        self._link.ask(lambda redis: redis.delete(name))

    def change(self, tag: str, work: Callable[[bytes | None], bytes | None], drawer: Drawer) -> None:
        names = self._circle.mark, self._name(_LETTERS[drawer], tag)
        for _ in range(TRIES):
            there = self._link.get(names[1])
            before = None
            with suppress(ValueError):  # whoever put it there
                before = self._opened(there, tag, drawer)
            after = work(before)
            if after is None and there is None:
                return
            locked = b"" if after is None else lock(self._value_key(), after, self._about(tag, drawer))
            done = self._link.run(scripts.SWAP, names, self._mark, there or b"", locked, KEPT_SECONDS)
            if done == scripts.STALE:
                break
            if done:
                return
        raise Away("others change it all the time")

    async def take_turn(self, tag: str) -> None:
        """Raises Away after `TURN_SECONDS`."""
        until, pause = self._clock() + TURN_SECONDS, FIRST_PAUSE
        which = f":{self._counted()}:"
        self._unreturned.add(tag)  # what gets no answer may have been done
        while not self._take("t", tag, KEPT_SECONDS, f"{which}0"):
            if self._clock() >= until:
                raise Away("another bot answers this chat")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            self._unreturned.add(tag)
        self._turns[tag] = self._me + which, 0
        self._here.set(tag)

    def end_turn(self, tag: str) -> None:
        """Where the Redis is away it is told when it is there again: others would wait for us for ever."""
        self._here.set(None)
        turn, _ = self._turns.pop(tag, (self._me, 0))
        self._unreturned.add(tag)
        with suppress(OSError):
            self._give_back(tag, turn)

    def guard(self) -> Callable[[], None] | None:
        tag = self._here.get()
        if tag is None:
            return None
        turn = self._turns.get(tag, ("none", 0))[0].encode()
        name = self._name("t", tag)

        def check() -> None:
            there = self._link.get(name)
            if there is None or not there.startswith(turn):
                raise Away("another bot answers this chat")

        return check

    def _give_back(self, tag: str, turn: str) -> None:
        self._link.run(scripts.GIVE_BACK, (self._name("t", tag),), turn)
        self._unreturned.discard(tag)

    def _counted(self) -> int:
        self._count += 1
        return self._count

    def take_duty(self, name: str) -> bool:
        with suppress(OSError):
            return self._take("r", name, KEPT_SECONDS)
        return False

    def keep_duty(self, name: str) -> None:
        key = self._name("r", name)
        self._link.ask(lambda redis: redis.set(key, self._me, ex=KEPT_SECONDS))

    def hourly(self, name: str) -> bool:
        key = self._name("h", name)
        with suppress(OSError):
            return bool(self._link.ask(lambda redis: redis.set(key, "", nx=True, ex=HOUR)))
        return False

    def tags(self, drawer: Drawer) -> list[str]:
        prefix = self._name(_LETTERS[drawer], "")
        return sorted(tag for tag in found_of(self._link, prefix) if TAG.fullmatch(tag))

    def keeps_in(self, store: str) -> bool:
        there = self._link.ask(lambda redis: redis.set(self._circle.store, store, nx=True, get=True))
        if there is not None and there != store.encode():
            return False
        self._said[self._circle.store] = store
        return True

    def place(self) -> int:
        """The number of this Redis (31 bits), by which those who share it know each other in the database. It
        outlives a restart of the Redis as long as one of them runs. Raises Away.
        """
        if self._place is not None:
            return self._place
        made = str(secrets.randbits(31))
        there = self._link.ask(lambda redis: redis.set(PLACE, made, nx=True, get=True, ex=PLACE_SECONDS))
        found = made if there is None else there.decode("ascii", "replace")
        if not found.isdecimal() or int(found) >> 31:
            raise Away("the shared memory answers nonsense")
        self._made = there is None
        self._say_place(int(found))
        return int(found)

    def take_place(self, place: int) -> bool:
        """Whether somebody who shares this Redis calls it so; then we do, too. After a restart two
        installations may have two numbers for one Redis, each in its own database. Raises Away.
        """
        if self._link.get(f"{PLACE}:{place}") is None:
            return False
        self._place = place
        self._say_place(place)
        return True

    def _say_place(self, place: int) -> None:
        self._said |= {PLACE: str(place), f"{PLACE}:{place}": str(place)}
        self._link.run(scripts.SAY, (f"{PLACE}:{place}",), str(place), PLACE_SECONDS)

    def forget_place(self) -> None:
        """Take a number of ours back: others, who had one before the Redis lost it, say theirs again."""
        said = self._said.pop(PLACE, "")
        self._said.pop(f"{PLACE}:{said}", None)
        self._place = None
        if self._made:
            self._link.run(scripts.FORGET, (PLACE,), said)

    def _beat(self) -> bool:
        """False if what we knew is not there any more."""
        self._link.ask(lambda redis: redis.set(self._circle.member + self._me, self._mark, ex=ALIVE_SECONDS))
        for name, said in self._said.items():
            if name.startswith(PLACE):
                self._link.run(scripts.SAY, (name,), said, PLACE_SECONDS)
            else:
                self._link.ask(partial(_again, name=name, said=said))
        return self._link.get(self._circle.mark) == self._mark.encode()

    def _take(self, letter: str, tag: str, seconds: int, which: str = "") -> bool:
        names = self._circle.mark, self._name(letter, tag)
        mine = self._mark, self._me, self._circle.member, ALIVE_SECONDS, seconds, which
        taken = self._link.run(scripts.TAKE, names, *mine)
        if taken == scripts.STALE:
            raise Away("the shared memory was emptied")
        return taken == 1

    def _opened(self, there: bytes | None, tag: str, drawer: Drawer) -> bytes | None:
        if there is None:
            return None
        try:
            return unlock(self._value_key(), there, self._about(tag, drawer))
        except CryptoError:
            raise ValueError("nothing that a bot put there") from None

    def _value_key(self) -> bytes:
        return self.seed("value")

    def _about(self, tag: str, drawer: Drawer) -> bytes:
        return f"{drawer}/{tag}".encode()

    def _name(self, letter: str, tag: str) -> str:
        return f"{self._circle.prefix}{self._mark}:{letter}:{tag}"


def _again(redis: Any, name: str, said: str) -> None:
    """Unless something stands there."""
    redis.set(name, said, nx=True)

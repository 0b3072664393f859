"""A person at the reader: what stands on the screen, and keys that are pressed once it says so."""

import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from textual.pilot import Pilot

from admin.context import Context
from admin.display import Paint
from admin.home import open_home
from admin.workspace.reader.app import Reader
from admin.workspace.reader.jobs import Jobs
from admin.workspace.reader.screen import _WIPE
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR

SMALL, LARGE = (80, 24), (200, 60)


class Person:
    """`see` waits until the screen holds some words; `press` types keys."""

    def __init__(self, pilot: "Pilot[str]", reader: Reader) -> None:
        self.pilot = pilot
        self.reader = reader

    @property
    def rows(self) -> list[str]:
        """The screen, row by row, without what each row wipes itself with."""
        strips = self.reader.desk._compositor.render_strips()
        return [strip.text.removeprefix(_WIPE).rstrip() for strip in strips]

    @property
    def screen(self) -> str:
        return "\n".join(self.rows)

    async def see(self, words: str, *, gone: bool = False) -> str:
        """Until all of them are there, or not any more; returns the screen."""
        for _ in range(2000):
            await self.pilot.pause(0.005)
            if (words in self.screen) != gone and not self.reader.engine.busy:
                return self.screen
        raise AssertionError(f"{words!r} did not come:\n{self.screen}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Into the field, which is there once the key before has asked."""
        self.reader.desk.field.insert(text)
        await self.pilot.press("enter")


def context_of(home: Path, today: date = TODAY) -> Context:
    return Context(
        home=home,
        today=today,
        out=io.StringIO(),
        err=io.StringIO(),
        stdin=io.StringIO(),
        terminal=True,
        typed=True,
        paint=Paint(on=True),
        paint_err=Paint(on=True),
        ask=lambda _: PASSPHRASE.encode(),
        work_factor=WORK_FACTOR,
    )


@asynccontextmanager
async def reading(
    home: Path,
    size: tuple[int, int] = SMALL,
    *,
    locked: bool = False,
    idle: float | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[Person]:
    """The reader on a screen of this size, unlocked unless it is `locked`."""
    context = context_of(home)
    jobs = Jobs(context, open_home(home, create=False))
    reader = Reader(
        jobs, paint=context.paint, idle=idle, clock=clock, passphrase=None if locked else PASSPHRASE.encode()
    )
    try:
        async with reader.run_test(size=size) as pilot:
            yield Person(pilot, reader)
    finally:
        reader.engine.close()
        jobs.close()


def commands_in(rows: list[str]) -> list[str]:
    """What of a screen could drive a terminal."""
    return [
        row for row in rows if re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", row)
    ]

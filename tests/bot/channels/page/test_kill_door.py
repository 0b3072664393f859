"""kill -9 between parts and at the commit: what was answered is there, and every drop is there once."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from bot.tally import Tally
from tests.bot.channels.page.door import DAY, Drop, Page, door, drop_of
from tests.bot.channels.page.test_door import stored
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[4]


class Killed:
    """A door that is killed after so many answers, and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: asyncio.subprocess.Process | None = None
        self.kills = 0

    async def start(self) -> str:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.bot.channels.page.serve", str(self.folder), str(self.port)),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def kill(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        self.kills += 1


async def persist(page: Page, drop: Drop) -> None:
    """What the page does: everything again until it is said to be there; never what was said to be."""
    told: set[tuple[str, int]] = set()
    while True:
        with suppress(ClientError, ConnectionError, asyncio.IncompleteReadError):
            if await page.open(drop) not in ("ok", "other"):
                raise AssertionError
            for file in drop.files:
                if (file.id, 0) not in told and await page.bring(drop, file) in ("ok", "unknown"):
                    told.add((file.id, 0))
            code = await page.commit(drop)
            if code == "ok":
                return
            assert code in ("later", "missing")
            assert code == "later" or len(told) < len(drop.files), "an answered part is lost"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("kills", [1, pytest.param(40, marks=pytest.mark.long)])
async def test_killed_at_any_instant_nothing_answered_is_lost_or_doubled(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    killed = Killed(tmp_path)
    desk = await killed.start()
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{killed.port}/"
        page = Page(url, session, None, None, desk, Tally(), killed.port)  # type: ignore[arg-type] # another process has them
        made: list[Drop] = []
        while killed.kills < kills:
            mine = [drop_of(b"uno", os.urandom(1_200_000), kind="file") for _ in range(3)]
            made += mine
            sending = [asyncio.create_task(persist(page, drop)) for drop in mine]
            await asyncio.sleep(chance.random() * 0.4)
            await killed.kill()
            assert await killed.start() == desk
            await asyncio.gather(*sending)
        again = [await page.commit(drop) for drop in made]
        assert set(again) == {"ok"}
    await killed.kill()
    async with door(tmp_path) as served:
        for drop in made:
            assert await stored(served, drop.id) == [file.content for file in drop.files]
        await served.store.purge(DAY, retention=90, reviewers={})
        plan = await served.store.plan_batch(DAY)
        assert plan is not None
        assert set(plan.drop_ids) == {drop.id for drop in made}
    assert await asyncio.to_thread(orphans, tmp_path) == 0


def orphans(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "silbo.db")) as database:
        query = "SELECT count(*) FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)"
        ((count,),) = database.execute(query)
        return int(count)

"""The disk of a PostgreSQL is full while several write: what was acknowledged stays; with room it goes on.

A disk of some megabytes, in memory, with all of the server on it, or the tables alone. Long.
"""

import asyncio
import time
from contextlib import closing

import pytest

from bot.store.errors import StorageError
from bot.store.store import Store
from tests.bot.store.test_processes import Writers, nothing_lost_or_doubled, writing
from tests.bot.store.test_store import DAY
from tests.postgres import DURABLE, Cluster, running, small_disk

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
FULL = "The disk of the database is full."
FULL_AT_FIRST = "The disk of the database is full, or can't be written."
"""PostgreSQL lets nobody in for the first time where it can't write a file of its own; it gives no code."""
GONE = (
    "The PostgreSQL server can't be reached, or refuses Silbo.",
    "The PostgreSQL server is stopping, starting or recovering.",
)
"""A server that can't write its own log ends."""


@pytest.mark.parametrize(("part", "said"), [("tables", (FULL,)), ("server", (FULL, *GONE))])
async def test_a_full_disk_loses_and_doubles_nothing_and_is_one_sentence(
    part: str, said: tuple[str, ...]
) -> None:
    with small_disk(120) as disk, running(DURABLE, disk, on_it=part == "server") as cluster:
        with closing(cluster.connect("postgres")) as connection:
            where = ""
            if part == "tables":
                connection.execute(
                    f"CREATE TABLESPACE small LOCATION '{disk.make_folder('tables')}'".encode()
                )
                where = " TABLESPACE small"
            for name in ("silbo", "fresh"):
                connection.execute(f"CREATE DATABASE {name}{where}".encode())
        url = cluster.url("silbo")
        with writing(url, 2) as writers:
            await asyncio.to_thread(writers.until, 10)
            for _ in range(2):
                disk.fill()
                first = await refused(cluster.url("fresh"))
                assert first in (*said, FULL_AT_FIRST), "a server that starts for the first time"
                assert await refused(url) in said
                assert not cluster.ended or part == "server"
                disk.make_room()
                await asyncio.to_thread(goes_on, cluster, writers)
        await nothing_lost_or_doubled(url, writers.acknowledged)
        await (await Store.open(cluster.url("fresh"))).close()


async def refused(url: str) -> str:
    """What it says to one more who writes until there is no room."""
    store = None
    try:
        store = await Store.open(url)
        while True:
            async with store.stage() as blob:
                await blob.write(bytes(1 << 20))
                await blob.commit_item(drop_id="big", item_id=f"big-{time.time_ns()}", day=DAY, waiting=False)
    except StorageError as error:
        return str(error)
    finally:
        if store is not None:
            await store.close()


def goes_on(cluster: Cluster, writers: Writers) -> None:
    """Once there is room; an operator starts a server that ended."""
    goal = len(writers.acknowledged) + 10
    while len(writers.acknowledged) < goal:
        if cluster.ended:
            cluster.start()
        time.sleep(0.05)

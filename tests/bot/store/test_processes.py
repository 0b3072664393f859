"""Several processes that write to one PostgreSQL: killed, cut off, failed over; nothing lost or doubled."""

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.store.database import Shared
from bot.store.errors import SharedElsewhere, StoreError
from bot.store.store import Store
from tests.bot.store.databases import Database
from tests.bot.store.test_store import DAY, content, put
from tests.postgres import fail_over, running, with_standby

KINDS = ("postgresql",)

WRITER = """
import asyncio, hashlib, os, sys
from datetime import date
from bot.store.errors import StorageError
from bot.store.store import Store

DAY = date(2026, 11, 21)

async def main(url, run):
    store = await Store.open(url)
    async def once(work):
        while True:  # as a channel does: an update is not confirmed, so it comes again
            try:
                return await work()
            except StorageError:
                await asyncio.sleep(0.05)
    async def chat(number):
        count = 0
        while True:
            drop = hashlib.sha256(f"{run}-{number}-{count}".encode()).hexdigest()[:32]
            async def item():
                async with store.stage() as blob:
                    await blob.write(hashlib.shake_128(drop.encode()).digest(20_000))
                    await blob.commit_item(drop_id=drop, item_id=f"{drop}-i", day=DAY, waiting=False)
            async def manifest():
                await store.commit_manifest(drop, f"{drop}-m", b"manifest of " + drop.encode(), DAY)
            await once(item)
            await once(manifest)
            await once(manifest)  # the update comes twice, as after an answer that was lost
            os.write(1, f"{drop}\\n".encode())
            count += 1
    await asyncio.gather(*(chat(number) for number in range(4)))

asyncio.run(main(*sys.argv[1:]))
"""


class Writers:
    """Processes that write until they are killed, and what each of them said was stored."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self.acknowledged: set[str] = set()
        self.running: list[subprocess.Popen[str]] = []
        self._readers: list[threading.Thread] = []
        self._runs = 0
        for _ in range(count):
            self.start()

    def start(self) -> None:
        self._runs += 1
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, self._url, str(self._runs)], stdout=subprocess.PIPE, text=True
        )
        self.running.append(child)
        reader = threading.Thread(target=self._read, args=(child,), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _read(self, child: "subprocess.Popen[str]") -> None:
        assert child.stdout is not None
        with child.stdout as lines:
            for line in lines:
                if line.endswith("\n"):
                    self.acknowledged.add(line.strip())

    def kill(self, number: int) -> None:
        child = self.running.pop(number)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    def until(self, more: int) -> None:
        """Wait for so many acknowledgements more."""
        goal = len(self.acknowledged) + more
        while len(self.acknowledged) < goal:
            assert all(child.poll() is None for child in self.running), "a writer gave up"
            time.sleep(0.02)

    def end(self) -> None:
        while self.running:
            self.kill(0)
        for reader in self._readers:
            reader.join(60)


@contextmanager
def writing(url: str, count: int = 3) -> Iterator[Writers]:
    writers = Writers(url, count)
    try:
        yield writers
    finally:
        writers.end()


async def nothing_lost_or_doubled(url: str, acknowledged: set[str]) -> None:
    assert acknowledged
    store = await Store.open(url)
    await store.sweep(DAY, retention=30)
    plan = await store.plan_batch(DAY)
    assert plan is not None
    assert acknowledged <= set(plan.drop_ids)
    for drop in plan.drop_ids:
        item, manifest = await store.items(drop)
        assert await content(store, item.id) == hashlib.shake_128(drop.encode()).digest(20_000)
        assert await content(store, manifest.id) == b"manifest of " + drop.encode()
    await store.close()


async def killed(database: Database, processes: int, kills: int, many: int) -> None:
    with writing(database.url, processes) as writers:
        for _ in range(kills):
            await asyncio.to_thread(writers.until, many)
            writers.kill(random.randrange(len(writers.running)))
            writers.start()
        await asyncio.to_thread(writers.until, many)
    await nothing_lost_or_doubled(database.url, writers.acknowledged)
    left = "SELECT count(*) FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)"
    assert database.run(left) == [(0,)]


async def test_one_of_two_processes_is_killed(database: Database) -> None:
    await killed(database, processes=2, kills=1, many=4)


@pytest.mark.long
async def test_one_of_three_processes_is_killed_under_load(database: Database) -> None:
    await killed(database, processes=3, kills=5, many=10)


async def cut_off(seconds: float, processes: int, many: int) -> None:
    """The server dies as of a power cut, without a last checkpoint, and is away for a while."""
    with running({"fsync": "on", "full_page_writes": "on"}) as cluster:
        name = cluster.new_database()
        with writing(cluster.url(name), processes) as writers:
            await asyncio.to_thread(writers.until, many)
            cluster.stop(signal.SIGQUIT)
            await asyncio.sleep(seconds)
            cluster.start()
            await asyncio.to_thread(writers.until, many)
        await nothing_lost_or_doubled(cluster.url(name), writers.acknowledged)


@pytest.mark.long
async def test_the_database_is_cut_off_for_a_while() -> None:
    await cut_off(1, 1, 4)


@pytest.mark.long
async def test_the_database_is_cut_off_for_half_a_minute() -> None:
    await cut_off(30, 3, 30)


@pytest.mark.long
async def test_a_synchronous_standby_takes_over() -> None:
    with with_standby() as (first, second, url):
        standby = await refusal(second.url("silbo"))
        assert standby.startswith("That PostgreSQL is a standby or in recovery")
        with writing(url) as writers:
            await asyncio.to_thread(writers.until, 20)
            fail_over(first, second)
            await asyncio.to_thread(writers.until, 20)
        await nothing_lost_or_doubled(second.url("silbo"), writers.acknowledged)


async def refusal(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        await Store.open(url)
    return str(caught.value)


async def test_bots_that_share_their_chats_keep_out_one_that_has_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres._OPTIONS", {"lock_timeout": "200ms"})
    first = await Store.open(database.url, claim=Shared(1))
    second = await Store.open(database.url, claim=Shared(1))
    with pytest.raises(StoreError, match="Another silbo run uses this database"):
        await Store.open(database.url, claim="alone")
    assert await put(first, "a", b"a")
    assert await put(second, "b", b"b")
    await first.close()
    await second.close()
    database.left_alone()
    await (await Store.open(database.url, claim="alone")).close()


async def test_attack_bots_of_one_database_have_two_redis(database: Database) -> None:
    """A chat would be asked things twice, and an update that comes again to the other side stored twice."""
    first = await Store.open(database.url, claim=Shared(1))
    with pytest.raises(
        SharedElsewhere, match="another Redis of \\[sessions\\] use this database: name the same"
    ):
        await Store.open(database.url, claim=Shared(2))
    same = await Store.open(database.url, claim=Shared(1))
    await same.close()
    database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    other = await Store.open(database.url, claim=Shared(2))
    with pytest.raises(SharedElsewhere):
        await put(first, "a", b"a")  # it was away, and others have its place
    await other.close()
    assert await put(first, "a", b"a")
    await first.close()


async def test_what_another_bot_is_staging_stays_when_one_sweeps(database: Database) -> None:
    first = await Store.open(database.url, claim=Shared(1))
    second = await Store.open(database.url, claim=Shared(1))
    async with second.stage() as blob:
        await blob.write(bytes(3 << 20))
        await first.sweep(DAY, retention=30)
        assert await blob.commit_item(drop_id="d", item_id="i", day=DAY, waiting=False)
    assert len(await content(first, "i")) == 3 << 20
    database.run("INSERT INTO chunks (blob_id, number, pad, data) VALUES ('left', 0, x'', x'00')")
    assert (await first.sweep(DAY, retention=30)).blobs == 0
    assert (await first.sweep(DAY, retention=30)).blobs == 1, "of one that died, an hour later"
    await first.close()
    await second.close()


async def test_two_bots_on_one_database_are_one_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on two machines: a chat that began at the one would not be known at the other."""
    monkeypatch.setattr("bot.store.postgres._OPTIONS", {"lock_timeout": "200ms"})
    first = await Store.open(database.url, claim="alone")
    with pytest.raises(StoreError, match="Another silbo run uses this database"):
        await Store.open(database.url, claim="alone")
    beside = await Store.open(database.url)  # as an export
    assert await put(beside, "a", b"a")
    assert await put(first, "b", b"b")
    database.left_alone()
    second = await Store.open(database.url, claim="alone")
    with pytest.raises(StoreError, match="locked by another program"):
        await put(first, "c", b"c")  # it was away, and another has its place
    await second.close()
    assert await put(first, "d", b"d")
    await first.close()
    await beside.close()

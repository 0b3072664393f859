"""The store on real SQLite files: what is acknowledged is there, once, and what is deleted is gone."""

import asyncio
import hashlib
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import empty_log
from bot.store.errors import DropClosed, StorageError, StoreError
from bot.store.store import Store, Swept
from bot.store.tables import CHUNK, desks
from bot.store.thread import WriterThread
from tests.bot.store.databases import Database

DAY = date(2026, 11, 21)
DROP = "d" * 32
OTHER = "e" * 32


async def put(
    store: Store, item: str, content: bytes, drop: str = DROP, *, waiting: bool = False, day: date = DAY
) -> bool:
    async with store.stage() as blob:
        for start in range(0, len(content), 65536):
            await blob.write(content[start : start + 65536])
        return await blob.commit_item(drop_id=drop, item_id=item, day=day, waiting=waiting)


async def content(store: Store, item: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(item)])


def rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return count


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(name.read_bytes() for name in path.parent.iterdir())


@pytest.mark.parametrize("size", [1, 16384, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
async def test_an_item_comes_back_as_it_went_in(store: Store, database: Database, size: int) -> None:
    data = os.urandom(size)
    assert await put(store, "one", data)
    assert await content(store, "one") == data
    (item,) = await store.items(DROP)
    assert (item.size, item.sha256, item.position, item.state) == (size, sha256(data).digest(), 1, "kept")
    assert database.rows("chunks") == -(-size // CHUNK)


async def test_a_repeated_update_is_stored_once(store: Store, database: Database) -> None:
    data = os.urandom(2 * CHUNK + 5)
    assert await put(store, "one", data)
    assert not await put(store, "one", data)
    assert len(await store.items(DROP)) == 1
    assert database.rows("chunks") == 3


async def test_items_keep_the_order_of_their_arrival(store: Store) -> None:
    for number in range(12):
        await put(store, f"item-{number}", b"x")
    assert await store.remove("item-11")
    await put(store, "after", b"x")
    assert [item.id for item in await store.items(DROP)] == [f"item-{n}" for n in range(11)] + ["after"]


async def test_an_unfinished_download_leaves_nothing(store: Store, database: Database) -> None:
    async def download() -> None:
        async with store.stage() as blob:
            await blob.write(os.urandom(3 * CHUNK))
            assert database.rows("chunks") == 2
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await download()
    assert database.rows("chunks") == 0
    assert await store.items(DROP) == ()
    assert await store.drop_state(DROP) is None


async def test_a_cancelled_download_leaves_nothing(store: Store, database: Database) -> None:
    started = asyncio.Event()

    async def download() -> None:
        async with store.stage() as blob:
            await blob.write(os.urandom(3 * CHUNK))
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(download())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert database.rows("chunks") == 0


async def test_a_commit_cancelled_at_any_step_is_whole_or_absent(store: Store, database: Database) -> None:
    data = os.urandom(CHUNK + 100)
    for steps in range(0, 40, 3):
        task = asyncio.create_task(put(store, f"item-{steps}", data))
        for _ in range(steps):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await store.close()  # waits for what was cut off from its caller
    assert database.rows("chunks") == 2 * database.rows("items")
    store = await Store.open(database.url)
    for item in await store.items(DROP):
        assert await content(store, item.id) == data
    await store.close()


async def test_a_commit_goes_on_when_its_caller_is_cancelled(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # holds the commit at its first step
    task = asyncio.create_task(put(store, "a", b"a"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    other.execute("ROLLBACK")
    other.close()
    await store.close()
    assert rows(path, "items") == 1


async def test_waiting_items_are_kept_or_removed(store: Store, database: Database) -> None:
    await put(store, "a", b"a", waiting=True)
    await put(store, "b", b"b", waiting=True)
    assert [item.state for item in await store.items(DROP)] == ["waiting", "waiting"]
    assert await store.keep("a")
    assert await store.keep("a")  # the button pressed twice
    assert await store.remove("b")
    assert not await store.remove("b")
    assert not await store.keep("b")
    assert [(item.id, item.state) for item in await store.items(DROP)] == [("a", "kept")]
    assert database.rows("chunks") == 1


async def test_the_manifest_completes_the_drop(store: Store, database: Database) -> None:
    await put(store, "a", b"a")
    await put(store, "b", b"b", waiting=True)
    assert await store.commit_manifest(DROP, "m", b"manifest", DAY + timedelta(days=1))
    assert not await store.commit_manifest(DROP, "m", b"manifest", DAY)  # a repeated update
    kept, manifest = await store.items(DROP)
    assert (kept.state, manifest.id, manifest.state) == ("kept", "m", "manifest")
    assert kept.id != "a", "it would lead to the update that brought the item"
    assert await content(store, kept.id) == b"a"
    assert await content(store, "m") == b"manifest"
    assert await store.drop_state(DROP) == "complete"
    assert database.rows("chunks") == 2


async def test_nothing_goes_into_a_complete_drop(store: Store) -> None:
    await put(store, "a", b"a")
    await store.commit_manifest(DROP, "m", b"manifest", DAY)
    kept, _ = await store.items(DROP)
    for refused in (
        put(store, "a", b"a"),
        put(store, "late", b"late"),
        store.commit_manifest(DROP, "m2", b"other", DAY),
        store.remove(kept.id),
        store.discard(DROP),
    ):
        with pytest.raises(DropClosed):
            await refused
    assert not await store.keep("m")
    assert [item.id for item in await store.items(DROP)] == [kept.id, "m"]


async def test_a_discarded_drop_takes_no_manifest(store: Store, database: Database) -> None:
    await put(store, "a", os.urandom(CHUNK * 9))
    await put(store, "b", b"b", OTHER)
    assert await store.discard(DROP)
    assert not await store.discard(DROP)
    assert database.rows("chunks") == 1
    with pytest.raises(DropClosed):
        await store.commit_manifest(DROP, "m", b"manifest", DAY)
    assert await content(store, "b") == b"b"


async def test_deleted_ciphertext_is_not_left_in_the_files(store: Store, path: Path) -> None:
    canary = os.urandom(24)
    filler = [os.urandom(50_000) for _ in range(4)]
    for number, extra in enumerate(filler):
        await put(store, f"stays-{number}", extra, OTHER)
        await put(store, f"goes-{number}", canary * 100_000)
    assert canary in bytes_on_disk(path)
    before = len(bytes_on_disk(path))
    await store.discard(DROP)
    assert canary not in bytes_on_disk(path)
    await store.sweep(DAY, retention=30)
    assert len(bytes_on_disk(path)) < before // 4
    for number, extra in enumerate(filler):
        assert await content(store, f"stays-{number}") == extra


async def test_a_waiting_item_left_behind_is_erased_with_the_manifest(store: Store, path: Path) -> None:
    canary = os.urandom(24)
    await put(store, "kept", b"x")
    await put(store, "waits", canary * 1000, waiting=True)
    await store.commit_manifest(DROP, "m", b"manifest", DAY)
    assert canary not in bytes_on_disk(path)


async def test_the_sweep_ends_what_is_over(store: Store, database: Database) -> None:
    await put(store, "old", b"old")
    await put(store, "done", b"done", OTHER)
    await store.commit_manifest(OTHER, "m", b"manifest", DAY)
    assert await store.sweep(DAY + timedelta(days=1), retention=30) == Swept(0, 0, 0)
    assert await store.sweep(DAY + timedelta(days=2), retention=30) == Swept(1, 1, 0)
    assert await store.drop_state(DROP) is None
    assert await store.drop_state(OTHER) == "complete"

    later = DAY + timedelta(days=400)
    assert await store.sweep(later, retention=30) == Swept(0, 0, 0)  # never before it was exported
    planned = await store.plan_batch(later)
    assert planned is not None
    assert await store.sweep(later + timedelta(days=90), retention=30) == Swept(
        0, 0, 0
    )  # planned is not written
    await store.batch_written(planned.sequence, bytes(32))
    assert await store.sweep(later + timedelta(days=30), retention=30) == Swept(0, 0, 0)
    assert await store.sweep(later + timedelta(days=31), retention=30) == Swept(0, 2, 1)
    assert database.rows("chunks") == database.rows("items") == database.rows("drops") == 0
    assert database.rows("batches") == 1  # the chain goes on


async def test_the_sweep_spares_a_draft_that_is_still_being_written(store: Store) -> None:
    later = DAY + timedelta(days=2)
    await put(store, "a", b"a")
    await put(store, "b", b"b", day=later)  # the third day of a slow conversation
    await put(store, "c", b"c", OTHER)
    assert await store.sweep(later + timedelta(days=1), retention=30) == Swept(1, 1, 0)
    assert [item.id for item in await store.items(DROP)] == ["a", "b"]


async def test_a_source_of_another_process_has_turns_while_the_night_deletes_and_gives_room_back(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's lock goes to who asks first, and who waits asks ten times a second: without a rest behind each
    step a source's item waited 28 s beside a sweep of 2 GB, and 20 s are an error.
    """
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    lengths = []

    async def turn(seconds: float) -> None:
        assert seconds > 0
        other.execute("BEGIN IMMEDIATE")
        lengths.append(other.execute("PRAGMA page_count").fetchone()[0])
        other.execute("COMMIT")

    await put(store, "goes", bytes(14 * CHUNK))
    with monkeypatch.context() as patched:
        patched.setattr("bot.store.writer.asyncio.sleep", turn)
        await store.sweep(DAY + timedelta(days=2), retention=30)
    other.close()
    assert 14 * CHUNK // 4096 < lengths[0] == lengths[2] > lengths[-1]
    assert len(lengths) >= 3 + 14


async def test_a_machine_that_stands_still_for_an_hour_at_night_does_not_rest_for_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    await put(store, "goes", bytes(14 * CHUNK))
    with monkeypatch.context() as patched:
        patched.setattr("bot.store.writer.time", SimpleNamespace(monotonic=count(0, 3600).__next__))
        patched.setattr("bot.store.writer.asyncio.sleep", rest)
        await store.sweep(DAY + timedelta(days=2), retention=30)
    assert set(rests) == {2.0}


async def test_the_sweep_spares_a_download_in_progress(store: Store, database: Database) -> None:
    data = os.urandom(2 * CHUNK + 1)
    values = "('orphan', 0, x'', x'00'), ('orphan', 1, x'', x'00')"
    database.run(f"INSERT INTO chunks (blob_id, number, pad, data) VALUES {values}")
    async with store.stage() as blob:
        await blob.write(data)
        assert await store.sweep(DAY, retention=30) == Swept(0, 1, 0)
        assert await blob.commit_item(drop_id=DROP, item_id="a", day=DAY, waiting=False)
    assert await content(store, "a") == data


async def test_a_download_swept_by_another_process_is_not_acknowledged(
    store: Store, database: Database
) -> None:
    other = await Store.open(database.url)

    async def download() -> None:
        async with store.stage() as blob:
            await blob.write(os.urandom(2 * CHUNK + 1))
            assert (await other.sweep(DAY, retention=30)).blobs == 1
            await blob.commit_item(drop_id=DROP, item_id="a", day=DAY, waiting=False)

    with pytest.raises(StorageError, match="missing"):
        await download()
    await other.close()
    assert await store.items(DROP) == ()


async def test_damaged_ciphertext_is_noticed_while_reading(store: Store, database: Database) -> None:
    await put(store, "a", b"abc")
    await put(store, "b", os.urandom(CHUNK + 1))
    database.run("UPDATE chunks SET data = x'616264' WHERE data = x'616263'")
    database.run("DELETE FROM chunks WHERE number = 1")
    for item, word in (("a", "damaged"), ("b", "missing"), ("nothing", "no such item")):
        with pytest.raises(StorageError, match=word):
            await content(store, item)


async def test_many_writers_at_once_never_see_a_lock(store: Store, database: Database) -> None:
    other = await Store.open(database.url)  # as `silbo export` beside `silbo run`
    data = [os.urandom(CHUNK // 2 * (number % 4) + 1) for number in range(20)]
    async with asyncio.TaskGroup() as group:
        for number, item in enumerate(data):
            group.create_task(put((store, other)[number % 2], f"item-{number}", item, f"drop-{number % 7}"))
            group.create_task(store.items(f"drop-{number % 7}"))
    for number, item in enumerate(data):
        assert await content(other, f"item-{number}") == item
    await other.close()


async def test_a_slow_download_blocks_no_other_writer(store: Store) -> None:
    async with store.stage() as slow:
        await slow.write(os.urandom(2 * CHUNK))
        async with asyncio.timeout(240):
            assert await put(store, "quick", b"quick", OTHER)
        assert await slow.commit_item(drop_id=DROP, item_id="slow", day=DAY, waiting=False)


async def test_a_refusal_by_the_database_quotes_nothing(store: Store, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON items BEGIN SELECT raise(ABORT, 'refused'); END"
        )
    connection.close()
    canary = "canary-of-an-id"
    with pytest.raises(StorageError) as caught:
        await put(store, canary, b"canary-of-the-content")
    error: BaseException | None = caught.value
    assert str(error) == "The database cannot be read or written."
    while error is not None:
        assert "canary" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    assert rows(path, "chunks") == rows(path, "drops") == 0


async def test_a_lock_that_stays_is_one_sentence(store: Store, path: Path) -> None:
    await put(store, "a", b"a")

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.cursor().execute("PRAGMA busy_timeout = 20")  # ms

    event.listen(store._engine.sync_engine, "connect", on_connect)
    event.listen(store._writer._thread._engine, "connect", on_connect)
    await store._engine.dispose()
    store._writer._thread._engine.dispose()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"^The database is locked by another program\.$"):
        await put(store, "b", b"b")
    assert await content(store, "a") == b"a"
    other.execute("ROLLBACK")
    other.close()
    assert await put(store, "b", b"b")


async def test_a_full_disk_is_one_sentence_and_loses_nothing(store: Store, path: Path) -> None:
    await put(store, "before", b"before")

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 60")  # of 4 KiB

    event.listen(store._engine.sync_engine, "connect", on_connect)
    event.listen(store._writer._thread._engine, "connect", on_connect)
    await store._engine.dispose()  # connections are made anew, with the limit
    store._writer._thread._engine.dispose()
    with pytest.raises(StorageError, match=r"^The disk of the database is full\.$"):
        await put(store, "big", os.urandom(CHUNK * 3))
    assert [item.id for item in await store.items(DROP)] == ["before"]
    assert await put(store, "small", b"small")


async def test_no_identifier_and_no_ciphertext_in_the_log_at_debug(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("aiosqlite", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.engine.Engine", "alembic"):
        caplog.set_level(logging.DEBUG, logger=name)
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await put(store, "canary-item", b"canary-content", "canary-drop")
    await content(store, "canary-item")
    await store.commit_manifest("canary-drop", "canary-manifest", b"canary-too", DAY)
    await store.plan_batch(DAY)
    await store.close()
    assert caplog.records  # the loggers are on
    assert "canary" not in caplog.text
    assert not re.search(
        r"drops|chunks", "".join(r.getMessage() for r in caplog.records if "alembic" not in r.name)
    )


async def test_the_files_are_for_the_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        store = await Store.open(f"sqlite+aiosqlite:///{path}")
        await put(store, "a", b"a")
        modes = {name.name: name.stat().st_mode & 0o777 for name in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(before)
    assert modes == {"silbo.db": 0o600, "silbo.db-wal": 0o600, "silbo.db-shm": 0o600}


async def test_files_that_others_could_read_are_narrowed(path: Path) -> None:
    await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()
    os.chmod(path, 0o644)
    await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()
    assert os.stat(path).st_mode & 0o777 == 0o600


async def test_no_time_finer_than_a_day_in_the_database(store: Store, path: Path) -> None:
    await put(store, "a", b"a")
    await store.commit_manifest(DROP, "m", b"m", DAY)
    await store.plan_batch(DAY)
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "2026-11-21" in dump
    assert not re.search(r"\d\d:\d\d|\b1[6-9]\d{8}\b", dump)


def test_the_reprs_tell_nothing() -> None:
    async def look(path: Path) -> str:
        store = await Store.open(f"sqlite+aiosqlite:///{path}")
        async with store.stage() as blob:
            await blob.write(b"canary")
            text = f"{store!r} {blob!r}"
        await store.close()
        return text

    with tempfile.TemporaryDirectory() as folder:
        assert asyncio.run(look(Path(folder) / "canary.db")) == "Store() Blob()"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite+aiosqlite://", "must be a file"),
        ("sqlite+aiosqlite:///:memory:", "must be a file"),
        ("not an address", "malformed"),
        ("sqlite+aiosqlite:////nowhere/at/all.db", "cannot be created"),
        ("sqlite:///plain.db", "asynchronous driver"),
        ("nosuchdb+driver://user:canary@host/db", "malformed"),
        ("postgresql+asyncpg://user:canary@host/db", "not installed"),
    ],
)
async def test_an_address_we_cannot_use_is_one_sentence(url: str, word: str) -> None:
    with pytest.raises(StoreError, match=word) as caught:
        await Store.open(url)
    assert str(caught.value).count(".") <= 2
    assert "canary" not in str(caught.value)


# Killed at any instant

WRITER = """
import asyncio, hashlib, os, sys
from datetime import date
from bot.store.store import Store

async def main(path, run):
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    async def chain(chat):
        number = 0
        while True:
            item = f"{run}-{chat}-{number}"
            size = (1, 20_000, 1 << 20, 2_500_000)[number % 4]
            data = hashlib.shake_128(item.encode()).digest(size)
            for _ in range(2):  # each update twice, as after a lost acknowledgement
                async with store.stage() as blob:
                    for start in range(0, size, 300_000):
                        await blob.write(data[start : start + 300_000])
                    await blob.commit_item(drop_id=f"{run}-{chat}", item_id=item, day=date(2026, 11, 21),
                                           waiting=False)
            os.write(1, f"{item}\\n".encode())
            number += 1
    await asyncio.gather(*(chain(chat) for chat in range(3)))

asyncio.run(main(*sys.argv[1:]))
"""


def kill_loop(path: Path, runs: int) -> set[str]:
    acknowledged: set[str] = set()
    for run in range(runs):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(run)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child.stdout as lines:
            for _ in range(1 + run * 2):
                acknowledged.add(lines.readline().strip())
            os.kill(child.pid, signal.SIGKILL)
            acknowledged.update(line.strip() for line in lines if line.endswith("\n"))
        child.wait()
    assert "" not in acknowledged
    return acknowledged


async def check_after_kills(path: Path, runs: int) -> None:
    acknowledged = await asyncio.to_thread(kill_loop, path, runs)
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await store.sweep(DAY, retention=30)
    stored = []
    for run in range(runs):
        for chat in range(3):
            found = await store.items(f"{run}-{chat}")
            assert [item.id for item in found] == [f"{run}-{chat}-{number}" for number in range(len(found))]
            for item in found:  # read() checks size and hash against the row; this, against what was sent
                data = await content(store, item.id)
                assert data == hashlib.shake_128(item.id.encode()).digest(len(data))
                assert len(data) == (1, 20_000, 1 << 20, 2_500_000)[int(item.id.split("-")[2]) % 4]
                stored.append(item)
    await store.close()
    assert acknowledged <= {item.id for item in stored}
    assert rows(path, "chunks") == sum(-(-item.size // CHUNK) for item in stored)


async def test_killed_at_any_instant_nothing_acknowledged_is_lost_or_doubled(path: Path) -> None:
    await check_after_kills(path, 3)


@pytest.mark.long
async def test_killed_many_times_nothing_acknowledged_is_lost_or_doubled(path: Path) -> None:
    await check_after_kills(path, 40)


async def test_many_at_once_are_whole_or_absent_each_for_itself(store: Store, database: Database) -> None:
    """They are one commit; one that is refused takes no other with it."""
    await put(store, "first", b"first")
    await store.commit_manifest(DROP, "manifest", b"sealed", DAY)
    ends = await asyncio.gather(
        *(put(store, f"item-{n}", bytes([n]) * 2000, drop=OTHER) for n in range(50)),
        put(store, "late", b"too late"),
        *(put(store, f"item-{n}", bytes([n]) * 2000, drop=OTHER) for n in range(10)),
        return_exceptions=True,
    )
    assert ends[:50] == [True] * 50
    assert isinstance(ends[50], DropClosed)
    assert ends[51:] == [False] * 10
    assert len(await store.items(OTHER)) == 50
    assert database.rows("chunks") == 52


async def test_many_who_delete_at_once_empty_the_log_together_and_nothing_is_left(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each looks when it was told that its own is gone, whoever emptied the log for it."""
    canaries = [os.urandom(24) for _ in range(40)]
    for n, canary in enumerate(canaries):
        await put(store, f"item-{n}", canary * 1000, drop=f"{n:032x}")
    emptied = 0

    async def counted(writer: WriterThread) -> bool:
        nonlocal emptied
        emptied += 1
        return await empty_log(writer)

    monkeypatch.setattr("bot.store.writer.empty_log", counted)

    async def discard(n: int) -> bool:
        await store.discard(f"{n:032x}")
        return canaries[n] in bytes_on_disk(path)

    assert not any(await asyncio.gather(*map(discard, range(40))))
    assert 1 <= emptied <= 20


async def test_one_who_is_refused_among_many_changes_nothing_of_theirs_twice(
    store: Store, database: Database
) -> None:
    """What is undone with it is done again: manifests have one item more, and the rest other names once."""
    drops = [f"{n:032x}" for n in range(12)]
    for drop in drops:
        await put(store, f"item-{drop}", b"one", drop=drop)
    ends = await asyncio.gather(
        *(store.commit_manifest(drop, f"m-{drop}", b"sealed", DAY) for drop in drops),
        store.commit_manifest(OTHER, "nothing there", b"sealed", DAY),
        *(store.commit_manifest(drop, f"m-{drop}", b"sealed", DAY) for drop in drops[:3]),
        return_exceptions=True,
    )
    assert ends[:12] == [True] * 12
    assert isinstance(ends[12], DropClosed)
    assert ends[13:] == [False] * 3
    for drop in drops:
        assert [item.state for item in await store.items(drop)] == ["kept", "manifest"]
        assert f"item-{drop}" not in {item.id for item in await store.items(drop)}
    assert database.rows("chunks") == 24


async def test_a_fault_of_ours_in_one_of_forty_is_told_to_that_one_alone(
    store: Store, database: Database
) -> None:
    async def faulty(connection: AsyncConnection) -> None:
        await connection.execute(insert(desks).values(name="faulty", id="f"))
        (await connection.execute(select(desks).where(desks.c.name == "nobody"))).one()

    ends = await asyncio.gather(
        *(put(store, f"item-{n}", b"one", drop=f"{n:032x}") for n in range(20)),
        store._writer.run(faulty),
        *(put(store, f"item-{n}", b"one", drop=f"{n:032x}") for n in range(20, 40)),
        return_exceptions=True,
    )
    assert isinstance(ends.pop(20), NoResultFound)
    assert ends == [True] * 40
    assert database.rows("chunks") == 40
    assert database.rows("desks") == 0


async def test_a_full_disk_takes_what_is_large_and_leaves_the_small_beside_it(
    store: Store, path: Path
) -> None:
    """Who is told that it is stored finds it stored, and nobody else does."""
    await put(store, "first", b"first")
    pages = "PRAGMA max_page_count = 300"  # of 4 KiB, as a disk with 1 MB left
    writer = store._writer._thread._engine
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql(pages))
    sizes = [900_000 if n % 3 == 0 else 400 for n in range(30)]
    ends = await asyncio.gather(
        *(put(store, f"item-{n}", bytes([n]) * size, drop=f"{n:032x}") for n, size in enumerate(sizes)),
        return_exceptions=True,
    )
    stored = [n for n, end in enumerate(ends) if end is True]
    refused = [end for end in ends if end is not True]
    assert {n for n, size in enumerate(sizes) if size == 400} <= set(stored)
    assert refused
    assert {str(end) for end in refused} == {"The disk of the database is full."}
    for n, size in enumerate(sizes):
        found = await store.items(f"{n:032x}")
        assert [item.id for item in found] == ([f"item-{n}"] if n in stored else [])
        if found:
            assert await content(store, found[0].id) == bytes([n]) * size


async def test_who_no_longer_waits_takes_nobodys_answer_along(store: Store, database: Database) -> None:
    """Forty chats at once, every other one cancelled while all wait for one commit."""
    tasks = [asyncio.create_task(put(store, f"item-{n}", b"one", drop=f"{n:032x}")) for n in range(40)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert ends[1::2] == [True] * 20
    assert all(isinstance(end, asyncio.CancelledError) for end in ends[::2])
    await store.close()
    assert 20 <= database.rows("items") == database.rows("chunks") <= 40

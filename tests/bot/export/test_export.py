"""Exports with the real crypto: repeated after any interruption they write the same and lose nothing."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

import bot.export.folder
import bot.export.on_stick
from bot.export import ExportReport, export_again
from bot.export.batch_bytes import ExportError
from bot.export.folder import FolderTarget
from bot.keys.signing import server_keys
from bot.store.batches import PlannedBatch
from bot.store.errors import StorageError
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from crypto.batch import Batch
from crypto.head import Head
from crypto.minisign import SigningKey
from tests.bot.export.exporting import (
    DAY,
    SERVER,
    Interrupted,
    interrupt_at,
    names,
    read_batch,
    run_export,
    snapshot,
    submit,
    write_key,
)

SUCCESSOR = SigningKey.generate()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_key(tmp_path / "signing.key", SERVER)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


async def test_an_export_is_read_by_the_reviewer_and_the_chain_goes_on(
    store: Store, key: Path, stick: Path
) -> None:
    first = await submit(store, 2, b"one", b"two", b"three")
    second = await submit(store, 1, b"uno")
    report = await run_export(store, key, stick, DAY)
    size = sum(len(data) for name, data in snapshot(stick).items() if name.endswith(".tar"))
    assert report == ExportReport(("batch-000001",), 2, size, None)
    batch, head, texts = read_batch(stick / "batch-000001", Head.start(SERVER.public()))
    assert texts == {first: [b"one", b"two", b"three"], second: [b"uno"]}
    assert (batch.sequence, batch.previous, batch.day) == (1, None, DAY)

    assert await run_export(store, key, stick, DAY) is None
    third = await submit(store, 3, b"later")
    await run_export(store, key, stick, DAY + timedelta(days=3))
    batch, _, texts = read_batch(stick / "batch-000002", head)
    assert texts == {third: [b"later"]}
    assert batch.day == DAY + timedelta(days=3)


async def test_a_batch_on_a_lost_stick_is_written_again_byte_for_byte(
    store: Store, key: Path, stick: Path
) -> None:
    await submit(store, 1, b"one")
    await submit(store, 2, b"two")
    await run_export(store, key, stick, DAY)
    lost = snapshot(stick)
    await submit(store, 3, b"three")
    await run_export(store, key, stick, DAY)
    found = stick / "found"
    found.mkdir()
    with server_keys(key) as keys:
        report = await export_again(store, keys, FolderTarget(found), 1)
        assert (report.batches, report.drops) == (("batch-000001",), 2)
        assert snapshot(found) == lost
        for number in (0, 3):
            with pytest.raises(ExportError, match="no batch of that number"):
                await export_again(store, keys, FolderTarget(found), number)
        await store.confirm([f"{1:032x}"], "r" * 32)
        await store.purge(DAY, retention=30, reviewers={FIRST_DESK: ["r" * 32]})
        with pytest.raises(ExportError, match="deleted here since"):
            await export_again(store, keys, FolderTarget(found), 1)
    write_key(key.with_name("signing.key.next"), SUCCESSOR)
    await run_export(store, key, stick, DAY)
    with server_keys(key) as keys, pytest.raises(ExportError, match="handed over since"):
        await export_again(store, keys, FolderTarget(found), 2)


async def test_drafts_stay(store: Store, key: Path, stick: Path) -> None:
    async with store.stage() as blob:
        await blob.write(b"draft")
        await blob.commit_item(drop_id="d" * 32, item_id="a", day=DAY, waiting=False)
    assert await run_export(store, key, stick, DAY) is None
    assert names(stick) == []


async def test_no_time_but_the_day_on_what_is_written(store: Store, key: Path, stick: Path) -> None:
    await submit(store, 1, b"one")
    await run_export(store, key, stick, DAY)
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp()
    for entry in (stick / "batch-000001", *(stick / "batch-000001").iterdir()):
        assert entry.stat().st_mtime == midnight


@pytest.mark.parametrize(
    ("drops", "successor", "every"),
    [
        pytest.param(1, SUCCESSOR, 1, id="new key"),
        pytest.param(2, None, 3, id="key stays, every third"),
        pytest.param(0, SUCCESSOR, 3, id="key only, every third"),
        pytest.param(2, None, 1, id="key stays", marks=pytest.mark.long),
        pytest.param(0, SUCCESSOR, 1, id="key only", marks=pytest.mark.long),
    ],
)
async def test_interrupted_at_every_step_and_repeated_the_bytes_are_the_same(
    store: Store, path: Path, tmp_path: Path, *, drops: int, successor: SigningKey | None, every: int
) -> None:
    for number in range(1, drops + 1):
        await submit(store, number, *[b"text"] * number)
    await store.close()

    async def run(name: str, step: int) -> tuple[list[str], dict[str, bytes]]:
        """Export from a copy, interrupted at `step` (0: never), then again: steps and bytes."""
        folder = tmp_path / name
        (folder / "stick").mkdir(parents=True)
        shutil.copy(path, folder / "silbo.db")
        key = write_key(folder / "signing.key", SERVER)
        if successor is not None:
            write_key(folder / "signing.key.next", successor)
        store, told = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}"), False
        with pytest.MonkeyPatch.context() as patch:
            steps = interrupt_at(step, patch)
            try:
                report = await run_export(store, key, folder / "stick", DAY)
                told = report is not None and report.successor is not None
            except Interrupted:
                await submit(store, 3, b"came in between")
        replaced = not (folder / "signing.key.next").exists()
        report = await run_export(store, key, folder / "stick", DAY + timedelta(days=1))
        told |= report is not None and report.successor is not None
        assert told or replaced, "a hand-over that nobody was told of"
        assert await run_export(store, key, folder / "stick", DAY) is None
        await store.close()
        assert sorted(entry.name for entry in folder.glob("signing*")) == ["signing.key"]
        assert key.read_bytes() == write_key(tmp_path / "wanted.key", successor or SERVER).read_bytes()
        return steps, snapshot(folder / "stick")

    steps, wanted = await run("whole", 0)
    assert len(steps) > (30 if drops else 15)
    before_the_plan = steps.index("plan_batch") + 1
    for step in range(1, len(steps) + 1, every):
        _, found = await run(f"step-{step}", step)
        stick, head, batches = tmp_path / f"step-{step}/stick", Head.start(SERVER.public()), list[Batch]()
        for name in names(stick):
            batch, head, texts = read_batch(stick / name, head)
            batches.append(batch)
        assert [batch.successor for batch in batches if batch.successor] == (
            [successor.public()] if successor else []
        )
        if step <= before_the_plan:  # everything is in one batch of the later day
            assert [len(batch.drops) for batch in batches] == [drops + 1]
            assert not successor or batches[0].successor
            continue
        assert {name: data for name, data in found.items() if name.startswith("batch-000001/")} == wanted
        if len(batches) > 1:
            assert texts == {f"{3:032x}": [b"came in between"]}
            assert batches[-1].day == DAY + timedelta(days=1)
            assert len(batches) == 2


EXPORTER = """
import asyncio, sys
from datetime import date
from pathlib import Path
from bot.export import export
from bot.export.folder import FolderTarget
from bot.keys.signing import server_keys
from bot.store.store import Store
from bot.store.schema import FIRST_DESK

async def main():
    store = await Store.open(f"sqlite+aiosqlite:///{sys.argv[1]}")
    print("ready", flush=True)
    sys.stdin.readline()
    with server_keys(Path(sys.argv[2])) as keys:
        await export(store, keys, FolderTarget(Path(sys.argv[3])), date(2026, 11, 21))
    await store.close()

asyncio.run(main())
"""


def run_and_kill(path: Path, key: Path, stick: Path, delay: float | None) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", EXPORTER, str(path), str(key), str(stick)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("go\n")
        child.stdin.flush()
        try:
            code = child.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            code = child.wait()
    assert code in (0, -signal.SIGKILL)
    assert delay is not None or code == 0


async def check_after_kills(store: Store, path: Path, key: Path, stick: Path, kills: int) -> None:
    write_key(key.with_name("signing.key.next"), SUCCESSOR)
    drops = {}
    for number in range(6):
        drops[await submit(store, number, os.urandom(100_000).hex().encode(), b"text")] = number
    for kill in range(kills):
        await asyncio.to_thread(run_and_kill, path, key, stick, 0.002 * (kill + 1))
        drops[await submit(store, 100 + kill, b"more")] = 100 + kill
    await asyncio.to_thread(run_and_kill, path, key, stick, None)
    head = Head.start(SERVER.public())
    found: list[str] = []
    for name in names(stick):
        _, head, texts = read_batch(stick / name, head)
        found += texts
    assert sorted(found) == sorted(drops)
    assert [server.key for server in head.keys] == [SERVER.public(), SUCCESSOR.public()]


async def test_killed_while_exporting_nothing_is_lost_or_doubled(
    store: Store, path: Path, key: Path, stick: Path
) -> None:
    await check_after_kills(store, path, key, stick, 4)


@pytest.mark.long
async def test_killed_many_times_while_exporting_nothing_is_lost_or_doubled(
    store: Store, path: Path, key: Path, stick: Path
) -> None:
    await check_after_kills(store, path, key, stick, 40)


async def test_a_folder_of_that_name_with_other_content_is_left_alone(
    store: Store, key: Path, stick: Path
) -> None:
    await submit(store, 1, b"one")
    other = stick / "batch-000001"
    other.mkdir()
    (other / "batch.json").write_bytes(b"of another server")
    before = snapshot(stick)
    with pytest.raises(ExportError, match="with other content"):
        await run_export(store, key, stick, DAY)
    assert snapshot(stick) == before
    free = stick / "free"
    free.mkdir()
    assert await run_export(store, key, free, DAY) is not None
    assert snapshot(stick / "batch-000001") == {"batch.json": b"of another server"}


@pytest.mark.parametrize("hostile", ["pipe", "device", "huge", "link to a file", "link to a folder"])
async def test_a_stick_that_was_prepared_neither_holds_an_export_up_nor_passes_for_one(
    store: Store, key: Path, stick: Path, tmp_path: Path, hostile: str
) -> None:
    """An export that waits for ever keeps the key locked, and with it every backup. A link to what an earlier
    export left on the server would be called exported, and nothing would travel.
    """
    await submit(store, 1, b"one")
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    with pytest.MonkeyPatch.context() as patch:  # written, but not marked as such: it comes again
        patch.setattr(Store, "batch_written", AsyncMock(side_effect=Interrupted))
        with pytest.raises(Interrupted):
            await run_export(store, key, earlier, DAY)
    batch = stick / "batch-000001"
    tar = batch / f"{1:032x}.tar"
    shutil.copytree(earlier / batch.name, batch)
    match hostile:
        case "pipe":
            tar.unlink()
            os.mkfifo(tar)
        case "device":
            tar.unlink()
            tar.symlink_to("/dev/zero")
        case "huge":
            os.truncate(tar, 1 << 40)
        case "link to a file":
            tar.unlink()
            tar.symlink_to(earlier / batch.name / tar.name)
        case _:
            shutil.rmtree(batch)
            batch.symlink_to(earlier / batch.name)
    async with asyncio.timeout(240):
        with pytest.raises(ExportError, match="with other content"):
            await run_export(store, key, stick, DAY)
    assert await run_export(store, key, earlier, DAY) is not None


async def test_a_link_with_the_name_of_the_batch_is_not_followed(
    store: Store, key: Path, stick: Path, tmp_path: Path
) -> None:
    await submit(store, 1, b"one")
    (stick / "batch-000001").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="with other content"):
        await run_export(store, key, stick, DAY)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda place: None, "no folder"),
        (lambda place: place.write_bytes(b""), "not a folder"),
    ],
)
async def test_a_target_that_is_no_folder_is_one_sentence(
    store: Store, key: Path, tmp_path: Path, make: Callable[[Path], object], word: str
) -> None:
    await submit(store, 1, b"one")
    place = tmp_path / "place"
    make(place)
    with pytest.raises(ExportError, match=word):
        await run_export(store, key, place, DAY)


async def test_a_full_stick_is_one_sentence_and_the_export_can_be_repeated(
    store: Store, key: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(store, 1, b"one")
    with monkeypatch.context() as patch:  # a real ENOSPC, from the device that is always full
        patch.setattr(bot.export.on_stick, "create", lambda path, mode: Path("/dev/full").open("wb"))  # noqa: SIM115
        with pytest.raises(ExportError, match="is full"):
            await run_export(store, key, stick, DAY)
    assert names(stick) == []  # what was begun gives its room back
    report = await run_export(store, key, stick, DAY)
    assert report is not None
    assert report.batches == ("batch-000001",)


async def test_a_folder_that_cannot_be_written_is_one_sentence(store: Store, key: Path) -> None:
    await submit(store, 1, b"one")
    with pytest.raises(ExportError, match="cannot be"):  # also root can create nothing here
        await run_export(store, key, Path("/proc/self"), DAY)


async def test_two_exports_to_one_folder_do_not_mix(store: Store, key: Path, stick: Path) -> None:
    await submit(store, 1, b"one")
    with bot.export.folder._alone(stick), pytest.raises(ExportError, match="Another export"):
        await run_export(store, key, stick, DAY)
    assert await run_export(store, key, stick, DAY) is not None


async def test_a_damaged_item_is_not_exported(store: Store, key: Path, path: Path, stick: Path) -> None:
    await submit(store, 1, b"one")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE chunks SET data = zeroblob(length(data))")
    connection.close()
    with pytest.raises(StorageError, match="damaged"):
        await run_export(store, key, stick, DAY)
    assert names(stick) == []


async def test_what_0_1_planned_is_written_as_0_1_would_and_the_chain_goes_on_in_version_2(
    store: Store, key: Path, path: Path, stick: Path
) -> None:
    """It may be on a stick already, or half in a chat: the same number with other bytes would be a fork."""
    drop = await submit(store, 1, b"one")
    await store.plan_batch(DAY, None, signer=str(SERVER.public()))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE batches SET version = 1")  # as the migration leaves it
    connection.close()
    await submit(store, 2, b"two")
    await run_export(store, key, stick, DAY)
    head = Head.start(SERVER.public())
    for number, files in ((1, ["batch.json", "batch.json.minisig", "server.pub"]), (2, ["drops.json"])):
        folder = stick / f"batch-00000{number}"
        assert set(files) <= set(names(folder))
        assert ("drops.json" in names(folder)) == (number == 2)
        data = (folder / "batch.json").read_bytes()
        batch = head.open(data, (folder / "batch.json.minisig").read_text())
        assert (batch.commitment is None) == (number == 1)
        head = head.follow(batch)
    lost = stick.parent / "lost"
    lost.mkdir()
    with server_keys(key) as keys:
        await export_again(store, keys, FolderTarget(lost), 1)
    assert snapshot(lost / "batch-000001") == snapshot(stick / "batch-000001")
    assert f"{drop}.tar" in names(lost / "batch-000001")


async def test_a_plan_does_not_change_while_drops_come_in(store: Store) -> None:
    first = await submit(store, 1, b"one")
    plan = await store.plan_batch(DAY, None)
    await submit(store, 2, b"two")
    later = await store.plan_batch(DAY + timedelta(days=1), str(SUCCESSOR.public()))
    assert plan == later == PlannedBatch(1, DAY, None, (first,), None)

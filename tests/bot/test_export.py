"""Exports with the real crypto: repeated after any interruption they write the same and lose nothing."""

import asyncio
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import bot.export
from bot.export import ExportError, ExportReport, export
from bot.store import PlannedBatch, StorageError, Store
from crypto.age import HybridIdentity
from crypto.batch import Batch, Head, check_drop
from crypto.drop import read_drop
from crypto.item import open_item, seal_item
from crypto.manifest import Manifest, ManifestItem, open_manifest, seal_manifest
from crypto.minisign import SigningKey
from crypto.slots import Slots

DAY = date(2026, 11, 21)
REVIEWER = HybridIdentity.generate()
SLOTS = Slots([REVIEWER.recipient()])
SERVER = SigningKey.generate()


async def submit(store: Store, number: int, *texts: bytes) -> str:
    """One complete drop, as the intake makes it, with an item that was refused in between."""
    drop, sealed = f"{number:032x}", []
    for place, text in enumerate(texts):
        ciphertext = seal_item(
            SLOTS,
            text,
            extension="txt",
            kind="text",
            media_type="text/plain",
            day=DAY,
            cleaning="text",
            removed=(),
        )
        sealed.append(ManifestItem(f"{place + 1:04}.age", sha256(ciphertext).digest(), len(ciphertext)))
        for item, content, waiting in (
            (f"{drop}-no-{place}", b"refused", True),
            (f"{drop}-{place}", ciphertext, False),
        ):
            async with store.stage() as blob:
                await blob.write(content)
                await blob.commit_item(drop_id=drop, item_id=item, day=DAY, waiting=waiting)
    manifest = Manifest("desk", "es", "console", DAY, tuple(sealed), {}, None, None)
    await store.commit_manifest(drop, f"{drop}-manifest", seal_manifest(SLOTS, manifest), DAY)
    return drop


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "silbo.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    yield store
    await store.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def read_batch(folder: Path, head: Head) -> tuple[Batch, Head, dict[str, list[bytes]]]:
    """What the offline side does: verify, follow the chain, open. Returns the texts by drop."""
    batch = head.open((folder / "batch.json").read_bytes(), (folder / "batch.json.minisig").read_text())
    head = head.follow(batch)
    assert {entry.name for entry in folder.iterdir()} == {
        "batch.json",
        "batch.json.minisig",
        "server.pub",
    } | {f"{drop.id}.tar" for drop in batch.drops}
    texts: dict[str, list[bytes]] = {}
    for listed in batch.drops:
        data = (folder / f"{listed.id}.tar").read_bytes()
        check_drop(listed, io.BytesIO(data))
        first, *rest = read_drop(io.BytesIO(data))
        manifest = open_manifest(data[first.offset : first.offset + first.size], [REVIEWER])
        texts[listed.id] = []
        for member, item in zip(rest, manifest.items, strict=True):
            ciphertext = data[member.offset : member.offset + member.size]
            assert (member.name, sha256(ciphertext).digest(), member.size) == (
                item.name,
                item.sha256,
                item.size,
            )
            content = io.BytesIO()
            open_item(io.BytesIO(ciphertext), content, [REVIEWER])
            texts[listed.id].append(content.getvalue())
    return batch, head, texts


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(entry.relative_to(folder)): entry.read_bytes() for entry in folder.rglob("*") if entry.is_file()
    }


async def test_an_export_is_read_by_the_reviewer_and_the_chain_goes_on(store: Store, stick: Path) -> None:
    first = await submit(store, 2, b"one", b"two", b"three")
    second = await submit(store, 1, b"uno")
    report = await export(store, SERVER, stick, DAY)
    size = sum(len(data) for name, data in snapshot(stick).items() if name.endswith(".tar"))
    assert report == ExportReport(("batch-000001",), 2, size)
    batch, head, texts = read_batch(stick / "batch-000001", Head.start(SERVER.public()))
    assert texts == {first: [b"one", b"two", b"three"], second: [b"uno"]}
    assert (batch.sequence, batch.previous, batch.day) == (1, None, DAY)

    assert await export(store, SERVER, stick, DAY) is None
    third = await submit(store, 3, b"later")
    await export(store, SERVER, stick, DAY + timedelta(days=3))
    batch, _, texts = read_batch(stick / "batch-000002", head)
    assert texts == {third: [b"later"]}
    assert batch.day == DAY + timedelta(days=3)


async def test_drafts_stay(store: Store, stick: Path) -> None:
    async with store.stage() as blob:
        await blob.write(b"draft")
        await blob.commit_item(drop_id="d" * 32, item_id="a", day=DAY, waiting=False)
    assert await export(store, SERVER, stick, DAY) is None
    assert names(stick) == []


async def test_no_time_but_the_day_on_what_is_written(store: Store, stick: Path) -> None:
    await submit(store, 1, b"one")
    await export(store, SERVER, stick, DAY)
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp()
    for entry in (stick / "batch-000001", *(stick / "batch-000001").iterdir()):
        assert entry.stat().st_mtime == midnight
        assert entry.stat().st_mode & 0o077 == 0


class Interrupted(BaseException):
    """Stands for the end of the process: nothing of ours may catch it."""


def interrupt_at(step: int, patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Raise before the `step`-th action of an export on disk or database; return a count of the actions."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == step:
            raise Interrupted

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def stepped(*args: Any, **kwargs: Any) -> Any:
            count()
            return real(*args, **kwargs)

        patch.setattr(owner, name, stepped)

    for name in ("_private", "_sync", "_publish"):
        wrap(bot.export, name)
    for name in ("write", "finish"):
        wrap(bot.export._Output, name)
    for name in ("plan_batch", "batch_written", "read"):
        wrap(Store, name)
    for name in ("utime", "fsync", "rename"):
        wrap(os, name)
    return lambda: done


async def test_interrupted_at_every_step_and_repeated_the_bytes_are_the_same(
    store: Store, path: Path, stick: Path, tmp_path: Path
) -> None:
    await submit(store, 1, b"one", b"two")
    await submit(store, 2, b"three")
    await store.close()

    async def run(name: str, step: int) -> tuple[int, dict[str, bytes]]:
        """Export from a copy, interrupted at `step` (0: never), then again: steps and bytes."""
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(path, folder / "silbo.db")
        (folder / "stick").mkdir()
        store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
        with pytest.MonkeyPatch.context() as patch:
            steps = interrupt_at(step, patch)
            try:
                await export(store, SERVER, folder / "stick", DAY)
            except Interrupted:
                await submit(store, 3, b"came in between")
            done = steps()
        await export(store, SERVER, folder / "stick", DAY + timedelta(days=1))
        assert await export(store, SERVER, folder / "stick", DAY) is None
        await store.close()
        return done, snapshot(folder / "stick")

    total, wanted = await run("whole", 0)
    assert total > 30
    for step in range(1, total + 1):
        _, found = await run(f"step-{step}", step)
        first = {name: data for name, data in found.items() if name.startswith("batch-000001/")}
        if step == 1:  # before the plan was made: everything is in one batch of the later day
            assert set(found) > set(wanted)
            continue
        assert first == wanted
        head = Head.start(SERVER.public())
        _, head, _ = read_batch(tmp_path / f"step-{step}/stick/batch-000001", head)
        if len(found) > len(wanted):
            batch, _, texts = read_batch(tmp_path / f"step-{step}/stick/batch-000002", head)
            assert texts == {f"{3:032x}": [b"came in between"]}
            assert batch.day == DAY + timedelta(days=1)


EXPORTER = """
import asyncio, sys
from datetime import date
from pathlib import Path
from bot.export import export
from bot.store import Store
from crypto.minisign import SigningKey

async def main():
    store = await Store.open(f"sqlite+aiosqlite:///{sys.argv[1]}")
    print("ready", flush=True)
    key = SigningKey(bytes.fromhex(sys.stdin.readline()))
    await export(store, key, Path(sys.argv[2]), date(2026, 11, 21))
    await store.close()

asyncio.run(main())
"""


def run_and_kill(path: Path, stick: Path, delay: float | None) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", EXPORTER, str(path), str(stick)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        assert child.stdout.readline() == "ready\n"
        child.stdin.write(SERVER.seed.hex() + "\n")
        child.stdin.flush()
        try:
            code = child.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            code = child.wait()
    assert code in (0, -signal.SIGKILL)
    assert delay is not None or code == 0


async def check_after_kills(store: Store, path: Path, stick: Path, kills: int) -> None:
    drops = {}
    for number in range(6):
        drops[await submit(store, number, os.urandom(100_000).hex().encode(), b"text")] = number
    for kill in range(kills):
        await asyncio.to_thread(run_and_kill, path, stick, 0.002 * (kill + 1))
        drops[await submit(store, 100 + kill, b"more")] = 100 + kill
    await asyncio.to_thread(run_and_kill, path, stick, None)
    head = Head.start(SERVER.public())
    found: list[str] = []
    for name in names(stick):
        _, head, texts = read_batch(stick / name, head)
        found += texts
    assert sorted(found) == sorted(drops)


async def test_killed_while_exporting_nothing_is_lost_or_doubled(
    store: Store, path: Path, stick: Path
) -> None:
    await check_after_kills(store, path, stick, 4)


@pytest.mark.long
async def test_killed_many_times_while_exporting_nothing_is_lost_or_doubled(
    store: Store, path: Path, stick: Path
) -> None:
    await check_after_kills(store, path, stick, 40)


async def test_a_folder_of_that_name_with_other_content_is_left_alone(store: Store, stick: Path) -> None:
    await submit(store, 1, b"one")
    other = stick / "batch-000001"
    other.mkdir()
    (other / "batch.json").write_bytes(b"of another server")
    before = snapshot(stick)
    with pytest.raises(ExportError, match="with other content"):
        await export(store, SERVER, stick, DAY)
    assert snapshot(stick) == before
    free = stick / "free"
    free.mkdir()
    assert await export(store, SERVER, free, DAY) is not None
    assert snapshot(stick / "batch-000001") == {"batch.json": b"of another server"}


async def test_a_link_with_the_name_of_the_batch_is_not_followed(
    store: Store, stick: Path, tmp_path: Path
) -> None:
    await submit(store, 1, b"one")
    (stick / "batch-000001").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="with other content"):
        await export(store, SERVER, stick, DAY)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda place: None, "no folder"),
        (lambda place: place.write_bytes(b""), "not a folder"),
    ],
)
async def test_a_target_that_is_no_folder_is_one_sentence(
    store: Store, tmp_path: Path, make: Callable[[Path], object], word: str
) -> None:
    await submit(store, 1, b"one")
    place = tmp_path / "place"
    make(place)
    with pytest.raises(ExportError, match=word):
        await export(store, SERVER, place, DAY)


async def test_a_full_stick_is_one_sentence_and_the_export_can_be_repeated(
    store: Store, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(store, 1, b"one")
    with monkeypatch.context() as patch:  # a real ENOSPC, from the device that is always full
        patch.setattr(bot.export, "_private", lambda path, flags: os.open("/dev/full", os.O_WRONLY))
        with pytest.raises(ExportError, match="is full"):
            await export(store, SERVER, stick, DAY)
    assert names(stick) == []  # what was begun gives its room back
    report = await export(store, SERVER, stick, DAY)
    assert report is not None
    assert report.batches == ("batch-000001",)


async def test_a_folder_that_cannot_be_written_is_one_sentence(store: Store) -> None:
    await submit(store, 1, b"one")
    with pytest.raises(ExportError, match="cannot be"):  # also root can create nothing here
        await export(store, SERVER, Path("/proc/self"), DAY)


async def test_two_exports_to_one_folder_do_not_mix(store: Store, stick: Path) -> None:
    await submit(store, 1, b"one")
    with bot.export._alone(stick), pytest.raises(ExportError, match="Another export"):
        await export(store, SERVER, stick, DAY)
    assert await export(store, SERVER, stick, DAY) is not None


async def test_a_damaged_item_is_not_exported(store: Store, path: Path, stick: Path) -> None:
    await submit(store, 1, b"one")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE chunks SET data = zeroblob(length(data))")
    connection.close()
    with pytest.raises(StorageError, match="damaged"):
        await export(store, SERVER, stick, DAY)
    assert names(stick) == []


async def test_a_plan_does_not_change_while_drops_come_in(store: Store) -> None:
    first = await submit(store, 1, b"one")
    plan = await store.plan_batch(DAY)
    await submit(store, 2, b"two")
    assert plan == await store.plan_batch(DAY + timedelta(days=1)) == PlannedBatch(1, DAY, None, (first,))

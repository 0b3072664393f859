"""Issue 5, item 6: after a purge no file of the server holds a byte of what went, beside a running bot."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clock import today
from bot.doctor import data as doctor_data
from bot.keys.signing import create_signing_key
from bot.retention.purge import Purged, purge
from bot.settings import load_settings
from bot.store.errors import StorageError
from bot.store.sqlite import SETTINGS
from bot.store.store import Store
from crypto.age import X25519Identity
from tests.bot.conftest import Pin
from tests.bot.export.exporting import run_export
from tests.telegram_api import TelegramApi, until

ROOT = Path(__file__).resolve().parents[3]
GONE, STAYS = b"<ciphertext that goes>..", b"<ciphertext that stays>."


def marked(marker: bytes, size: int) -> bytes:
    """Bytes of which no 48 are without the marker: a leftover of that length is found."""
    return (marker * (size // len(marker) + 1))[:size]


async def fill(store: Store, drop: str, marker: bytes, *sizes: int, day: date, complete: bool = True) -> None:
    for place, size in enumerate(sizes):
        async with store.stage() as blob:
            await blob.write(marked(marker, size))
            await blob.commit_item(drop_id=drop, item_id=f"{drop}{place}", day=day, waiting=False)
    if complete:
        await store.commit_manifest(drop, f"{drop}m", marked(marker, 30_000), day)


def holders(folder: Path, marker: bytes) -> list[str]:
    """The names of the files below `folder` that hold the marker anywhere, also in pages that are free."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and marker in file.read_bytes()
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "backups").mkdir()
    (tmp_path / "stick").mkdir()
    create_signing_key(tmp_path / "state" / "signing.key")
    (tmp_path / "token").write_text("0")
    recipient = X25519Identity.generate().recipient()
    (tmp_path / "silbo.toml").write_text(
        'state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\nretention_days = 30\n'
        f'[backup]\ndirectory = "{tmp_path / "backups"}"\nrecipient = "{recipient}"\nkeep_days = 7\n'
    )
    return tmp_path / "silbo.toml"


@pytest.fixture
async def store(config: Path) -> AsyncIterator[Store]:
    store = await Store.open(load_settings(config).database_url)
    yield store
    await store.close()


def age_batch(config: Path, sequence: int, day: date) -> None:
    with closing(sqlite3.connect(config.parent / "state" / "silbo.db", timeout=60)) as database, database:
        database.execute("UPDATE batches SET day = ? WHERE sequence = ?", (day.isoformat(), sequence))


async def silbo(*words: str | Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 240)
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_beside_a_running_bot_no_byte_of_what_was_purged_is_left(
    config: Path, store: Store, pin: Pin, tmp_path: Path
) -> None:
    pin([X25519Identity.generate(), X25519Identity.generate()], today())
    os.rename(tmp_path / "reviewers", tmp_path / "state" / "reviewers")
    sizes = random.Random(5)
    async with TelegramApi() as api:
        (tmp_path / "token").write_text(api.token)
        (tmp_path / "token").chmod(0o600)
        with open(config, "a") as settings:  # noqa: ASYNC230
            settings.write(f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n')
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", config, cwd=ROOT
        )
        try:
            await until(lambda: any(method == "getUpdates" for method, _ in api.calls), 120)
            old = today() - timedelta(days=31)
            for number in range(12):  # goes and stays side by side on the same pages
                several = [sizes.choice((200, 3000, 17_270, 300_000, 1_200_000)) for _ in range(4)]
                await fill(store, f"{number:032x}", GONE, *several, day=old)
                await fill(store, f"f{number:031x}", GONE, 17_270, day=old, complete=False)
            await run_export(store, config.parent / "state" / "signing.key", tmp_path / "stick", old)
            for number in range(12, 18):
                await fill(store, f"{number:032x}", STAYS, 17_270, 300_000, 900, day=today())
                await fill(store, f"f{number:031x}", STAYS, 17_270, day=today(), complete=False)
            assert "silbo.db" in holders(tmp_path / "state", GONE)
            api.text(1, "Nos filman en casa")
            api.text(2, "Nos graban la voz")
            status, said = await silbo("purge", "--config", config)
            assert (status, said) == (0, "Deleted 12 drafts and 12 exported drops.\n")
            assert holders(tmp_path / "state", GONE) == []
            assert holders(tmp_path / "state", STAYS) != []
            api.text(3, "Y ahora")
            await until(lambda: api.pending() == 0, 120)
        finally:
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), 240) == 0
    with closing(sqlite3.connect(tmp_path / "state" / "silbo.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ((drops,), (free,)) = (
            database.execute("SELECT count(*) FROM drops WHERE state = 'complete'").fetchone(),
            database.execute("PRAGMA freelist_count").fetchone(),
        )
    assert (drops, free) == (6, 0)


async def check_neighbours(folder: Path, seed: int, rounds: int) -> None:
    rng = random.Random(seed)
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
    old = today() - timedelta(days=9)
    for turn in range(rounds):
        for number in range(60):
            marker, day = (GONE, old) if rng.random() < 0.5 else (STAYS, today())
            several = rng.choices((60, 200, 900, 2000, 3000, 4060, 5000, 17_270, 60_000), k=rng.randint(1, 6))
            await fill(store, f"{turn}{number:031x}", marker, *several, day=day, complete=False)
        await store.purge(today(), retention=30, reviewers={})
        assert holders(folder, GONE) == []
    await store.close()


async def test_rows_that_share_a_page_leave_no_copy_of_each_other(tmp_path: Path) -> None:
    """SQLite forgets to zero what it moves: without `tables.PAD` this seed, and one in twelve, finds
    ciphertext.
    """
    await check_neighbours(tmp_path, 4, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
async def test_rows_that_share_a_page_leave_no_copy_of_each_other_often(tmp_path: Path, seed: int) -> None:
    await check_neighbours(tmp_path, seed, 3)


async def test_a_reader_that_holds_the_log_open_is_told_of(
    config: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are still in the log then: to say "done" would be a lie."""
    monkeypatch.setattr("bot.store.sqlite.SETTINGS", ("PRAGMA busy_timeout = 50", *SETTINGS[1:]))
    settings = load_settings(config)
    second = await Store.open(settings.database_url)
    await fill(store, "a" * 32, GONE, 17_270, day=today() - timedelta(days=9), complete=False)
    with closing(sqlite3.connect(tmp_path / "state" / "silbo.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM items").fetchone()
        with pytest.raises(StorageError, match="run silbo purge again"):
            await purge(second, settings, today())
    await second.close()
    assert await purge(store, settings, today()) == Purged(0, 0, 0)
    assert holders(tmp_path / "state", GONE) == []


async def test_backups_past_their_time_and_what_a_killed_backup_left_go(
    config: Path, store: Store, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    ages = {"silbo-{}.tar.age": 8, "silbo-{}-2.tar.age": 9, "silbo-{}-3.tar.age": 6}
    for pattern, age in ages.items():
        (backups / pattern.format(today() - timedelta(days=age))).write_bytes(GONE)
    (backups / f".silbo-{today()}.tar.age.partial-00").write_bytes(GONE)
    (backups / "of-somebody-else.tar.age").write_bytes(STAYS)
    (tmp_path / "state" / ".backup-0123").write_bytes(GONE)
    assert await purge(store, load_settings(config), today()) == Purged(0, 0, 2)
    assert [name.removesuffix("-3.tar.age")[:6] for name in holders(backups, GONE)] == ["silbo-"]
    assert holders(tmp_path / "state", GONE) == []
    assert holders(backups, STAYS) == ["of-somebody-else.tar.age"]


async def test_an_upload_in_progress_survives_the_purge_of_another_process(
    config: Path, store: Store
) -> None:
    settings = load_settings(config)
    other = await Store.open(settings.database_url)
    async with store.stage() as blob:
        await blob.write(marked(STAYS, 3 << 20))
        assert await purge(other, settings, today()) == Purged(0, 0, 0)
        assert await blob.commit_item(drop_id="a" * 32, item_id="i", day=today(), waiting=False)
    await other.close()
    assert b"".join([piece async for piece in store.read("i")]) == marked(STAYS, 3 << 20)


async def test_nothing_due_is_said_so(config: Path, store: Store) -> None:
    await fill(store, "a" * 32, STAYS, 17_270, day=today())
    await store.close()
    assert await silbo("purge", "--config", config) == (0, "Nothing was due.\n")


@pytest.mark.parametrize(
    "name", ["state/.rollback", "state/.upgrade", "state/silbo.db.damaged", "state.fresh"]
)
async def test_a_copy_that_an_upgrade_or_a_restore_left_is_told_and_kept(
    config: Path, store: Store, tmp_path: Path, name: str
) -> None:
    """The attack: what was purged is looked for in what a cut-off upgrade keeps."""
    await store.close()
    copy = tmp_path / name
    if name.endswith("damaged"):
        copy.write_bytes(GONE)
    else:
        copy.mkdir()
        (copy / "silbo.db").write_bytes(GONE)
    status, said = await silbo("purge", "--config", config)
    assert status == 0
    assert f"NOT deleted: {copy}," in said
    (finding,) = doctor_data.leftovers(tmp_path / "state")
    assert (finding.state, str(copy) in finding.what) == ("warning", True)
    assert copy.exists()

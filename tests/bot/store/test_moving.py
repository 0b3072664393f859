"""From one database to another and back: all of it, in no order that tells, or nothing."""

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.keys.signing import create_signing_key
from bot.store import moving, postgres
from bot.store.address import Address
from bot.store.errors import Damaged, StoreError
from bot.store.mailboxes import NewReply
from bot.store.moving import Moved, move
from bot.store.store import Store
from bot.store.tables import CHUNK, metadata
from bot.store.uploads import File
from tests.bot.store.databases import Database
from tests.bot.store.test_attack_order import arrive, numbers, out_of_order
from tests.bot.store.test_store import DAY, OTHER, content, put
from tests.postgres import Cluster

KINDS = ("postgresql",)
OPEN = "uploads", "upload_items", "upload_parts"
TABLES = sorted(set(metadata.tables) - {"chunks", *OPEN})


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Where the database is that moves."""
    return tmp_path / "old.db"


async def filled(path: Path) -> Address:
    """A database with something in every table."""
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    order = await arrive(store, 12)
    await put(store, "large", os.urandom(2 * CHUNK + 7), OTHER)
    await put(store, "waits", b"x" * 100, OTHER, waiting=True)
    await store.plan_batch(DAY, signer="a key")
    await store.batch_written(1, b"1" * 32)
    await store.confirm(order[:5], "r" * 32)
    await store.mailboxes.desk_id()
    for number in range(3):
        sealed = bytes([number]) * 30_000
        reply = NewReply(sha256(sealed).digest(), bytes([number]) * 32, sha256(bytes(16)).digest())
        await store.mailboxes.deliver(reply, sealed, DAY)
    await store.mailboxes.read(sha256(bytes(30_000)).digest(), bytes(16), DAY)
    await store.mailboxes.end(b"\x01" * 32, DAY)
    upload = secrets.token_hex(16)
    await store.uploads.open(upload, "", 100_000, DAY, most=1 << 30)

    async def body() -> "object":
        yield b"p" * 50_000

    await store.uploads.take(upload, "a" * 32, 0, body())  # type: ignore[arg-type]  # an iterator
    await store.close()
    return Address(f"sqlite+aiosqlite:///{path}")


def everything(database: Database) -> dict[str, list[str]]:
    """Each row as text, sorted, but of uploads; of ciphertext the hash."""
    found = {}
    for table in TABLES:
        columns = ", ".join(f'"{column.name}"' for column in metadata.tables[table].columns)
        rows = database.run(f"SELECT {columns} FROM {table}")
        found[table] = sorted(repr([_plain(value) for value in row]) for row in rows)
    pieces = database.run(
        "SELECT blob_id, number, data FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM upload_items)"
    )
    found["chunks"] = sorted(repr((blob, number, sha256(data).hexdigest())) for blob, number, data in pieces)
    return found


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | bytes | None) else str(value)


async def test_a_server_moves_to_postgresql_and_back(database: Database, old: Path, tmp_path: Path) -> None:
    source = await filled(old)
    here = Database(source.url, old)
    assert all(rows for rows in everything(here).values())
    moved = await move(source, Address(database.url))
    assert (moved.drops, moved.drafts) == (12, 1)
    assert everything(database) == everything(here)
    back = Database(f"sqlite+aiosqlite:///{tmp_path / 'back.db'}", tmp_path / "back.db")
    assert await move(Address(database.url), Address(back.url)) == moved
    assert everything(back) == everything(here)


async def test_of_uploads_that_nobody_committed_nothing_moves(
    database: Database, old: Path, tmp_path: Path
) -> None:
    """Their parts may lie in a file beside the database. What was committed is known again."""
    source = await filled(old)
    store = await Store.open(source)
    committed, content = secrets.token_hex(16), os.urandom(400_000)
    await store.uploads.open(committed, "", 500_000, DAY, most=1 << 30)

    async def body() -> AsyncIterator[bytes]:
        yield content

    file = File("c" * 32, len(content), sha256(content).digest())
    await store.uploads.take(committed, file.name, 0, body())
    await store.uploads.commit(committed, (), file, DAY, withdrawal=None, check=lambda _start, _size: None)
    await store.close()
    await move(source, Address(database.url))
    assert [database.rows(table) for table in OPEN] == [1, 0, 0]
    chunks = "SELECT count(*) FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)"
    replies = "SELECT count(*) FROM replies WHERE blob_id IS NOT NULL"
    assert database.run(chunks) == database.run(replies)


@pytest.mark.long
async def test_the_order_of_arrival_stays_behind(path: Path, tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    order = await arrive(store, 40)
    await store.close()
    assert out_of_order(numbers(path, order)) == 0
    await move(Address(f"sqlite+aiosqlite:///{path}"), Address(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"))
    assert abs(out_of_order(numbers(tmp_path / "new.db", order)) - 0.5) < 0.28


class CutOff(Exception):
    pass


@pytest.mark.parametrize(
    "step",
    [pytest.param("_rows", marks=pytest.mark.long), pytest.param("_blob", marks=pytest.mark.long), "_check"],
)
async def test_cut_off_the_target_is_empty_and_the_source_as_it_was(
    database: Database, old: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    source = await filled(old)
    before = everything(Database(source.url, old))
    real, calls = getattr(moving, step), 0

    def cut(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise CutOff
        real(*arguments)

    monkeypatch.setattr(moving, step, cut)
    with pytest.raises(CutOff):
        await move(source, Address(database.url))
    assert not any(everything(database).values())
    assert everything(Database(source.url, old)) == before
    monkeypatch.undo()
    await move(source, Address(database.url))
    assert everything(database) == before


DIES = """
import os, signal, sys
from bot.cli import main
from bot.store import moving

step, left, real = sys.argv[1], int(sys.argv[2]), getattr(moving, sys.argv[1])

def last(*arguments):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)

setattr(moving, step, last)
sys.exit(main(sys.argv[3:]))
"""


@pytest.mark.long
async def test_a_copy_that_is_killed_in_the_middle_there_and_back_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    """The real command; when it is called again it is whole, drop by drop, and so is what comes back."""
    config = tmp_path / "silbo.toml"
    config.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n')
    (tmp_path / "state").mkdir(mode=0o700)
    first, back = tmp_path / "state" / "silbo.db", tmp_path / "back.db"
    old = Database((await filled(first)).url, first)
    new = Database(f"sqlite+aiosqlite:///{back}", back)
    store = await Store.open(old.url)
    for number in range(20):
        await put(store, f"more-{number}", os.urandom(CHUNK + number), OTHER)
    await store.close()
    before = everything(old)
    for source, target, to in ((old, database, database.url), (database, new, str(back))):
        copy = ["--config", str(config), "store", "copy", "--to", to]
        for step, number in (("_rows", 3), ("_blob", 1), ("_blob", 25), ("_check", 13)):
            died = await run("-c", DIES, step, str(number), *copy)
            assert died == -signal.SIGKILL
            assert not any(everything(target).values())
            assert everything(source) == before
        assert await run("-m", "bot", *copy) == 0
        assert everything(target) == everything(source) == before
        config.write_text(f'{config.read_text()}[store]\nurl = "{database.url}"\n')


async def run(*arguments: str) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL
    )
    return await child.wait()


async def test_a_damaged_item_is_not_carried_on(database: Database, old: Path) -> None:
    source = await filled(old)
    Database(source.url, old).run("UPDATE chunks SET data = x'00' WHERE number = 1")
    with pytest.raises(Damaged, match="damaged; nothing was copied"):
        await move(source, Address(database.url))
    assert not any(everything(database).values())


@pytest.mark.long
async def test_nothing_is_copied_over_something(database: Database, old: Path) -> None:
    source = await filled(old)
    store = await Store.open(database.url)
    await put(store, "a", b"a")
    await store.close()
    with pytest.raises(StoreError, match="has something in it already"):
        await move(source, Address(database.url))
    assert database.rows("items") == 1


@pytest.mark.long
async def test_the_source_is_held_while_the_target_is_read_back(
    database: Database, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes minutes in a large one, in which the source is asked nothing."""
    await move(await filled(old), Address(database.url))
    short = {**postgres._OPTIONS, "idle_in_transaction_session_timeout": "100ms"}
    monkeypatch.setattr(postgres, "_OPTIONS", short)
    real = moving._check

    def slow(*arguments: Any) -> None:
        time.sleep(0.05)
        real(*arguments)

    monkeypatch.setattr(moving, "_check", slow)
    back = Address(f"sqlite+aiosqlite:///{tmp_path / 'back.db'}")
    assert (await move(Address(database.url), back)).drops == 12
    await asyncio.to_thread(moving.copy_sent, Address(database.url), tmp_path / "of-a-backup.db")


async def test_nothing_is_copied_beside_a_bot_on_another_machine(
    database: Database, old: Path, tmp_path: Path
) -> None:
    """What it took in after that would be left behind, and the old database deleted."""
    bot = await Store.open(database.url, claim="alone")
    back = Address(f"sqlite+aiosqlite:///{tmp_path / 'back.db'}")
    for source, target in ((Address(database.url), back), (await filled(old), Address(database.url))):
        with pytest.raises(StoreError, match="A silbo run uses that PostgreSQL"):
            await move(source, target)
    copy = tmp_path / "of-a-backup.db"  # which is made beside it, as ever
    await asyncio.to_thread(moving.copy_sent, Address(database.url), copy)
    await bot.close()
    await move(Address(database.url), back)


def test_the_command_says_what_is_there_and_quotes_no_password(
    cluster: Cluster, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    create_signing_key(state / "signing.key")
    config = tmp_path / "silbo.toml"
    config.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n')
    asyncio.run(filled(state / "silbo.db"))
    copying = ["--config", str(config), "store", "copy", "--to"]
    bad = database.url.replace("silbo@", "silbo:canary-of-a-password@")
    assert main([*copying, bad]) == 1
    assert main([*copying, database.url]) == 0
    out, err = capsys.readouterr()
    assert "Copied: drops 12, drafts 1, items" in out
    assert "no password in it" in err
    assert "canary" not in out + err
    assert main([*copying, database.url]) == 1
    assert "has something in it already" in capsys.readouterr().err
    config.write_text(f'{config.read_text()}[store]\nurl = "{database.url}"\n')
    assert main([*copying, str(tmp_path / "again.db")]) == 0
    assert main(["--config", str(config), "purge"]) == 0


@pytest.mark.long
async def test_what_was_moved_is_read_as_before(database: Database, old: Path) -> None:
    source = await filled(old)
    assert isinstance(await move(source, Address(database.url)), Moved)
    store = await Store.open(database.url)
    assert len(await content(store, "large")) == 2 * CHUNK + 7
    assert await store.commit_manifest(OTHER, "m", b"manifest", DAY)
    assert (await store.sweep(DAY + timedelta(days=1), retention=30)).blobs == 0
    await store.close()

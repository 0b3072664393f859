"""Doctor, status and backups of a server whose drops are in a PostgreSQL."""

import asyncio
import io
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.backup import BackupError, write_backup
from bot.backup.restore import unpack
from bot.doctor import data as doctor_data
from bot.duty import duty
from bot.keys.signing import create_signing_key
from bot.settings import Settings, load_settings
from bot.status import measure
from bot.store.address import Address, of_file
from bot.store.moving import move
from bot.store.store import Store
from crypto.age import X25519Identity
from tests.bot.store.databases import Database
from tests.bot.store.test_attack_order import arrive
from tests.bot.store.test_moving import everything
from tests.bot.store.test_store import DAY, OTHER, put
from tests.postgres import Cluster

KINDS = ("postgresql",)


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    create_signing_key(state / "signing.key")
    file = tmp_path / "silbo.toml"
    toml = f'''state = "state"
runtime = "runtime"
[desk]
name = "Union"
[store]
url = "{database.url}"
'''
    file.write_text(toml)
    return file


@pytest.fixture
def settings(config: Path) -> Settings:
    return load_settings(config)


def said(settings: Settings, day: date = DAY) -> list[tuple[str, str]]:
    return [(finding.state, finding.what) for finding in doctor_data.postgresql(settings, day)]


async def test_doctor_looks_at_the_server_and_changes_nothing(
    settings: Settings, database: Database, cluster: Cluster
) -> None:
    store = await Store.open(settings.database_url)
    await arrive(store, 2)
    await store.close()
    before = everything(database)
    found = said(settings, DAY + timedelta(days=8))
    assert ("ok", "the database has this program's tables") in found
    assert ("warning", f"nothing was exported yet, and drops wait since {DAY}") in found
    assert any(state == "broken" and "fsync = off" in what for state, what in found)
    assert any(state == "warning" and "wal_recycle = on" in what for state, what in found)
    assert everything(database) == before
    (settings.state / "silbo.db").write_bytes(b"")
    assert any("which is not used" in what for _, what in said(settings))
    with closing(cluster.connect("postgres")) as other:
        other.execute(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    assert said(settings)[0] == ("broken", "That PostgreSQL database is read-only for this user")


async def test_doctor_makes_no_tables(settings: Settings, database: Database) -> None:
    database.run("DROP SCHEMA public CASCADE")
    database.run("CREATE SCHEMA public")
    assert said(settings)[0] == ("warning", "there is no table yet")
    assert database.run("SELECT * FROM pg_tables WHERE schemaname = 'public'") == []
    database.run("CREATE TABLE somebody (name text)")
    assert said(settings)[0] == ("broken", "the PostgreSQL database belongs to another program")


async def test_status_counts_what_waits(settings: Settings) -> None:
    store = await Store.open(settings.database_url)
    await arrive(store, 7)
    await store.close()
    found = {metric.name: metric.value for metric in measure(settings, DAY + timedelta(days=3), 0.0)}
    assert found["silbo_drops_waiting"] == 5
    assert found["silbo_drop_wait_days"] == 3


def test_a_backup_holds_what_is_complete_and_goes_back(
    config: Path, settings: Settings, database: Database, cluster: Cluster, tmp_path: Path
) -> None:
    """It is the same file as of any other server: restored, it can stay one, or be copied to a PostgreSQL."""

    async def fill() -> None:
        store = await Store.open(settings.database_url)
        await arrive(store, 4)
        await put(store, "draft", b"of nobody's business", OTHER)
        await store.close()

    asyncio.run(fill())
    identity = X25519Identity.generate()
    sealed = io.BytesIO()
    write_backup(settings, config, sealed, identity.recipient(), DAY)
    assert [path.name for path in settings.state.iterdir()] == ["signing.key"]
    into = tmp_path / "into"
    into.mkdir(mode=0o700)
    shown: list[str] = []

    def accept(lines: object) -> bool:
        shown.append(str(lines))
        return True

    sealed.seek(0)
    unpack(sealed, [identity], into, accept=accept, confirm=lambda _: True)
    assert database.url in shown[0]
    before = everything(database)
    database.run("TRUNCATE drops, items, receipts, chunks, batches CASCADE")
    asyncio.run(move(of_file(into / "silbo.db"), Address(database.url)))
    after = everything(database)
    assert len(after["drops"]) == 4
    assert [row for row in before["drops"] if OTHER not in row] == after["drops"]
    assert not any("nobody" in row for row in after["items"])


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("silbo_9999", "written by a newer Silbo"),
        ("theirs_0001", "belongs to another program"),
        ("silbo_0001", "not this Silbo.s tables yet"),
    ],
)
def test_no_backup_is_made_of_a_database_of_which_some_would_stay_behind(
    config: Path, settings: Settings, database: Database, version: str, said: str
) -> None:
    asyncio.run(_closed(settings))
    database.run(f"UPDATE alembic_version SET version_num = '{version}'")
    target = io.BytesIO()
    with pytest.raises(BackupError, match=said):
        write_backup(settings, config, target, X25519Identity.generate().recipient(), DAY)
    assert not list(settings.state.glob(".backup-*"))


async def _closed(settings: Settings) -> None:
    await (await Store.open(settings.database_url)).close()


def test_a_backup_is_made_of_a_database_that_is_read_only_by_now(
    config: Path, settings: Settings, database: Database, cluster: Cluster
) -> None:
    """Its disk is full, or somebody wants nothing more to come in: the hour at which one is needed."""
    asyncio.run(_closed(settings))
    with closing(cluster.connect("postgres")) as other:
        other.execute(f'ALTER DATABASE "{database.name}" SET default_transaction_read_only = on')
    target = io.BytesIO()
    with duty(settings):
        write_backup(settings, config, target, X25519Identity.generate().recipient(), DAY)
    assert target.tell() > 0

"""The schema in the scripts, the schema in `bot.store.tables`, and databases that are not for us."""

import asyncio
import re
import sqlite3
import subprocess
import sys
import threading
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.store.batches import ChainKeys, ExportedBatch, PlannedBatch
from bot.store.errors import StoreError
from bot.store.schema import MIGRATIONS, versions
from bot.store.sqlite import guard_files
from bot.store.store import Store
from bot.store.tables import metadata

ADDED = re.compile(
    r", (successor TEXT|signer TEXT|chat BIGINT|parts_sent INTEGER|version INTEGER[^,]*?NULL|withdrawal BLOB"
    r"|desk VARCHAR[^,]*?NULL|sequence INTEGER[^,]*?NULL|closed DATE|stamp BLOB|slot INTEGER"
    r"|settled BOOLEAN[^,]*?NULL)"
)  # by later scripts
VERSION = "CREATE TABLE alembic_version (version_num TEXT);"


async def open_and_close(path: Path) -> None:
    await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()


def execute(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


async def test_the_scripts_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    await open_and_close(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(fresh)  # compare_metadata does not look at checks and primary keys
    for made in (engine, fresh):
        made.dispose()

    def constraints(database: Path) -> set[tuple[str, str]]:
        connection = sqlite3.connect(database)
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql NOT LIKE '%alembic%'"
        ).fetchall()
        connection.close()
        lines = {
            (name, line.strip(" ,\t")) for name, sql in found for line in ADDED.sub(r"\n\1", sql).splitlines()
        }
        inline = "state VARCHAR(8) NOT NULL CONSTRAINT"  # of a column, or of the table: the same to SQLite
        return {
            (name, part)
            for name, line in lines
            for part in line.replace(inline, "state VARCHAR(8) NOT NULL\nCONSTRAINT").splitlines()
        }

    assert constraints(path) == constraints(tmp_path / "fresh.db")


async def test_a_database_of_the_first_version_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as config.attributes["connection"]:
        command.upgrade(config, "silbo_0001")
    engine.dispose()
    day, digest = "2026-11-20", "b" * 32
    execute(
        path,
        f"""
        INSERT INTO batches VALUES (1, '{day}', NULL, CAST('{digest}' AS BLOB), 1);
        INSERT INTO batches VALUES (2, '{day}', CAST('{digest}' AS BLOB), NULL, 0);
        INSERT INTO drops VALUES ('old', '{day}', 'complete', 1), ('new', '{day}', 'complete', 2);
        INSERT INTO drops VALUES ('draft', '{day}', 'draft', NULL);
        INSERT INTO items VALUES ('item', 'old', 1, 4, x'{sha256(b"data").hexdigest()}', 'kept', 'blob');
        INSERT INTO chunks VALUES ('blob', 0, CAST('data' AS BLOB));
        """,
    )
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    plan = await store.plan_batch(date(2026, 11, 21), None)
    assert plan == PlannedBatch(2, date(2026, 11, 20), digest.encode(), ("new",), None, version=1)
    assert [piece async for piece in store.read("item")] == [b"data"]
    states = [await store.drop_state(name) for name in ("old", "new", "draft")]
    assert states == ["complete", "complete", "draft"]
    assert await store.chain_keys() == ChainKeys(None, frozenset())
    await store.batch_written(2, b"c" * 32)
    plan = await store.plan_batch(date(2026, 11, 21), "the new key")
    assert plan == PlannedBatch(3, date(2026, 11, 21), b"c" * 32, (), "the new key")
    await store.close()


async def test_what_one_desk_had_belongs_to_the_first_of_several(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as config.attributes["connection"]:
        command.upgrade(config, "silbo_0006")
    engine.dispose()
    execute(
        path,
        f"""
        INSERT INTO desks VALUES ('news', '{"7" * 32}');
        INSERT INTO batches (sequence, day, written, sha256) VALUES (7, '2026-11-20', 1, x'{"cc" * 32}');
        INSERT INTO drops VALUES ('old', '2026-11-20', 'complete', 7, NULL);
        INSERT INTO drops VALUES ('new', '2026-11-20', 'complete', NULL, NULL);
        INSERT INTO replies VALUES (x'{"aa" * 32}', x'{"bb" * 32}', zeroblob(32), '2026-11-20', 4, 'b', NULL);
        INSERT INTO chunks VALUES ('b', 0, zeroblob(4096), CAST('data' AS BLOB));
        """,
    )
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    assert await store.mailboxes.desk_id() == bytes.fromhex("7" * 32)  # whatever the settings call it
    assert await store.exported(7) == ExportedBatch(b"\xcc" * 32, True, frozenset({"old"}))
    assert await store.mailboxes.waiting(b"\xbb" * 32) == (b"\xaa" * 32,)
    plan = await store.plan_batch(date(2026, 11, 21))
    assert plan == PlannedBatch(8, date(2026, 11, 21), b"\xcc" * 32, ("new",), None)
    assert await store.plan_batch(date(2026, 11, 21), desk="union") is None
    assert await store.closed_desks() == {}
    await store.close()


def test_the_names_of_the_scripts_say_which_version_they_lead_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    in_order = tuple(script.revision for script in scripts.walk_revisions())[::-1]
    assert versions() == in_order
    assert versions()[-1] == scripts.get_current_head()


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    await open_and_close(path)
    before = path.read_bytes()
    await open_and_close(path)
    assert path.read_bytes() == before


async def test_the_settings_hold_on_every_connection(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}")
    connections = [await store._engine.connect() for _ in range(3)]
    for connection in connections:
        found = {}
        for name in (
            "journal_mode",
            "synchronous",
            "secure_delete",
            "foreign_keys",
            "auto_vacuum",
            "busy_timeout",
        ):
            found[name] = (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "foreign_keys": 1,
            "auto_vacuum": 2,
            "busy_timeout": 20000,
        }
    for connection in connections:
        await connection.close()
    await store.close()


async def test_two_processes_that_start_together_make_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    await asyncio.gather(*(open_and_close(path) for _ in range(4)))
    await open_and_close(path)


async def test_a_new_database_that_another_program_holds_a_moment_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself does not: who asks for a log while another has the write lock is refused at once."""
    path = tmp_path / "silbo.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA auto_vacuum = INCREMENTAL")
    other.execute("PRAGMA user_version = 0")
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.rollback)
    timer.start()
    await open_and_close(path)
    timer.join()
    other.close()


def test_opening_twice_leaves_the_locks_of_the_first_alone(tmp_path: Path) -> None:
    path = tmp_path / "silbo.db"
    asyncio.run(open_and_close(path))
    own = sqlite3.connect(path, isolation_level=None)
    own.execute("PRAGMA journal_mode = DELETE")
    own.execute("BEGIN EXCLUSIVE")
    guard_files(path)
    look = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM sqlite_master')"
    )
    looked = subprocess.run([sys.executable, "-c", look, path], capture_output=True, check=False)
    assert b"database is locked" in looked.stderr
    own.close()


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("CREATE TABLE somebody (name TEXT)", "another program"),
        (f"{VERSION} INSERT INTO alembic_version VALUES ('1975ea83b712')", "another program"),
        (f"{VERSION} INSERT INTO alembic_version VALUES ('silbo_9999')", "newer Silbo"),
        (f"{VERSION} INSERT INTO alembic_version VALUES ('silbo_0005'), ('x')", "another program"),
    ],
)
async def test_a_database_that_is_not_for_us_is_left_alone(tmp_path: Path, script: str, word: str) -> None:
    path = tmp_path / "other.db"
    execute(path, script)
    with pytest.raises(StoreError, match=word):
        await open_and_close(path)
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert len(tables) == 1


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear reviewer, " * 1000)
    with pytest.raises(StoreError, match="not a database of Silbo"):
        await open_and_close(path)
    assert path.read_bytes() == b"Dear reviewer, " * 1000


async def test_a_folder_in_the_place_of_the_database_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be created or opened"):
        await open_and_close(tmp_path)


async def test_a_link_in_the_place_of_the_database_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "silbo.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError, match="cannot be created or opened"):
        await open_and_close(tmp_path / "silbo.db")
    assert not (tmp_path / "elsewhere.db").exists()

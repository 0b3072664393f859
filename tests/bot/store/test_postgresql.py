"""What is PostgreSQL's own: addresses, passwords, servers that are not for us, and what they say."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.address import Address, problem
from bot.store.errors import StorageError, StoreError
from bot.store.schema import versions
from bot.store.store import Store
from bot.store.tables import metadata
from tests.bot.store.test_store import content, put
from tests.postgres import Cluster

DAY = date(2026, 11, 21)
CANARY = "canary-of-a-password"


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The name of a database without tables."""
    name = cluster.new_database()
    yield name
    cluster.drop_database(name)


async def refusal(where: Address | str) -> str:
    with pytest.raises(StoreError) as caught:
        await Store.open(where)
    error: BaseException | None = caught.value
    while error is not None:
        assert CANARY not in f"{error} {error!r}"
        error = error.__cause__
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql+psycopg://silbo@/silbo?host=/run/postgresql", None),
        ("postgresql+psycopg://silbo@localhost:5433/silbo", None),
        ("postgresql+psycopg://silbo@db.example/silbo", None),
        (
            "postgresql+psycopg://silbo@/silbo?host=a.example:5432&host=b.example:5432&sslmode=verify-full",
            None,
        ),
        ("postgresql+psycopg://silbo@db.example/silbo?sslmode=require", "prove who it is"),
        ("postgresql+psycopg://silbo@/silbo?host=/run/postgresql&host=b.example&sslmode=prefer", "prove"),
        (f"postgresql+psycopg://silbo:{CANARY}@db.example/silbo", "no password in it"),
        (f"postgresql+psycopg://silbo@db.example/silbo?password={CANARY}", "no password in it"),
        (f"postgres://silbo:{CANARY}@db.example/silbo", "should be like"),
        ("postgresql+psycopg://db.example/silbo", "should be like"),
        ("postgresql+psycopg://silbo@/silbo", "should be like"),
        ("postgresql+psycopg://silbo@db.example/", "should be like"),
        ("postgresql+psycopg://silbo@db.example:port/silbo", "should be like"),
        ("postgresql+psycopg://silbo@db.example/silbo?options=-csynchronous_commit=off", "nothing after"),
        ("postgresql+psycopg://silbo@db.example/silbo?service=other", "nothing after"),
        ("sqlite+aiosqlite:////var/lib/silbo.db", "should be like"),
    ],
)
def test_an_address_is_judged_before_anybody_is_asked(url: str, word: str | None) -> None:
    found = problem(url)
    if word is None:
        assert found is None
    else:
        assert found is not None
        assert word in found
        assert CANARY not in found


def test_a_password_is_in_no_repr() -> None:
    assert CANARY not in repr(Address("postgresql+psycopg://silbo@/silbo?host=/run/postgresql", CANARY))


async def test_a_password_is_in_no_log_no_error_and_no_process_list(
    cluster: Cluster, empty: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("sqlalchemy", "sqlalchemy.engine.Engine", "sqlalchemy.pool", "psycopg", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    store = await Store.open(Address(cluster.url(empty), CANARY))
    await put(store, "canary-item", b"canary-content", "canary-drop")
    with closing(cluster.connect(empty)) as other:
        shown = other.execute("SELECT * FROM pg_stat_activity").fetchall()
    told = await asyncio.to_thread(command_lines)
    assert "canary" not in f"{shown} {store!r} {store._engine!r} {store._engine.url!r}"
    assert CANARY.encode() not in told
    await store.close()
    assert "canary" not in caplog.text
    assert CANARY not in await refusal(Address(cluster.url("nosuchdatabase"), CANARY))


def command_lines() -> bytes:
    """Of every process on this machine, as anybody sees them."""
    found = b""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += path.read_bytes()
    return found


async def test_what_another_variable_names_is_not_where_drops_go(
    cluster: Cluster, empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = cluster.new_database()
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:*:{CANARY}\n")
    for name, value in {
        "PGDATABASE": elsewhere,
        "PGUSER": "nobody",
        "PGHOST": "db.example",
        "PGPORT": "1",
        "PGOPTIONS": "-c default_transaction_read_only=on",
        "PGSSLMODE": "require",
        "PGTARGETSESSIONATTRS": "standby",
        "PGPASSFILE": str(passwords),
    }.items():
        monkeypatch.setenv(name, value)
    store = await Store.open(cluster.url(empty))
    assert await put(store, "a", b"a")
    await store.close()
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    with closing(cluster.connect(elsewhere)) as other:
        assert other.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    for name in ("PGHOSTADDR", "PGSERVICE"):
        with monkeypatch.context() as patched:
            patched.setenv(name, "canary")
            assert name in await refusal(cluster.url(empty))
    cluster.drop_database(elsewhere)


async def test_a_server_that_answers_before_it_is_on_the_disk_is_told_to_wait(
    cluster: Cluster, empty: str
) -> None:
    with closing(cluster.connect(empty)) as other:
        other.execute(f"ALTER DATABASE {empty} SET synchronous_commit = off")
    store = await Store.open(cluster.url(empty))
    with store._writer._thread._engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    await store.close()


async def test_the_scripts_make_the_tables_that_the_code_uses(cluster: Cluster, empty: str) -> None:
    await (await Store.open(cluster.url(empty))).close()
    engine = create_engine(cluster.url(empty))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_processes_that_start_together_make_one_schema(cluster: Cluster, empty: str) -> None:
    stores = await asyncio.gather(*(Store.open(cluster.url(empty)) for _ in range(4)))
    for store in stores:
        await store.close()
    with closing(cluster.connect(empty)) as other:
        assert other.execute("SELECT * FROM alembic_version").fetchall() == [(versions()[-1],)]


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("CREATE TABLE somebody (name text)", "The database belongs to another program."),
        (
            "CREATE TABLE alembic_version (version_num text); "
            "INSERT INTO alembic_version VALUES ('silbo_9999')",
            "The database was written by a newer Silbo; upgrade this one.",
        ),
        (
            "ALTER DATABASE {name} SET default_transaction_read_only = on",
            "That PostgreSQL database is read-only for this user.",
        ),
    ],
)
async def test_a_database_that_is_not_for_us_is_left_alone(
    cluster: Cluster, empty: str, script: str, sentence: str
) -> None:
    with closing(cluster.connect(empty)) as other:
        other.execute(script.format(name=empty).encode())
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert await refusal(cluster.url(empty)) == sentence
    with closing(cluster.connect(empty)) as other:
        after = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert after == tables


async def test_a_server_that_refuses_is_one_sentence(cluster: Cluster, empty: str, tmp_path: Path) -> None:
    url = cluster.url(empty)
    assert await refusal(cluster.url("nosuch")) == "There is no such database on that PostgreSQL server."
    assert "can't be reached" in await refusal(url.replace(str(cluster.folder), str(tmp_path)))
    assert "refuses the user" in await refusal(url.replace("silbo@", "nosuchuser@"))
    with closing(cluster.connect(empty)) as other:
        other.execute("DROP OWNED BY stranger" if _has_stranger(other) else "CREATE ROLE stranger LOGIN")
        other.execute("REVOKE CREATE ON SCHEMA public FROM public")
    assert "should belong to it" in await refusal(url.replace("silbo@", "stranger@"))


def _has_stranger(connection: object) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'stranger'")  # type: ignore[attr-defined]
    return found.fetchone() is not None


async def test_what_is_no_postgresql_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            for _ in range(4):
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(100)
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        text = await refusal(f"postgresql+psycopg://silbo@127.0.0.1:{port}/silbo")
        assert "can't be reached" in text or "does not prove" in text
        text = await refusal(f"postgresql+psycopg://silbo@127.0.0.1:{port}/silbo?sslmode=verify-full")
        assert "can't be reached" in text or "does not prove" in text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("53100", "The disk of the database is full."),
        ("25006", "The PostgreSQL database is read-only now: a standby, or one that was made so."),
        pytest.param("23505", "The database cannot be read or written.", marks=pytest.mark.long),
        pytest.param("XX001", "The database is damaged, or its disk is.", marks=pytest.mark.long),
    ],
)
async def test_a_refusal_quotes_nothing_and_stores_nothing(
    cluster: Cluster, empty: str, code: str, sentence: str
) -> None:
    store = await Store.open(cluster.url(empty))
    with closing(cluster.connect(empty)) as other:
        other.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION 'canary' USING ERRCODE = '{code}'; END $$; "
            "CREATE TRIGGER refuses BEFORE INSERT ON items EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(StorageError) as caught:
        await put(store, "canary-item", b"canary-content")
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is None
    with closing(cluster.connect(empty)) as other:
        assert other.execute("SELECT count(*) FROM chunks").fetchone() == (0,)
        other.execute("DROP TRIGGER refuses ON items")
    assert await put(store, "a", b"a")
    assert await content(store, "a") == b"a"
    await store.close()


async def test_a_lock_that_stays_is_one_sentence(cluster: Cluster, empty: str) -> None:
    with closing(cluster.connect(empty)) as other:
        other.execute(f"ALTER DATABASE {empty} SET lock_timeout = '1h'")  # ours is said on each connection
        store = await Store.open(cluster.url(empty))
        with store._writer._thread._engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "20s"
    await store.close()


async def test_a_server_that_was_away_is_used_again(cluster: Cluster, empty: str) -> None:
    """Its connections were cut while nobody used them."""
    store = await Store.open(cluster.url(empty))
    assert await put(store, "a", b"a")
    with closing(cluster.connect("postgres")) as other:
        other.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{empty}'".encode()
        )
    assert await put(store, "b", b"b")
    assert [item.id for item in await store.items("d" * 32)] == ["a", "b"]
    await store.close()


async def test_a_server_that_dies_among_forty_is_waited_for_once(cluster: Cluster, empty: str) -> None:
    """Not once for each of them: over a network that swallows everything that is ten seconds a chat."""
    store = await Store.open(cluster.url(empty))
    asked = 0

    def away(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise psycopg.OperationalError("connection timeout expired")

    async def last_words(connection: AsyncConnection) -> None:
        event.listen(store._writer._thread._engine, "do_connect", away)
        await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    writing = [put(store, f"item-{n}", b"one", f"{n:032x}") for n in range(40)]
    ends = await asyncio.gather(store._writer.run(last_words), *writing, return_exceptions=True)
    assert {type(end) for end in ends} == {StorageError}
    assert asked <= 4
    event.remove(store._writer._thread._engine, "do_connect", away)
    again = [put(store, f"item-{n}", b"one", f"{n:032x}") for n in range(40)]
    assert await asyncio.gather(*again) == [True] * 40
    await store.close()

"""Opening the database: file mode, connection settings, schema, and one family of errors.

Settings of SQLite: https://www.sqlite.org/pragma.html. What this module guards against: parameters in logs
and exceptions, a file that others may read, deleted ciphertext that stays in free pages, a schema from
elsewhere.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).with_name("migrations")
_SETTINGS = (
    "PRAGMA busy_timeout = 20000",  # ms; `silbo export` is another process
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)
_PAGES = 1024  # of 4 KiB, given back at a time
_BEGIN = "silbo_begin"  # execution option: the statement that opens a transaction, or "" for none


class StoreError(Exception):
    """The family of the store; on its own: this database must not be used. One sentence for the operator."""


class StorageError(StoreError):
    """The database refuses for now (locked, full, broken); nothing of the transaction was stored."""


class DropClosed(StoreError):
    """The drop is complete, or there is no such drop: nothing more goes into it."""


async def open_engine(url: str) -> AsyncEngine:
    """Create or check the database behind `url`, bring it to this program's schema, and return its engine.

    Raises `StoreError` for an address that we cannot use, another program's database, or a newer schema, and
    `StorageError` when the database refuses.
    """
    address = _address(url)
    _quiet_loggers()
    if address.get_backend_name() == "sqlite":
        _guard_files(Path(address.database or ""))
    with refusals():
        # Reading and running the scripts blocks, so they get a thread with a loop of its own.
        await asyncio.to_thread(lambda: asyncio.run(_migrate(address)))
        return _engine(address)


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A read transaction: one consistent view, which blocks nobody as long as it is short."""
    with refusals():
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A write transaction; on SQLite it takes the write lock at once, so that it cannot fail half way."""
    with refusals():
        async with engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
            yield connection


async def empty_log(engine: AsyncEngine) -> bool:
    """Empty the write-ahead log, so that deleted ciphertext leaves the files; False if a reader held it up.

    `secure_delete` has zeroed the pages already, but until it is copied back the log holds what they were.
    """
    if engine.dialect.name != "sqlite":
        return True
    with refusals():
        async with engine.execution_options(**{_BEGIN: ""}).connect() as connection:
            (row,) = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).all()
            return bool(row[0] == 0)


async def give_back_pages(engine: AsyncEngine) -> bool:
    """Give some free pages back to the file system; True if there may be more.

    A page costs up to 0.17 ms (one in use may have to move), so deleting does not wait for this.
    """
    if engine.dialect.name != "sqlite":
        return False
    with refusals():
        async with engine.execution_options(**{_BEGIN: ""}).connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None  # noqa: S101 - only a closed connection has none
            ((before,),) = await driver.execute_fetchall("PRAGMA freelist_count")
            # As a script, because a plain execute() takes one step of it, which frees a single page.
            await driver.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            ((after,),) = await driver.execute_fetchall("PRAGMA freelist_count")
            return bool(0 < after < before)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database raises into `StorageError`, whose text carries no statement and no parameter."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, PoolTimeout, OSError) as error:
        raise StorageError(_sentence(error)) from None


def _sentence(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    match code and code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "The database is locked by another program."
        case sqlite3.SQLITE_FULL:
            return "The disk of the database is full."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return "The database cannot be opened for writing; check its folder, owner and mode."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return "The database is damaged, or is not a database."
        case _:
            return "The database cannot be read or written."


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        dialect = address.get_dialect()
    except ArgumentError:
        raise StoreError(
            "The address of the database is malformed; expected sqlite+aiosqlite:///PATH."
        ) from None
    if not dialect.is_async:
        raise StoreError("The database needs an asynchronous driver; expected sqlite+aiosqlite:///PATH.")
    try:
        dialect.import_dbapi()
    except ImportError:
        raise StoreError("The driver of this kind of database is not installed.") from None
    if dialect.name == "sqlite" and address.database in (None, "", ":memory:"):
        raise StoreError("The database must be a file: what is kept in memory is lost with the process.")
    return address


def _guard_files(path: Path) -> None:
    """Create the file with mode 0600 and narrow an existing one; SQLite gives -wal and -shm the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if name.exists():
                name.chmod(0o600)
    except OSError:
        raise StoreError(
            "The database cannot be created or opened; check its folder, owner and mode."
        ) from None


def _engine(address: URL) -> AsyncEngine:
    engine = create_async_engine(address, hide_parameters=True, pool_size=4, max_overflow=4, pool_timeout=60)
    if address.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = (
        None  # we send BEGIN ourselves; sqlite3's own guessing leaves DDL and reads out
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    if cursor.fetchone() == (
        0,
    ):  # only then does it take effect, and later it would be a write by each connection
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


async def _migrate(address: URL) -> None:
    engine = _engine(address)
    try:
        # The lock is taken before looking: two processes that start together create the tables once.
        async with engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
            await connection.run_sync(_upgrade)
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise StoreError("The file is not a database of Silbo.") from None
        raise
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if not found <= known:
            raise StoreError(
                "The database was written by a newer Silbo; upgrade this one."
                if all(str(name).startswith("silbo_") for name in found)
                else "The database belongs to another program."
            )
    elif tables:
        raise StoreError("The database belongs to another program.")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _drop_record(_record: logging.LogRecord) -> bool:
    return False


def _quiet_loggers() -> None:
    """aiosqlite logs every parameter at DEBUG, SQLAlchemy every row; a filter holds at any level."""
    for name in ("aiosqlite", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).addFilter(_drop_record)

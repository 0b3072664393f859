"""Opening the database: its schema, its transactions, and what it raises turned into one family of errors.

What this module guards against: parameters in logs and exceptions, a schema from elsewhere.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.store import postgres, postgres_settling, schema, settling, sqlite
from bot.store.address import POSTGRESQL, Address
from bot.store.errors import StorageError, StoreError
from bot.store.thread import Threads, WriterThread

_BEGIN = "silbo_begin"  # execution option: the statement that opens a transaction, or "" for none
_READING: dict[str, dict[str, Any]] = {"sqlite": {_BEGIN: sqlite.READ}, "postgresql": postgres.READING}
_WRITING: dict[str, dict[str, Any]] = {
    "sqlite": {_BEGIN: sqlite.WRITE},
    "postgresql": {_BEGIN: postgres.WRITE, **postgres.WRITING},
}
_READERS = 4


async def open_engine(where: Address) -> AsyncEngine:
    """Create or check the database, bring it to this program's schema, and return its engine.

    Raises `StoreError` for an address that we cannot use, another program's database, or a newer schema, and
    `StorageError` when the database refuses.
    """
    address = _address(where)
    _quiet_loggers()
    if address.get_backend_name() == "sqlite":
        sqlite.guard_files(Path(address.database or ""))
    with refusals():
        engine = _engine(address)
        try:
            async with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    postgres.refuse((await connection.execute(text(postgres.LOOK))).one())
                current = await connection.run_sync(is_current)
            if not current:
                # Reading and running the scripts blocks, so they get a thread with a loop of its own.
                await asyncio.to_thread(lambda: asyncio.run(_migrate(address)))
        except DBAPIError as error:
            await engine.dispose()
            if sqlite.no_database(error.orig):
                raise StoreError("The file is not a database of Silbo.") from None
            raise
        except BaseException:
            await engine.dispose()
            raise
        return engine


@dataclass(frozen=True, slots=True)
class Shared:
    """Conversations that several processes share, in the memory of this number (31 bits)."""

    place: int


Claim = Literal["alone"] | Shared
"""Of a process whose conversations go on in a database: no other has one there, or each shares them."""


def writer_thread(engine: AsyncEngine, *, claim: Claim | None = None) -> WriterThread:
    """What runs write transactions; on SQLite each takes the write lock at once, so that it cannot fail half
    way. On PostgreSQL none writes beside a `claim` that does not go with its own.
    """
    options = {"pool_size": 1, "max_overflow": 0, "execution_options": _WRITING[engine.dialect.name]}
    writer = _plain(engine.url, **options)
    if claim and engine.dialect.name == "postgresql":
        shared = isinstance(claim, Shared) and partial(postgres.share, place=claim.place)
        event.listen(writer, "connect", shared or postgres.claim)
    return WriterThread(writer)


def reader_threads(engine: AsyncEngine) -> Threads:
    """What runs read transactions: each one consistent view, which blocks nobody as long as it is short."""
    options = {"pool_size": _READERS, "max_overflow": 0, "execution_options": _READING[engine.dialect.name]}
    return Threads(_plain(engine.url, **options), _READERS, "silbo-reader")


@contextmanager
def connecting(where: Address, *, writing: bool = True) -> Iterator[Connection]:
    """A transaction that has the write lock, or one view, for whoever waits without an event loop. It makes
    no table.
    """
    address = _address(where)
    options = (_WRITING if writing else _READING)[address.get_backend_name()]
    with _plain(address, poolclass=NullPool, execution_options=options).begin() as connection:
        yield connection


def without_transaction(where: Address) -> Connection:
    """A connection whose locks last as long as it does. Raises what `open_engine` does."""
    with refusals():
        options = {_BEGIN: "", "isolation_level": "AUTOCOMMIT"}
        return _plain(_address(where), poolclass=NullPool, execution_options=options).connect()


def _plain(address: URL, **more: Any) -> Engine:
    """SQLAlchemy's synchronous engine to the same database."""
    name = address.get_backend_name()
    if name == "sqlite":
        address = address.set(drivername=name)
    else:
        more |= _of_postgresql(address)
    return _listened(create_engine(address, hide_parameters=True, **more))


async def empty_log(writer: WriterThread) -> bool:
    """Empty the write-ahead log, so that deleted ciphertext leaves the files; False if a reader held it up.

    `secure_delete` has zeroed the pages already, but until it is copied back the log holds what they were.
    PostgreSQL empties its own when it wants to (docs/adr/0263).
    """
    if writer.dialect != "sqlite":
        return True

    def work(connection: Connection) -> bool:
        (row,) = connection.exec_driver_sql(sqlite.EMPTY_LOG).all()
        return bool(row[0] == 0)

    with refusals():
        return await writer.outside(work, {_BEGIN: ""})


async def give_back_pages(engine: AsyncEngine, *, anew: bool = False) -> bool:
    """Give some free pages back to the file system; True if there may be more.

    On PostgreSQL all, so that they are used again; `anew`, and the tables leave their old files.
    """
    if engine.dialect.name != "sqlite":
        work = postgres_settling.rewrite if anew else postgres_settling.clear
        with refusals():
            await asyncio.to_thread(_on_a_connection, engine.url, work, isolation_level="AUTOCOMMIT")
        return False
    with refusals():
        async with engine.execution_options(**{_BEGIN: ""}).connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            return await sqlite.give_back_pages(driver)


async def settle(engine: AsyncEngine, *, newest: date, over: date) -> None:
    """Take the order of arrival out of the files (`bot.store.settling`), while writers go on."""
    if engine.dialect.name != "sqlite":
        shuffle = partial(postgres_settling.settle, newest=newest, over=over)
        with refusals():
            await asyncio.to_thread(_on_a_connection, engine.url, shuffle, isolation_level="READ COMMITTED")
        return
    ended = threading.Event()

    def rest(seconds: float) -> None:
        if ended.wait(seconds):
            raise InterruptedError

    def work() -> None:
        with closing(sqlite3.connect(str(engine.url.database))) as connection:
            sqlite.set_up(connection)
            settling.settle(connection, newest, over, rest=rest)

    with refusals():
        try:
            await asyncio.to_thread(work)
        finally:
            ended.set()


def _on_a_connection(address: URL, work: Callable[[Connection], object], *, isolation_level: str) -> None:
    """Do something on PostgreSQL beside the writer and the readers, and let go of the connection."""
    options = {_BEGIN: "", "isolation_level": isolation_level}
    with _plain(address, poolclass=NullPool, execution_options=options).begin() as connection:
        work(connection)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database raises into `StorageError`, whose text carries no statement and no parameter."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, PoolTimeout, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        own = postgres if postgres.speaks(cause) else sqlite
        raise StorageError(own.sentence(cause)) from None


def _address(where: Address) -> URL:
    try:
        address = make_url(where.url)
        dialect = address.get_dialect()
    except ArgumentError:
        raise StoreError(
            "The address of the database is malformed; expected sqlite+aiosqlite:///PATH."
        ) from None
    if not dialect.is_async and address.drivername != POSTGRESQL:  # which is both
        raise StoreError("The database needs an asynchronous driver; expected sqlite+aiosqlite:///PATH.")
    if dialect.name not in ("sqlite", "postgresql"):
        raise StoreError("Silbo keeps its drops in SQLite or PostgreSQL.")
    try:
        dialect.import_dbapi()
    except ImportError:
        raise StoreError("The driver of this kind of database is not installed.") from None
    if dialect.name == "sqlite" and address.database in (None, "", ":memory:"):
        raise StoreError("The database must be a file: what is kept in memory is lost with the process.")
    return address if where.password is None else address.set(password=where.password)


def _engine(address: URL, *, writing: bool = False) -> AsyncEngine:
    more: dict[str, Any] = {}
    if address.get_backend_name() == "postgresql":
        more = _of_postgresql(address)
    options = (_WRITING if writing else _READING)[address.get_backend_name()]
    engine = create_async_engine(
        address,
        hide_parameters=True,
        pool_size=4,
        max_overflow=4,
        pool_timeout=60,
        execution_options=options,
        **more,
    )
    _listened(engine.sync_engine)
    return engine


def _of_postgresql(address: URL) -> dict[str, Any]:
    """Its server may have been away: a connection is tried before it is used."""
    return {"connect_args": postgres.arguments(address), "pool_pre_ping": True}


def _listened(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
    else:
        event.listen(engine, "connect", _on_connect_to_postgresql)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    sqlite.set_up(connection)


def _on_connect_to_postgresql(connection: Any, _record: object) -> None:
    postgres.set_up(connection)


def _on_begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN)
    if statement:
        connection.exec_driver_sql(statement)


async def _migrate(address: URL) -> None:
    engine = _engine(address, writing=True)
    try:
        # The lock is taken before looking again: two processes that start together make the tables once.
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    if not is_current(connection):
        import_module("bot.store.migrate").upgrade(connection)
        if connection.dialect.name == "postgresql":
            postgres_settling.keep_no_samples(connection)


def is_current(connection: Connection) -> bool:
    """False for tables that are not there yet, or an older Silbo's. Raises StoreError for any other."""
    tables = set(inspect(connection).get_table_names())
    found: set[str] = set()
    if schema.VERSION_TABLE in tables:
        rows = connection.execute(text(schema.VERSION_QUERY))
        found = {str(version) for version in rows.scalars()}
    match schema.standing(tables, found):
        case "newer":
            raise StoreError("The database was written by a newer Silbo; upgrade this one.")
        case "foreign":
            raise StoreError("The database belongs to another program.")
        case standing:
            return standing == "current"


def _drop_record(_record: logging.LogRecord) -> bool:
    return False


def _quiet_loggers() -> None:
    """aiosqlite logs every parameter at DEBUG, SQLAlchemy every row; a filter holds at any level."""
    for name in ("aiosqlite", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).addFilter(_drop_record)

"""What is SQLite's own: files of mode 600, settings of a connection, deleted bytes that leave the files.

Source: https://www.sqlite.org/pragma.html. What this module guards against: a file that others may read,
deleted ciphertext that stays in free pages or in the log, a transaction that fails half way.
"""

import os
import sqlite3
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.store.errors import StoreError

_PATIENCE = 20.0  # s; `silbo export` is another process
_PATIENT = f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}"  # ms
SETTINGS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)
READ = "BEGIN"
WRITE = "BEGIN IMMEDIATE"
"""Takes the write lock at once."""

EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
"""Its row begins with 0 where no reader held it up."""

_PAGES = 256  # of 4 KiB, given back at a time


def address(path: Path) -> str:
    """What `Store.open` takes for the database in a file."""
    return f"sqlite+aiosqlite:///{path}"


def guard_files(path: Path) -> None:
    """Create the file with mode 0600 and narrow an existing one; SQLite gives -wal and -shm the same mode.

    Raises StoreError.
    """
    try:
        # One that exists is not opened: closing it would end the locks that SQLite has in this process.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FileExistsError
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if name.exists():
                name.chmod(0o600)
    except OSError:
        raise StoreError(
            "The database cannot be created or opened; check its folder, owner and mode."
        ) from None


def set_up(connection: Any) -> None:
    """Settings of a connection of the driver, which is to send no BEGIN by itself: its guessing leaves DDL
    and reads out.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(_PATIENT)
    cursor.execute("PRAGMA page_count")
    if cursor.fetchone() == (0,):  # only then does it take effect, and later each connection would write
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _keep_a_log(cursor)
    for setting in SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _keep_a_log(cursor: Any) -> None:
    """Ask for the write-ahead log. SQLite does not wait by itself where two make a new database keep one."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


async def give_back_pages(driver: Any) -> bool:
    """Give some free pages back to the file system; True if there may be more.

    A page costs up to 0.17 ms (one in use may have to move), so deleting does not wait for this.
    """
    ((before,),) = await driver.execute_fetchall("PRAGMA freelist_count")
    # As a script, because a plain execute() takes one step of it, which frees a single page.
    await driver.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
    ((after,),) = await driver.execute_fetchall("PRAGMA freelist_count")
    return bool(0 < after < before)


def sentence(error: BaseException | None) -> str:
    """What an error of the driver means to the operator."""
    code = getattr(error, "sqlite_errorcode", None)
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


def no_database(error: BaseException | None) -> bool:
    """Whether the driver says that the file is something else."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB

"""Whole database files: copied beside a running bot, checked, and looked at without changing a byte.

For backups, `silbo doctor` and an upgrade, which start at once: the standard library alone.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from bot.store.errors import Damaged, StorageError
from bot.store.schema import VERSION_QUERY, VERSION_TABLE, Standing, standing
from bot.store.settling import settle

_SECONDS = 20
_BLOCK = 1 << 20
_LEAVE_OUT = (
    *(
        f"PRAGMA {setting}"
        for setting in (
            "journal_mode = OFF",
            "temp_store = MEMORY",
            "foreign_keys = ON",
            "secure_delete = ON",
        )
    ),
    "DELETE FROM drops WHERE state = 'draft'",
    "DELETE FROM uploads WHERE done IS NULL",
    "DELETE FROM replies WHERE blob_id IS NOT NULL",
    "DELETE FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)",
)
_UNEXPORTED = (
    "FROM drops WHERE state = 'complete' AND "
    "(batch IS NULL OR batch IN (SELECT rowid FROM batches WHERE NOT written))"  # its name is another in 0.1
)


def copy(source: Path, target: Path) -> None:
    """Fill the empty file `target` with a database as it is now. Raises StoreError."""
    with _copied(source, target):
        pass


def copy_sent(source: Path, target: Path) -> None:
    """The same without drafts: what nobody has sent is promised to be gone after a day, and nobody could go
    on with it elsewhere. And without replies that wait: a source may destroy them tomorrow, and the next
    stick brings them again. Nor does the order of arrival go with it. Raises Damaged for a copy that is not
    whole, else StorageError.
    """
    with _copied(source, target) as made:
        _leave_out(made)


def keep_sent(copy: Path) -> None:
    """The same to a copy that is here already. Raises as `copy_sent`."""
    with refusals(), closing(sqlite3.connect(copy)) as made:
        made.execute("PRAGMA journal_mode = DELETE")
        _leave_out(made)


def _leave_out(made: sqlite3.Connection) -> None:
    for statement in _LEAVE_OUT:
        made.execute(statement)
    made.commit()
    made.isolation_level = None
    settle(made, date.max, date.min, rest=lambda _: None)
    made.executescript("PRAGMA incremental_vacuum")
    if not _whole(made, "quick_check"):
        raise Damaged("The database is damaged.")


def memory_left() -> int:
    """Bytes that the machine could still use, those of files that it keeps at hand among them; 0: it doesn't
    say.
    """
    with suppress(OSError, ValueError, IndexError), open("/proc/meminfo", encoding="ascii") as table:
        for line in table:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return 0


def read_through(file: Path, room: int) -> int:
    """Read a database once from its beginning to its end, if it is no larger than `room` bytes; return how
    many were read. SQLite's check goes to and fro in it, page by page; now it finds them in memory.

    For who has no connection to it: closing the file ends the locks that SQLite has in this process.
    """
    done = 0
    with suppress(OSError), open(file, "rb", buffering=0) as opened:  # what can't be read, the check says
        size = os.fstat(opened.fileno()).st_size
        if size > room:
            return 0
        block = bytearray(_BLOCK)
        while done < size and (read := opened.readinto(block)):  # what is written meanwhile is at hand
            done += read
    return done


def check(file: Path) -> None:
    """Raises Damaged for a database with a fault anywhere, or with a row that hangs on nothing."""
    with refusals(), closing(sqlite3.connect(file)) as database:
        dangling = database.execute("PRAGMA foreign_key_check").fetchone()
        if not _whole(database, "integrity_check") or dangling is not None:
            raise Damaged("The database is damaged.")


def mark(file: Path) -> str:
    """The version of the tables, a space, and a hash that differs when a drop or an item does."""
    digest = hashlib.sha256()
    with refusals(), closing(sqlite3.connect(file, timeout=_SECONDS)) as database:
        ((version,),) = database.execute(VERSION_QUERY)
        for query in ("SELECT id, state FROM drops ORDER BY id", "SELECT id, state FROM items ORDER BY id"):
            for row in database.execute(query):
                digest.update(repr(row).encode())
    return f"{version} {digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Exports:
    """The day of the last batch that was written; since when complete drops wait. None: there is none."""

    last: date | None
    waits_since: date | None


class Look:
    """A database that is open for reading, as its file is now. Each method raises what `looking` does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def standing(self) -> Standing:
        """Whose tables these are."""
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {str(name) for (name,) in names}
        found: set[str] = set()
        if VERSION_TABLE in tables:
            rows = self._connection.execute(VERSION_QUERY)
            found = {str(version) for (version,) in rows}
        return standing(tables, found)

    def is_whole(self) -> bool:
        """Whether SQLite finds no fault in its pages."""
        return _whole(self._connection, "quick_check")

    def drops(self) -> set[str]:
        """The ids of all of them."""
        return {str(drop) for (drop,) in self._connection.execute("SELECT id FROM drops")}

    def unexported(self) -> set[str]:
        """Of complete drops: those that are in no batch that was written."""
        return {str(drop) for (drop,) in self._connection.execute(f"SELECT id {_UNEXPORTED}")}

    def waiting(self, before: date) -> int:
        """How many complete drops of days before this one are in no batch that was written."""
        days = self._connection.execute(f"SELECT day {_UNEXPORTED}")
        return sum(str(day) < before.isoformat() for (day,) in days)

    def exports(self) -> Exports | None:
        """None if these are not our tables."""
        try:
            (last,) = self._connection.execute("SELECT max(day) FROM batches WHERE written").fetchone()
            (since,) = self._connection.execute(
                "SELECT min(day) FROM drops WHERE state = 'complete' AND batch IS NULL"
            ).fetchone()
        except sqlite3.OperationalError:
            return None
        return Exports(*(None if day is None else date.fromisoformat(day) for day in (last, since)))


@contextmanager
def looking(file: Path) -> Iterator[Look]:
    """Look at a database beside a running bot. Raises Damaged, or StorageError if it can't be read now."""
    # Without a log nobody has it open, and SQLite would make a log only to read: it is told not to.
    how = "mode=ro" if os.path.lexists(f"{file}-wal") else "immutable=1"
    address = f"file:{quote(str(file))}?{how}"
    with refusals(), closing(sqlite3.connect(address, uri=True, timeout=_SECONDS)) as connection:
        yield Look(connection)


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[sqlite3.Connection]:
    with (
        refusals(),
        closing(sqlite3.connect(source, timeout=_SECONDS)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        # In one step: in a write-ahead log a reader stops nobody, and many steps might never end.
        old.backup(new, pages=-1)
        new.execute("PRAGMA journal_mode = DELETE")
        yield new


def _whole(connection: sqlite3.Connection, check: str) -> bool:
    return bool(connection.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",))


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what SQLite raises into StorageError or Damaged, without its words."""
    try:
        yield
    except sqlite3.OperationalError:
        raise StorageError("The database cannot be read or copied.") from None
    except sqlite3.Error:
        raise Damaged("The database is damaged, or is not a database.") from None

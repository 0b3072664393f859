"""A database file that somebody else made: brought to our tables, if nothing in it acts by itself.

Whoever made a backup chose what is in it, and a trigger or a clause can delete what comes in later.
"""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from bot.store.copies import check, refusals
from bot.store.errors import Acts
from bot.store.sqlite import address
from bot.store.store import Store

_STATISTICS = {("table", "sqlite_stat1"), ("table", "sqlite_stat4")}


async def take_over(file: Path) -> None:
    """Raises Acts, Damaged, and what `Store.open` raises for a database that is not ours."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(file)) as database,
    ):  # before anything is written to it
        if database.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
            raise Acts("The database acts by itself.")
    await _migrate(file)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        fresh = Path(folder, file.name)
        await _migrate(fresh)
        if _made_of(file) != _made_of(fresh):
            raise Acts("The database has other tables than Silbo makes.")
    check(file)


async def _migrate(file: Path) -> None:
    await (await Store.open(address(file))).close()


def _made_of(file: Path) -> list[tuple[str, ...]]:
    query = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    with refusals(), closing(sqlite3.connect(file)) as database:
        rows = [(kind, name, of, " ".join(sql.split())) for kind, name, of, sql in database.execute(query)]
    return sorted(row for row in rows if row[:2] not in _STATISTICS)

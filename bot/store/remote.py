"""A look at a PostgreSQL without changing anything: for `silbo doctor` and `silbo status`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.store import postgres
from bot.store.address import Address
from bot.store.copies import Exports
from bot.store.database import connecting, refusals, without_transaction
from bot.store.schema import VERSION_QUERY, VERSION_TABLE, Standing, standing
from bot.store.tables import batches, drops

_TELLING = {
    "track_commit_timestamp": ("on",),
    "log_statement": ("all", "mod", "ddl"),
    "log_connections": ("on",),
    "archive_mode": ("on", "always"),
    "wal_level": ("logical",),
    "wal_recycle": ("on",),
}
"""Settings of the server that keep more, or for longer, than they need to (docs/adr/0263)."""

_LOSING = {"fsync": ("off",), "full_page_writes": ("off",)}
"""With which a power cut loses what was acknowledged."""


class RemoteLook:
    """A database that is open for reading. Each method raises what `looking` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self) -> Standing:
        """Whose tables these are."""
        tables = set(inspect(self._connection).get_table_names())
        found: set[str] = set()
        if VERSION_TABLE in tables:
            found = {str(name) for name in self._connection.execute(text(VERSION_QUERY)).scalars()}
        return standing(tables, found)

    def exports(self) -> Exports | None:
        """None if these are not our tables."""
        if self.standing() not in ("current", "older"):
            return None
        last = select(func.max(batches.c.day)).where(batches.c.written)
        since = select(func.min(drops.c.day)).where(drops.c.state == "complete", drops.c.batch.is_(None))
        return Exports(*(self._connection.execute(query).scalar_one() for query in (last, since)))

    def waiting(self, before: date) -> int:
        """How many complete drops of days before this one are in no batch that was written."""
        unwritten = select(batches.c.id).where(~batches.c.written)
        waits = drops.c.batch.is_(None) | drops.c.batch.in_(unwritten)
        mine = drops.c.state == "complete", drops.c.day < before, waits
        query = select(func.count()).select_from(drops).where(*mine)
        return int(self._connection.execute(query).scalar_one())

    def telling(self) -> list[str]:
        """The settings of the server that keep more than they need to, by name."""
        return self._set(_TELLING)

    def losing(self) -> list[str]:
        """Those with which a power cut loses what was acknowledged."""
        return self._set(_LOSING)

    def _set(self, judged: Mapping[str, tuple[str, ...]]) -> list[str]:
        query = text("SELECT current_setting(:name, true)")
        found = {name: self._connection.execute(query, {"name": name}).scalar_one() for name in judged}
        return [f"{name} = {found[name]}" for name, values in judged.items() if found[name] in values]


@contextmanager
def looking(where: Address) -> Iterator[RemoteLook]:
    """Look at a PostgreSQL beside a running bot. Raises StoreError for a server that takes nothing,
    StorageError for one that can't be read now.
    """
    with refusals(), connecting(where, writing=False) as connection:
        postgres.refuse(connection.execute(text(postgres.LOOK)).one())
        yield RemoteLook(connection)


@contextmanager
def holding(where: Address) -> Iterator[Callable[[], bool]]:
    """Ask for the one place of `postgres.TURN` on a PostgreSQL, which is ours until this ends once the answer
    was yes. Raises StoreError; while something is done there its errors are its own.
    """
    connection = without_transaction(where)

    def is_ours() -> bool:
        with refusals():
            return bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({postgres.TURN})")))

    try:
        yield is_ours
    finally:
        with suppress(DBAPIError):  # it may be gone by now, and the lock with it
            connection.close()

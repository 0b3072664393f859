"""Carries everything from one database to another of either kind, and believes only what it has read back.
Uploads that nobody committed stay: whoever sends them begins anew.

It arrives in no order that tells anything, in one transaction of the target: cut off at any moment, that is
as empty as before. The source is only read, and nobody writes to it meanwhile.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, tuple_

from bot.store import postgres
from bot.store.address import Address, of_file
from bot.store.copies import keep_sent
from bot.store.database import connecting, is_current, refusals
from bot.store.errors import Damaged, StoreError
from bot.store.store import Store
from bot.store.tables import chunks, drops, items, metadata, upload_items, upload_parts, uploads

_PIECE = 500  # rows


@dataclass(frozen=True, slots=True)
class Moved:
    """How many complete drops and drafts are in the target now, and how many items were read back."""

    drops: int
    drafts: int
    items: int


def copy_sent(source: Address, file: Path) -> None:
    """Fill the empty file of a backup from PostgreSQL, beside a bot that writes: what is complete, as
    `bot.store.copies.copy_sent` does. Raises StoreError.
    """
    target = of_file(file)

    async def tables() -> None:
        await (await Store.open(target)).close()

    asyncio.run(tables())
    _move(source, target, beside=True)
    keep_sent(file)


async def move(source: Address, target: Address) -> Moved:
    """Fill the empty database `target`. Raises StoreError if it is not empty, Damaged if what is in the
    source or arrives is not what its hash says: then nothing was copied.
    """
    if source.url == target.url:
        raise StoreError("That is the database itself.")
    for each in (source, target):
        await (await Store.open(each)).close()
    return await asyncio.to_thread(_move, source, target)


def _move(source: Address, target: Address, *, beside: bool = False) -> Moved:
    """`beside` others that write to the source: they are not waited for, nor kept waiting."""
    with refusals(), connecting(source, writing=not beside) as old, connecting(target) as new:
        for each in (old, new):
            if each.dialect.name == "postgresql":
                postgres.hold(each, alone=not beside)
            if not is_current(each):  # rows and tables that we don't know of would stay behind
                raise StoreError(
                    "The database has not this Silbo's tables yet; silbo run makes or mends them."
                )
        tables = [
            table for table in metadata.sorted_tables if table not in (chunks, upload_items, upload_parts)
        ]
        if any(new.execute(select(table).limit(1)).first() for table in (*tables, chunks)):
            raise StoreError("The database to copy to has something in it already; name an empty one.")
        for table in tables:
            _rows(old, new, table)
        told = [table.c.blob_id for table in tables if "blob_id" in table.c]
        for column in told:
            blobs = _by_lot(old.execute(select(column).where(column.is_not(None))).scalars())
            for blob_id in blobs:
                _blob(old, new, str(blob_id))
        for drop_id in _by_lot(new.execute(select(drops.c.id)).scalars()):
            _check(new, str(drop_id))
        complete = new.execute(select(func.count()).where(drops.c.state == "complete")).scalar_one()
        every, read = (
            new.execute(select(func.count()).select_from(table)).scalar_one() for table in (drops, items)
        )
        return Moved(complete, every - complete, read)


def _by_lot(values: Any) -> list[Any]:
    found = list(values)
    secrets.SystemRandom().shuffle(found)
    return found


def _rows(old: Connection, new: Connection, table: Table) -> None:
    """Copy the rows of a table, and compare them."""
    key = tuple_(*table.primary_key.columns)
    every = select(*table.primary_key.columns)
    if table is uploads:
        every = every.where(uploads.c.done.is_not(None))
    keys = _by_lot(tuple(row) for row in old.execute(every))
    for start in range(0, len(keys), _PIECE):
        some = select(table).where(key.in_(keys[start : start + _PIECE]))
        rows = _by_lot(old.execute(some))
        new.execute(insert(table), [row._asdict() for row in rows])
        if {_comparable(row) for row in rows} != {_comparable(row) for row in new.execute(some)}:
            raise Damaged("A row did not arrive as it left; nothing was copied.")


def _comparable(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _blob(old: Connection, new: Connection, blob_id: str) -> None:
    for number, data in _chunks(old, blob_id):
        new.execute(insert(chunks), {"blob_id": blob_id, "number": number, "data": data})
    if _digest(old, blob_id) != _digest(new, blob_id):
        raise Damaged("A piece did not arrive as it left; nothing was copied.")


def _check(new: Connection, drop_id: str) -> None:
    """Read a drop at the target, and compare it with what its items say of themselves."""
    query = select(items.c.blob_id, items.c.size, items.c.sha256).where(items.c.drop_id == drop_id)
    for item in new.execute(query).all():
        if _digest(new, item.blob_id) != (item.size, bytes(item.sha256)):
            raise Damaged("An item in the database is damaged; nothing was copied.")


def _chunks(connection: Connection, blob_id: str) -> Iterator[tuple[int, bytes]]:
    mine = chunks.c.blob_id == blob_id
    for number in connection.execute(select(chunks.c.number).where(mine).order_by(chunks.c.number)).scalars():
        query = select(chunks.c.data).where(mine, chunks.c.number == number)
        yield number, bytes(connection.execute(query).scalar_one())


def _digest(connection: Connection, blob_id: str) -> tuple[int, bytes]:
    size, digest = 0, hashlib.sha256()
    for _, data in _chunks(connection, blob_id):
        size += len(data)
        digest.update(data)
    return size, digest.digest()

"""Rows of drops and their items: completing a drop, deleting drops, and which of them are over."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.desks import before
from bot.store.errors import DropClosed
from bot.store.tables import CHUNK, batches, chunks, drops, items


async def complete(
    connection: AsyncConnection,
    drop_id: str,
    item_id: str,
    ciphertext: bytes,
    *,
    day: date,
    withdrawal: bytes | None = None,
) -> list[str] | None:
    """Put a manifest into a draft; return the blobs of the items that were still waiting, orphans now. None
    when this manifest is there already.

    The items get random ids; `withdrawal` is the tag of who may withdraw the drop. Raises DropClosed for a
    drop that is no draft.
    """
    if await has_item(connection, item_id):
        return None
    if await drop_state(connection, drop_id) != "draft":
        raise DropClosed("The drop is complete, or was discarded.")
    waiting = (items.c.drop_id == drop_id) & (items.c.state == "waiting")
    dropped = list((await connection.execute(select(items.c.blob_id).where(waiting))).scalars())
    await connection.execute(delete(items).where(waiting))
    blob_id = secrets.token_hex(16)
    for number, start in enumerate(range(0, len(ciphertext), CHUNK)):
        data = ciphertext[start : start + CHUNK]
        await connection.execute(insert(chunks).values(blob_id=blob_id, number=number, data=data))
    mine = select(items.c.id).where(items.c.drop_id == drop_id)
    for old in (await connection.execute(mine)).scalars().all():
        await connection.execute(update(items).where(items.c.id == old).values(id=secrets.token_hex(16)))
    digest = hashlib.sha256(ciphertext).digest()
    item: dict[str, object] = {"id": item_id, "state": "manifest", "size": len(ciphertext), "sha256": digest}
    await insert_item(connection, drop_id, item | {"blob_id": blob_id})
    values = {"state": "complete", "day": day, "withdrawal": withdrawal}
    await connection.execute(update(drops).where(drops.c.id == drop_id).values(values))
    return dropped


async def has_item(connection: AsyncConnection, item_id: str) -> bool:
    query = select(items.c.drop_id).where(items.c.id == item_id)
    return (await connection.execute(query)).scalar_one_or_none() is not None


async def drop_state(connection: AsyncConnection, drop_id: str) -> Literal["draft", "complete"] | None:
    query = select(drops.c.state).where(drops.c.id == drop_id)
    state: Literal["draft", "complete"] | None = (await connection.execute(query)).scalar_one_or_none()
    return state


async def is_unexported(connection: AsyncConnection, drop_id: str) -> bool:
    """Whether there is a complete drop of this id that no batch has, planned or written."""
    mine = drops.c.id == drop_id, drops.c.state == "complete", drops.c.batch.is_(None)
    return (await connection.execute(select(drops.c.id).where(*mine))).scalar_one_or_none() is not None


async def take_out(
    connection: AsyncConnection, drop_id: str, item_ids: Collection[str]
) -> tuple[int | None, list[str]]:
    """Delete items of a draft; return the place of the first, if there is one, and the blobs, orphans now."""
    mine = (items.c.drop_id == drop_id) & items.c.id.in_(item_ids)
    query = select(items.c.position, items.c.blob_id).where(mine).order_by(items.c.position)
    rows = (await connection.execute(query)).all() if item_ids else []
    if rows:
        await connection.execute(delete(items).where(mine))
    return (rows[0].position if rows else None), [row.blob_id for row in rows]


async def insert_item(
    connection: AsyncConnection, drop_id: str, values: Mapping[str, object], position: int | None = None
) -> None:
    """At the end, or at a `position` that is free."""
    if position is None:
        last = select(func.coalesce(func.max(items.c.position), 0)).where(items.c.drop_id == drop_id)
        position = (await connection.execute(last)).scalar_one() + 1
    await connection.execute(insert(items).values(drop_id=drop_id, position=position, **values))


async def over(
    connection: AsyncConnection, today: date, retention: int | Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """The drafts and the exported drops whose time is over."""
    old = (drops.c.state == "draft") & (drops.c.day < today - timedelta(days=1))
    drafts = (await connection.execute(select(drops.c.id).where(old))).scalars()
    ended = batches.c.written & before(batches.c.desk, batches.c.day, today, retention)
    exported = (await connection.execute(select(drops.c.id).join(batches).where(ended))).scalars()
    return list(drafts), list(exported)


async def delete_drops(connection: AsyncConnection, drop_ids: Sequence[str]) -> list[str]:
    """Delete drops and their items; return the blobs that are orphans now."""
    blob_ids: list[str] = []
    for drop_id in drop_ids:
        query = select(items.c.blob_id).where(items.c.drop_id == drop_id)
        blob_ids += (await connection.execute(query)).scalars()
        await connection.execute(
            delete(drops).where(drops.c.id == drop_id)
        )  # its items follow by the foreign key
    return blob_ids

"""Rows of drops and their items: completing a drop, deleting drops, and which of them are over."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.desks import before
from bot.store.errors import DropClosed
from bot.store.tables import CHUNK, batches, chunks, desks, drops, items

# Made once: to build a statement takes as long as to run it.
_LOOK = select(
    select(items.c.drop_id).where(items.c.id == bindparam("item")).scalar_subquery().label("item"),
    select(drops.c.state).where(drops.c.id == bindparam("drop")).scalar_subquery().label("state"),
    select(drops.c.day).where(drops.c.id == bindparam("drop")).scalar_subquery().label("day"),
    select(func.max(items.c.position))
    .where(items.c.drop_id == bindparam("drop"))
    .scalar_subquery()
    .label("last"),
    select(desks.c.closed).where(desks.c.name == bindparam("desk")).scalar_subquery().label("closed"),
)
_ITEMS = select(items).where(items.c.drop_id == bindparam("drop"))
_RENAME = update(items).where(items.c.id == bindparam("old")).values(id=bindparam("new"))
_CHUNKS, _ITEM = insert(chunks), insert(items)
_COMPLETE = (
    update(drops)
    .where(drops.c.id == bindparam("drop"))
    .values(state="complete", day=bindparam("sent"), withdrawal=bindparam("tag"), stamp=bindparam("mark"))
)


async def complete(
    connection: AsyncConnection,
    drop_id: str,
    item_id: str,
    ciphertext: bytes,
    *,
    day: date,
    withdrawal: bytes | None = None,
    stamp: bytes | None = None,
) -> list[str] | None:
    """Put a manifest into a draft; return the blobs of the items that were still waiting, orphans now. None
    when this manifest is there already.

    The items get random ids; `withdrawal` is the tag of who may withdraw the drop, `stamp` that of the server
    that made the manifest: without it readers are told that nobody vouches for what is inside. Raises
    DropClosed for a drop that is no draft.
    """
    there = await look(connection, drop_id, item_id)
    if there.item is not None:
        return None
    if there.state != "draft":
        raise DropClosed("The drop is complete, or was discarded.")
    mine = (await connection.execute(_ITEMS, {"drop": drop_id})).all()
    dropped = [item.blob_id for item in mine if item.state == "waiting"]
    if dropped:
        waiting = (items.c.drop_id == drop_id) & (items.c.state == "waiting")
        await connection.execute(delete(items).where(waiting))
    kept = [{"old": item.id, "new": secrets.token_hex(16)} for item in mine if item.state != "waiting"]
    if kept:
        await connection.execute(_RENAME, kept)
    blob_id = secrets.token_hex(16)
    parts = (ciphertext[start : start + CHUNK] for start in range(0, len(ciphertext), CHUNK))
    rows = [{"blob_id": blob_id, "number": number, "data": part} for number, part in enumerate(parts)]
    await connection.execute(_CHUNKS, rows)
    digest = hashlib.sha256(ciphertext).digest()
    item: dict[str, object] = {"id": item_id, "state": "manifest", "size": len(ciphertext), "sha256": digest}
    place = max((item.position for item in mine if item.state != "waiting"), default=0) + 1
    await connection.execute(_ITEM, {"drop_id": drop_id, "position": place, "blob_id": blob_id, **item})
    values = {"drop": drop_id, "sent": day, "tag": withdrawal, "mark": stamp or nobodys_stamp()}
    await connection.execute(_COMPLETE, values)
    return dropped


async def look(
    connection: AsyncConnection, drop_id: str, item_id: str, desk: str = ""
) -> Row[str | None, str | None, date | None, int | None, date | None]:
    """What is there already, at one look: `item` (a drop has one of this id), the `state` and
    `day` of the drop and its `last` position, `closed` if the desk is; None for what is not there.
    """
    return (await connection.execute(_LOOK, {"drop": drop_id, "item": item_id, "desk": desk})).one()


def nobodys_stamp() -> bytes:
    """A stamp (32 bytes) of which nobody has the secret: of what was sealed elsewhere."""
    return secrets.token_bytes(32)


async def stamp(connection: AsyncConnection, drop_id: str) -> bytes | None:
    """Of a drop; None for one that was complete before servers had stamps."""
    found: bytes | None = (
        await connection.execute(select(drops.c.stamp).where(drops.c.id == drop_id))
    ).scalar_one_or_none()
    return found


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


async def over(
    connection: AsyncConnection, today: date, retention: int | Mapping[str, int], most: int
) -> tuple[list[str], list[str]]:
    """The drafts and the exported drops whose time is over, at `most` so many of each."""
    # That no draft is in a batch is what the index finds them by, among all drops.
    draft = drops.c.batch.is_(None) & (drops.c.state == "draft")
    old = select(drops.c.id).where(draft, drops.c.day < today - timedelta(days=1))
    drafts = (await connection.execute(old.limit(most))).scalars()
    ended = batches.c.written & before(batches.c.desk, batches.c.day, today, retention)
    # By the index of batches: joined, SQLite looks at every drop.
    exported = select(drops.c.id).where(drops.c.batch.in_(select(batches.c.id).where(ended))).limit(most)
    return list(drafts), list((await connection.execute(exported)).scalars())


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

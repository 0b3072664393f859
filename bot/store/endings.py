"""Rows of mailboxes that end with their codename's last word: nothing of them is left, and nothing comes
again.

What stays is the address, so that a stick that comes late delivers nothing there, and the hashes of the
replies that were there; for as long as the desk keeps what it has.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import drops, ended, replies


async def end(connection: AsyncConnection, address: bytes, desk: str, day: date) -> list[str]:
    """End a mailbox; return the blobs of its replies, orphans now."""
    mine = replies.c.address == address
    blob_ids = (await connection.execute(select(replies.c.blob_id).where(mine))).scalars().all()
    gone = {"address": None, "blob_id": None, "size": 0, "day": day}
    await connection.execute(update(replies).where(mine).values(gone))
    if not await has_ended(connection, address):
        await connection.execute(insert(ended).values(address=address, day=day, desk=desk))
    return [blob_id for blob_id in blob_ids if blob_id is not None]


async def has_ended(connection: AsyncConnection, address: bytes) -> bool:
    query = select(ended.c.address).where(ended.c.address == address)
    return (await connection.execute(query)).scalar_one_or_none() is not None


async def begin_again(connection: AsyncConnection, address: bytes) -> None:
    """Its owner sent something under the same codename, and may be answered."""
    await connection.execute(delete(ended).where(ended.c.address == address))


async def untag(connection: AsyncConnection, drop_ids: Collection[str]) -> None:
    """Let nothing lead from a codename to these drops any more."""
    mine = drops.c.id.in_(sorted(drop_ids))
    await connection.execute(update(drops).where(mine).values(withdrawal=None))

"""Rows of desks: which are closed, and until when what belongs to one is kept."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.replies import desk_id
from bot.store.schema import FIRST_DESK
from bot.store.tables import desks, drops, ended, replies


async def closed(connection: AsyncConnection) -> dict[str, date]:
    """The closed desks, and the day of each."""
    query = select(desks.c.name, desks.c.closed).where(desks.c.closed.is_not(None))
    return {row.name: row.closed for row in (await connection.execute(query)).all()}


async def close(connection: AsyncConnection, desk: str, day: date) -> date:
    """Close a desk, unless it is; return the day of its closing."""
    await desk_id(connection, desk)
    await connection.execute(
        update(desks).where(desks.c.name == desk, desks.c.closed.is_(None)).values(closed=day)
    )
    return (await closed(connection))[desk]


async def reopen(connection: AsyncConnection, desk: str) -> None:
    """Let a closed desk take things again."""
    await connection.execute(update(desks).where(desks.c.name == desk).values(closed=None))


async def with_drops(connection: AsyncConnection) -> set[str]:
    """The desks of which there is a complete drop."""
    query = select(drops.c.desk).where(drops.c.state == "complete").distinct()
    return set((await connection.execute(query)).scalars())


def before(
    desk: ColumnElement[str], day: ColumnElement[date], today: date, retention: int | Mapping[str, int]
) -> ColumnElement[bool]:
    """Of a row with the columns `desk` and `day`: that its day is more than the retention of its desk ago."""
    each = {FIRST_DESK: retention} if isinstance(retention, int) else retention
    named = [and_(desk == name, day < today - timedelta(days=days)) for name, days in each.items()]
    rest = and_(desk.not_in(sorted(each)), day < today - timedelta(days=each[FIRST_DESK]))
    return or_(*named, rest)


async def mailboxes_over(
    connection: AsyncConnection, today: date, retention: int | Mapping[str, int]
) -> list[str]:
    """Delete replies and marks whose time is over, and all of a desk whose time after its closing is; return
    the blobs that are orphans now.
    """
    gone = select(desks.c.name).where(
        desks.c.closed.is_not(None), before(desks.c.name, desks.c.closed, today, retention)
    )
    old = or_(before(replies.c.desk, replies.c.day, today, retention), replies.c.desk.in_(gone))
    query = select(replies.c.blob_id).where(old, replies.c.blob_id.is_not(None))
    blob_ids = list((await connection.execute(query)).scalars())
    await connection.execute(delete(replies).where(old))
    await connection.execute(delete(ended).where(before(ended.c.desk, ended.c.day, today, retention)))
    return blob_ids

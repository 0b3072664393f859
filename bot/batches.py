"""The order of batches in the database: what the next export holds, fixed before its first byte is written.

Source: the design, "Formats", and docs/protocol.md, "Batches". A batch is planned, written to its target, and
then marked; only then is the next one planned, since it must name the hash of this one.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import StoreError
from bot.tables import batches, drops

DROPS_IN_A_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch whose content is fixed; `previous` is the SHA-256 of the batch.json before it, or None.

    `successor` is the public key that the batch hands over to, as text; None as long as the key stays.
    """

    sequence: int
    day: date
    previous: bytes | None
    drop_ids: tuple[str, ...]
    successor: str | None


async def plan(connection: AsyncConnection, day: date, successor: str | None) -> PlannedBatch | None:
    """The batch that is planned and not written yet, else a new one, which names the `successor`.

    None if no drop and no successor waits.
    """
    newest = select(batches).order_by(batches.c.sequence.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    if last is None or last.written:
        fresh = select(drops.c.id).where(drops.c.state == "complete", drops.c.batch.is_(None))
        chosen = fresh.order_by(drops.c.id).limit(DROPS_IN_A_BATCH)
        if successor is None and (await connection.execute(chosen)).first() is None:
            return None
        number, previous = (1, None) if last is None else (last.sequence + 1, last.sha256)
        values = {"sequence": number, "day": day, "previous": previous, "written": False}
        await connection.execute(insert(batches).values(values | {"successor": successor}))
        await connection.execute(update(drops).where(drops.c.id.in_(chosen)).values(batch=number))
        last = (await connection.execute(newest)).one()
    members = select(drops.c.id).where(drops.c.batch == last.sequence).order_by(drops.c.id)
    drop_ids = (await connection.execute(members)).scalars()
    return PlannedBatch(last.sequence, last.day, last.previous, tuple(drop_ids), last.successor)


async def mark_written(connection: AsyncConnection, sequence: int, sha256: bytes) -> None:
    """Record the hash of a batch that is durable at its target. Raises StoreError if it had another."""
    query = select(batches.c.sha256).where(batches.c.sequence == sequence)
    known = (await connection.execute(query)).scalar_one()
    if known not in (None, sha256):
        raise StoreError("This batch was exported before with other content.")
    chosen = update(batches).where(batches.c.sequence == sequence)
    await connection.execute(chosen.values(sha256=sha256, written=True))


async def handed_over(connection: AsyncConnection) -> str | None:
    """The public key that the last written hand-over named, which signs since; None if there was none."""
    named = select(batches.c.successor).where(batches.c.written, batches.c.successor.is_not(None))
    newest = named.order_by(batches.c.sequence.desc()).limit(1)
    successor: str | None = (await connection.execute(newest)).scalar_one_or_none()
    return successor

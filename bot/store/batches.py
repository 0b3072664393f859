"""The order of batches in the database: what the next export holds, fixed before its first byte is written.

Source: the design, "Formats", and docs/protocol.md, "Batches". A batch is planned, written to its target, and
then marked; only then is the next one planned, since it must name the hash of this one.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.errors import StoreError
from bot.store.schema import FIRST_DESK
from bot.store.tables import batches, drops, receipts

DROPS_IN_A_BATCH = 10_000
_ASKED = 500
VERSION = 2
"""Of the `batch.json` that is planned from now on."""


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch whose content is fixed; `previous` is the SHA-256 of the batch.json before it, or None.

    `successor` is the public key that the batch hands over to, as text; None as long as the key stays.
    `version` is that of its `batch.json`: what 0.1 planned stays of version 1, for it may be written already.
    """

    sequence: int
    day: date
    previous: bytes | None
    drop_ids: tuple[str, ...]
    successor: str | None
    version: int = VERSION
    desk: str = FIRST_DESK


@dataclass(frozen=True, slots=True)
class ChainKeys:
    """Public keys as text: the one that signs the next batch (None: not known), and those that did before."""

    signs: str | None
    retired: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExportedBatch:
    """A batch as the database knows it; `drop_ids` are those of its drops that are still here."""

    sha256: bytes | None
    written: bool
    drop_ids: frozenset[str]


async def plan(
    connection: AsyncConnection, desk: str, day: date, signer: str | None, successor: str | None
) -> PlannedBatch | None:
    """The batch of a desk that is planned and not written yet, else a new one by `signer` that names the
    `successor`.

    Midnight may have passed since `day` was read: a new batch then has the day of its newest drop, as nobody
    could tell otherwise which keys open it. None if no drop and no successor waits.
    """
    newest = select(batches).where(batches.c.desk == desk).order_by(batches.c.sequence.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    if last is None or last.written:
        mine = drops.c.desk == desk, drops.c.state == "complete", drops.c.batch.is_(None)
        fresh = select(drops.c.id).where(*mine)
        chosen = fresh.order_by(drops.c.id).limit(DROPS_IN_A_BATCH)
        youngest = select(func.max(drops.c.day)).where(drops.c.id.in_(chosen))
        sent = (await connection.execute(youngest)).scalar_one()
        if successor is None and sent is None:
            return None
        if sent is not None:  # more than a day ahead is not midnight, but a clock that was wrong
            day = max(day, min(sent, day + timedelta(days=1)))
        number, previous = (1, None) if last is None else (last.sequence + 1, last.sha256)
        highest = select(func.coalesce(func.max(batches.c.id), 0))
        row = (await connection.execute(highest)).scalar_one() + 1
        values = {"id": row, "desk": desk, "sequence": number, "day": day, "previous": previous}
        values |= {"written": False, "signer": signer, "successor": successor, "version": VERSION}
        await connection.execute(insert(batches).values(values))
        await connection.execute(update(drops).where(drops.c.id.in_(chosen)).values(batch=row))
        last = (await connection.execute(newest)).one()
    members = select(drops.c.id).where(drops.c.batch == last.id).order_by(drops.c.id)
    drop_ids = (await connection.execute(members)).scalars()
    return PlannedBatch(
        last.sequence, last.day, last.previous, tuple(drop_ids), last.successor, last.version, desk
    )


def _this(desk: str, sequence: int) -> ColumnElement[bool]:
    return (batches.c.desk == desk) & (batches.c.sequence == sequence)


async def written_before(
    connection: AsyncConnection, desk: str, sequence: int
) -> tuple[PlannedBatch, str | None, bytes] | None:
    """A batch that is at its target, with what is left of its drops, its signer and the hash it had then.

    None if there is no such batch.
    """
    query = select(batches).where(_this(desk, sequence), batches.c.written)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    members = select(drops.c.id).where(drops.c.batch == row.id).order_by(drops.c.id)
    drop_ids = tuple((await connection.execute(members)).scalars())
    plan = PlannedBatch(row.sequence, row.day, row.previous, drop_ids, row.successor, row.version, desk)
    return plan, row.signer, row.sha256


async def mark_written(connection: AsyncConnection, desk: str, sequence: int, sha256: bytes) -> None:
    """Record the hash of a batch that is durable at its target. Raises StoreError if it had another."""
    query = select(batches.c.sha256).where(_this(desk, sequence))
    known = (await connection.execute(query)).scalar_one()
    if known not in (None, sha256):
        raise StoreError("This batch was exported before with other content.")
    chosen = update(batches).where(_this(desk, sequence))
    await connection.execute(chosen.values(sha256=sha256, written=True, chat=None, parts_sent=None))


async def chain_keys(connection: AsyncConnection, desk: str) -> ChainKeys:
    """Which key signs a desk's chain now, by its batches: the last one handed over to, or else the last
    signer.
    """
    named = batches.c.signer.is_not(None) | batches.c.successor.is_not(None)
    mine = (batches.c.desk == desk) & named
    query = select(batches.c.signer, batches.c.successor, batches.c.written)
    signs: str | None = None
    known: set[str] = set()
    for row in (await connection.execute(query.where(mine).order_by(batches.c.sequence))).all():
        signs = row.signer or signs
        if row.written:
            signs = row.successor or signs
        known |= {row.signer, signs} - {None}
    return ChainKeys(signs, frozenset(known - {signs}))


async def forget_keys(connection: AsyncConnection, desk: str) -> None:
    """Forget which key signed a desk's batches: the next export takes the one it finds."""
    mine = update(batches).where(batches.c.desk == desk)
    await connection.execute(mine.values(signer=None, successor=None))


async def parts_sent(connection: AsyncConnection, desk: str, sequence: int, chat: int) -> int:
    """How many parts of a batch are in a chat; 0 if another chat got them."""
    query = select(batches.c.chat, batches.c.parts_sent).where(_this(desk, sequence))
    row = (await connection.execute(query)).one()
    return int(row.parts_sent or 0) if row.chat == chat else 0


async def mark_sent(connection: AsyncConnection, desk: str, sequence: int, chat: int, parts: int) -> None:
    """Record that the first `parts` parts of a batch are in a chat."""
    chosen = update(batches).where(_this(desk, sequence))
    await connection.execute(chosen.values(chat=chat, parts_sent=parts))


async def exported(connection: AsyncConnection, desk: str, sequence: int) -> ExportedBatch | None:
    """A batch with those of its drops that were not deleted yet; None if there is no such batch."""
    query = select(batches.c.id, batches.c.sha256, batches.c.written).where(_this(desk, sequence))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    members = (await connection.execute(select(drops.c.id).where(drops.c.batch == row.id))).scalars()
    return ExportedBatch(row.sha256, row.written, frozenset(members))


async def written_drops(connection: AsyncConnection, desk: str, drop_ids: Collection[str]) -> frozenset[str]:
    """Those of these drops that are still here and in a batch of the desk that is at its target."""
    # Two looks: joined, SQLite goes through every drop of the written batches.
    query = select(drops.c.id, drops.c.batch)
    written = select(batches.c.id).where(batches.c.written, batches.c.desk == desk)
    found: set[str] = set()
    for some in _some(drop_ids):
        rows = (await connection.execute(query.where(drops.c.id.in_(some)))).all()
        numbers = {row.batch for row in rows} - {None}
        there = set((await connection.execute(written.where(batches.c.id.in_(numbers)))).scalars())
        found.update(row.id for row in rows if row.batch in there)
    return frozenset(found)


async def confirm(connection: AsyncConnection, drop_ids: Iterable[str], reviewer: str) -> int:
    """Record that a reviewer has these drops; return how many of them were new."""
    query = select(receipts.c.drop_id).where(receipts.c.reviewer == reviewer)
    count = 0
    for some in _some(set(drop_ids)):
        known = (await connection.execute(query.where(receipts.c.drop_id.in_(some)))).scalars()
        new = [{"drop_id": drop_id, "reviewer": reviewer} for drop_id in sorted(set(some) - set(known))]
        if new:
            await connection.execute(insert(receipts), new)
        count += len(new)
    return count


def _some(drop_ids: Iterable[str]) -> Iterator[list[str]]:
    """So many at a time as one statement asks about: what else is in the table is not read for them."""
    ids = sorted(drop_ids)
    for start in range(0, len(ids), _ASKED):
        yield ids[start : start + _ASKED]


async def confirmed(
    connection: AsyncConnection, desk: str, reviewers: Collection[str], most: int
) -> list[str]:
    """The exported drops of a desk that each of `reviewers` has, at `most` so many; none if there is no
    reviewer.
    """
    if not reviewers:
        return []
    mine = select(receipts.c.drop_id).where(receipts.c.reviewer.in_(reviewers)).group_by(receipts.c.drop_id)
    by_all = mine.having(func.count() == len(set(reviewers))).order_by(receipts.c.drop_id).limit(most)
    last = ""
    while some := list((await connection.execute(by_all.where(receipts.c.drop_id > last))).scalars()):
        found = await written_drops(connection, desk, some)
        if found:
            return sorted(found)
        last = some[-1]
    return []

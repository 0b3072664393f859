"""Rows of desks, of replies, and of who may withdraw a drop (docs/protocol.md, "Mailboxes", "Replies").

A reply lies under a hash of its mailbox. Read, nothing of it is left but its own hash, so that it can't be
delivered twice, and the token that proves to its writer that it was opened.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import CHUNK, chunks, desks, drops, ended, replies


@dataclass(frozen=True, slots=True, repr=False)
class NewReply:
    """`sha256` of the age file, `address` of the mailbox and hash of the token: 32 bytes each."""

    sha256: bytes
    address: bytes
    token: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many replies are `new`, and how many were for a mailbox that has `ended`."""

    new: int
    ended: int


@dataclass(frozen=True, slots=True, repr=False)
class SealedReply:
    """The age file of a reply, the hash of its token (32 bytes) that its outbox told, and the address of its
    mailbox (32 bytes).
    """

    ciphertext: bytes
    token: bytes
    address: bytes


@dataclass(frozen=True, slots=True, repr=False)
class StoredMark:
    """That the reply with this hash (32 bytes) was read on a day, by the token (16 bytes) from inside it."""

    sha256: bytes
    token: bytes
    day: date


@dataclass(frozen=True, slots=True, repr=False)
class OwnDrop:
    """A drop of whoever has the codename, at a desk; an exported one can be asked back only."""

    id: str
    day: date
    exported: bool
    desk: str


async def desk_id(connection: AsyncConnection, name: str) -> str:
    """The id of a desk, made when it is first asked for."""
    query = select(desks.c.id).where(desks.c.name == name)
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        found = secrets.token_hex(16)
        await connection.execute(insert(desks).values(name=name, id=found))
    return str(found)


async def desk_ids(connection: AsyncConnection) -> dict[str, bytes]:
    """The ids (16 bytes) of all desks, by name."""
    rows = (await connection.execute(select(desks.c.name, desks.c.id))).all()
    return {row.name: bytes.fromhex(row.id) for row in rows}


async def deliver(
    connection: AsyncConnection, fresh: Mapping[NewReply, bytes], day: date, desk: str
) -> Delivered:
    """Put replies (with their age files) where their readers find them: all but those that came before, read
    or not, and those whose mailbox ended.
    """
    over = await _known(connection, ended.c.address, {reply.address for reply in fresh})
    known = await _known(connection, replies.c.sha256, {reply.sha256 for reply in fresh})
    parts, rows = [], []
    for reply, ciphertext in fresh.items():
        if reply.address in over or reply.sha256 in known:
            continue
        known.add(reply.sha256)
        blob_id = secrets.token_hex(16)
        for number, start in enumerate(range(0, len(ciphertext), CHUNK)):
            parts.append({"blob_id": blob_id, "number": number, "data": ciphertext[start : start + CHUNK]})
        values = {"sha256": reply.sha256, "address": reply.address, "token": reply.token, "day": day}
        rows.append(values | {"size": len(ciphertext), "blob_id": blob_id, "desk": desk})
    if rows:
        await connection.execute(insert(chunks), parts)
        await connection.execute(insert(replies), rows)
    return Delivered(len(rows), sum(reply.address in over for reply in fresh))


async def _known(connection: AsyncConnection, column: Column[bytes], values: Collection[bytes]) -> set[bytes]:
    """Those of the values that stand in the column."""
    return set((await connection.execute(select(column).where(column.in_(values)))).scalars())


async def waiting(connection: AsyncConnection, address: bytes) -> tuple[bytes, ...]:
    """The hashes of the replies in a mailbox that were not read, in no order that tells anything."""
    query = select(replies.c.sha256).where(replies.c.address == address).order_by(replies.c.sha256)
    return tuple((await connection.execute(query)).scalars())


async def listed(connection: AsyncConnection, address: bytes) -> tuple[tuple[bytes, int], ...]:
    """The same with the size of each."""
    query = select(replies.c.sha256, replies.c.size).where(replies.c.address == address)
    rows = (await connection.execute(query.order_by(replies.c.sha256))).all()
    return tuple((row.sha256, row.size) for row in rows)


async def sealed(connection: AsyncConnection, sha256: bytes) -> SealedReply | None:
    """A reply that was not read; None if there is none."""
    columns = chunks.c.data, replies.c.token, replies.c.address
    query = select(*columns).join(replies, replies.c.blob_id == chunks.c.blob_id)
    found = await connection.execute(query.where(replies.c.sha256 == sha256).order_by(chunks.c.number))
    rows = found.all()
    if not rows:
        return None
    return SealedReply(b"".join(row.data for row in rows), rows[0].token, rows[0].address)


async def read(
    connection: AsyncConnection, sha256: bytes, token: bytes, day: date, desk: str | None
) -> str | None:
    """Destroy a reply and leave its mark; return the blob that is an orphan now, None if it went before."""
    query = select(replies.c.blob_id).where(replies.c.sha256 == sha256, replies.c.blob_id.is_not(None))
    blob_id = (await connection.execute(query)).scalar_one_or_none()
    if blob_id is not None:
        done = {"address": None, "blob_id": None, "size": 0, "mark": token, "day": day}
        whose = {} if desk is None else {"desk": desk}
        await connection.execute(update(replies).where(replies.c.sha256 == sha256).values(done | whose))
    return blob_id


async def marks(connection: AsyncConnection, desk: str) -> tuple[StoredMark, ...]:
    """Every reply of a desk that was read, ascending by hash."""
    mine = replies.c.desk == desk, replies.c.mark.is_not(None)
    query = select(replies).where(*mine).order_by(replies.c.sha256)
    return tuple(StoredMark(row.sha256, row.mark, row.day) for row in (await connection.execute(query)).all())


async def tagged(connection: AsyncConnection) -> list[tuple[bytes, OwnDrop]]:
    """The complete drops that somebody may withdraw, ascending by id, each behind its tag."""
    query = select(drops.c.id, drops.c.day, drops.c.batch, drops.c.withdrawal, drops.c.desk)
    query = query.where(drops.c.state == "complete", drops.c.withdrawal.is_not(None)).order_by(drops.c.id)
    rows = await connection.execute(query)
    return [(row.withdrawal, OwnDrop(row.id, row.day, row.batch is not None, row.desk)) for row in rows.all()]

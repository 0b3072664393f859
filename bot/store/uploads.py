"""Drops that come in parts through the page's door (docs/protocol.md), from the first part to the commit."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drops import nobodys_stamp
from bot.store.errors import DeskClosed, UploadError
from bot.store.part_rows import PART
from bot.store.parts import Parts
from bot.store.tables import CHUNK, chunks, desks, drops, items, upload_items, upload_parts, uploads
from bot.store.writer import Writer

MOST_OPEN = 5_000

Check = Callable[[bytes, int], None]
Standing = Literal["none", "open", "complete", "exported", "gone"]


@dataclass(frozen=True, slots=True)
class File:
    """An age file of a drop: the page's name for it (32 hex digits), bytes, and SHA-256 (32 bytes)."""

    name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Here:
    """What there is of an upload: the numbers of the complete parts of each file; `done` if committed."""

    parts: Mapping[str, tuple[int, ...]]
    done: bool


class Uploads:
    """Built by `Store`, whose rules for errors hold here. An upload goes by the id of its drop."""

    def __init__(self, writer: Writer, parts: Parts) -> None:
        self._writer = writer
        self._parts = parts
        self._committing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self, drop_id: str, desk: str, room: int, day: date, *, most: int) -> None:
        """Make room for an upload; again changes nothing. `most` bytes may be asked for by all open ones.
        Raises UploadError: other, full.
        """

        async def work(connection: AsyncConnection) -> None:
            found = await _upload(connection, drop_id)
            if found is not None:
                if (found.desk, found.room) != (desk, room):
                    raise UploadError("other")
                return
            if await _drop(connection, drop_id) is not None:
                raise UploadError("other")
            query = select(func.count(), func.sum(uploads.c.room)).where(uploads.c.done.is_(None))
            count, asked = (await connection.execute(query)).one()
            if count >= MOST_OPEN or int(asked or 0) + room > most:
                raise UploadError("full")
            values = {"id": drop_id, "day": day, "desk": desk, "room": room, "received": 0}
            await connection.execute(insert(uploads).values(values))

        await self._writer.run(work)

    async def take(self, drop_id: str, name: str, number: int, body: AsyncIterator[bytes]) -> None:
        """Store a part durably, as it comes; again with the same bytes changes nothing. `body` raises before
        it gives more than `PART` bytes. Raises UploadError: unknown, other, too_big, malformed; later, where
        the same part began to come again meanwhile: a line that broke is often noticed late.
        """
        await self._parts.take((drop_id, name, number), body)

    async def here(self, drop_id: str) -> Here | None:
        """None if nobody opened it."""

        async def work(connection: AsyncConnection) -> Here | None:
            found = await _upload(connection, drop_id)
            if found is None:
                return None
            parts: dict[str, list[int]] = {}
            for row in await _parts(connection, drop_id):
                parts.setdefault(row.name, []).append(row.number)
            whole = {name: tuple(numbers) for name, numbers in parts.items()}
            return Here(whole, found.done is not None)

        return await self._writer.run(work)

    async def commit(
        self,
        drop_id: str,
        files: Sequence[File],
        manifest: File,
        day: date,
        *,
        withdrawal: bytes | None,
        check: Check,
    ) -> None:
        """Make a complete drop of the upload, unless this commit has; what it does not name goes. `check`
        gets the beginning (1 MiB at most) of each file and its size, and raises what it likes. Raises
        UploadError: unknown, other, missing, hash, gone.
        """
        lock = self._committing.setdefault(drop_id, asyncio.Lock())
        async with lock:  # one that came again finds what the first one did
            await self._commit(drop_id, (*files, manifest), day, withdrawal, check)

    async def _commit(
        self, drop_id: str, every: Sequence[File], day: date, withdrawal: bytes | None, check: Check
    ) -> None:
        mark = _mark(every, withdrawal)
        whole = partial(_whole, drop_id=drop_id, files=every, mark=mark)
        found = await self._writer.run(whole)
        if found is None:
            return
        for file, (blob_id, parts) in zip(every, found, strict=True):
            for part in parts:
                if part.slot is not None:
                    await self._parts.bring(blob_id, part)
            await self._judge(drop_id, file, blob_id, check)
        blobs = [blob_id for blob_id, _ in found]

        async def work(connection: AsyncConnection) -> tuple[list[str], list[int]]:
            again = await whole(connection)
            if again is None:
                return [], []
            if [blob_id for blob_id, _ in again] != blobs:
                raise UploadError("missing")
            placed = list(zip(every, blobs, strict=True))
            return await _complete(connection, drop_id, placed, day=day, withdrawal=withdrawal, mark=mark)

        left, slots = await self._writer.run(work)
        await self._parts.empty(slots)
        if left:
            await self._writer.erase(left)

    async def standing(self, drop_ids: Sequence[str]) -> list[Standing]:
        """What became of each."""

        async def work(connection: AsyncConnection) -> list[Standing]:
            mine = drops.c.id.in_(drop_ids), drops.c.state == "complete"
            found = (await connection.execute(select(drops.c.id, drops.c.batch).where(*mine))).all()
            there = {row.id: row.batch is not None for row in found}
            query = select(uploads.c.id, uploads.c.done).where(uploads.c.id.in_(drop_ids))
            known = {row.id: row.done is not None for row in (await connection.execute(query)).all()}

            def one(drop_id: str) -> Standing:
                if drop_id in there:
                    return "exported" if there[drop_id] else "complete"
                if drop_id in known:
                    return "gone" if known[drop_id] else "open"
                return "none"

            return [one(drop_id) for drop_id in drop_ids]

        return await self._writer.run(work)

    async def withdrawal(self, drop_id: str) -> bytes | None:
        """The tag beside a complete drop."""

        async def work(connection: AsyncConnection) -> bytes | None:
            mine = drops.c.id == drop_id, drops.c.state == "complete"
            query = select(drops.c.withdrawal).where(*mine)
            tag: bytes | None = (await connection.execute(query)).scalar_one_or_none()
            return tag

        return await self._writer.run(work)

    async def asked(self) -> dict[str, int]:
        """How many bytes open uploads have room for, of each desk that has some."""

        async def work(connection: AsyncConnection) -> dict[str, int]:
            query = select(uploads.c.desk, func.sum(uploads.c.room)).where(uploads.c.done.is_(None))
            rows = (await connection.execute(query.group_by(uploads.c.desk))).all()
            return {desk: int(room) for desk, room in rows}

        return await self._writer.run(work)

    async def _judge(self, drop_id: str, file: File, blob_id: str, check: Check) -> None:
        """Read a whole file. Raises UploadError, and what `check` raises."""
        digest = hashlib.sha256()
        for number in range(-(-file.size // CHUNK)):
            data = await self._writer.run(partial(_chunk, blob_id=blob_id, number=number))
            if data is None:
                raise UploadError("missing")
            if number == 0:
                check(data, file.size)
            digest.update(data)
        if digest.digest() != file.sha256:
            await self._forget(drop_id, blob_id)
            raise UploadError("hash")

    async def _forget(self, drop_id: str, blob_id: str) -> None:
        """A file is not what it is called: it is to be sent anew."""

        async def work(connection: AsyncConnection) -> None:
            sizes = select(func.sum(upload_parts.c.size)).where(upload_parts.c.blob_id == blob_id)
            less = int((await connection.execute(sizes)).scalar_one() or 0)
            mine = uploads.c.id == drop_id
            await connection.execute(update(uploads).where(mine).values(received=uploads.c.received - less))
            await connection.execute(delete(upload_items).where(upload_items.c.blob_id == blob_id))

        await self._writer.run(work)  # its parts have left the file: they were judged
        await self._writer.erase([blob_id])


async def expire(connection: AsyncConnection, today: date) -> tuple[list[str], list[int]]:
    """Delete the uploads that were opened before yesterday, and the marks of those that were committed;
    return the blobs that are orphans now, and the places in the file.
    """
    old = uploads.c.day < today - timedelta(days=1)
    query = select(upload_items.c.blob_id).join(uploads).where(old)
    blob_ids = list((await connection.execute(query)).scalars())
    slots = await _slots(connection, upload_items.c.upload_id.in_(select(uploads.c.id).where(old)))
    await connection.execute(delete(uploads).where(old))
    return blob_ids, slots


async def _slots(connection: AsyncConnection, of: ColumnElement[bool]) -> list[int]:
    """The places of what goes in this transaction."""
    query = select(upload_parts.c.slot).join(upload_items).where(of, upload_parts.c.slot.is_not(None))
    return list((await connection.execute(query)).scalars())


async def _upload(connection: AsyncConnection, drop_id: str) -> Row[Any] | None:
    return (await connection.execute(select(uploads).where(uploads.c.id == drop_id))).one_or_none()


async def _drop(connection: AsyncConnection, drop_id: str) -> str | None:
    query = select(drops.c.state).where(drops.c.id == drop_id)
    state: str | None = (await connection.execute(query)).scalar_one_or_none()
    return state


async def _chunk(connection: AsyncConnection, blob_id: str, number: int) -> bytes | None:
    query = select(chunks.c.data).where(chunks.c.blob_id == blob_id, chunks.c.number == number)
    data: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return data


async def _parts(connection: AsyncConnection, drop_id: str) -> Sequence[Any]:
    """Every complete part of an upload, in the order of the numbers."""
    query = (
        select(upload_items.c.name, upload_parts)
        .join(upload_parts)
        .where(upload_items.c.upload_id == drop_id)
    )
    return (await connection.execute(query.order_by(upload_parts.c.number))).all()


async def _whole(
    connection: AsyncConnection, drop_id: str, files: Sequence[File], mark: bytes
) -> list[tuple[str, list[Any]]] | None:
    """The blob and the parts of each file, of which every part is here; None if this commit was made. Raises
    UploadError, DeskClosed.
    """
    found = await _upload(connection, drop_id)
    if found is None:
        raise UploadError("unknown")
    if found.done is not None:
        if found.done != mark:
            raise UploadError("other")
        return None
    closed = select(desks.c.closed).where(desks.c.name == found.desk, desks.c.closed.is_not(None))
    if (await connection.execute(closed)).all():
        raise DeskClosed("The desk is closed.")
    parts: dict[str, list[Any]] = {}
    for row in await _parts(connection, drop_id):
        parts.setdefault(row.name, []).append(row)
    placed = []
    for file in files:
        mine = parts.get(file.name, [])
        full = [PART] * ((file.size - 1) // PART)
        sizes = [*full, file.size - PART * len(full)]
        if [(row.number, row.size) for row in mine] != list(enumerate(sizes)):
            raise UploadError("missing")
        placed.append((str(mine[0].blob_id), mine))
    return placed


async def _complete(
    connection: AsyncConnection,
    drop_id: str,
    placed: Sequence[tuple[File, str]],
    *,
    day: date,
    withdrawal: bytes | None,
    mark: bytes,
) -> tuple[list[str], list[int]]:
    """Make the drop, its items as `bot.store.drops.complete` leaves them; return the blobs and the places in
    the file that are left.
    """
    found = await _upload(connection, drop_id)
    assert found is not None  # noqa: S101 -- looked at in this transaction
    values = {"id": drop_id, "day": day, "state": "complete", "desk": found.desk, "withdrawal": withdrawal}
    values["stamp"] = nobodys_stamp()
    await connection.execute(insert(drops).values(values))
    rows: list[dict[str, object]] = []
    for position, (file, blob_id) in enumerate(placed, start=1):
        state = "manifest" if position == len(placed) else "kept"
        row = {"id": secrets.token_hex(16), "drop_id": drop_id, "position": position, "state": state}
        rows.append(row | {"size": file.size, "sha256": file.sha256, "blob_id": blob_id})
        behind = chunks.c.number >= -(-file.size // CHUNK)  # of a part that never ended
        await connection.execute(delete(chunks).where(chunks.c.blob_id == blob_id, behind))
    await connection.execute(insert(items), rows)
    query = select(upload_items.c.blob_id).where(upload_items.c.upload_id == drop_id)
    left = set((await connection.execute(query)).scalars()) - {blob_id for _, blob_id in placed}
    slots = await _slots(connection, upload_items.c.upload_id == drop_id)
    await connection.execute(delete(upload_items).where(upload_items.c.upload_id == drop_id))
    done = {"done": mark, "room": 0, "received": 0}
    await connection.execute(update(uploads).where(uploads.c.id == drop_id).values(done))
    return sorted(left), slots


def _mark(files: Sequence[File], withdrawal: bytes | None) -> bytes:
    """By which the same commit is known again."""
    digest = hashlib.sha256(withdrawal or b"")
    for file in files:
        digest.update(file.sha256 + file.size.to_bytes(8, "big") + bytes.fromhex(file.name))
    return digest.digest()

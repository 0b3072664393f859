"""Drops that come in parts through the page's door (docs/protocol.md), from the first part to the commit.

A part is written in rows of 1 MiB where an item has them, so that a commit moves nothing. It is there from
the transaction on that writes its last row; rows of a part that never ended are written over or deleted.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drops import nobodys_stamp
from bot.store.errors import DeskClosed, StorageError, StoreError
from bot.store.tables import CHUNK, chunks, desks, drops, items, upload_items, upload_parts, uploads
from bot.store.writer import Writer

PART = 8 << 20
"""Bytes of every part but the last of a file."""
ROWS = PART // CHUNK
MOST_FILES = 10_000
MOST_OPEN = 5_000
# Made once: to build a statement takes as long as to run it.
_OF_ITEM = (upload_items.c.upload_id == uploads.c.id) & (upload_items.c.name == bindparam("name"))
_OF_PART = (upload_parts.c.blob_id == upload_items.c.blob_id) & (upload_parts.c.number == bindparam("number"))
_LOOK = (
    select(uploads.c.done, upload_items.c.blob_id, upload_parts.c.sha256)
    .select_from(uploads.outerjoin(upload_items, _OF_ITEM).outerjoin(upload_parts, _OF_PART))
    .where(uploads.c.id == bindparam("upload"))
)
_ROWS = (
    chunks.c.blob_id == bindparam("blob"),
    chunks.c.number >= bindparam("first"),
    chunks.c.number < bindparam("end"),
)
_STALE = delete(chunks).where(*_ROWS)
_COUNT = select(func.count()).select_from(chunks).where(*_ROWS)
_GROW = (
    update(uploads)
    .where(uploads.c.id == bindparam("upload"), uploads.c.received + bindparam("more") <= uploads.c.room)
    .values(received=uploads.c.received + bindparam("more"))
)
_CHUNK, _ITEM, _PART = insert(chunks), insert(upload_items), insert(upload_parts)

Check = Callable[[bytes, int], None]
Standing = Literal["none", "open", "complete", "exported", "gone"]


class UploadError(StoreError):
    """An upload is not taken; `code` is the answer of docs/protocol.md, "The door of the page"."""

    def __init__(self, code: str) -> None:
        super().__init__("The upload is not taken.")
        self.code = code


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

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._latest: dict[tuple[str, str, int], object] = {}

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
        digest, size, row = hashlib.sha256(), 0, 0
        pending: list[bytes] = []  # joined once for each row: copied piece by piece it costs twice as much
        held = 0
        known: bytes | None = None
        complete = False
        key, mine = (drop_id, name, number), object()
        self._latest[key] = mine
        try:
            async for piece in body:
                size += len(piece)
                if known is not None:  # it is here already: only compared
                    digest.update(piece)
                    continue
                pending.append(piece)
                held += len(piece)
                while held > CHUNK and known is None:
                    if self._latest.get(key) is not mine:
                        raise UploadError("later")
                    held -= CHUNK
                    over = len(pending[-1]) - held
                    rest, pending[-1] = pending[-1][over:], pending[-1][:over]
                    data, pending = b"".join(pending), [rest]
                    digest.update(data)
                    known = await self._row(drop_id, name, number, row, data)
                    row += 1
                    if known is not None:
                        digest.update(rest)
            if not size:
                raise UploadError("malformed")
            if known is None:
                data = b"".join(pending)
                digest.update(data)
                end = size, digest.digest()
                known = await self._row(drop_id, name, number, row, data, end=end)
            complete = True
            if known != digest.digest():
                raise UploadError("other")
        finally:
            if self._latest.get(key) is mine:
                del self._latest[key]
                if not complete and row:
                    with suppress(StorageError):  # then they go with the upload
                        await self._drop_rows(drop_id, name, number)

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
        every = *files, manifest
        mark = _mark(every, withdrawal)
        whole = partial(_whole, drop_id=drop_id, files=every, mark=mark)
        blobs = await self._writer.run(whole)
        if blobs is None:
            return
        for file, blob_id in zip(every, blobs, strict=True):
            await self._judge(drop_id, file, blob_id, check)

        async def work(connection: AsyncConnection) -> list[str]:
            again = await whole(connection)
            if again is None:
                return []
            if again != blobs:
                raise UploadError("missing")
            placed = list(zip(every, blobs, strict=True))
            return await _complete(connection, drop_id, placed, day=day, withdrawal=withdrawal, mark=mark)

        left = await self._writer.run(work)
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

    async def _row(
        self,
        drop_id: str,
        name: str,
        number: int,
        row: int,
        data: bytes,
        *,
        end: tuple[int, bytes] | None = None,
    ) -> bytes | None:
        """Write one row of a part, the last one with the part's size and hash; return the hash of the part
        if it is complete.
        """

        async def work(connection: AsyncConnection) -> bytes | None:
            asked = {"upload": drop_id, "name": name, "number": number}
            found = (await connection.execute(_LOOK, asked)).one_or_none()
            if found is None or found.done is not None:
                raise UploadError("unknown")
            there: bytes | None = found.sha256
            if there is not None:
                return there
            blob_id = found.blob_id or await _new_blob(connection, drop_id, name)
            place = number * ROWS + row
            if found.blob_id is not None:  # of an attempt that was cut off
                upto = place + 1 if end is None else (number + 1) * ROWS
                await connection.execute(_STALE, {"blob": blob_id, "first": place, "end": upto})
            await connection.execute(_CHUNK, {"blob_id": blob_id, "number": place, "data": data})
            if end is None:
                return None
            size, sha256 = end
            if row:  # another that brought the same may have failed meanwhile, and taken its rows along
                rows = {"blob": blob_id, "first": number * ROWS, "end": place}
                if (await connection.execute(_COUNT, rows)).scalar_one() != row:
                    raise StorageError("A part of an item is missing from the database.")
            if (await connection.execute(_GROW, {"upload": drop_id, "more": size})).rowcount != 1:
                raise UploadError("too_big")
            values = {"blob_id": blob_id, "number": number, "size": size, "sha256": sha256}
            await connection.execute(_PART, values)
            return sha256

        return await self._writer.run(work)

    async def _drop_rows(self, drop_id: str, name: str, number: int) -> None:
        """Of a part that did not come to its end."""

        async def work(connection: AsyncConnection) -> None:
            mine = upload_items.c.upload_id == drop_id, upload_items.c.name == name
            blob_id = (
                await connection.execute(select(upload_items.c.blob_id).where(*mine))
            ).scalar_one_or_none()
            part = upload_parts.c.blob_id == blob_id, upload_parts.c.number == number
            if blob_id is None or (await connection.execute(select(upload_parts.c.size).where(*part))).all():
                return
            rows = chunks.c.number >= number * ROWS, chunks.c.number < (number + 1) * ROWS
            await connection.execute(delete(chunks).where(chunks.c.blob_id == blob_id, *rows))

        await self._writer.run(work)

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

        await self._writer.run(work)
        await self._writer.erase([blob_id])


async def expire(connection: AsyncConnection, today: date) -> list[str]:
    """Delete the uploads that were opened before yesterday, and the marks of those that were committed;
    return the blobs that are orphans now.
    """
    old = uploads.c.day < today - timedelta(days=1)
    query = select(upload_items.c.blob_id).join(uploads).where(old)
    blob_ids = list((await connection.execute(query)).scalars())
    await connection.execute(delete(uploads).where(old))
    return blob_ids


async def _upload(connection: AsyncConnection, drop_id: str) -> Row[Any] | None:
    return (await connection.execute(select(uploads).where(uploads.c.id == drop_id))).one_or_none()


async def _drop(connection: AsyncConnection, drop_id: str) -> str | None:
    query = select(drops.c.state).where(drops.c.id == drop_id)
    state: str | None = (await connection.execute(query)).scalar_one_or_none()
    return state


async def _new_blob(connection: AsyncConnection, drop_id: str, name: str) -> str:
    """A place for a file of an upload. Raises UploadError."""
    count = select(func.count()).select_from(upload_items).where(upload_items.c.upload_id == drop_id)
    if (await connection.execute(count)).scalar_one() >= MOST_FILES:
        raise UploadError("too_big")
    made = secrets.token_hex(16)
    await connection.execute(_ITEM, {"blob_id": made, "upload_id": drop_id, "name": name})
    return made


async def _chunk(connection: AsyncConnection, blob_id: str, number: int) -> bytes | None:
    query = select(chunks.c.data).where(chunks.c.blob_id == blob_id, chunks.c.number == number)
    data: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return data


async def _parts(connection: AsyncConnection, drop_id: str) -> Sequence[Any]:
    """Every complete part of an upload, in the order of the numbers."""
    columns = upload_items.c.name, upload_parts.c.blob_id, upload_parts.c.number, upload_parts.c.size
    query = select(*columns).join(upload_parts).where(upload_items.c.upload_id == drop_id)
    return (await connection.execute(query.order_by(upload_parts.c.number))).all()


async def _whole(
    connection: AsyncConnection, drop_id: str, files: Sequence[File], mark: bytes
) -> list[str] | None:
    """The blob of each file, of which every part is here; None if this commit was made. Raises UploadError,
    DeskClosed.
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
    blobs = []
    for file in files:
        mine = parts.get(file.name, [])
        full = [PART] * ((file.size - 1) // PART)
        sizes = [*full, file.size - PART * len(full)]
        if [(row.number, row.size) for row in mine] != list(enumerate(sizes)):
            raise UploadError("missing")
        blobs.append(str(mine[0].blob_id))
    return blobs


async def _complete(
    connection: AsyncConnection,
    drop_id: str,
    placed: Sequence[tuple[File, str]],
    *,
    day: date,
    withdrawal: bytes | None,
    mark: bytes,
) -> list[str]:
    """Make the drop, its items as `bot.store.drops.complete` leaves them; return the blobs that are left."""
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
    await connection.execute(delete(upload_items).where(upload_items.c.upload_id == drop_id))
    done = {"done": mark, "room": 0, "received": 0}
    await connection.execute(update(uploads).where(uploads.c.id == drop_id).values(done))
    return sorted(left)


def _mark(files: Sequence[File], withdrawal: bytes | None) -> bytes:
    """By which the same commit is known again."""
    digest = hashlib.sha256(withdrawal or b"")
    for file in files:
        digest.update(file.sha256 + file.size.to_bytes(8, "big") + bytes.fromhex(file.name))
    return digest.digest()

"""One part of an upload, from its first byte until it is durable, and its way to where items have theirs.

A small part, and any on PostgreSQL, goes to the database (`bot.store.part_rows`). A large one on SQLite waits
in a file of its own (`bot.store.slots`) until its drop is committed.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.errors import StorageError, UploadError
from bot.store.part_rows import CHUNKS, ROWS, STALE, Key, PartRows, enter, look, new_blob
from bot.store.reader import Reader
from bot.store.slots import Place, Slots
from bot.store.tables import CHUNK, upload_items, upload_parts, uploads
from bot.store.thread import Work
from bot.store.writer import Writer

_PIECE = 256 << 10
"""More than this at once is not in memory, where a part waits in the file; less goes to the database."""
_TOGETHER = 4
"""Rows written at once, in MiB."""


class Parts:
    """Without `slots` all go to the database."""

    def __init__(self, reader: Reader, writer: Writer, slots: Slots | None) -> None:
        self._reader = reader
        self._writer = writer
        self._rows = PartRows(writer)
        self._slots = slots

    async def take(self, key: Key, body: AsyncIterator[bytes]) -> None:
        """As `Uploads.take`."""
        pieces, size = [], 0
        async for piece in body:
            pieces.append(piece)
            size += len(piece)
            if size > _PIECE:
                break
        place = await self._slots.place() if self._slots and size > _PIECE else None
        if place is None:
            await self._rows.take(key, _chained(pieces, body))
            return
        sure = [True]  # what the database tells of the place
        kept = False
        try:
            kept = await self._to_place(key, place, _chained(pieces, body), sure)
        finally:
            if kept or not sure[0]:
                place.settle()
            else:
                with suppress(StorageError):  # then a sweep empties it
                    await place.give_back()

    async def _to_place(self, key: Key, place: Place, body: AsyncIterator[bytes], sure: list[bool]) -> bool:
        """False if the same part was here already."""
        there = await self._reader.run(lambda connection: look(connection, key))
        digest, size, written = hashlib.sha256(), 0, 0
        pending: list[bytes] = []
        async for piece in body:
            size += len(piece)
            digest.update(piece)
            if there.sha256 is not None:  # it is only compared
                continue
            if size > there.left:
                raise UploadError("too_big")
            pending.append(piece)
            if size - written >= _PIECE:
                await place.write(written, pending)
                written, pending = size, []
        sha256, known = digest.digest(), there.sha256
        if known is None:
            await place.write(written, pending)
            await place.flush()
            sure[0] = False  # cancelled, its transaction goes on
            known = await self._writer.run(_entering(key, size, sha256, place.number))
            sure[0] = True
        if known is not None and known != sha256:
            raise UploadError("other")
        return known is None

    async def bring(self, blob_id: str, part: Any) -> None:
        """Move a part from the file into rows. One that is not there as it was is forgotten: UploadError."""
        assert self._slots is not None  # noqa: S101 -- it has a slot
        digest = hashlib.sha256()
        number, slot = int(part.number), int(part.slot)
        for start in range(0, part.size, _TOGETHER * CHUNK):
            end = min(part.size, start + _TOGETHER * CHUNK)
            data = await self._slots.read(slot, start, end - start)
            digest.update(data)
            last = end == part.size
            if len(data) != end - start or (last and digest.digest() != part.sha256):
                if await self._writer.run(lambda connection: _forget_part(connection, blob_id, part)):
                    await self._slots.empty([slot])
                raise UploadError("missing")
            rows = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
            place = number * ROWS + start // CHUNK
            await self._writer.run(_placing(blob_id, part, place, rows, last=last), size=len(rows))
        await self._slots.empty([slot])

    async def empty(self, slots: Sequence[int]) -> None:
        """Of parts that are gone."""
        if self._slots and slots:
            await self._slots.empty(slots)

    async def sweep(self, gone: Sequence[int]) -> None:
        """Empty what is nobody's, and the places of parts that are `gone` by this process."""
        if self._slots:
            await self._slots.empty(gone)
            await self._slots.sweep()

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._slots:
            await self._slots.close()


async def taken(connection: AsyncConnection) -> set[int]:
    """The places in the file of which the database tells."""
    query = select(upload_parts.c.slot).where(upload_parts.c.slot.is_not(None))
    return set((await connection.execute(query)).scalars())


def _placing(blob_id: str, part: Any, place: int, rows: Sequence[bytes], *, last: bool) -> Work[None]:
    """The transaction that writes some rows of a part; with the `last` ones it has left the file."""
    mine = upload_parts.c.blob_id == blob_id, upload_parts.c.number == part.number

    async def work(connection: AsyncConnection) -> None:
        still = update(upload_parts).where(*mine, upload_parts.c.slot == part.slot)
        moved = await connection.execute(still.values(slot=None if last else part.slot))
        if moved.rowcount != 1:
            raise UploadError("missing")
        await connection.execute(STALE, {"blob": blob_id, "first": place, "end": place + len(rows)})
        values = [{"blob_id": blob_id, "number": at, "data": data} for at, data in enumerate(rows, place)]
        await connection.execute(CHUNKS, values)

    return work


def _entering(key: Key, size: int, sha256: bytes, slot: int) -> Work[bytes | None]:
    """The transaction that makes a part in the file complete; it gives the hash of one that was before it."""

    async def work(connection: AsyncConnection) -> bytes | None:
        found = await look(connection, key)
        there: bytes | None = found.sha256
        if there is None:
            blob_id = found.blob_id or await new_blob(connection, key)
            await enter(connection, key, blob_id, size, sha256, slot=slot)
        return there

    return work


async def _forget_part(connection: AsyncConnection, blob_id: str, part: Any) -> bool:
    """False if it has gone another way."""
    mine = upload_parts.c.blob_id == blob_id, upload_parts.c.number == part.number
    gone = await connection.execute(delete(upload_parts).where(*mine, upload_parts.c.slot == part.slot))
    if gone.rowcount != 1:
        return False
    of = select(upload_items.c.upload_id).where(upload_items.c.blob_id == blob_id).scalar_subquery()
    less = update(uploads).where(uploads.c.id == of).values(received=uploads.c.received - part.size)
    await connection.execute(less)
    return True


async def _chained(pieces: Sequence[bytes], body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    async for piece in body:
        yield piece

"""One part of an upload, from its first byte until it is durable, and its way to where items have theirs.

A small part, and any on PostgreSQL, goes to the database (`bot.store.part_rows`). A large one on SQLite waits
in a file of its own (`bot.store.slots`) until its drop is committed.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

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


class _Room:
    """What is left of an upload's room, less what is on its way: together it has no more of the disk than was
    asked for, though none of it counts in the database until it is there.
    """

    def __init__(self, left: int) -> None:
        self.left = left


class _Share:
    """What one part has of it. `most`: it alone may have as much."""

    def __init__(self, room: _Room, most: int) -> None:
        self._room = room
        self._most = most
        self._taken = 0

    async def counted(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Raises UploadError: too_big; later, where others that are on their way have the room."""
        async for piece in body:
            self._taken += len(piece)
            self._room.left -= len(piece)
            if self._taken > self._most:
                raise UploadError("too_big")
            if self._room.left < 0:
                raise UploadError("later")
            yield piece

    def give_back(self) -> None:
        """It was for nothing."""
        self._room.left += self._taken


class Parts:
    """Without `slots` all go to the database."""

    def __init__(self, reader: Reader, writer: Writer, slots: Slots | None) -> None:
        self._reader = reader
        self._writer = writer
        self._rows = PartRows(writer)
        self._slots = slots
        self._rooms: WeakValueDictionary[str, _Room] = WeakValueDictionary()

    async def take(self, key: Key, body: AsyncIterator[bytes]) -> None:
        """As `Uploads.take`."""
        pieces, size = [], 0
        async for piece in body:
            pieces.append(piece)
            size += len(piece)
            if size > _PIECE:
                break
        body = _chained(pieces, body)
        if size <= _PIECE:  # in memory whole, and counted in the transaction that writes it
            room = self._rooms.get(key[0])
            if room is None:
                await self._rows.take(key, body)
            else:
                await self._take_small(key, room, size, body)
            return
        there = await self._reader.run(lambda connection: look(connection, key))
        if there.sha256 is not None:
            await _compared(body, there.sha256)
            return
        room = self._rooms.setdefault(key[0], _Room(there.left))
        share = _Share(room, there.left)
        kept = False
        try:
            place = await self._slots.place() if self._slots else None
            if place is None:
                await self._rows.take(key, share.counted(body))
                kept = True
            else:
                kept = await self._to_place(key, place, share.counted(body))
        finally:
            if not kept:
                share.give_back()

    async def _take_small(self, key: Key, room: _Room, size: int, body: AsyncIterator[bytes]) -> None:
        """Beside what is on its way. One that comes again is counted again until nothing is."""
        if size > room.left:
            raise UploadError("later")
        room.left -= size
        try:
            await self._rows.take(key, body)
        except BaseException:
            room.left += size
            raise

    async def _to_place(self, key: Key, place: Place, body: AsyncIterator[bytes]) -> bool:
        """False if the same part was here already."""
        sure = [True]  # what the database tells of the place
        kept = False
        try:
            kept = await self._written(key, place, body, sure)
        finally:
            if kept or not sure[0]:
                place.settle()
            else:
                with suppress(StorageError):  # then a sweep empties it
                    await place.give_back()
        return kept

    async def _written(self, key: Key, place: Place, body: AsyncIterator[bytes], sure: list[bool]) -> bool:
        digest, size, written = hashlib.sha256(), 0, 0
        pending: list[bytes] = []
        async for piece in body:
            size += len(piece)
            digest.update(piece)
            pending.append(piece)
            if size - written >= _PIECE:
                await place.write(written, pending)
                written, pending = size, []
        sha256 = digest.digest()
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


async def _compared(body: AsyncIterator[bytes], sha256: bytes) -> None:
    """With a part that is here. Raises UploadError."""
    digest = hashlib.sha256()
    async for piece in body:
        digest.update(piece)
    if digest.digest() != sha256:
        raise UploadError("other")


async def _chained(pieces: Sequence[bytes], body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    async for piece in body:
        yield piece

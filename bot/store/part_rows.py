"""One part of an upload in rows of 1 MiB, where an item has them, so that nothing moves when it is one.

The part is there from the transaction on that writes its last row; rows of a part that never ended are
written over or deleted.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.errors import StorageError, UploadError
from bot.store.slots import SLOT
from bot.store.tables import CHUNK, chunks, upload_items, upload_parts, uploads
from bot.store.writer import Writer

PART = SLOT
"""Bytes of every part but the last of a file."""
ROWS = PART // CHUNK
MOST_FILES = 10_000
# Made once: to build a statement takes as long as to run it.
_OF_ITEM = (upload_items.c.upload_id == uploads.c.id) & (upload_items.c.name == bindparam("name"))
_OF_PART = (upload_parts.c.blob_id == upload_items.c.blob_id) & (upload_parts.c.number == bindparam("number"))
_LOOK = (
    select(
        uploads.c.done,
        (uploads.c.room - uploads.c.received).label("left"),
        upload_items.c.blob_id,
        upload_parts.c.sha256,
    )
    .select_from(uploads.outerjoin(upload_items, _OF_ITEM).outerjoin(upload_parts, _OF_PART))
    .where(uploads.c.id == bindparam("upload"))
)
_ROWS = (
    chunks.c.blob_id == bindparam("blob"),
    chunks.c.number >= bindparam("first"),
    chunks.c.number < bindparam("end"),
)
STALE = delete(chunks).where(*_ROWS)
_COUNT = select(func.count()).select_from(chunks).where(*_ROWS)
_GROW = (
    update(uploads)
    .where(uploads.c.id == bindparam("upload"), uploads.c.received + bindparam("more") <= uploads.c.room)
    .values(received=uploads.c.received + bindparam("more"))
)
CHUNKS, _ITEM, _PART = insert(chunks), insert(upload_items), insert(upload_parts)
Key = tuple[str, str, int]
"""The drop's id, the page's name of the file, the part's number."""


class PartRows:
    """Parts that go to the database as they come."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._latest: dict[Key, object] = {}

    async def take(self, key: Key, body: AsyncIterator[bytes]) -> None:
        """As `Uploads.take`."""
        digest, size, row = hashlib.sha256(), 0, 0
        pending: list[bytes] = []  # joined once for each row: copied piece by piece it costs twice as much
        held = 0
        known: bytes | None = None
        complete = False
        mine = object()
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
                    known = await self._row(key, row, data)
                    row += 1
                    if known is not None:
                        digest.update(rest)
            if not size:
                raise UploadError("malformed")
            if known is None:
                data = b"".join(pending)
                digest.update(data)
                end = size, digest.digest()
                known = await self._row(key, row, data, end=end)
            complete = True
            if known != digest.digest():
                raise UploadError("other")
        finally:
            if self._latest.get(key) is mine:
                del self._latest[key]
                if not complete and row:
                    with suppress(StorageError):  # then they go with the upload
                        await self._drop_rows(key)

    async def _row(
        self, key: Key, row: int, data: bytes, *, end: tuple[int, bytes] | None = None
    ) -> bytes | None:
        """Write one row of a part, the last one with the part's size and hash; return the hash of the part
        if it is complete.
        """

        async def work(connection: AsyncConnection) -> bytes | None:
            found = await look(connection, key)
            there: bytes | None = found.sha256
            if there is not None:
                return there
            blob_id = found.blob_id or await new_blob(connection, key)
            first = key[2] * ROWS
            place = first + row
            if found.blob_id is not None:  # of an attempt that was cut off
                upto = place + 1 if end is None else first + ROWS
                await connection.execute(STALE, {"blob": blob_id, "first": place, "end": upto})
            await connection.execute(CHUNKS, {"blob_id": blob_id, "number": place, "data": data})
            if end is None:
                return None
            size, sha256 = end
            if row:  # another that brought the same may have failed meanwhile, and taken its rows along
                rows = {"blob": blob_id, "first": first, "end": place}
                if (await connection.execute(_COUNT, rows)).scalar_one() != row:
                    raise StorageError("A part of an item is missing from the database.")
            await enter(connection, key, blob_id, size, sha256)
            return sha256

        return await self._writer.run(work)

    async def _drop_rows(self, key: Key) -> None:
        """Of a part that did not come to its end."""

        async def work(connection: AsyncConnection) -> None:
            found = (await connection.execute(_LOOK, _asked(key))).one_or_none()
            if found is None or found.blob_id is None or found.sha256 is not None:
                return
            first = key[2] * ROWS
            await connection.execute(STALE, {"blob": found.blob_id, "first": first, "end": first + ROWS})

        await self._writer.run(work)


def _asked(key: Key) -> dict[str, object]:
    drop_id, name, number = key
    return {"upload": drop_id, "name": name, "number": number}


async def look(connection: AsyncConnection, key: Key) -> Any:
    """What is here of a part, its file and its upload. Raises UploadError."""
    found = (await connection.execute(_LOOK, _asked(key))).one_or_none()
    if found is None or found.done is not None:
        raise UploadError("unknown")
    return found


async def enter(
    connection: AsyncConnection, key: Key, blob_id: str, size: int, sha256: bytes, *, slot: int | None = None
) -> None:
    """From now on the part is complete. Raises UploadError."""
    if (await connection.execute(_GROW, {"upload": key[0], "more": size})).rowcount != 1:
        raise UploadError("too_big")
    values = {"blob_id": blob_id, "number": key[2], "size": size, "sha256": sha256, "slot": slot}
    await connection.execute(_PART, values)


async def new_blob(connection: AsyncConnection, key: Key) -> str:
    """A place for a file of an upload. Raises UploadError."""
    drop_id, name, _ = key
    count = select(func.count()).select_from(upload_items).where(upload_items.c.upload_id == drop_id)
    if (await connection.execute(count)).scalar_one() >= MOST_FILES:
        raise UploadError("too_big")
    made = token_hex(16)
    await connection.execute(_ITEM, {"blob_id": made, "upload_id": drop_id, "name": name})
    return made

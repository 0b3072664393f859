"""The ciphertext of one item on its way in: full rows first, then the item with its last row, at once."""

import hashlib
from datetime import date
from functools import partial

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.desks import refuse_closed
from bot.store.drops import drop_state, has_item, insert_item
from bot.store.errors import DropClosed, StorageError
from bot.store.schema import FIRST_DESK
from bot.store.tables import CHUNK, chunks, drops
from bot.store.writer import Writer


class Blob:
    """The ciphertext of one item on its way in: `size` bytes, of which `rows` MiB are in the database."""

    def __init__(self, writer: Writer, blob_id: str) -> None:
        self.id = blob_id
        self.size = 0
        self.rows = 0
        self.committed = False
        self._writer = writer
        self._hash = hashlib.sha256()
        self._pending = bytearray()

    def __repr__(self) -> str:
        return "Blob()"

    @property
    def sha256(self) -> bytes:
        """SHA-256 (32 bytes) of what was written so far."""
        return self._hash.digest()

    async def write(self, data: bytes) -> None:
        """Take any number of bytes; at most 1 MiB waits in memory, the rest goes to rows of 1 MiB."""
        self._hash.update(data)
        self.size += len(data)
        self._pending += data
        while len(self._pending) > CHUNK:  # an item of exactly 1 MiB still fits its own transaction
            row = {"blob_id": self.id, "number": self.rows, "data": bytes(self._pending[:CHUNK])}
            del self._pending[:CHUNK]
            self.rows += 1  # before the insert: if that is interrupted, leaving still looks for the row
            await self._writer.run(partial(_insert, row))

    async def commit_item(
        self, *, drop_id: str, item_id: str, day: date, waiting: bool, desk: str = FIRST_DESK
    ) -> bool:
        """Store the item durably, in one transaction, creating its drop (a draft of `day`) if there is none.

        Returns False if there is an item of this id already, in any drop: nothing is stored twice. Raises
        `DropClosed` if the drop is complete, `DeskClosed` if its desk takes nothing new.
        """

        async def work(connection: AsyncConnection) -> bool:
            if await has_item(connection, item_id):
                return False
            await refuse_closed(connection, desk)
            drop = await drop_state(connection, drop_id)
            if drop is None:
                values = {"id": drop_id, "day": day, "state": "draft", "desk": desk}
                await connection.execute(insert(drops).values(values))
            elif drop != "draft":
                raise DropClosed("The drop is complete.")
            else:  # the day of a draft is that of its last item: a sweep spares what is still being written
                await connection.execute(
                    update(drops).where(drops.c.id == drop_id, drops.c.day < day).values(day=day)
                )
            staged = select(func.count()).select_from(chunks).where(chunks.c.blob_id == self.id)
            if (await connection.execute(staged)).scalar_one() != self.rows:
                raise StorageError("A part of an item is missing from the database.")
            if self._pending:
                last = {"blob_id": self.id, "number": self.rows, "data": bytes(self._pending)}
                await connection.execute(insert(chunks).values(last))
            state = "waiting" if waiting else "kept"
            item = {"id": item_id, "state": state, "size": self.size, "sha256": self.sha256}
            await insert_item(connection, drop_id, **item, blob_id=self.id)
            return True

        self.committed = await self._writer.run(work)
        return self.committed


async def _insert(row: dict[str, object], connection: AsyncConnection) -> None:
    await connection.execute(insert(chunks).values(row))

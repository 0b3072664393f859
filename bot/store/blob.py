"""The ciphertext of one item on its way in: full rows first, then the item with its last row, at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drops import drop_state, look, take_out
from bot.store.errors import DeskClosed, DropClosed, StorageError
from bot.store.schema import FIRST_DESK
from bot.store.tables import CHUNK, chunks, drops, items
from bot.store.writer import Writer

_DRAFT, _ITEM, _CHUNK = insert(drops), insert(items), insert(chunks)
"""Made once: to build a statement takes as long as to run it."""


class Blob:
    """The ciphertext of one item on its way in: `size` bytes, of which `rows` MiB are in the database."""

    def __init__(self, writer: Writer, blob_id: str) -> None:
        self.id = blob_id
        self.size = 0
        self.rows = 0
        self.committed = False
        self.orphans: list[str] = []  # of what it took the place of
        self.writer = writer
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
            await self.writer.run(partial(_insert, row))

    async def commit_item(
        self, *, drop_id: str, item_id: str, day: date, waiting: bool, desk: str = FIRST_DESK
    ) -> bool:
        """Store the item durably; see `commit_items`."""
        new = NewItem(drop_id=drop_id, item_id=item_id, day=day, waiting=waiting, desk=desk)
        return (await commit_items([(self, new)]))[0]

    async def enter(self, connection: AsyncConnection, new: "NewItem") -> bool:
        """Make the item, with its last row, in a transaction that `commit_items` runs."""
        there = await look(connection, new.drop_id, new.item_id, new.desk)
        if there.item is not None and (
            there.item == new.drop_id or await drop_state(connection, there.item) != "draft"
        ):
            return False
        if there.closed is not None:
            raise DeskClosed("The desk is closed.")
        if there.state is None:
            values = {"id": new.drop_id, "day": new.day, "state": "draft", "desk": new.desk}
            await connection.execute(_DRAFT, values)
        elif there.state != "draft":
            raise DropClosed("The drop is complete.")
        elif there.day < new.day:  # that of its last item: a sweep spares what is still being written
            mine = drops.c.id == new.drop_id
            await connection.execute(update(drops).where(mine).values(day=new.day))
        if self.rows:
            staged = select(func.count()).select_from(chunks).where(chunks.c.blob_id == self.id)
            if (await connection.execute(staged)).scalar_one() != self.rows:
                raise StorageError("A part of an item is missing from the database.")
        if self._pending:
            last = {"blob_id": self.id, "number": self.rows, "data": bytes(self._pending)}
            await connection.execute(_CHUNK, last)
        place, self.orphans = await take_out(connection, new.drop_id, new.instead)
        if there.item is not None:  # in the draft of a chat that was forgotten: nobody goes on with that
            self.orphans += (await take_out(connection, there.item, (new.item_id,)))[1]
        place = place or (there.last or 0) + 1
        state = "waiting" if new.waiting else "kept"
        item: dict[str, object] = {
            "id": new.item_id,
            "state": state,
            "size": self.size,
            "sha256": self.sha256,
        }
        await connection.execute(
            _ITEM, {"drop_id": new.drop_id, "position": place, "blob_id": self.id, **item}
        )
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item of a drop, which becomes a draft of `day` if there is none. The items `instead` of the draft
    leave it in the same transaction; the new one gets the place of the first.
    """

    drop_id: str
    item_id: str
    day: date
    waiting: bool
    desk: str = FIRST_DESK
    instead: tuple[str, ...] = ()


async def commit_items(entries: Sequence[tuple[Blob, NewItem]]) -> list[bool]:
    """Store items durably, all in one transaction.

    Each is False if there is an item of this id already: nothing is stored twice. One of another draft leaves
    that: its message came again to a chat of which the draft was forgotten. Raises `DropClosed` if a drop is
    complete, `DeskClosed` if its desk takes nothing new: then none is stored.
    """

    async def work(connection: AsyncConnection) -> list[bool]:
        return [await blob.enter(connection, new) for blob, new in entries]

    if not entries:
        return []
    writer = entries[0][0].writer
    ends = await writer.run(work)
    for (blob, _), stored in zip(entries, ends, strict=True):
        blob.committed = stored
    orphans = [orphan for blob, _ in entries for orphan in blob.orphans]
    if orphans:
        await writer.erase(orphans)
    return ends


async def _insert(row: dict[str, object], connection: AsyncConnection) -> None:
    await connection.execute(_CHUNK, row)

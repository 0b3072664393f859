"""The store: drops and items as ciphertext, one transaction an item ("State" in the design).

A large item is staged: its full chunks arrive in small transactions under a random blob id, so that no writer
waits for another's download. The item exists only from the transaction that inserts its row, together with
its last chunk. Rows of a blob without an item are rubbish, and are swept.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store import batches as batching
from bot.store import desks as desk_rows
from bot.store import drops as drop_rows
from bot.store import uploads as upload_rows
from bot.store.address import Address
from bot.store.batches import ChainKeys, ExportedBatch, PlannedBatch
from bot.store.blob import Blob
from bot.store.database import Claim, Shared, open_engine, settle
from bot.store.errors import DropClosed, SharedElsewhere, StorageError, StoreError
from bot.store.mailboxes import Mailboxes
from bot.store.parts import Parts, taken
from bot.store.reader import Reader
from bot.store.schema import FIRST_DESK
from bot.store.slots import Slots
from bot.store.tables import chunks, drops, items
from bot.store.uploads import Uploads
from bot.store.writer import Guard, Writer, orphaned

_FORGOTTEN = 500  # drops at a time: others wait for them
State = Literal["waiting", "kept", "manifest"]


@dataclass(frozen=True, slots=True)
class StoredItem:
    """`size` (bytes) and `sha256` (32 bytes) are those of the ciphertext; `position` only orders."""

    id: str
    position: int
    size: int
    sha256: bytes
    state: State


@dataclass(frozen=True, slots=True)
class Swept:
    """How many drafts, orphaned blobs and exported drops a sweep deleted."""

    drafts: int
    blobs: int
    drops: int


class Store:
    """One database. Every method raises `StorageError` when the database refuses, and may be called again.

    Each change is one transaction, whole or absent; only the erasure that follows a deletion may come later.
    A `desk` is one as the tables have it: every desk has a chain of batches of its own.
    """

    def __init__(
        self, engine: AsyncEngine, *, claim: Claim | None = None, guard: Guard = lambda: None
    ) -> None:
        self._engine = engine
        self._writer = Writer(engine, claim=claim, guard=guard)
        self._reader = Reader(engine)
        self._live: set[str] = set()  # blobs being staged by this process
        self._others = isinstance(claim, Shared)
        self._doubtful: set[str] = set()  # what another process may be staging
        self.mailboxes = Mailboxes(self._reader, self._writer)
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        slots = None if file is None else Slots(Path(f"{file}-parts"), lambda: self._reader.run(taken))
        self._parts = Parts(self._reader, self._writer, slots)
        self.uploads = Uploads(self._writer, self._parts)

    def __repr__(self) -> str:
        return "Store()"

    @classmethod
    async def open(
        cls, where: Address | str, *, claim: Claim | None = None, guard: Guard = lambda: None
    ) -> "Store":
        """Open or create the database at an address, which may be a SQLAlchemy url without a password
        (`sqlite+aiosqlite:///PATH`).

        Raises `StoreError` for a database that is not ours or that a newer Silbo wrote. With a `claim`, on
        PostgreSQL, also while another that does not go with it is open, on whatever machine;
        `SharedElsewhere` where others share their conversations in another memory. `guard` keeps those from
        writing who lost their chat to another bot.
        """
        address = where if isinstance(where, Address) else Address(where)
        store = cls(await open_engine(address), claim=claim, guard=guard)
        if claim and store._engine.dialect.name == "postgresql":

            async def nothing(_: AsyncConnection) -> None:
                return

            try:
                await store._writer.run(nothing)
            except SharedElsewhere:
                await store.close()
                raise
            except StorageError:
                await store.close()
                raise StoreError(
                    "Another silbo run uses this database, or holds it: stop it first, or name another."
                ) from None
        return store

    async def close(self) -> None:
        """Wait for what is being written, then close every connection."""
        await self._writer.close()
        await self._parts.close()
        await self._reader.close()
        await self._engine.dispose()

    # Intake

    @asynccontextmanager
    async def stage(self) -> AsyncIterator[Blob]:
        """Collect the ciphertext of one item; what was not committed on leaving is deleted."""
        blob = Blob(self._writer, secrets.token_hex(16))
        self._live.add(blob.id)
        try:
            yield blob
        finally:
            try:
                if not blob.committed and blob.rows:
                    with suppress(StorageError):  # then the next sweep deletes the rows
                        await self._writer.delete_blobs([blob.id])
            finally:
                self._live.discard(blob.id)

    async def keep(self, item_id: str) -> bool:
        """Keep a waiting item; True if it is kept now or was before, False if there is no such item."""

        async def work(connection: AsyncConnection) -> bool:
            known = items.c.id == item_id, items.c.state.in_(("waiting", "kept"))
            return (await connection.execute(update(items).where(*known).values(state="kept"))).rowcount == 1

        return await self._writer.run(work)

    async def remove(self, item_id: str) -> bool:
        """Delete an item of a draft, and with the last one the draft; False if there is none. Raises
        `DropClosed` if its drop is complete.
        """

        async def work(connection: AsyncConnection) -> str | None:
            mine = items.c.id == item_id
            query = select(items.c.blob_id, drops.c.id, drops.c.state).join(drops).where(mine)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            if row.state != "draft":
                raise DropClosed("The drop is complete.")
            await connection.execute(delete(items).where(items.c.id == item_id))
            left = exists().where(items.c.drop_id == drops.c.id)
            await connection.execute(delete(drops).where(drops.c.id == row.id, ~left))
            return str(row.blob_id)

        blob_id = await self._writer.run(work)
        if blob_id is None:
            return False
        await self._writer.erase([blob_id])
        return True

    async def commit_manifest(
        self,
        drop_id: str,
        item_id: str,
        ciphertext: bytes,
        day: date,
        *,
        withdrawal: bytes | None = None,
        stamp: bytes | None = None,
    ) -> bool:
        """Complete a drop in one transaction: its manifest goes in, items still waiting go out.

        The items get random ids: those they had lead to the updates that brought them, and so to a chat.
        `day` becomes the day of the drop, `withdrawal` (32 bytes) the tag of who may withdraw it, `stamp` (32
        bytes) the hash of the secret in a manifest that this server made; None: nobody's. Returns
        False when this manifest is stored already. Raises `DropClosed` for a drop that is complete by another
        manifest, unknown or discarded.
        """
        dropped = await self._writer.run(
            lambda connection: drop_rows.complete(
                connection, drop_id, item_id, ciphertext, day=day, withdrawal=withdrawal, stamp=stamp
            )
        )
        if dropped is not None:
            await self._writer.erase(dropped)  # the old ids leave the log, too
        return dropped is not None

    async def stamp(self, drop_id: str) -> bytes | None:
        """Of a drop (32 bytes); None for one that was complete before servers had stamps."""
        return await self._reader.run(lambda connection: drop_rows.stamp(connection, drop_id))

    async def open_draft(self, drop_id: str, day: date, *, desk: str = FIRST_DESK) -> None:
        """Make a draft without an item, unless there is a drop of this id."""

        async def work(connection: AsyncConnection) -> None:
            if await drop_rows.drop_state(connection, drop_id) is None:
                values = {"id": drop_id, "day": day, "state": "draft", "desk": desk}
                await connection.execute(insert(drops).values(values))

        await self._writer.run(work)

    async def discard(self, drop_id: str) -> bool:
        """Delete a draft with its items; False if there is none. Raises `DropClosed` if it is complete."""

        async def work(connection: AsyncConnection) -> list[str] | None:
            state = await drop_rows.drop_state(connection, drop_id)
            if state is None:
                return None
            if state != "draft":
                raise DropClosed("The drop is complete.")
            return await drop_rows.delete_drops(connection, [drop_id])

        blob_ids = await self._writer.run(work)
        if blob_ids is None:
            return False
        await self._writer.erase(blob_ids)
        return True

    # Reading

    async def drop_state(self, drop_id: str) -> Literal["draft", "complete"] | None:
        """None if there is no such drop."""
        return await self._reader.run(lambda connection: drop_rows.drop_state(connection, drop_id))

    async def items(self, drop_id: str) -> tuple[StoredItem, ...]:
        """The items of a drop, in every state, in the order of their arrival; empty for an unknown drop."""
        return (await self.drop(drop_id))[1]

    async def drop(self, drop_id: str) -> tuple[Literal["draft", "complete"] | None, tuple[StoredItem, ...]]:
        """What `drop_state` and `items` tell, of one moment."""
        query = select(items).where(items.c.drop_id == drop_id).order_by(items.c.position)

        async def work(
            connection: AsyncConnection,
        ) -> tuple[Literal["draft", "complete"] | None, tuple[StoredItem, ...]]:
            state = await drop_rows.drop_state(connection, drop_id)
            rows = (await connection.execute(query)).all()
            return state, tuple(
                StoredItem(row.id, row.position, row.size, row.sha256, row.state) for row in rows
            )

        return await self._reader.run(work)

    async def read(self, item_id: str) -> AsyncIterator[bytes]:
        """The ciphertext of an item in pieces of at most 1 MiB.

        Raises `StorageError` if the item is not there, or if what is there differs from its size and hash
        (so: use nothing before the iteration has ended without an error).
        """
        mine = items.c.id == item_id
        of_item = select(items.c.size, items.c.sha256).where(mine)
        # By the item: its blob may move meanwhile (`settling`).
        row = select(chunks.c.data).join(items, items.c.blob_id == chunks.c.blob_id).where(mine)

        async def chunk(connection: AsyncConnection, number: int) -> bytes | None:
            query = row.where(chunks.c.number == number)
            data: bytes | None = (await connection.execute(query)).scalar_one_or_none()
            return data

        async def begin(connection: AsyncConnection) -> tuple[Any, bytes | None]:
            return (await connection.execute(of_item)).one_or_none(), await chunk(connection, 0)

        item, data = await self._reader.run(begin)
        if item is None:
            raise StorageError("There is no such item in the database.")
        digest, size, number = hashlib.sha256(), 0, 0
        while size < item.size:
            if number:  # a transaction for each row: no snapshot is held while the reader's disk is slow
                data = await self._reader.run(partial(chunk, number=number))
            if not data:
                raise StorageError("A part of an item is missing from the database.")
            digest.update(data)
            size, number = size + len(data), number + 1
            yield data
        if size != item.size or digest.digest() != item.sha256:
            raise StorageError("An item in the database is damaged.")

    async def used(self) -> dict[str, int]:
        """How many bytes of ciphertext lie here of each desk that has some."""
        query = select(drops.c.desk, func.sum(items.c.size)).join(items).group_by(drops.c.desk)

        async def work(connection: AsyncConnection) -> dict[str, int]:
            return {desk: int(size) for desk, size in (await connection.execute(query)).all()}

        return await self._reader.run(work)

    # Export

    async def plan_batch(
        self,
        day: date,
        successor: str | None = None,
        *,
        signer: str | None = None,
        desk: str = FIRST_DESK,
    ) -> PlannedBatch | None:
        """Fix a desk's next batch: its number, day, predecessor, drops, signer and successor, in one
        transaction.

        A batch that was planned and not marked as written comes again, unchanged. None if nothing is to be
        exported; with a `successor` (the public key to hand over to, as text) a batch without drops is made.
        """
        return await self._writer.run(
            lambda connection: batching.plan(connection, desk, day, signer, successor)
        )

    async def written_before(
        self, sequence: int, *, desk: str = FIRST_DESK
    ) -> tuple[PlannedBatch, str | None, bytes] | None:
        """A batch that was exported, who signed it, and its SHA-256; None if there is no such batch."""
        return await self._reader.run(lambda connection: batching.written_before(connection, desk, sequence))

    async def chain_keys(self, *, desk: str = FIRST_DESK) -> ChainKeys:
        """Which key signs the next batch, by those that were planned and written."""
        return await self._reader.run(lambda connection: batching.chain_keys(connection, desk))

    async def forget_keys(self, *, desk: str = FIRST_DESK) -> None:
        """Forget which key signs, for a server that has lost it."""
        await self._writer.run(lambda connection: batching.forget_keys(connection, desk))

    async def batch_written(self, sequence: int, sha256: bytes, *, desk: str = FIRST_DESK) -> None:
        """Record that a batch is durable at its target; `sha256` (32 bytes) is that of its batch.json.

        Repeatable. Raises `StoreError` if the batch was recorded before with another hash.
        """
        await self._writer.run(lambda connection: batching.mark_written(connection, desk, sequence, sha256))

    async def parts_sent(self, sequence: int, chat: int, *, desk: str = FIRST_DESK) -> int:
        """How many parts of a batch that is not written yet are in a chat."""
        return await self._reader.run(
            lambda connection: batching.parts_sent(connection, desk, sequence, chat)
        )

    async def mark_sent(self, sequence: int, chat: int, parts: int, *, desk: str = FIRST_DESK) -> None:
        """Record that the first `parts` parts of a batch are in a chat."""
        await self._writer.run(lambda connection: batching.mark_sent(connection, desk, sequence, chat, parts))

    async def exported(self, sequence: int, *, desk: str = FIRST_DESK) -> ExportedBatch | None:
        """A batch of a desk's chain and what is left of it here; None if there is no such batch."""
        return await self._reader.run(lambda connection: batching.exported(connection, desk, sequence))

    async def written_drops(self, drop_ids: Collection[str], *, desk: str = FIRST_DESK) -> frozenset[str]:
        """Those of these drops that are still here and were exported, in whatever batch of the desk."""
        return await self._reader.run(lambda connection: batching.written_drops(connection, desk, drop_ids))

    async def confirm(self, drop_ids: Collection[str], reviewer: str) -> int:
        """Record that the reviewer (a tag of 32 characters) has these drops; return how many that is news
        of.
        """
        return await self._writer.run(lambda connection: batching.confirm(connection, drop_ids, reviewer))

    # Desks

    async def closed_desks(self) -> dict[str, date]:
        """The desks that were closed, and on what day."""
        return await self._reader.run(desk_rows.closed)

    async def reopen_desk(self, desk: str) -> None:
        """Let a closed desk take things again."""
        await self._writer.run(lambda connection: desk_rows.reopen(connection, desk))

    async def desks_with_drops(self) -> set[str]:
        """Those of which there is a complete drop."""
        return await self._reader.run(desk_rows.with_drops)

    async def close_desk(self, desk: str, day: date) -> date:
        """Let a desk take nothing new from now on; return the day on which that was first said."""
        return await self._writer.run(lambda connection: desk_rows.close(connection, desk, day))

    # Forgetting

    async def sweep(self, today: date, *, retention: int | Mapping[str, int]) -> Swept:
        """Delete what is over: drafts whose last item came before yesterday, orphaned blobs, exported drops.
        Shuffle what came before today.

        Drops go when their batch is more than `retention` days old and written, answers and marks of reading
        when they are, or their desk has been closed for longer. It is a number for all desks, or one for
        each; a desk that is not named has the first one's. Blobs that this process is
        staging stay, and, where others share the conversations, those that were not here a sweep ago: another
        process may be staging them. A draft's chat has let go of it by then
        (`bot.dialogue.runner.DRAFT_SECONDS`).
        """

        swept, slots = await self._forget(today, retention, {})
        blobs, last = swept.blobs, ""
        doubtful, self._doubtful = self._doubtful, set()
        while some := await self._orphans(last):
            last = some[-1]
            gone = [blob for blob in some if blob not in self._live]
            if self._others:
                self._doubtful.update(blob for blob in gone if blob not in doubtful)
                gone = [blob for blob in gone if blob in doubtful]
            await self._writer.sweep_blobs(gone)
            blobs += len(gone)
        await settle(self._engine, newest=today - timedelta(days=1), over=today)
        await self._writer.shrink()
        await self._writer.erase(())
        await self._parts.sweep(slots)  # last: a file that can't be opened keeps nothing else
        return replace(swept, blobs=blobs)

    async def _orphans(self, after: str) -> list[str]:
        """Blobs that nothing has, in the order of their names, so many at a time."""
        query = select(chunks.c.blob_id).where(chunks.c.blob_id > after, orphaned())
        query = query.distinct().order_by(chunks.c.blob_id).limit(_FORGOTTEN)

        async def look(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(query)).scalars())

        return await self._reader.run(look)

    async def _forget(
        self,
        today: date,
        retention: int | Mapping[str, int],
        reviewers: Mapping[str, Collection[str]],
    ) -> tuple[Swept, list[int]]:
        """Delete what is over, and what all of a desk's reviewers have, so many drops at a time: no source
        waits for all of them. With it the places of parts that are gone.
        """

        async def old(connection: AsyncConnection) -> tuple[int, int, list[str]]:
            drafts, exported = await drop_rows.over(connection, today, retention, _FORGOTTEN)
            gone = set(exported)
            for desk, tags in reviewers.items():
                gone.update(await batching.confirmed(connection, desk, tags, _FORGOTTEN))
            blobs = await drop_rows.delete_drops(connection, [*drafts, *sorted(gone)])
            return len(drafts), len(gone), blobs

        async def others(connection: AsyncConnection) -> tuple[list[str], list[int]]:
            blobs = await desk_rows.mailboxes_over(connection, today, retention)
            expired, slots = await upload_rows.expire(connection, today)
            return blobs + expired, slots

        blobs, slots = await self._writer.run(others)
        await self._writer.sweep_blobs(blobs)
        swept = Swept(0, len(blobs), 0)
        while True:
            drafts, exported, blobs = await self._writer.run(old)
            if not drafts and not exported:
                return swept, slots
            await self._writer.sweep_blobs(blobs)
            swept = Swept(swept.drafts + drafts, swept.blobs + len(blobs), swept.drops + exported)

    async def purge(
        self,
        today: date,
        *,
        retention: int | Mapping[str, int],
        reviewers: Mapping[str, Collection[str]],
    ) -> Swept:
        """Delete what is over (see `sweep`), and what all of a desk's `reviewers` (tags) have confirmed; make
        sure that it left the files, and the order in which the rest arrived, too.

        For beside a running bot: what that is staging is left alone. Raises `StorageError` also when another
        program reads the database for so long that its log cannot be emptied; what is deleted stays deleted.
        """

        swept, slots = await self._forget(today, retention, reviewers)
        await settle(self._engine, newest=date.max, over=today)
        await self._writer.shrink(anew=True)
        await self._writer.empty()
        await self._parts.sweep(slots)
        return swept

"""The part of the store that answers go through: replies that wait, marks of reading, withdrawals."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import drops as drop_rows
from bot.store import endings, replies
from bot.store.reader import Reader
from bot.store.replies import Delivered, NewReply, OwnDrop, SealedReply, StoredMark
from bot.store.schema import FIRST_DESK
from bot.store.writer import Writer

__all__ = ["Mailboxes", "NewReply", "OwnDrop", "SealedReply", "StoredMark"]


class Mailboxes:
    """Built by `Store`, whose rules for errors hold here."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def desk_id(self, desk: str = FIRST_DESK) -> bytes:
        """The public id (16 bytes) of a desk; made once, and kept."""
        return bytes.fromhex(await self._writer.run(lambda connection: replies.desk_id(connection, desk)))

    async def desk_ids(self) -> dict[str, bytes]:
        """Those of all desks that ever had one, by what the tables call them."""
        return await self._reader.run(replies.desk_ids)

    async def end(self, address: bytes, day: date, *, desk: str = FIRST_DESK) -> None:
        """Destroy every reply in a mailbox, read or not, so that nothing of them stays in the files, and let
        no other come. Nobody is told that they were read.
        """
        blob_ids = await self._writer.run(lambda connection: endings.end(connection, address, desk, day))
        await self._writer.erase(blob_ids)

    async def has_ended(self, address: bytes) -> bool:
        """Whether nothing is delivered to a mailbox any more."""
        return await self._reader.run(lambda connection: endings.has_ended(connection, address))

    async def begin_again(self, address: bytes) -> None:
        """Let replies come to a mailbox that was ended."""
        if await self.has_ended(address):
            await self._writer.run(lambda connection: endings.begin_again(connection, address))

    async def untag(self, drop_ids: Collection[str]) -> None:
        """Let nothing lead from a codename to these drops any more."""
        await self._writer.run(lambda connection: endings.untag(connection, drop_ids))

    async def deliver(self, reply: NewReply, ciphertext: bytes, day: date, *, desk: str = FIRST_DESK) -> bool:
        """Store a reply of a desk durably; False if it was delivered before, whether or not it was read
        since.
        """
        return (await self.deliver_all({reply: ciphertext}, day, desk=desk)).new == 1

    async def deliver_all(
        self, fresh: Mapping[NewReply, bytes], day: date, *, desk: str = FIRST_DESK
    ) -> Delivered:
        """The same for several at once, durable together."""
        return await self._writer.run(lambda connection: replies.deliver(connection, fresh, day, desk))

    async def waiting(self, address: bytes) -> tuple[bytes, ...]:
        """The hashes (32 bytes) of the unread replies in the mailbox with this address."""
        return await self._reader.run(lambda connection: replies.waiting(connection, address))

    async def listed(self, address: bytes) -> tuple[tuple[bytes, int], ...]:
        """The hashes (32 bytes) and sizes of the unread replies in the mailbox with this address."""
        return await self._writer.run(lambda connection: replies.listed(connection, address))

    async def sealed(self, sha256: bytes) -> SealedReply | None:
        """An unread reply; None if there is none."""
        return await self._reader.run(lambda connection: replies.sealed(connection, sha256))

    async def read(self, sha256: bytes, token: bytes, day: date, *, desk: str | None = None) -> bool:
        """Destroy a reply, so that nothing of it stays in the files, and keep `token` (16 bytes) as the proof
        that it was read, for `desk` if it turned out whose it is; False if it is gone already.
        """
        blob_id = await self._writer.run(
            lambda connection: replies.read(connection, sha256, token, day, desk)
        )
        if blob_id is not None:
            await self._writer.erase([blob_id])
        return blob_id is not None

    async def marks(self, *, desk: str = FIRST_DESK) -> tuple[StoredMark, ...]:
        """All proofs that replies of a desk were read, ascending by the hash of the reply."""
        return await self._reader.run(lambda connection: replies.marks(connection, desk))

    async def own_drops(self, tag_of: Callable[[str], bytes]) -> tuple[OwnDrop, ...]:
        """The drops that a codename may withdraw: `tag_of` makes its tag (32 bytes) of a drop's id. In a
        thread: every drop that is here costs a hash.
        """
        tagged = await self._reader.run(replies.tagged)

        def mine() -> tuple[OwnDrop, ...]:
            return tuple(drop for tag, drop in tagged if secrets.compare_digest(tag, tag_of(drop.id)))

        return await asyncio.to_thread(mine)

    async def withdraw(self, drop_id: str) -> bool:
        """Delete a drop that is in no batch; False if an export was faster, or it is gone."""

        async def work(connection: AsyncConnection) -> list[str] | None:
            if not await drop_rows.is_unexported(connection, drop_id):
                return None
            return await drop_rows.delete_drops(connection, [drop_id])

        blob_ids = await self._writer.run(work)
        if blob_ids is not None:
            await self._writer.erase(blob_ids)
        return blob_ids is not None

"""Export to the reviewers' own chat: a batch as a parcel, in parts that Telegram can carry and not read.

Source: docs/protocol.md, "Parcels". How many parts are in the chat is recorded after each, so an export that
was interrupted goes on there. A crash between sending and recording sends one part twice, sealed anew around
the same content: the reader takes either.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType

from bot.channels.telegram.errors import TooManyRequests, Unavailable, Unreachable
from bot.channels.telegram.outbox import LONGEST_WAIT
from bot.export.batch_bytes import ExportError, Piece, batch_of, drop_pieces, hash_drop, signed_files
from bot.store.batches import PlannedBatch
from bot.store.store import Store
from crypto.age.stream import CHUNK_SIZE, TAG_SIZE
from crypto.batch import Batch
from crypto.envelope import Sealing
from crypto.minisign import SigningKey
from crypto.parcel import Part, count_parts, part_opening, part_plaintext_size, slice_of
from crypto.slots import Slots
from crypto.tar import END, member_header, member_padding

ATTEMPTS = 5
FIRST_PAUSE = 2.0

Upload = Callable[[int, str, int, AsyncIterator[bytes]], Awaitable[None]]
"""Sends to a chat a document of this name and size with these bytes, as a channel's client does."""


class ChatTarget:
    """The chat `chat`, reached by `upload`; parts are sealed to the reviewers behind `slots`."""

    def __init__(self, upload: Upload, chat: int, slots: Slots, *, first_pause: float = FIRST_PAUSE) -> None:
        self._upload = upload
        self._chat = chat
        self._slots = slots
        self._first_pause = first_pause

    async def __aenter__(self) -> "ChatTarget":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    async def write(self, store: Store, signing_key: SigningKey, plan: PlannedBatch) -> Batch:
        """Send the parts that are not in the chat yet. Raises `ExportError`."""
        batch = batch_of(plan, tuple([await hash_drop(store, drop_id) for drop_id in plan.drop_ids]))
        parcel = _Parcel(store, batch, signed_files(batch, signing_key))
        parts = count_parts(parcel.size)
        for number in range(await store.parts_sent(plan.sequence, self._chat, desk=plan.desk) + 1, parts + 1):
            part = Part(batch.sequence, batch.digest(), number, parts)
            await self._send(part, *slice_of(parcel.size, number), parcel)
            await store.mark_sent(plan.sequence, self._chat, number, desk=plan.desk)
        return batch

    async def _send(self, part: Part, start: int, length: int, parcel: "_Parcel") -> None:
        pause = self._first_pause
        for attempt in range(1, ATTEMPTS + 1):
            sealed = _Sealed(self._slots, part, length, parcel.read(start, length))
            try:
                return await self._upload(self._chat, part.file_name, sealed.size, sealed.pieces())
            except TooManyRequests as limit:
                if limit.seconds > LONGEST_WAIT:
                    raise ExportError(
                        "Telegram wants a long silence in the reviewers' chat; export again later, "
                        "what was sent is remembered."
                    ) from None
                await asyncio.sleep(limit.seconds)
            except Unreachable:
                raise ExportError(
                    "The reviewers' chat cannot be written: is the bot in it, may it send files, and is "
                    "export.chat its number?"
                ) from None
            except Unavailable:
                if attempt < ATTEMPTS:
                    await asyncio.sleep(pause)
                    pause *= 2
        raise ExportError("Telegram cannot be reached; export again later, what was sent is remembered.")


class _Parcel:
    """The tar of a batch's files, read from the database at any place without reading what is before it."""

    def __init__(self, store: Store, batch: Batch, files: dict[str, bytes]) -> None:
        self._store = store
        self._batch = batch
        self._files = files
        sizes = [*map(len, files.values()), *(drop.size for drop in batch.drops)]
        self.size = sum(len(member_header("x", 0)) + size + -size % 512 for size in sizes) + len(END)

    async def read(self, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes from `start` on, `length` of them, at most 1 MiB at a time."""
        skip, left = start, length
        async for size, what in self._pieces(start):
            if skip >= size:
                skip -= size
                continue
            async for content in self._content(what):
                piece = content[skip : skip + left]
                skip = max(0, skip - len(content))
                left -= len(piece)
                if piece:
                    yield piece
                if not left:
                    return

    async def _content(self, what: bytes | str) -> AsyncIterator[bytes]:
        if isinstance(what, bytes):
            yield what
        else:
            async for piece in self._store.read(what):
                yield piece

    async def _pieces(self, start: int) -> AsyncIterator[Piece]:
        """What the parcel is made of; a drop wholly before `start` is one piece, and not looked up."""
        place = 0
        for name, content in self._files.items():
            member = member_header(name, len(content)) + content + member_padding(len(content))
            place += len(member)
            yield len(member), member
        for drop in self._batch.drops:
            header, padding = member_header(f"{drop.id}.tar", drop.size), member_padding(drop.size)
            end = place + len(header) + drop.size + len(padding)
            if end <= start:
                yield end - place, b""
            else:
                yield len(header), header
                async for piece in drop_pieces(self._store, drop.id):
                    yield piece
                yield len(padding), padding
            place = end
        yield len(END), END


class _Sealed:
    """One part on its way into an age file; `size` is known before its content is read."""

    def __init__(self, slots: Slots, part: Part, length: int, content: AsyncIterator[bytes]) -> None:
        self._sealing = Sealing(slots)
        self._header = self._sealing.update(part_opening(part, length))
        self._length = length
        self._content = content
        plaintext = part_plaintext_size(part, length)
        self.size = len(self._header) + plaintext + TAG_SIZE * -(-plaintext // CHUNK_SIZE)

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self._header
        async for piece in self._content:
            yield self._sealing.update(piece)
        yield self._sealing.update(member_padding(self._length))
        for last in self._sealing.finish():
            yield last

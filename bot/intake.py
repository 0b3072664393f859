"""From what a source sent to a durable sealed item: sniff, scrub, seal, store.

Plaintext lives here for one item at most. An image goes through the scrub child whole; anything else streams
through the sealing, a chunk at a time, and is stored as an item that waits for the source's consent.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date

from bot.events import FILE_BYTES, DownloadError, TooBig, Upload
from bot.reviewers import NoValidKey, Reviewers
from bot.scrub import SNIFF_BYTES, Clean, Scrubber, sniff
from bot.store import DropClosed, Store
from bot.vocabulary import Discarded, Expired, Refused, Sent, StoredFile, StoredText, StoredWaiting
from crypto.item import Cleaning, ItemSealer, Kind
from crypto.manifest import Manifest, ManifestItem, item_name, seal_manifest
from crypto.slots import Slots

TEXT_BYTES = 64 * 1024
DOWNLOAD_TRIES = 3
RETRY_SECONDS = 1.0
PIECE = 256 * 1024

REFUSALS = {
    "bomb": "too_large",
    "too_large": "too_large",
    "timeout": "too_large",
    "truncated": "broken",
    "broken": "broken",
    "crashed": "broken",
    "mislabeled": "mislabeled",
    "encrypted": "encrypted",
}
"""The scrubber's reasons, in the few words that help a source; any other is `unverified`."""

TOO_MUCH = {"timeout", "too_large"}
"""Reasons that keep no long recording out: it may go uncleaned, if the source says so."""

UNKNOWN_TYPE = ("application/octet-stream", "bin")
MEDIA_TYPES = {
    "voice": ("audio/ogg", "ogg"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "animation": ("video/mp4", "mp4"),
}
"""What Telegram makes of these kinds. A document's name is not looked at, so its type stays unknown."""


@dataclass(frozen=True, slots=True, repr=False)
class _Facts:
    """What `item.json` says of a content."""

    kind: Kind
    media_type: str
    extension: str
    cleaning: Cleaning
    removed: tuple[str, ...] = ()
    arrived_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Which item of which drop; `waiting` until the source consents."""

    drop_id: str
    item_id: str
    waiting: bool = False


class Intake:
    """Takes items for the desk with id `desk`. `today` returns the current UTC day."""

    def __init__(
        self, store: Store, scrubber: Scrubber, reviewers: Reviewers, desk: str, today: Callable[[], date]
    ) -> None:
        self._store = store
        self._scrubber = scrubber
        self._reviewers = reviewers
        self._desk = desk
        self._today = today

    async def text(self, drop_id: str, item_id: str, body: str) -> StoredText | Refused | Expired:
        """Seal and store words. Raises StorageError."""
        content = body.encode("utf-8", "replace")
        if not body.strip():
            return Refused("empty")
        if len(content) > TEXT_BYTES:
            return Refused("text_too_long")
        facts = _Facts("text", "text/plain", "txt", "text")
        try:
            return StoredText(
                await self._seal(_Place(drop_id, item_id), facts, len(content), _pieces(content))
            )
        except NoValidKey:
            return Refused("closed")
        except DropClosed:
            return Expired()

    async def file(
        self, drop_id: str, item_id: str, upload: Upload
    ) -> StoredFile | StoredWaiting | Refused | Expired:
        """Scrub, seal and store a file; a download that fails is tried again. Raises StorageError."""
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                self._slots()
                return await self._file(_Place(drop_id, item_id), upload)
            except DownloadError:
                await asyncio.sleep(RETRY_SECONDS * attempt)
            except TooBig:
                return Refused("too_big")
            except NoValidKey:
                return Refused("closed")
            except DropClosed:
                return Expired()
        return Refused("download")

    async def keep(self, item_id: str) -> None:
        """The source accepted that a waiting item goes as it is. Raises StorageError."""
        await self._store.keep(item_id)

    async def remove(self, item_id: str) -> None:
        """The source wants a waiting item gone. Raises StorageError."""
        await self._store.remove(item_id)

    async def discard(self, drop_id: str) -> Discarded | Sent:
        """Delete a draft and its items; Sent if it is complete already. Raises StorageError."""
        try:
            await self._store.discard(drop_id)
        except DropClosed:
            return Sent()
        return Discarded()

    async def submit(self, drop_id: str, language: str, channel: str) -> Sent | Refused | Expired:
        """Seal the manifest over the kept items and close the drop, unless it is. Raises StorageError."""
        if await self._store.drop_state(drop_id) == "complete":
            return Sent()
        items = [item for item in await self._store.items(drop_id) if item.state == "kept"]
        manifest = Manifest(
            desk=self._desk,
            language=language,
            channel=channel,
            day=self._today(),
            items=tuple(
                ManifestItem(item_name(number), item.sha256, item.size)
                for number, item in enumerate(items, start=1)
            ),
            answers={},
            mailbox=None,
            reply_recipient=None,
        )
        try:
            sealed = seal_manifest(self._slots(), manifest)
            await self._store.commit_manifest(drop_id, secrets.token_hex(16), sealed, manifest.day)
        except NoValidKey:
            return Refused("closed")
        except DropClosed:
            return Expired()
        return Sent()

    async def _file(self, place: _Place, upload: Upload) -> StoredFile | StoredWaiting | Refused:
        async with aclosing(_capped(upload)) as chunks:
            head = b""
            async for chunk in chunks:
                head += chunk
                if len(head) >= SNIFF_BYTES:
                    break
            if not head:
                return Refused("empty_file")
            if sniff(head) is None and upload.size is not None:
                return await self._as_it_is(place, upload.kind, upload.size, _chain(head, chunks))
            data = head + b"".join([chunk async for chunk in chunks])
        if sniff(head) is None:
            return await self._as_it_is(place, upload.kind, len(data), _pieces(data))
        result = await self._scrubber.scrub(data)
        if isinstance(result, Clean):
            arrived = hashlib.sha256(data).digest()
            facts = _Facts("file", result.media_type, result.extension, "clean", result.removed, arrived)
            size = await self._seal(place, facts, len(result.content), _pieces(result.content))
            return StoredFile(size, result.removed, result.notes, upload.group)
        if result.reason == "unsupported" or (result.reason in TOO_MUCH and _takes_time(head)):
            return await self._as_it_is(place, upload.kind, len(data), _pieces(data))
        return Refused(REFUSALS.get(result.reason, "unverified"))

    async def _as_it_is(
        self, place: _Place, kind: str, size: int, content: AsyncIterator[bytes]
    ) -> StoredWaiting:
        """Seal a file that can't be cleaned; it waits for the source's consent."""
        facts = _Facts("file", *MEDIA_TYPES.get(kind, UNKNOWN_TYPE), "uncleaned")
        waiting = _Place(place.drop_id, place.item_id, waiting=True)
        return StoredWaiting(place.item_id, await self._seal(waiting, facts, size, content), kind)

    async def _seal(self, place: _Place, facts: _Facts, size: int, content: AsyncIterator[bytes]) -> int:
        """Encrypt `content` of `size` bytes as it comes, and commit it; return the size of its ciphertext.

        Raises DownloadError if the content turns out longer or shorter.
        """
        sealer = ItemSealer(self._slots(), size=size, extension=facts.extension)
        left = size
        async with self._store.stage() as blob:
            async for chunk in content:
                left -= len(chunk)
                if left < 0:
                    raise DownloadError
                await blob.write(sealer.update(chunk))
            if left:
                raise DownloadError
            day = self._today()
            end = sealer.finish(
                kind=facts.kind,
                media_type=facts.media_type,
                day=day,
                cleaning=facts.cleaning,
                removed=facts.removed,
                arrived_sha256=facts.arrived_sha256,
            )
            for piece in end:
                await blob.write(piece)
            await blob.commit_item(
                drop_id=place.drop_id, item_id=place.item_id, day=day, waiting=place.waiting
            )
            return blob.size

    def _slots(self) -> Slots:
        return self._reviewers.slots(self._today())


async def _capped(upload: Upload) -> AsyncGenerator[bytes, None]:
    """Yield the upload's bytes; raise TooBig past the cap, whatever the channel declared."""
    if upload.size is not None and upload.size > FILE_BYTES:
        raise TooBig
    arrived = 0
    async with aclosing(upload.read()) as chunks:
        async for chunk in chunks:
            arrived += len(chunk)
            if arrived > FILE_BYTES:
                raise TooBig
            yield chunk


def _takes_time(head: bytes) -> bool:
    """Sound and video; a picture beyond the limits is a bomb, not a long one."""
    return (sniff(head) or "").startswith(("audio/", "video/"))


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]

"""From what a source sent to a durable sealed item: sniff, scrub, seal, store.

Plaintext lives here for one item at most. An image goes through the scrub child whole; anything else streams
through the sealing, a chunk at a time, and is stored as an item that waits for the source's consent.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import date

from bot.events import DownloadError, TooBig, Upload
from bot.reviewers import NoValidKey, Reviewers
from bot.scrub import SNIFF_BYTES, Clean, Scrubber, sniff
from bot.store import Blob, DropClosed, Store
from bot.vocabulary import Expired, Refused, Sent, StoredFile, StoredText, StoredWaiting
from crypto.item import ItemSealer, seal_item
from crypto.manifest import Manifest, ManifestItem, seal_manifest

FILE_BYTES = 20_000_000
"""What a bot may download (Bot API: 20 MB), and so the cap of every channel."""
TEXT_BYTES = 64 * 1024
DOWNLOAD_TRIES = 3
PIECE = 256 * 1024

REFUSALS = {
    "bomb": "too_large",
    "too_large": "too_large",
    "timeout": "too_large",
    "truncated": "broken",
    "broken": "broken",
    "crashed": "broken",
    "mislabeled": "mislabeled",
}
"""The scrubber's reasons, in the few words that help a source; any other is `unverified`."""

MEDIA_TYPES = {
    "voice": ("audio/ogg", "ogg"),
    "audio": ("application/octet-stream", "bin"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "animation": ("video/mp4", "mp4"),
}
"""What Telegram makes of these kinds. A document's type is not known by its name: it stays `bin`."""


class Intake:
    """Takes items for one desk. `today` returns the current UTC day."""

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
        try:
            sealed = await asyncio.to_thread(
                seal_item,
                self._reviewers.recipients(self._today()),
                content,
                extension="txt",
                kind="text",
                media_type="text/plain",
                day=self._today(),
                cleaning="text",
                removed=(),
            )
            async with self._store.stage() as blob:
                await blob.write(sealed)
                await self._commit(blob, drop_id, item_id, waiting=False)
        except NoValidKey:
            return Refused("closed")
        except DropClosed:
            return Expired()
        return StoredText(len(sealed))

    async def file(
        self, drop_id: str, item_id: str, upload: Upload
    ) -> StoredFile | StoredWaiting | Refused | Expired:
        """Scrub, seal and store a file; a download that fails is tried again. Raises StorageError."""
        for attempt in range(DOWNLOAD_TRIES):
            try:
                return await self._file(drop_id, item_id, upload)
            except DownloadError:
                await asyncio.sleep(attempt)
            except TooBig:
                return Refused("too_big")
            except NoValidKey:
                return Refused("closed")
            except DropClosed:
                return Expired()
        return Refused("download")

    async def _file(self, drop_id: str, item_id: str, upload: Upload) -> StoredFile | StoredWaiting | Refused:
        async with aclosing(_capped(upload)) as chunks:
            head = b""
            async for chunk in chunks:
                head += chunk
                if len(head) >= SNIFF_BYTES:
                    break
            if not head:
                return Refused("empty_file")
            if sniff(head) is None:
                return await self._as_it_is(drop_id, item_id, upload, head, chunks)
            data = bytearray(head)
            async for chunk in chunks:
                data += chunk
        result = await self._scrubber.scrub(bytes(data))
        if isinstance(result, Clean):
            arrived = hashlib.sha256(data).digest()
            return await self._clean(drop_id, item_id, upload.group, result, arrived)
        if result.reason == "unsupported":
            return await self._as_it_is(drop_id, item_id, upload, bytes(data), _nothing())
        return Refused(REFUSALS.get(result.reason, "unverified"))

    async def _clean(
        self, drop_id: str, item_id: str, group: str | None, clean: Clean, arrived_sha256: bytes
    ) -> StoredFile:
        today = self._today()
        sealer = ItemSealer(
            self._reviewers.recipients(today), size=len(clean.content), extension=clean.extension
        )
        async with self._store.stage() as blob:
            for start in range(0, len(clean.content), PIECE):
                await blob.write(sealer.update(clean.content[start : start + PIECE]))
            await blob.write(
                sealer.finish(
                    kind="file",
                    media_type=clean.media_type,
                    day=today,
                    cleaning="clean",
                    removed=clean.removed,
                    arrived_sha256=arrived_sha256,
                )
            )
            await self._commit(blob, drop_id, item_id, waiting=False)
            return StoredFile(blob.size, clean.removed, clean.notes, group)

    async def _as_it_is(
        self, drop_id: str, item_id: str, upload: Upload, head: bytes, rest: AsyncIterator[bytes]
    ) -> StoredWaiting:
        """Seal a file that can't be cleaned; it waits for the source's consent."""
        today = self._today()
        media_type, extension = MEDIA_TYPES.get(upload.kind, ("application/octet-stream", "bin"))
        if upload.size is None:
            head += b"".join([chunk async for chunk in rest])
        size = len(head) if upload.size is None else upload.size
        sealer = ItemSealer(self._reviewers.recipients(today), size=size, extension=extension)
        arrived = len(head)
        async with self._store.stage() as blob:
            await blob.write(sealer.update(head))
            async for chunk in rest:
                arrived += len(chunk)
                if arrived > size:
                    raise DownloadError
                await blob.write(sealer.update(chunk))
            if arrived != size:
                raise DownloadError
            await blob.write(
                sealer.finish(kind="file", media_type=media_type, day=today, cleaning="uncleaned", removed=())
            )
            await self._commit(blob, drop_id, item_id, waiting=True)
            return StoredWaiting(item_id, blob.size, upload.kind)

    async def _commit(self, blob: Blob, drop_id: str, item_id: str, *, waiting: bool) -> None:
        await blob.commit_item(drop_id=drop_id, item_id=item_id, day=self._today(), waiting=waiting)

    async def keep(self, item_id: str) -> None:
        """The source accepted that a waiting item goes as it is. Raises StorageError."""
        await self._store.keep(item_id)

    async def remove(self, item_id: str) -> None:
        """The source wants a waiting item gone. Raises StorageError."""
        await self._store.remove(item_id)

    async def discard(self, drop_id: str) -> None:
        """Delete a draft and its items. Raises StorageError."""
        await self._store.discard(drop_id)

    async def submit(
        self, drop_id: str, manifest_id: str, language: str, channel: str
    ) -> Sent | Refused | Expired:
        """Seal the manifest over the kept items and close the drop. Raises StorageError."""
        today = self._today()
        items = [item for item in await self._store.items(drop_id) if item.state == "kept"]
        manifest = Manifest(
            desk=self._desk,
            language=language,
            channel=channel,
            day=today,
            items=tuple(
                ManifestItem(f"{number:04}.age", item.sha256, item.size)
                for number, item in enumerate(items, start=1)
            ),
            answers={},
            mailbox=None,
            reply_recipient=None,
        )
        try:
            sealed = await asyncio.to_thread(seal_manifest, self._reviewers.recipients(today), manifest)
            await self._store.commit_manifest(drop_id, manifest_id, sealed, today)
        except NoValidKey:
            return Refused("closed")
        except DropClosed:
            return Expired()
        return Sent()


async def _capped(upload: Upload) -> AsyncIterator[bytes]:
    """Yield the upload's bytes; raise TooBig past the cap, whatever the channel declared."""
    if upload.size is not None and upload.size > FILE_BYTES:
        raise TooBig
    arrived = 0
    async for chunk in upload.read():
        arrived += len(chunk)
        if arrived > FILE_BYTES:
            raise TooBig
        yield chunk


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in ():
        yield chunk

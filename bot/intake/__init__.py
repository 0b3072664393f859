"""From what a source sent to a durable sealed item: sniff, scrub, seal, store.

Plaintext lives here for one item at most. What the scrubber knows goes through the scrub child whole;
anything else streams through the sealing, a chunk at a time, and is stored as an item that waits for the
source's consent.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date

from bot.channels.events import FILE_BYTES, DownloadError, TooBig, Upload
from bot.conversation.vocabulary import (
    Discarded,
    Expired,
    Refused,
    Sent,
    StoredDisguised,
    StoredFile,
    StoredText,
    StoredWaiting,
)
from bot.intake.sealing import Facts, Place, Sealer
from bot.keys import NoValidKey, Reviewers
from bot.store.errors import DropClosed
from bot.store.store import Store
from bot.tally import Tally
from codes.reasons import REASONS, told
from crypto.age import Recipient
from crypto.drop import item_name
from crypto.manifest import Manifest, ManifestItem
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff

TEXT_BYTES = 64 * 1024
DOWNLOAD_TRIES = 3
RETRY_SECONDS = 1.0
PIECE = 256 * 1024

UNKNOWN_TYPE = ("application/octet-stream", "bin")
MEDIA_TYPES = {
    "voice": ("audio/ogg", "ogg"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "animation": ("video/mp4", "mp4"),
}
"""What Telegram makes of these kinds. A document's name is not looked at, so its type stays unknown."""


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """A disguised voice, for the one person who has to say whether it is good enough."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the content in hexadecimal, by which one made again is known to be the same."""
        return hashlib.sha256(self.content).hexdigest()


FileEnd = StoredFile | StoredDisguised | StoredWaiting | Refused | Expired
NO_CHOICES = Choices()


class Intake:
    """Takes items for the desk with id `desk`. `custodian` is whose key opens sealed originals, None where
    the desk has nobody for that. A `day` is the UTC day on which the message at hand came.

    `beside` gives the id of the original beside an item: the same each time, also when the desk has no
    custodian any more; and without a key that is not on the disk nobody sees that the two belong together.
    What was refused is counted in `tally`.
    """

    def __init__(
        self,
        store: Store,
        scrubber: Scrubber,
        reviewers: Reviewers,
        desk: str,
        *,
        beside: Callable[[str], str],
        tally: Tally,
        custodian: Recipient | None = None,
    ) -> None:
        self._store = store
        self._scrubber = scrubber
        self._sealer = Sealer(store, reviewers, custodian)
        self._custodian = custodian
        self._beside = beside
        self._tally = tally
        self._desk = desk

    @property
    def custodian(self) -> str | None:
        """The public key of whoever may open originals, as text."""
        return None if self._custodian is None else str(self._custodian)

    async def text(
        self, drop_id: str, item_id: str, body: str, *, day: date
    ) -> StoredText | Refused | Expired:
        """Seal and store words. Raises StorageError."""
        content = body.encode("utf-8", "replace")
        if not body.strip():
            return Refused("empty")
        if len(content) > TEXT_BYTES:
            return Refused("text_too_long")
        facts = Facts("text", "text/plain", "txt", "text")
        place = Place(drop_id, item_id, day)
        try:
            return StoredText(await self._sealer.item(place, facts, len(content), _pieces(content)))
        except NoValidKey:
            return self._closed()
        except DropClosed:
            return Expired()

    async def file(
        self,
        drop_id: str,
        item_id: str,
        upload: Upload,
        choices: Choices = NO_CHOICES,
        *,
        day: date,
        original: bool = False,
    ) -> tuple[FileEnd, Preview | None]:
        """Scrub, seal and store a file; a download that fails is tried again. Raises StorageError.

        `original` encloses the untouched file for the custodian. A disguised voice comes back as a preview.
        """
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                self._sealer.slots(day)
                return await self._file(Place(drop_id, item_id, day), upload, choices, original=original)
            except DownloadError:
                await asyncio.sleep(RETRY_SECONDS * attempt)
            except TooBig:
                return Refused("too_big"), None
            except NoValidKey:
                return self._closed(), None
            except DropClosed:
                return Expired(), None
        return Refused("download"), None

    async def preview(self, upload: Upload, choices: Choices) -> Preview | None:
        """Make the preview of a stored item again, after a crash; None if that can't be done.

        The same file and the same choices give the same bytes, which the caller has to check.
        """
        try:
            async with aclosing(_capped(upload)) as chunks:
                data = b"".join([chunk async for chunk in chunks])
        except (DownloadError, TooBig):
            return None
        result = await self._scrubber.scrub(data, choices)
        return Preview(result.content, result.media_type) if isinstance(result, Clean) else None

    async def keep(self, item_id: str) -> None:
        """The source accepted that a waiting item goes as it is. Raises StorageError."""
        await self._store.keep(item_id)
        await self._store.keep(self._beside(item_id))

    async def remove(self, drop_id: str, item_id: str) -> None:
        """The source wants an item of the draft gone. Raises DropClosed if it went already, StorageError."""
        if await self._store.drop_state(drop_id) == "complete":  # its items have other ids now
            raise DropClosed("The drop is complete.")
        await self.remove_original(item_id)
        await self._store.remove(item_id)

    async def remove_original(self, item_id: str) -> None:
        """The sealed original beside an item has to go. Raises StorageError."""
        await self._store.remove(self._beside(item_id))

    async def discard(self, drop_id: str) -> Discarded | Sent:
        """Delete a draft and its items; Sent if it is complete already. Raises StorageError."""
        try:
            await self._store.discard(drop_id)
        except DropClosed:
            return Sent()
        return Discarded()

    async def submit(
        self,
        drop_id: str,
        language: str,
        channel: str,
        refused: tuple[str, ...] = (),
        enclosed: tuple[str, ...] = (),
        *,
        day: date,
    ) -> Sent | Refused | Expired:
        """Seal the manifest over the kept items and close the drop, unless it is. Raises StorageError.

        `enclosed` are the items of whose originals the source was told; any other original does not go.
        """
        if await self._store.drop_state(drop_id) == "complete":
            return Sent()
        items = [item for item in await self._store.items(drop_id) if item.state == "kept"]
        originals = {self._beside(item) for item in enclosed}
        stray = {self._beside(item.id) for item in items} - originals
        for item in [item for item in items if item.id in stray]:
            await self._store.remove(item.id)
            items.remove(item)
        manifest = Manifest(
            desk=self._desk,
            language=language,
            channel=channel,
            day=day,
            items=tuple(
                ManifestItem(
                    item_name(number),
                    item.sha256,
                    item.size,
                    "custodian" if item.id in originals else "reviewers",
                )
                for number, item in enumerate(items, start=1)
            ),
            answers={},
            mailbox=None,
            reply_recipient=None,
            refused=refused,
        )
        try:
            sealed = self._sealer.manifest(manifest)
            await self._store.commit_manifest(drop_id, secrets.token_hex(16), sealed, day)
        except NoValidKey:
            return self._closed()
        except DropClosed:
            return Expired()
        return Sent()

    def _closed(self) -> Refused:
        self._tally.count("closed")
        return Refused("closed")

    async def _file(
        self, place: Place, upload: Upload, choices: Choices, *, original: bool
    ) -> tuple[FileEnd, Preview | None]:
        async with aclosing(_capped(upload)) as chunks:
            head = b""
            async for chunk in chunks:
                head += chunk
                if len(head) >= SNIFF_BYTES:
                    break
            if not head:
                return Refused("empty_file"), None
            if sniff(head) is None and upload.size is not None:
                content = _chain(head, chunks)
                return await self._as_it_is(place, upload.kind, "unsupported", upload.size, content), None
            data = head + b"".join([chunk async for chunk in chunks])
        result = await self._scrubber.scrub(data, choices)
        if isinstance(result, Clean):
            return await self._clean(place, upload, data, result, original=original)
        reason = REASONS[result.reason]
        if reason.may_go or (reason.takes_time and _takes_time(head)):
            return await self._as_it_is(place, upload.kind, result.reason, len(data), _pieces(data)), None
        self._tally.count(reason.counted)
        return Refused(told(result.reason)), None

    async def _clean(
        self, place: Place, upload: Upload, data: bytes, clean: Clean, *, original: bool
    ) -> tuple[StoredFile | StoredDisguised, Preview | None]:
        """Seal the clean copy, and the original behind it if that was asked for."""
        disguised = "disguised" in clean.notes
        place = replace(place, waiting=disguised)
        facts = Facts("file", clean.media_type, clean.extension, "clean", clean.removed, clean.notes)
        size = await self._sealer.item(place, facts, len(clean.content), _pieces(clean.content))
        enclosed = original and self._custodian is not None
        if enclosed:
            beside = replace(place, item_id=self._beside(place.item_id))
            facts = Facts("file", sniff(data[:SNIFF_BYTES]) or UNKNOWN_TYPE[0], UNKNOWN_TYPE[1], "original")
            size += await self._sealer.item(beside, facts, len(data), _pieces(data))
        if disguised:
            preview = Preview(clean.content, clean.media_type)
            return (
                StoredDisguised(
                    place.item_id, size, clean.removed, clean.notes, preview.digest, original=enclosed
                ),
                preview,
            )
        stored = StoredFile(place.item_id, size, clean.removed, clean.notes, upload.group, enclosed)
        return stored, None

    async def _as_it_is(
        self, place: Place, kind: str, reason: str, size: int, content: AsyncIterator[bytes]
    ) -> StoredWaiting:
        """Seal a file that can't be cleaned; it waits for the source's consent."""
        facts = Facts("file", *MEDIA_TYPES.get(kind, UNKNOWN_TYPE), "uncleaned")
        waiting = replace(place, waiting=True)
        return StoredWaiting(
            place.item_id, await self._sealer.item(waiting, facts, size, content), kind, reason
        )


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

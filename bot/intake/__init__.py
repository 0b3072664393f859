"""From what a source sent to a durable sealed item, and from items to a complete drop.

A file is for `bot.intake.files`; whatever is sealed passes through `bot.intake.sealing`.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.channels.events import DownloadError, TooBig, Upload
from bot.conversation.outcomes import AskedBack, Discarded, Expired, Refused, Sent, StoredText
from bot.intake.codenames import Codenames, Sender
from bot.intake.files import FileEnd, Files, Preview, pieces
from bot.intake.sealing import Facts, Place, Sealer, trial_sealer
from bot.keys import NoValidKey, Reviewers
from bot.store.errors import DropClosed
from bot.store.store import Store
from bot.tally import Tally
from crypto.age import Recipient
from crypto.drop import item_name
from crypto.manifest import MAX_WITHDRAWN, Manifest, ManifestItem
from scrub.report import Choices
from scrub.scrubber import Scrubber

__all__ = ["Intake", "Preview"]

TEXT_BYTES = 64 * 1024
DOWNLOAD_TRIES = 3
RETRY_SECONDS = 1.0
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
        self._sealer = Sealer(store, reviewers.slots, custodian)
        self._trial_sealer = trial_sealer(store, reviewers.slots, custodian)
        encloses = custodian is not None
        self._files, self._trial_files = (
            Files(scrubber, sealer, beside=beside, tally=tally, encloses=encloses)
            for sealer in (self._sealer, self._trial_sealer)
        )
        self.codenames = Codenames(store.mailboxes, reviewers, desk, tally)
        self._custodian = custodian
        self._beside = beside
        self._tally = tally
        self._desk = desk

    @property
    def custodian(self) -> str | None:
        """The public key of whoever may open originals, as text."""
        return None if self._custodian is None else str(self._custodian)

    def closed(self, day: date) -> bool:
        """Whether nothing can be taken on `day`: there is no valid key."""
        try:
            self._sealer.slots(day)
        except NoValidKey:
            return True
        return False

    async def text(
        self, drop_id: str, item_id: str, body: str, *, day: date, trial: bool = False
    ) -> StoredText | Refused | Expired:
        """Seal and store words, those of a `trial` for keys that nobody has. Raises StorageError."""
        content = body.encode("utf-8", "replace")
        if not body.strip():
            return Refused("empty")
        if len(content) > TEXT_BYTES:
            return Refused("text_too_long")
        facts = Facts("text", "text/plain", "txt", "text")
        place = Place(drop_id, item_id, day)
        try:
            sealer = self._trial_sealer if trial else self._sealer
            return StoredText(await sealer.item(place, facts, len(content), pieces(content)))
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
        trial: bool = False,
    ) -> tuple[FileEnd, tuple[Preview, ...]]:
        """Scrub, seal and store a file; a download that fails is tried again. Raises StorageError.

        `original` encloses the untouched file for the custodian, `trial` seals for keys that nobody has. A
        disguised voice, and each way to read a doubtful text, comes back as a preview.
        """
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                self._sealer.slots(day)
                place = Place(drop_id, item_id, day)
                files = self._trial_files if trial else self._files
                return await files.take(place, upload, choices, original=original)
            except DownloadError:
                await asyncio.sleep(RETRY_SECONDS * attempt)
            except TooBig:
                return Refused("too_big"), ()
            except NoValidKey:
                return self._closed(), ()
            except DropClosed:
                return Expired(), ()
        return Refused("download"), ()

    async def previews(self, upload: Upload, choices: Choices) -> tuple[Preview, ...]:
        """Make the previews of a stored item again, after a crash; none if that can't be done.

        The same file and the same choices give the same bytes, which the caller has to check.
        """
        return await self._files.previews(upload, choices)

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
        sender: Sender | None = None,
    ) -> Sent | Refused | Expired:
        """Seal the manifest over the kept items and close the drop, unless it is. Raises StorageError.

        `enclosed` are the items of whose originals the source was told; any other original does not go. The
        manifest names the `sender`'s mailbox.
        """
        if await self._store.drop_state(drop_id) == "complete":
            return Sent()
        items = [item for item in await self._store.items(drop_id) if item.state == "kept"]
        originals = {self._beside(item) for item in enclosed}
        stray = {self._beside(item.id) for item in items} - originals
        for item in [item for item in items if item.id in stray]:
            await self._store.remove(item.id)
            items.remove(item)
        manifest = replace(
            self._manifest(language, channel, day, sender),
            items=tuple(
                ManifestItem(
                    item_name(number),
                    item.sha256,
                    item.size,
                    "custodian" if item.id in originals else "reviewers",
                )
                for number, item in enumerate(items, start=1)
            ),
            refused=refused,
        )
        return await self._complete(drop_id, manifest, sender)

    async def ask_back(
        self, drop_id: str, language: str, channel: str, sender: Sender, ids: Sequence[str], *, day: date
    ) -> AskedBack | Refused:
        """Seal a drop without items whose manifest asks the reviewers to forget those with these ids, unless
        it is there already. Raises StorageError.
        """
        if await self._store.drop_state(drop_id) == "complete":
            return AskedBack()
        asked = tuple(sorted(ids)[:MAX_WITHDRAWN])
        manifest = replace(self._manifest(language, channel, day, sender), withdraws=asked)
        await self._store.open_draft(drop_id, day)
        end = await self._complete(drop_id, manifest, sender)
        return end if isinstance(end, Refused) else AskedBack()

    def _manifest(self, language: str, channel: str, day: date, sender: Sender | None) -> Manifest:
        empty = Manifest(desk=self._desk, language=language, channel=channel, day=day, items=())
        if sender is None:
            return empty
        return replace(
            empty,
            desk_id=sender.desk_id,
            mailbox=sender.mailbox,
            reply_recipient=sender.recipient,
            in_reply_to=sender.in_reply_to,
        )

    async def _complete(
        self, drop_id: str, manifest: Manifest, sender: Sender | None
    ) -> Sent | Refused | Expired:
        withdrawal = None if sender is None else sender.withdrawal
        try:
            sealed = self._sealer.manifest(manifest)
            await self._store.commit_manifest(
                drop_id, secrets.token_hex(16), sealed, manifest.day, withdrawal=withdrawal
            )
        except NoValidKey:
            return self._closed()
        except DropClosed:
            return Expired()
        return Sent()

    def _closed(self) -> Refused:
        self._tally.count("closed")
        return Refused("closed")

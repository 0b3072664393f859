"""From what a source sent to a durable sealed item, and from items to a complete drop.

A file is for `bot.intake.files`, a whole drop for `bot.intake.closing`; whatever is sealed passes through
`bot.intake.sealing`.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from bot.channels.events import FILE_BYTES, DownloadError, TooBig, Upload
from bot.conversation.outcomes import Discarded, Expired, Refused, Sent, StoredText
from bot.intake.answers import AnswerTaker
from bot.intake.closing import Closing
from bot.intake.codenames import Codenames
from bot.intake.files import FileEnd, Files, Preview, pieces
from bot.intake.quota import Full, Quota
from bot.intake.receivers import Chosen, DeskGone, Receivers
from bot.intake.sealing import Facts, Place, Sealer
from bot.keys import NoValidKey, ReviewersError
from bot.store.errors import DeskClosed, DropClosed, StorageError
from bot.store.store import Store
from bot.tally import Tally
from scrub.report import Choices
from scrub.scrubber import Scrubber

__all__ = ["Intake", "Preview"]

REFUSALS: dict[type[Exception], str] = {
    NoValidKey: "closed",
    DeskClosed: "desk_closed",
    DeskGone: "desk_gone",
    Full: "full",
}
UNWILLING = tuple(REFUSALS)
"""What is raised where a desk can take nothing, and what the source is told then."""

TEXT_BYTES = 64 * 1024
DOWNLOAD_TRIES = 3
RETRY_SECONDS = 1.0
NO_CHOICES = Choices()


class Intake:
    """Takes items for one or several desks. A `day` is the UTC day on which the message at hand came, and
    `desks` are those that its source has chosen; each gets a drop of its own.

    `beside` gives the id of the original beside an item: the same each time, also when the desk has no
    custodian any more; and without a key that is not on the disk nobody sees that the two belong together.
    What was refused is counted in `tally`.
    """

    def __init__(
        self,
        store: Store,
        scrubber: Scrubber,
        receivers: Receivers,
        *,
        beside: Callable[[str], str],
        tally: Tally,
        quota: Quota | None = None,
    ) -> None:
        self._quota = quota
        self._store = store
        self.receivers = receivers
        self._sealer = Sealer(store, receivers, beside)
        self._trial_sealer = Sealer(store, receivers, beside, trial=True)
        self._files, self._trial_files = (
            Files(scrubber, sealer, beside=beside, tally=tally, encloses=self._encloses)
            for sealer in (self._sealer, self._trial_sealer)
        )
        self.codenames = Codenames(store.mailboxes, receivers, tally)
        self._beside = beside
        self._tally = tally
        self.answers = AnswerTaker(self._sealer, self._trial_sealer, UNWILLING, self._refused, self._room)
        self.closing = Closing(
            store,
            receivers,
            self._sealer,
            self.codenames,
            beside=beside,
            unwilling=UNWILLING,
            refused=self._refused,
        )

    def custodian(self, desks: Chosen) -> str | None:
        """The public key of whoever may open originals, as text: where one desk gets it, and has somebody."""
        chosen = [one.desk for one in self.receivers if one.desk.short in desks or not self.receivers.several]
        if len(chosen) != 1 or chosen[0].custodian is None:
            return None
        return str(chosen[0].custodian)

    def _encloses(self, desks: Chosen) -> bool:
        return self.custodian(desks) is not None

    def closed(self, day: date) -> bool:
        """Whether nothing can be taken on `day`: no desk has a valid key."""
        for receiver in self.receivers:
            with suppress(NoValidKey):
                self._sealer.slots(receiver, day)
                return False
        return True

    def readers(self, desks: Chosen) -> tuple[str, ...]:
        """The ten words of each reviewer who can open what is sent to these desks (of all where none was
        chosen), with the desk's name.
        """
        return tuple(
            f"{one.desk.name}: {' '.join(reviewer.words)}"
            for one in self.receivers
            if one.desk.short in desks or not desks
            for reviewer in one.reviewers.pinned()
        )

    async def open_desks(self) -> Chosen:
        """The desks that a source may choose among: empty where there is one only."""
        if not self.receivers.several:
            return ()
        closed = await self._store.closed_desks()
        try:
            return tuple(
                one.desk.short
                for one in self.receivers
                if one.desk.key not in closed and one.reviewers.pinned()
            )
        except ReviewersError as error:
            raise StorageError(str(error)) from None

    async def text(
        self,
        drop_id: str,
        item_id: str,
        body: str,
        *,
        day: date,
        trial: bool = False,
        desks: Chosen = (),
        instead: tuple[str, ...] = (),
    ) -> StoredText | Refused | Expired:
        """Seal and store words, those of a `trial` for a key that nobody has, in the place of the items
        `instead`. Raises StorageError.
        """
        content = body.encode("utf-8", "replace")
        if not body.strip():
            return Refused("empty")
        if len(content) > TEXT_BYTES:
            return Refused("text_too_long")
        facts = Facts("text", "text/plain", "txt", "text")
        place = Place(drop_id, item_id, day, desks=desks, instead=instead)
        try:
            await self._room(desks, drop_id, len(content))
            sealer = self._trial_sealer if trial else self._sealer
            return StoredText(await sealer.item(place, facts, len(content), pieces(content)))
        except UNWILLING as error:
            return await self._refused(error, desks, item_id)
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
        desks: Chosen = (),
        instead: tuple[str, ...] = (),
        strict: bool = False,
        rework: str = "",
    ) -> tuple[FileEnd, tuple[Preview, ...]]:
        """Scrub, seal and store a file, in the place of the items `instead`; a download that fails is tried
        again. Raises StorageError.

        `original` encloses the untouched file for the custodian, `trial` seals for a key that nobody has. A
        disguised voice, and each way to read a doubtful text, comes back as a preview. Where it is `strict`,
        anything but a disguised voice is refused; with `rework` (one of
        `bot.channels.events.REWORKS`), anything but such a copy.
        """
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                await self._sealer.check(desks, day)
                await self._room(desks, drop_id, FILE_BYTES if upload.size is None else upload.size)
                place = Place(drop_id, item_id, day, desks=desks, instead=instead)
                files = self._trial_files if trial else self._files
                end, previews = await files.take(
                    place, upload, choices, original=original, strict=strict, rework=rework
                )
                if isinstance(end, Refused):
                    await self._leave_none(item_id, desks)
                return end, previews
            except DownloadError:
                await asyncio.sleep(RETRY_SECONDS * attempt)
            except TooBig:
                await self._leave_none(item_id, desks)
                return Refused("too_big"), ()
            except UNWILLING as error:
                return await self._refused(error, desks, item_id), ()
            except DropClosed:
                return Expired(), ()
        await self._leave_none(item_id, desks)
        return Refused("download"), ()

    async def _room(self, desks: Chosen, drop_id: str, size: int) -> None:
        """Before anything is downloaded. Raises Full, DeskGone, StorageError."""

        async def opened() -> bool:
            return await self._store.drop_state(drop_id) is not None

        if self._quota is not None:
            await self._quota.check([one.desk.key for one in self.receivers.of(desks)], size, opened)

    async def _leave_none(self, item_id: str, desks: Chosen) -> None:
        """Killed in the middle, an item can be stored, at one desk or at all; when its message comes again
        and is refused, nobody gets it.
        """
        await self.remove_original(item_id, desks)
        for copy in self.receivers.ids(item_id, desks):
            await self._store.remove(copy)

    async def previews(self, upload: Upload, choices: Choices, rework: str = "") -> tuple[Preview, ...]:
        """Make the previews of a stored item again, after a crash; none if that can't be done.

        The same file and the same choices give the same bytes, which the caller has to check.
        """
        return await self._files.previews(upload, choices, rework)

    async def keep(self, item_id: str, desks: Chosen = ()) -> None:
        """The source accepted that a waiting item goes as it is. Raises StorageError."""
        for copy in self.receivers.ids(item_id, desks):
            await self._store.keep(copy)
            await self._store.keep(self._beside(copy))

    async def remove(self, drop_id: str, item_id: str, desks: Chosen = ()) -> None:
        """The source wants an item of the draft gone. Raises DropClosed if it went already, StorageError."""
        if await self._store.drop_state(drop_id) == "complete":  # its items have other ids now
            raise DropClosed("The drop is complete.")
        await self.remove_original(item_id, desks)
        for copy in self.receivers.ids(item_id, desks):
            await self._store.remove(copy)

    async def leave(self, drop_id: str, item_ids: Sequence[str], desks: Chosen = ()) -> frozenset[str]:
        """Delete these of a draft, and return what is still in it. Raises DropClosed, StorageError."""
        for item_id in item_ids:
            await self.remove(drop_id, item_id, desks)
        return frozenset(item.id for item in await self._store.items(drop_id))

    async def remove_original(self, item_id: str, desks: Chosen = ()) -> None:
        """The sealed original beside an item has to go. Raises StorageError."""
        for copy in self.receivers.ids(item_id, desks):
            await self._store.remove(self._beside(copy))

    async def discard(self, drop_id: str, desks: Chosen = ()) -> Discarded | Sent:
        """Delete a draft and its items; Sent if it is complete already, of several desks at those that it is
        complete at. Raises StorageError.
        """
        ids = self.receivers.ids(drop_id, desks)
        complete = []
        for number, copy in enumerate(ids):
            try:
                await self._store.discard(copy)
            except DropClosed:
                complete.append(number)
        if not complete:
            return Discarded()
        return Sent(() if len(complete) == len(ids) else tuple(desks[number] for number in complete))

    async def _refused(self, error: Exception, desks: Chosen, item_id: str | None = None) -> Refused:
        """Of several desks those are named that are closed."""
        if item_id is not None:
            await self._leave_none(item_id, desks)
        self._tally.count("closed")
        if isinstance(error, Full) and error.desk is not None:
            return Refused(
                "desk_full", tuple(one.desk.short for one in self.receivers if one.desk.key == error.desk)
            )
        if not isinstance(error, DeskClosed):
            return Refused(REFUSALS[type(error)])
        closed = await self._store.closed_desks()
        mine = tuple(one.desk.short for one in self.receivers if one.desk.key in closed)
        return Refused(REFUSALS[DeskClosed], tuple(short for short in mine if short in desks))

"""From the items of a draft to a complete drop: for each desk apart its manifest is sealed and committed."""

import secrets
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation.outcomes import AskedBack, Expired, Refused, Sent
from bot.intake.codenames import Codenames, Sender, Thread
from bot.intake.receivers import Chosen, Receiver, Receivers
from bot.intake.sealing import Sealer
from bot.store.errors import DropClosed
from bot.store.store import Store, StoredItem
from crypto.drop import item_name, stamp_of
from crypto.manifest import MAX_WITHDRAWN, STAMP_SIZE, Manifest, ManifestItem


@dataclass(frozen=True, slots=True, repr=False)
class _Ready:
    """A drop whose manifest is sealed: what is still to be committed of it."""

    drop_id: str
    sealed: bytes
    day: date
    withdrawal: bytes | None
    stamp: bytes


class Closing:
    """`beside` gives the id of the original beside an item; `refused` tells of what is `unwilling`."""

    def __init__(
        self,
        store: Store,
        receivers: Receivers,
        sealer: Sealer,
        codenames: Codenames,
        *,
        beside: Callable[[str], str],
        unwilling: tuple[type[Exception], ...],
        refused: Callable[[Exception, Chosen], Awaitable[Refused]],
    ) -> None:
        self._store = store
        self._receivers = receivers
        self._sealer = sealer
        self._codenames = codenames
        self._beside = beside
        self._unwilling = unwilling
        self._refused = refused

    async def submit(
        self,
        drop_id: str,
        language: str,
        channel: str,
        refused: tuple[str, ...] = (),
        enclosed: tuple[str, ...] = (),
        *,
        day: date,
        thread: Thread | None = None,
        desks: Chosen = (),
    ) -> Sent | Refused | Expired:
        """Seal the manifest over the kept items and close the drop, unless it is; for each desk apart. Raises
        StorageError.

        `enclosed` are the items of whose originals the source was told; any other original does not go. Each
        manifest names the mailbox of the `thread` at its desk.
        """
        ready: list[_Ready] = []
        try:
            chosen = self._receivers.of(desks)
            for number, (receiver, copy) in enumerate(
                zip(chosen, self._receivers.ids(drop_id, desks), strict=True)
            ):
                state, there = await self._store.drop(copy)
                if state == "complete":
                    continue
                originals = {self._beside(self._receivers.ids(item, desks)[number]) for item in enclosed}
                items = await self._listed(there, originals)
                sender = None if thread is None else await self._codenames.sender(thread, receiver, copy)
                manifest = self._manifest(receiver, language, channel, day, sender)
                manifest = replace(manifest, items=items, refused=refused)
                withdrawal = None if sender is None else sender.withdrawal
                ready.append(self._ready(receiver, copy, manifest, withdrawal))
        except self._unwilling as error:
            return await self._refused(error, desks)
        return await self._complete(ready)

    async def ask_back(
        self, drop_id: str, language: str, channel: str, thread: Thread, *, day: date
    ) -> AskedBack | Refused:
        """For each desk that drops of the thread were passed on to: seal a drop without items whose manifest
        asks its reviewers to forget them, unless it is there already. Refused where none of those desks is
        here any more. Raises StorageError.

        Its tag leads nowhere: nobody must take back the wish in the belief that it is what was sent.
        """
        passed_on = await self._codenames.passed_on(thread.root)
        reached = tuple(one.desk.short for one in self._receivers if one.desk.key in passed_on)
        if passed_on and not reached:
            return Refused("ask_gone")
        ready: list[_Ready] = []
        try:
            for receiver in self._receivers:
                copy = self._receivers.id_at(drop_id, receiver.desk)
                asked = tuple(passed_on.get(receiver.desk.key, ())[:MAX_WITHDRAWN])
                if not asked or await self._store.drop_state(copy) == "complete":
                    continue
                sender = await self._codenames.sender(thread, receiver, copy)
                manifest = self._manifest(receiver, language, channel, day, sender)
                asking = self._ready(
                    receiver, copy, replace(manifest, withdraws=asked), secrets.token_bytes(32)
                )
                await self._store.open_draft(copy, day, desk=receiver.desk.key)
                ready.append(asking)
        except self._unwilling as error:
            return await self._refused(error, ())
        end = await self._complete(ready)
        return end if isinstance(end, Refused) else AskedBack(reached if self._receivers.several else ())

    async def _listed(self, there: Sequence[StoredItem], originals: Set[str]) -> tuple[ManifestItem, ...]:
        """What the manifest lists of a drop; an original of which nobody was told is deleted before."""
        items = [item for item in there if item.state == "kept"]
        stray = {self._beside(item.id) for item in items} - originals
        for item in [item for item in items if item.id in stray]:
            await self._store.remove(item.id)
            items.remove(item)
        return tuple(
            ManifestItem(
                item_name(number),
                item.sha256,
                item.size,
                "custodian" if item.id in originals else "reviewers",
            )
            for number, item in enumerate(items, start=1)
        )

    def _manifest(
        self, receiver: Receiver, language: str, channel: str, day: date, sender: Sender | None
    ) -> Manifest:
        short = receiver.desk.short
        empty = Manifest(desk=short, language=language, channel=channel, day=day, items=())
        if sender is None:
            return empty
        return replace(
            empty,
            desk_id=sender.desk_id,
            mailbox=sender.mailbox,
            reply_recipient=sender.recipient,
            in_reply_to=sender.in_reply_to,
        )

    def _ready(
        self, receiver: Receiver, drop_id: str, manifest: Manifest, withdrawal: bytes | None
    ) -> _Ready:
        """Seal it with the secret of a new stamp: so a reader knows that this server made the drop."""
        secret = secrets.token_bytes(STAMP_SIZE)
        sealed = self._sealer.manifest(receiver, replace(manifest, stamp=secret))
        return _Ready(drop_id, sealed, manifest.day, withdrawal, stamp_of(secret))

    async def _complete(self, ready: Sequence[_Ready]) -> Sent | Expired:
        """Every manifest is sealed by now; killed in between, the same again completes the rest."""
        try:
            for each in ready:
                await self._store.commit_manifest(
                    each.drop_id,
                    secrets.token_hex(16),
                    each.sealed,
                    each.day,
                    withdrawal=each.withdrawal,
                    stamp=each.stamp,
                )
        except DropClosed:
            return Expired()
        return Sent()

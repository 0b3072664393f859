"""Seals one item while it streams in, and commits it: the only place where ciphertext of a source is made.

A sealed original is an item of its own for the custodian's key alone, in as many stanzas as the reviewers'
items have, so that outside only its place and its size hint at it (docs/protocol.md, "Item"). For several
desks an item is sealed to each apart, as it streams in: its plaintext is not kept for a second time.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.channels.events import DownloadError
from bot.intake.receivers import Chosen, Receiver, Receivers
from bot.store.blob import Blob, NewItem, commit_items
from bot.store.errors import DeskClosed
from bot.store.store import Store
from crypto.age import HybridIdentity, Recipient
from crypto.item import Cleaning, ItemSealer, Kind
from crypto.manifest import Manifest, seal_manifest
from crypto.slots import Slots

Audience = Literal["reviewers", "custodian"]


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What `item.json` says of a content."""

    kind: Kind
    media_type: str
    extension: str
    cleaning: Cleaning
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Which item of which drop, and the UTC day on which its message came; `waiting` until the source
    consents. For each desk after the first of the `desks` both ids are others. Of them `only` some get it;
    empty: all. The items `instead` leave the drop, with their originals, when it is there.
    """

    drop_id: str
    item_id: str
    day: date
    waiting: bool = False
    desks: Chosen = ()
    only: Chosen = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Copy:
    """The same item on its way to one desk."""

    receiver: Receiver
    drop_id: str
    item_id: str
    instead: tuple[str, ...]
    sealer: ItemSealer
    blob: Blob


class Sealer:
    """`beside` gives the id of the original beside an item. A `trial` seals like the other, and closes when
    it would, but for a key whose secret is thrown away here.

    The day is given, and never read here: a key of another day than the one written down would tell that
    something came at midnight.
    """

    def __init__(
        self, store: Store, receivers: Receivers, beside: Callable[[str], str], *, trial: bool = False
    ) -> None:
        self._store = store
        self._receivers = receivers
        self._beside = beside
        self._discarded = Slots([HybridIdentity.generate().recipient()]) if trial else None
        self._for_custodian: dict[tuple[Recipient, int], Slots] = {}

    def slots(self, receiver: Receiver, day: date, audience: Audience = "reviewers") -> Slots:
        """The keys of an item of `day`. Raises NoValidKey, for the custodian as well: no key, no drop."""
        slots = receiver.reviewers.slots(day)
        if self._discarded is not None:
            return self._discarded
        custodian = receiver.desk.custodian
        if audience == "reviewers" or custodian is None:
            return slots
        kept = self._for_custodian.get((custodian, len(slots)))
        if kept is None:
            kept = self._for_custodian[custodian, len(slots)] = Slots([custodian], at_least=len(slots))
        return kept

    async def check(self, chosen: Chosen, day: date) -> None:
        """Raises NoValidKey, DeskGone or DeskClosed if one of the chosen desks can take nothing today."""
        closed = await self._store.closed_desks()
        for receiver in self._receivers.of(chosen):
            if receiver.desk.key in closed:
                raise DeskClosed("The desk is closed.")
            self.slots(receiver, day)

    async def item(self, place: Place, facts: Facts, size: int, content: AsyncIterator[bytes]) -> int:
        """Encrypt `content` of `size` bytes as it comes, and commit it; return the size of its ciphertext.

        An original goes to desks with a custodian only, beside the item of this place. Raises NoValidKey,
        DropClosed, DeskClosed, DeskGone, StorageError, and DownloadError for content that is longer or
        shorter; then no desk has the item.
        """
        left = size
        async with AsyncExitStack() as stack:
            copies = []
            for receiver, drop_id, item_id, instead in self._at(place, facts):
                audience: Audience = "custodian" if facts.cleaning == "original" else "reviewers"
                slots = self.slots(receiver, place.day, audience)
                sealer = ItemSealer(slots, size=size, extension=facts.extension)
                blob = await stack.enter_async_context(self._store.stage())
                copies.append(_Copy(receiver, drop_id, item_id, instead, sealer, blob))
            async for chunk in content:
                left -= len(chunk)
                if left < 0:
                    raise DownloadError
                for copy in copies:
                    await copy.blob.write(copy.sealer.update(chunk))
            if left:
                raise DownloadError
            await self._commit(copies, place, facts)
            return sum(copy.blob.size for copy in copies)

    def manifest(self, receiver: Receiver, manifest: Manifest) -> bytes:
        """The age file of a manifest. Raises NoValidKey."""
        return seal_manifest(self.slots(receiver, manifest.day), manifest)

    def _at(self, place: Place, facts: Facts) -> Iterator[tuple[Receiver, str, str, tuple[str, ...]]]:
        """For each desk that gets it: the ids of the drop and of the item there, and of what it replaces."""
        receivers = self._receivers.of(place.desks)
        drops, items = (self._receivers.ids(each, place.desks) for each in (place.drop_id, place.item_id))
        old = [self._receivers.ids(each, place.desks) for each in place.instead]
        for number, (receiver, drop_id, item_id) in enumerate(zip(receivers, drops, items, strict=True)):
            if place.only and receiver.desk.short not in place.only:
                continue
            if facts.cleaning != "original":
                replaced = [ids[number] for ids in old]
                yield receiver, drop_id, item_id, (*replaced, *map(self._beside, replaced))
            elif receiver.desk.custodian is not None:
                yield receiver, drop_id, self._beside(item_id), ()

    async def _commit(self, copies: Sequence[_Copy], place: Place, facts: Facts) -> None:
        """All of them or none."""
        for copy in copies:
            end = copy.sealer.finish(
                kind=facts.kind,
                media_type=facts.media_type,
                day=place.day,
                cleaning=facts.cleaning,
                removed=facts.removed,
                notes=facts.notes,
            )
            for piece in end:
                await copy.blob.write(piece)
        await commit_items(
            [
                (
                    copy.blob,
                    NewItem(
                        drop_id=copy.drop_id,
                        item_id=copy.item_id,
                        day=place.day,
                        waiting=place.waiting,
                        desk=copy.receiver.desk.key,
                        instead=copy.instead,
                    ),
                )
                for copy in copies
            ]
        )

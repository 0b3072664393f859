"""Seals one item while it streams in, and commits it: the only place where ciphertext of a source is made.

A sealed original is an item of its own for the custodian's key alone, in as many stanzas as the reviewers'
items have, so that outside only its place and its size hint at it (docs/protocol.md, "Item").
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.channels.events import DownloadError
from bot.store.store import Store
from crypto.age import HybridIdentity, Recipient
from crypto.item import Cleaning, ItemSealer, Kind
from crypto.manifest import Manifest, seal_manifest
from crypto.slots import Slots


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
    consents.
    """

    drop_id: str
    item_id: str
    day: date
    waiting: bool = False


class Sealer:
    """`slots` are the reviewers' keys of a day (raises NoValidKey), `custodian` is whose key opens originals,
    or None.

    The day is given, and never read here: a key of another day than the one written down would tell that
    something came at midnight.
    """

    def __init__(
        self,
        store: Store,
        slots: Callable[[date], Slots],
        custodian: Recipient | None = None,
    ) -> None:
        self._store = store
        self._slots = slots
        self._custodian = custodian
        self._for_custodian: Slots | None = None

    def slots(self, day: date, audience: Literal["reviewers", "custodian"] = "reviewers") -> Slots:
        """The keys of an item of `day`. Raises NoValidKey, for the custodian as well: no key, no drop."""
        slots = self._slots(day)
        if audience == "reviewers" or self._custodian is None:
            return slots
        if self._for_custodian is None or len(self._for_custodian) != len(slots):
            self._for_custodian = Slots([self._custodian], at_least=len(slots))
        return self._for_custodian

    async def item(self, place: Place, facts: Facts, size: int, content: AsyncIterator[bytes]) -> int:
        """Encrypt `content` of `size` bytes as it comes, and commit it; return the size of its ciphertext.

        Raises NoValidKey, DropClosed, StorageError, and DownloadError for content that is longer or shorter.
        """
        slots = self.slots(place.day, "custodian" if facts.cleaning == "original" else "reviewers")
        sealer = ItemSealer(slots, size=size, extension=facts.extension)
        left = size
        async with self._store.stage() as blob:
            async for chunk in content:
                left -= len(chunk)
                if left < 0:
                    raise DownloadError
                await blob.write(sealer.update(chunk))
            if left:
                raise DownloadError
            end = sealer.finish(
                kind=facts.kind,
                media_type=facts.media_type,
                day=place.day,
                cleaning=facts.cleaning,
                removed=facts.removed,
                notes=facts.notes,
            )
            for piece in end:
                await blob.write(piece)
            await blob.commit_item(
                drop_id=place.drop_id, item_id=place.item_id, day=place.day, waiting=place.waiting
            )
            return blob.size

    def manifest(self, manifest: Manifest) -> bytes:
        """The age file of a manifest. Raises NoValidKey."""
        return seal_manifest(self.slots(manifest.day), manifest)


def trial_sealer(store: Store, slots: Callable[[date], Slots], custodian: Recipient | None) -> Sealer:
    """Seals like the other, and closes when it would, but for keys whose secrets are thrown away here."""
    nobody, keeper = (HybridIdentity.generate().recipient() for _ in range(2))
    discarded = Slots([nobody])

    def closed_alike(day: date) -> Slots:
        slots(day)
        return discarded

    return Sealer(store, closed_alike, None if custodian is None else keeper)

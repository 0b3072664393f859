"""The thread of a source: the drops of one codename, which have its mailbox in common, and what was replied.

Source: docs/protocol.md, "Manifest" and "Replies". Which drops belong together stands inside them alone, so
every manifest is opened for it and nothing of it is kept.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from admin.answers import kept, others, read
from admin.answers.kept import Sent
from admin.answers.others import Foreign
from admin.case.casefile import StoredDrop
from admin.case.endings import Standing
from admin.case.opening import manifest_of
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import mark, tr
from crypto.mailbox import address_of
from crypto.manifest import Manifest

OTHER_KEY = mark(
    "Under this mailbox another key was named for replies before. No honest server does "
    "that: what you write could be read by somebody else. Nothing was sealed; tell the "
    "operator, by voice."
)


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """How a source can be answered, as one of its drops says. Its repr is blank: the mailbox is a secret."""

    mailbox: bytes
    recipient: str
    language: str
    in_reply_to: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Replies:
    """What was written to one mailbox, and the day on which it was read by the hash of the reply."""

    sent: tuple[Sent, ...]
    foreign: tuple[Foreign, ...]
    read: dict[bytes, date]


@dataclass(frozen=True, slots=True, repr=False)
class Thread:
    """The drops with their manifests; how many others are closed, so that whose they are nobody can tell;
    whether all name one key for replies.
    """

    drops: tuple[tuple[StoredDrop, Manifest], ...]
    closed: int
    one_key: bool


def way_to_answer(manifest: Manifest) -> Way:
    """Raises `AdminError` if the source has left none."""
    if manifest.mailbox is None or manifest.reply_recipient is None or manifest.desk_id is None:
        raise AdminError(tr("That drop has no way to answer: it came without a codename, or from Silbo 0.1."))
    return Way(manifest.mailbox, manifest.reply_recipient, manifest.language, manifest.in_reply_to)


def replies_to(home: Home, mailbox: bytes) -> Replies:
    """Raises `AdminError` for a damaged record."""
    address = address_of(mailbox)
    return Replies(
        tuple(sent for sent in kept.load(home) if sent.listed.address == address),
        tuple(foreign for foreign in others.load(home) if foreign.listed.address == address),
        read.load(home),
    )


def check_key(replies: Replies, way: Way) -> None:
    """Raises `AdminError` if what was written before to this mailbox went to another key."""
    if not all(kept.is_for(sent, way.recipient) for sent in replies.sent):
        raise AdminError(tr(OTHER_KEY))


def how_many(
    home: Home, standings: Iterable[Standing], desk_id: bytes, ring: KeyRing, *, among: Collection[str] | None
) -> tuple[int, int]:
    """How many sources wrote to a desk, as far as codenames tell; and how many drops could not be counted,
    because they are closed or came without a codename. `among` are ids of drops, None stands for all.

    A drop that only asks to forget others is no voice.
    """
    mailboxes: set[bytes] = set()
    uncounted = 0
    for standing in standings:
        if among is not None and standing.drop.id not in among:
            continue
        try:
            manifest = manifest_of(home, standing.drop, ring) if standing.keys else None
        except AdminError:
            manifest = None
        if manifest is None or manifest.mailbox is None:
            uncounted += 1
        elif manifest.desk_id == desk_id and not manifest.withdraws:
            mailboxes.add(manifest.mailbox)
    return len(mailboxes), uncounted


def of_source(
    home: Home, standings: Iterable[Standing], drop: StoredDrop, manifest: Manifest, ring: KeyRing
) -> Thread:
    """The drops of the source of this one, by day and by the reply that each answers. None counts as opened.

    Where the key is gone nothing is tried: that would unlock every period, which takes a second each.
    """
    way = way_to_answer(manifest)
    found = [(drop, manifest)]
    closed = 0
    for standing in standings:
        if standing.drop.id == drop.id:
            continue
        try:
            other = manifest_of(home, standing.drop, ring) if standing.keys else None
        except AdminError:
            other = None
        if other is None:
            closed += 1
        elif other.mailbox is not None and hmac.compare_digest(other.mailbox, way.mailbox):
            found.append((standing.drop, other))
    keys: Sequence[str | None] = [manifest.reply_recipient for _, manifest in found]
    found.sort(key=lambda entry: (entry[1].day, entry[1].in_reply_to or 0, entry[0].day, entry[0].id))
    return Thread(tuple(found), closed, set(keys) <= {way.recipient})

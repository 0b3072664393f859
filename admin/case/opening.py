"""Opening a drop, after checking every byte of it.

The order is that of trust: the drop's hash against the batch that the server signed, the manifest with a
period's secret, every item's ciphertext against the manifest, and only then the item itself, to its end. An
item that fails is named in one sentence and the others are opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import mmap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Protocol, cast

from admin.case import handed
from admin.case.casefile import StoredDrop
from admin.case.handed import Key
from admin.case.members import Hashes, open_file, window
from admin.display import visible
from admin.errors import AdminError, sentence
from admin.home import Home
from admin.keys.keyring import KeyRing, PeriodIdentity
from admin.keys.periods import PeriodFile, period_files
from admin.words import mark, tr, trn
from crypto.age.header import parse_header
from crypto.batch import check_drop
from crypto.drop import MANIFEST_AGE, Member, item_name, read_drop, read_stamp, stamp_of
from crypto.errors import ChainError, CryptoError, NoMatch
from crypto.item import Item, open_item
from crypto.manifest import Manifest, ManifestItem, open_manifest

_LARGEST_MANIFEST = 16 * 1024 * 1024
_LIES = mark(
    "The drop says that it came by {channel}, but the server did not make it: that is the word of whoever "
    "sent it."
)
_CHANGED = mark("The drop's file changed while it was read.")
SMALL = 2 * 1024 * 1024
"""Items of so many bytes, as they are sealed, are small."""

HELD = 8 * 1024 * 1024
"""Contents of items of so many bytes, as they are sealed, are given to a `Taker`, one at a time."""


PAGE = "page"
"""The channel of what the page sealed (docs/protocol.md, "The door of the page")."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of an opened drop: `item` when it was verified to its end, `problem` (a sentence)
    otherwise. Of a sealed original, which only the custodian can open, both are None.
    """

    number: int
    member: Member
    expected: ManifestItem
    item: Item | None
    problem: str | None

    @property
    def sealed_original(self) -> bool:
        return self.item is None and self.problem is None


@dataclass(frozen=True, slots=True)
class Case:
    """A drop whose manifest was opened and whose items were verified, every one to its end."""

    drop: StoredDrop
    manifest: Manifest
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    opened_by: tuple[date, ...]
    """First days of the periods whose secrets did it, oldest first: for `Home.note_opened`, once shown. None
    of a case that another reviewer has handed over."""
    same_source: Mapping[str, bool | None] = field(default_factory=dict)
    """Of each drop to forget, whether it is from the same codename (`withdrawals.comparing`)."""
    parcel: bool = False
    """Whether it came inside another drop."""
    stamped: bool | None = None
    """Whether the server made it, by its stamp; None without one: servers of 0.1 had no other door."""

    @property
    def sealed_by_source(self) -> bool:
        """Whether the source's own device sealed it: then nobody has checked what it says of its files."""
        return self.parcel or self.stamped is False or self.manifest.channel == PAGE

    @property
    def channel(self) -> str:
        """By which door it came: what the manifest says, unless the stamp tells that it lies."""
        return PAGE if self.stamped is False and not self.parcel else self.manifest.channel

    @property
    def intact(self) -> bool:
        return not self.problems


class Taker(Protocol):
    """Who takes contents while a drop is verified."""

    def room(self) -> mmap.mmap:
        """Where the next content may go, from its beginning: `HELD` bytes."""

    def take(self, case: Case, entry: Entry, content: mmap.mmap) -> None:
        """Of a drop (without its entries) a verified item; its content is in the room given last."""


def open_case(
    home: Home,
    drop: StoredDrop,
    ring: KeyRing,
    contents: dict[int, bytes] | None = None,
    tick: Callable[[int], None] | None = None,
    *,
    taker: Taker | None = None,
) -> Case:
    """Verifies the whole drop and opens its manifest. Nothing of an item's content is kept, but for those of
    small verified items in `contents`, by their numbers, if that is given; or `taker` is given each of at
    most `HELD` bytes. `tick` is told of every read: in all, about three times the size of the file.

    Raises `AdminError` if no secret opens it, or the drop or its manifest is damaged.
    """
    periods = period_files(home.keys)
    if not periods and not home.is_handed(drop.id):
        raise AdminError(tr("This home holds no period secrets."))
    if drop.id in home.noted("deleted"):
        raise AdminError(tr("That drop was deleted on this machine."))
    with open_file(drop, tick) as file:
        members = _checked_members(home, drop, file)
        of_periods = ring.identities(drop.day, periods)
        identities = handed.with_handed(home, drop.id, ring, of_periods)
        manifest = _open_manifest(file, members, identities)
        stamp = read_stamp(file, members)
        stamped = None
        if stamp is not None or manifest.stamp is not None:  # a secret without its stamp: that was cut off
            stamped = manifest.stamp is not None and stamp_of(manifest.stamp) == stamp
        empty = Case(drop, manifest, (), (), (), stamped=stamped)
        with contextlib.closing(Hashes(file, members, tick)) as hashes:
            entries, problems = _check_items(
                file, empty, members, identities, hashes, contents=contents, taker=taker
            )
    used = sorted(identity.period.start for identity in of_periods if identity.opened)
    if stamped is False and manifest.channel != PAGE:
        problems.insert(0, tr(_LIES, channel=visible(manifest.channel)))
    return Case(drop, manifest, tuple(entries), (*problems, *ring.damaged), tuple(used), stamped=stamped)


def manifest_of(home: Home, drop: StoredDrop, ring: KeyRing) -> Manifest:
    """The manifest of a drop whose items are left closed: it does not count as opened. Errors are those of
    `open_case`.
    """
    with open_file(drop) as file:
        members = _checked_members(home, drop, file)
        identities = ring.identities(drop.day, period_files(home.keys))
        before = [identity.opened for identity in identities]
        try:
            return _open_manifest(file, members, handed.with_handed(home, drop.id, ring, identities))
        finally:
            for identity, opened in zip(identities, before, strict=True):
                identity.opened = opened


def sealed_to(drop: StoredDrop, identities: Sequence[PeriodIdentity]) -> set[PeriodFile]:
    """Which of these periods the drop hangs on, by the headers of its manifest and of its first item, which
    are the newest and the oldest of it; all of them if its file cannot be read. Nothing is decrypted.
    """
    try:
        with open_file(drop) as file:
            members = [member for member in read_drop(file) if member.name in {MANIFEST_AGE, item_name(1)}]
            stanzas = [parse_header(window(file, member)).stanzas for member in members]
    except (AdminError, CryptoError, OSError):
        return {identity.period for identity in identities}
    return {
        identity.period
        for identity in identities
        if any(identity.unwrap(of_one) is not None for of_one in stanzas)
    }


def content_of(case: Case, entry: Entry, dst: BinaryIO, ring: KeyRing, home: Home) -> Item:
    """Writes the content of a verified item to `dst`: the second pass over it. Raises an error if it now
    differs.
    """
    of_periods = ring.identities(case.drop.day, period_files(home.keys))
    identities = handed.with_handed(home, case.drop.id, ring, of_periods)
    with open_file(case.drop) as file:
        item = open_item(window(file, entry.member), dst, identities)
    if item != entry.item:
        raise AdminError(tr(_CHANGED))
    return item


def copy_sealed(case: Case, entry: Entry, dst: BinaryIO) -> None:
    """Writes the age file of an item to `dst` as it is. Raises `AdminError` if it now differs."""
    digest = hashlib.sha256()
    with open_file(case.drop) as file:
        src = window(file, entry.member)
        while piece := src.read(1 << 20):
            digest.update(piece)
            dst.write(piece)
    if digest.digest() != entry.expected.sha256:
        raise AdminError(tr(_CHANGED))


def _checked_members(home: Home, drop: StoredDrop, file: BinaryIO) -> list[Member]:
    try:
        check_drop(drop.listed, file)
        file.seek(0)
        return read_drop(file)
    except ChainError:
        home.note("damaged", [drop.id])
        raise AdminError(
            tr(
                "The drop's file was damaged in this home: it is not what the server signed. Keep it, "
                "and import a stick with batch {sequence} again: a whole copy then takes its place.",
                sequence=drop.sequence,
            )
        ) from None
    except CryptoError as error:
        raise AdminError(tr("The drop cannot be opened. {reason}", reason=sentence(error))) from None


def _open_manifest(file: BinaryIO, members: Sequence[Member], identities: Sequence[Key]) -> Manifest:
    found = next((member for member in members if member.name == MANIFEST_AGE), None)
    if found is None or found.size > _LARGEST_MANIFEST:
        raise AdminError(tr("The drop has no manifest that could be read."))
    try:
        return open_manifest(window(file, found).read(), identities)
    except NoMatch:
        raise AdminError(
            tr("No secret in this home opens that drop: its key was destroyed, or it is not for you.")
        ) from None
    except CryptoError as error:
        raise AdminError(
            tr("The drop's manifest cannot be believed. {reason}", reason=sentence(error))
        ) from None


def _check_items(
    file: BinaryIO,
    case: Case,
    members: Sequence[Member],
    identities: Sequence[Key],
    hashes: Hashes,
    *,
    contents: dict[int, bytes] | None,
    taker: Taker | None,
) -> tuple[list[Entry], list[str]]:
    present = {member.name: member for member in members if member.name != MANIFEST_AGE}
    entries: list[Entry] = []
    problems: list[str] = []
    for number, expected in enumerate(case.manifest.items, start=1):
        member = present.pop(expected.name, None)
        if member is None:
            problems.append(
                tr(
                    "Item {number} is missing: the manifest lists it and the drop does not hold it.",
                    number=f"{number:04d}",
                )
            )
            continue
        item, problem, content, room = None, None, None, None
        if member.size != expected.size or hashes.of(member) != expected.sha256:
            problem = tr(
                "Item {number} was changed or exchanged: it is not the one that the manifest names.",
                number=f"{number:04d}",
            )
        else:
            content = io.BytesIO() if contents is not None and member.size <= SMALL else None
            room = taker.room() if taker is not None and member.size <= HELD else None
            dst = content if room is None else cast("BinaryIO", room)  # its write() alone is used
            item, problem = _open_item(window(file, member), number, expected, identities, dst)
        entries.append(Entry(number, member, expected, item, problem))
        if content is not None and item is not None and contents is not None:
            contents[number] = content.getvalue()
        if taker is not None and room is not None and item is not None:
            taker.take(case, entries[-1], room)
        if problem is not None:
            problems.append(problem)
    if present:
        problems.append(
            trn(
                "The drop holds {n} item that the manifest does not list: not opened.",
                "The drop holds {n} items that the manifest does not list: not opened.",
                len(present),
            )
        )
    return entries, problems


def _open_item(
    src: BinaryIO,
    number: int,
    expected: ManifestItem,
    identities: Sequence[Key],
    dst: BinaryIO | None,
) -> tuple[Item | None, str | None]:
    """The item, or what is wrong with it; neither for a sealed original, which is not for these keys.

    No further period is unlocked for one that says so: that would take a second for each of 26.
    """
    for_custodian = expected.audience == "custodian"
    if for_custodian:
        identities = [identity for identity in identities if identity.unlocked]
    try:
        item = open_item(src, dst, identities)
    except NoMatch as error:
        return None, None if for_custodian else tr(
            "Item {number} cannot be opened. {reason}", number=f"{number:04d}", reason=sentence(error)
        )
    except CryptoError as error:
        return None, tr(
            "Item {number} cannot be opened. {reason}", number=f"{number:04d}", reason=sentence(error)
        )
    if for_custodian != (item.cleaning == "original"):
        return None, tr(
            "Item {number} is not for whom the manifest says; it stays closed.", number=f"{number:04d}"
        )
    return item, None

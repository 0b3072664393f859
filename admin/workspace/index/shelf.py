"""The index on the disk: folders of sealed segments, one folder a key period, and one for what is kept.

    HOME/workspace/index/period-2026-11-16/RANDOM.age   sealed to the recipient of that period
    HOME/workspace/index/kept/RANDOM.age                sealed to the storage key, because a person said so

A segment is appended and never changed. When a folder holds many, they become one: the new one is on the disk
before the old ones go, and a drop that is in two of them for that moment is one drop.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import remove, sweep, sync_folder, write_atomic
from admin.home import Home
from admin.words import tr
from admin.workspace.index.entry import Entry
from admin.workspace.index.segment import Segment
from admin.workspace.sealed import LARGEST, STORED, Damaged, seal, unseal
from crypto.age import Identity, Recipient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

KEPT = "kept"
MOST_SEGMENTS = 8
"""So many of a folder are left apart: each is asked by every search."""

MOST = 256 << 20
"""Bytes of a folder's words in memory (10,000 drops: 12 MB). Drops made to fill it are left out behind that,
and what is there goes on.
"""

_SEGMENT = re.compile("[0-9a-f]{32}\\.age")
_PERIOD = re.compile(r"period-(\d{4}-\d{2}-\d{2})")


Place = tuple[Segment, int]
"""A segment, and the number of a row in it."""


class Entries(Mapping[str, Entry]):
    """The entries by their drops, each unpacked when it is asked for. `lose` is told of a segment in which
    one is damaged; then none of its drops are here any more.
    """

    def __init__(self, places: dict[str, Place], lose: Callable[[Segment, Damaged], None]) -> None:
        self._places = places
        self._lose = lose

    def __getitem__(self, drop: str) -> Entry:
        segment, number = self._places[drop]
        try:
            return segment.entry(number)
        except Damaged as error:
            self._places = {of: place for of, place in self._places.items() if place[0] is not segment}
            self._lose(segment, error)
            raise KeyError(drop) from None

    def whole(self) -> Iterator[Entry]:
        """Every entry that is not damaged."""
        return (entry for drop in self._places if (entry := self.get(drop)) is not None)

    def __contains__(self, drop: object) -> bool:
        return drop in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Folder:
    """The segments of one folder. `identities` open them, `recipient` is what new ones are sealed to. One
    that can't be believed is told by `tell`, in a sentence; it goes, and its drops are read again.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        identities: Sequence[Identity],
        recipient: Recipient,
        tell: Callable[[str], None],
    ) -> None:
        self.path = path
        self._tell = tell
        self._key = key
        self._identities = identities
        self._recipient = recipient
        self._label = f"index {path.name}"
        self._segments: dict[Path, Segment] = {}

    def load(self) -> None:
        """Reads every segment."""
        for path in sorted(self.path.iterdir()) if self.path.is_dir() else ():
            if _SEGMENT.fullmatch(path.name) is None or path.is_symlink():
                continue
            try:
                self._segments[path] = Segment.load(
                    unseal(_bytes(path), self._label, self._key, self._identities)
                )
            except Damaged as error:
                self._disbelieve(path, error)

    def _disbelieve(self, path: Path, error: Damaged) -> None:
        if self.path.name == KEPT:
            self._tell(tr("{error} It was kept, and is left as it is: {name}.", error=error, name=path.name))
        else:
            path.unlink(missing_ok=True)
            self._tell(tr("{error} What it held is read again from the drops.", error=error))

    def lose(self, segment: Segment, error: Damaged) -> None:
        """Lets go of one that turned out to be damaged; nothing happens for one of another folder."""
        for path, each in list(self._segments.items()):
            if each is segment:
                self._segments.pop(path).close()
                self._disbelieve(path, error)

    def _of_each(self, ask: Callable[[Segment], Iterable[T]]) -> list[T]:
        """What every segment answers, but for the damaged ones."""
        found: list[T] = []
        for segment in list(self._segments.values()):
            try:
                found += ask(segment)
            except Damaged as error:
                self.lose(segment, error)
        return found

    def ready(self) -> bool:
        """Unpacks the words of every segment before somebody searches. Whether one was damaged."""
        before = len(self._segments)
        self._of_each(lambda segment: [segment.ready()])
        return len(self._segments) < before

    def places(self) -> dict[str, Place]:
        """Where the entry of each drop is."""
        return {
            drop: (segment, number)
            for segment in self._segments.values()
            for number, drop in enumerate(segment.drops, start=1)
        }

    def add(self, drops: Iterable[tuple[Entry, str]]) -> None:
        """Appends a segment, on the disk. What the disk has no room for is here as long as this is open;
        raises the `OSError`. Raises `AdminError`, with nothing added, where it would be more than `MOST`.
        """
        segment = Segment.of(drops)
        if segment.size() + sum(self._of_each(lambda each: [each.size()])) > MOST:
            segment.close()
            raise AdminError(tr("The index of one period is larger than this machine should hold."))
        self._write(segment)
        if len(self._segments) > MOST_SEGMENTS:
            self._join()

    def forget(self, drops: Set[str]) -> bool:
        """Writes every segment anew that knows one of these drops, without it. Whether there was one. Where
        there is no room for that it goes as a whole, and the others in it are read again; raises the
        `OSError`.
        """
        known = [path for path, segment in self._segments.items() if not drops.isdisjoint(segment.drops)]
        for path in known:
            segment = self._segments[path]
            try:
                rest = [found for found in segment.whole() if found[0].drop not in drops]
            except Damaged as error:
                self.lose(segment, error)
                continue
            try:
                if rest:
                    self._write(Segment.of(rest))
            except OSError:
                if self.path.name != KEPT:  # of what was kept, nothing else is left
                    self._destroy(path)
                raise
            self._destroy(path)
        return bool(known)

    def _destroy(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)
        self._segments.pop(path).close()
        sync_folder(self.path)

    def take(self, drop: str) -> tuple[Entry, str] | None:
        """A drop with its words."""
        found = self._of_each(lambda segment: segment.whole() if drop in segment.drops else ())
        return next((each for each in found if each[0].drop == drop), None)

    def search(self, expression: str, limit: int) -> list[Entry]:
        return self._of_each(lambda segment: segment.search(expression, limit))

    def close(self) -> None:
        for segment in self._segments.values():
            segment.close()
        self._segments.clear()

    def _join(self) -> None:
        known: dict[str, tuple[Entry, str]] = {}
        for entry, words in self._of_each(Segment.whole):
            known.setdefault(entry.drop, (entry, words))
        old = dict(self._segments)
        in_order = sorted(known.values(), key=lambda found: (found[0].exported, found[0].sent))
        before = set(self._segments)
        try:
            self._write(Segment.of(in_order))
        except OSError:  # each drop is there once
            for path in self._segments.keys() - before:
                self._segments.pop(path).close()
            raise
        for path, segment in old.items():
            path.unlink(missing_ok=True)
            segment.close()
            del self._segments[path]
        sync_folder(self.path)

    def _write(self, segment: Segment) -> None:
        path = self.path / f"{os.urandom(16).hex()}.age"
        self._segments[path] = segment
        _make(self.path)
        write_atomic(path, seal(segment.content(), self._label, self._key, self._recipient, STORED))


def folder_of(home: Home, period: date) -> Path:
    return home.index / f"period-{period.isoformat()}"


def kept_folder(home: Home) -> Path:
    return home.index / KEPT


def periods_on_disk(home: Home) -> list[date]:
    """First days of the periods that have a folder."""
    names = sorted(path.name for path in home.index.iterdir()) if home.index.is_dir() else []
    return [date.fromisoformat(found[1]) for name in names if (found := _PERIOD.fullmatch(name))]


def sweep_index(home: Home, periods: Iterable[date]) -> int:
    """Removes the segments of periods whose secret is gone: nobody can open them. How many periods went."""
    kept = set(periods)
    gone = [period for period in periods_on_disk(home) if period not in kept]
    for period in gone:
        remove(folder_of(home, period))
    for folder in (home.workspace, home.index, *(home.index.iterdir() if home.index.is_dir() else ())):
        sweep(folder)
    return len(gone)


def _make(folder: Path) -> None:
    for each in (folder.parent.parent, folder.parent, folder):
        if not each.is_dir():
            each.mkdir(mode=0o700)
            sync_folder(each.parent)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Damaged(tr("A part of the index is too large."))
        return path.read_bytes()
    except OSError:
        raise AdminError(tr("A part of the index cannot be read from the disk.")) from None

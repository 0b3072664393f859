"""The log of events on the disk, sealed to the storage key; nothing in it is ever changed.

    HOME/workspace/events/own-RANDOM.age   events of this reviewer
    HOME/workspace/events/of-RANDOM.age    a bundle of another reviewer, as she signed it

Own events come a file a time, and are joined now and then: the joined file is on the disk before the others
go. An event that is in two files, or comes by a stick a second time, is one event: its author and its id say
so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import sweep, sync_folder, write_atomic
from admin.home import Home
from admin.words import mark, tr
from admin.workspace.sealed import LARGEST, Damaged, seal, unseal
from admin.workspace.storage import Storage
from crypto.errors import CryptoError
from crypto.events import Event, Events, Signed, events_bytes, parse_events, read_signed
from crypto.minisign import PublicKey

MOST_FILES = 32
_OWN, _OTHER = "events", mark("events of another")
_SIGNATURE_LINES = 4


class Log:
    """All events that this home knows. `told` are sentences on files that could not be believed."""

    def __init__(self, home: Home, storage: Storage, root: PublicKey) -> None:
        self.root = root
        self.told: list[str] = []
        self._folder = home.workspace / "events"
        self._storage = storage
        self._own: dict[Path, list[Event]] = {}
        self._others: dict[Path, Signed] = {}
        self._known: dict[tuple[bytes, bytes], Event] = {}
        self._load()

    @property
    def events(self) -> list[Event]:
        return list(self._known.values())

    @property
    def bundles(self) -> list[Signed]:
        """What other reviewers signed, to be passed on as it is."""
        return list(self._others.values())

    def own(self, made: date) -> Events:
        """All own events, as a bundle. Their days may be later than a clock that was set back."""
        mine = [event for event in self._known.values() if event.author == self.root]
        made = max([made, *(event.day for event in mine)])
        return Events(self.root, made, tuple(sorted(mine, key=lambda event: event.id)))

    def append(self, events: Sequence[Event]) -> None:
        """Own events: on the disk when this returns."""
        if not events:
            return
        self._write_own(events)
        self._know(events)
        if len(self._own) > MOST_FILES:
            joined = list({event.id: event for of in self._own.values() for event in of}.values())
            old = list(self._own)
            self._write_own(joined)
            for path in old:
                path.unlink(missing_ok=True)
                del self._own[path]
            sync_folder(self._folder)

    def unknown(self, bundle: Events) -> list[Event]:
        """Those events of a bundle that are new here."""
        return [event for event in bundle.events if _key(event) not in self._known]

    def merge(self, signed: Signed) -> list[Event]:
        """Takes in a bundle whose signature and root were checked; returns what was new, on the disk.

        Raises `AdminError` if it says something else of an event than what is known: the author signed both.
        """
        bundle = signed.bundle
        if any(self._known.get(_key(event), event) != event for event in bundle.events):
            raise AdminError(tr("It changes events that were shared before: nothing of it was taken."))
        new = self.unknown(bundle)
        if not new:
            return []
        if bundle.root == self.root:
            self.append(new)
            return new
        content = signed.signature.encode() + signed.data
        path = self._write("of", content, _OTHER)
        ids = {event.id for event in bundle.events}
        for older, before in list(self._others.items()):
            if before.bundle.root == bundle.root and ids.issuperset(
                event.id for event in before.bundle.events
            ):
                older.unlink(missing_ok=True)
                del self._others[older]
        self._others[path] = signed
        self._know(new)
        return new

    def _know(self, events: Iterable[Event]) -> None:
        self._known |= {_key(event): event for event in events}

    def _write_own(self, events: Sequence[Event]) -> None:
        in_order = tuple(sorted(events, key=lambda event: event.id))
        made = max(event.day for event in events)
        path = self._write("own", events_bytes(Events(self.root, made, in_order)), _OWN)
        self._own[path] = list(events)

    def _write(self, kind: str, content: bytes, label: str) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{kind}-{os.urandom(16).hex()}.age"
        write_atomic(path, seal(content, label, self._storage.key, self._storage.recipient))
        return path

    def _load(self) -> None:
        sweep(self._folder)
        for path in sorted(self._folder.glob("*-*.age")) if self._folder.is_dir() else ():
            try:
                self._read(path)
            except (Damaged, CryptoError, UnicodeDecodeError):
                self.told.append(
                    tr("A file of your events is damaged and was left as it is: {name}.", name=path.name)
                )

    def _read(self, path: Path) -> None:
        if path.stat().st_size > LARGEST:
            raise Damaged(tr("A file of events is too large."))
        own = path.name.startswith("own-")
        content = unseal(
            path.read_bytes(), _OWN if own else _OTHER, self._storage.key, self._storage.identities
        )
        if own:
            bundle = parse_events(content)
            if bundle.root != self.root:
                raise Damaged(tr("A file of events is of another root."))
            self._own[path] = list(bundle.events)
        else:
            *lines, data = content.split(b"\n", _SIGNATURE_LINES)
            signed = read_signed(data, b"".join(line + b"\n" for line in lines).decode())
            self._others[path], bundle = signed, signed.bundle
        self._know(event for event in bundle.events if _key(event) not in self._known)


def _key(event: Event) -> tuple[bytes, bytes]:
    return event.author.key, event.id

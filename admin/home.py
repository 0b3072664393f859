"""The reviewer's folder: private, ours, and never left half written.

    HOME/silbo-admin-home           says that the folder is ours, and its version
    HOME/keys/root.age              the root's seed, under the passphrase
    HOME/keys/period-2026-11-16.age the secret of one period, under the passphrase
    HOME/keys/revocation.txt        the root's revocation, of which a copy is kept elsewhere
    HOME/keys/list-000001/          keys.json and keys.json.minisig, one folder a serial
    HOME/head.json                  the pinned server key and the chain of batches seen
    HOME/batches/                   what the server signed of every batch imported, and its list, as evidence
    HOME/register                   what each drop's id means, in the order of arrival (`admin.case.register`)
    HOME/drops/                     ciphertext, one `<drop id>.tar` a drop
    HOME/handed/                    of each case that another reviewer handed over, its file keys, sealed
    HOME/replies/                   what was written to sources, sealed, and who has read it (`admin.answers`)
    HOME/revoked/                   revocations of other reviewers that a stick has brought
    HOME/workspace/                 index, events and storage key, all sealed (`admin.workspace`)
    HOME/resealed/                  while the passphrase is changed: the same secrets under the new one
    HOME/state.json                 the newest day seen, which drops were opened and taken out, and where
                                    something may be left half written

Folders are 0700, files 0600. Whatever is written appears under its name only when it is complete and on
the disk.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import overwrite, sweep, unfinished, unless_full, write_atomic
from admin.program import command
from admin.words import tr
from crypto.record import Record

_DROP_ID = re.compile("[0-9a-f]{32}")
MARKER = "silbo-admin-home"
_MARKER_TEXT = b"silbo-admin home, version 1\n"


class Home(Record):
    """A folder that `open_home` has checked. All paths that the package writes to come from here."""

    path: Path

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def head(self) -> Path:
        return self.path / "head.json"

    @property
    def batches(self) -> Path:
        return self.path / "batches"

    @property
    def register(self) -> Path:
        return self.path / "register"

    @property
    def drops(self) -> Path:
        return self.path / "drops"

    @property
    def handed(self) -> Path:
        return self.path / "handed"

    def is_handed(self, drop: str) -> bool:
        """Whether what opens a drop was handed over by another reviewer, and is here."""
        return (self.handed / f"{drop}.age").exists()

    def handed_drops(self) -> frozenset[str]:
        """Ids of all such drops."""
        names = os.listdir(self.handed) if self.handed.is_dir() else ()
        return frozenset(name.removesuffix(".age") for name in names if not name.startswith("."))

    @property
    def replies(self) -> Path:
        return self.path / "replies"

    @property
    def revoked(self) -> Path:
        return self.path / "revoked"

    @property
    def parcels(self) -> Path:
        return self.path / "parcels"

    @property
    def workspace(self) -> Path:
        return self.path / "workspace"

    @property
    def storage(self) -> Path:
        return self.workspace / "storage.age"

    @property
    def resealed(self) -> Path:
        return self.path / "resealed"

    @property
    def index(self) -> Path:
        return self.workspace / "index"

    def refuse(self, folder: Path) -> None:
        """Raises `AdminError` if what is for others, or in clear, would be written into the home: a link on
        a hostile stick may lead there.
        """
        if folder.resolve().is_relative_to(self.path.resolve()):
            raise AdminError(
                tr("That folder is in the home of silbo-admin, perhaps by a link: nothing was written there.")
            )

    @contextlib.contextmanager
    def lock(self, *, wait: bool = False) -> Iterator[None]:
        """Holds the folder alone; when another command holds it, waits, or raises `AdminError` at once."""
        with self._locked("lock", fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield

    @contextlib.contextmanager
    def workspace_lock(self) -> Iterator[None]:
        """Holds the workspace alone; raises `AdminError` when a session is open elsewhere."""
        with self._locked("workspace.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield

    @contextlib.contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            try:
                fcntl.flock(handle, how)
            except BlockingIOError:
                raise AdminError(
                    tr("Another silbo-admin is at work in this home; wait until it is done.")
                ) from None
            yield
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def state_lock(self) -> Iterator[None]:
        """Holds the small files of the home for one change; waits for it. Not to be taken twice."""
        with self._locked("state.lock", fcntl.LOCK_EX):
            yield

    def opened(self) -> dict[str, tuple[date, ...]]:
        """Drop id -> first days of the periods whose secrets opened it, oldest first, for every drop that was
        opened here.
        """
        opened = self._state().get("opened", {})
        try:
            return {
                drop: tuple(date.fromisoformat(day) for day in str(days).split())
                for drop, days in (opened.items() if isinstance(opened, dict) else ())
            }
        except ValueError:
            raise _damaged("state.json") from None

    def note_opened(self, drop_id: str, periods: Iterable[date]) -> None:
        """Remembers that a drop was opened, and which periods' secrets did it."""
        days = " ".join(sorted(period.isoformat() for period in periods))
        with self.state_lock():
            opened = self._state().get("opened", {})
            self._save_state(opened=(opened if isinstance(opened, dict) else {}) | {drop_id: days})

    def noted(self, what: str) -> frozenset[str]:
        """What was noted: ids of `extracted` and `damaged` drops, digests of `told` batches that fork,
        hashes of replies that were put `in_outbox`, ids of drops that were `deleted`, and the folders where
        something may be `unfinished`.
        """
        noted = self._state().get(what, [])
        return frozenset(map(str, noted)) if isinstance(noted, list) else frozenset()

    def note(self, what: str, ids: Iterable[str], *, no_more: bool = False) -> None:
        """Notes these ids, or takes them out."""
        with self.state_lock():
            before = self.noted(what)
            after = before - set(ids) if no_more else before | set(ids)
            if after != before:
                self._save_state(**{what: sorted(after)})

    def sweep(self) -> int:
        """Removes what killed commands left unfinished: here, beside the home (a `restore`, with keys that
        would outlive their end), and in the folders that `unfinished` was told of. Ends a `delete` that was
        killed. Returns how many files and folders went.
        """
        noted = [Path(name) for name in self.noted("unfinished")]
        gone = sum(sweep(folder) for folder in (self.path, self.path.parent, self.keys, *noted))
        for drop_id in filter(_DROP_ID.fullmatch, self.noted("deleted")):
            for left in (self.drops / f"{drop_id}.tar", self.handed / f"{drop_id}.age"):
                with contextlib.suppress(OSError):
                    if left.exists():
                        overwrite(left)
                        gone += 1
        if done := [str(folder) for folder in noted if folder.is_dir() and not any(unfinished(folder))]:
            with unless_full():
                self.note("unfinished", done, no_more=True)  # of a stick that is not there, it stays noted
        return gone

    @contextlib.contextmanager
    def unfinished(self, folder: Path) -> Iterator[None]:
        """Remembers, as long as the block lasts or was not ended by itself, that a drop in clear may lie
        half written in `folder`.
        """
        name = str(folder.resolve())
        self.note("unfinished", [name])
        yield
        if not any(unfinished(folder)):  # another command's, in the same folder, is not forgotten
            self.note("unfinished", [name], no_more=True)

    def newest_day(self, today: date) -> date:
        """The newest day on which this home was used. Later than `today` means that the clock was set
        back.
        """
        with self.state_lock():
            text = self._state().get("newest_day", date.min.isoformat())
            try:
                seen = date.fromisoformat(str(text))
            except ValueError:
                raise _damaged("state.json") from None
            if today > seen:
                with unless_full():
                    self._save_state(newest_day=today.isoformat())
            return max(seen, today)

    def believe(self, today: date) -> None:
        """Takes `today` for the newest day after all: a person has said that the clock is right now."""
        with self.state_lock():
            self._save_state(newest_day=today.isoformat())

    def _state(self) -> dict[str, object]:
        import json  # noqa: PLC0415 -- `age` has no home

        try:
            state = json.loads((self.path / "state.json").read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise _damaged("state.json") from None
        if not isinstance(state, dict):
            raise _damaged("state.json")
        return state

    def _save_state(self, **changes: object) -> None:
        import json  # noqa: PLC0415 -- as above

        state = self._state() | changes
        write_atomic(self.path / "state.json", json.dumps(state, indent=1, sort_keys=True).encode() + b"\n")


def default_path(environment: os._Environ[str] | dict[str, str]) -> Path:
    """$XDG_DATA_HOME/silbo-admin, or ~/.local/share/silbo-admin (XDG Base Directory Specification)."""
    data_home = environment.get("XDG_DATA_HOME", "")
    if data_home.startswith("/"):
        return Path(data_home) / "silbo-admin"
    try:
        return Path.home() / ".local" / "share" / "silbo-admin"
    except RuntimeError:
        raise AdminError(
            tr("This user has no home folder; say where keys and drops rest with --home.")
        ) from None


def open_home(path: Path, *, create: bool) -> Home:
    """The home at `path`, checked: a private folder of this user that we made. Raises `AdminError` otherwise.

    With `create`, a folder that is missing or empty is made into one.
    """
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
    try:
        found = path.stat()
    except FileNotFoundError:
        raise AdminError(
            tr("There is no silbo-admin home there yet; '{command}' makes one.", command=command("keygen"))
        ) from None
    if not path.is_dir():
        raise AdminError(tr("The home is not a folder."))
    if found.st_uid != os.geteuid():
        raise AdminError(tr("The home folder belongs to another user; choose one of your own with --home."))
    if found.st_mode & 0o077:
        raise AdminError(tr("The home folder is open to other users; close it with 'chmod 700' first."))
    home = Home(path)
    try:
        marker = (path / MARKER).read_bytes()
    except FileNotFoundError:
        if create:
            sweep(path)  # what was killed when it began left half a marker
        if not create or any(path.iterdir()):
            raise AdminError(tr("That folder holds something else: it is not a silbo-admin home.")) from None
        write_atomic(path / MARKER, _MARKER_TEXT)
        marker = _MARKER_TEXT
    if marker != _MARKER_TEXT:
        raise AdminError(tr("The home was made by another version of silbo-admin."))
    for folder in (home.keys, home.batches, home.drops):
        folder.mkdir(mode=0o700, exist_ok=True)
    return home


def _damaged(name: str) -> AdminError:
    return AdminError(tr("The file {name} in the home is damaged.", name=name))

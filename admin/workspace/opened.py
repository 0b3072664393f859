"""The open workspace: keys unlocked once, the index and the events in memory, until it is closed."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import chain

from admin.case import casefile, endings
from admin.case.casefile import StoredDrop
from admin.case.endings import Standing
from admin.case.resent import Before
from admin.context import Context
from admin.errors import AdminError, Stopped, sentence
from admin.files import unless_full
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.keys.periods import period_files
from admin.words import tr
from admin.workspace.index.entry import OF_NO_PERIOD, Entry
from admin.workspace.index.folding import matching
from admin.workspace.index.likeness import Likeness
from admin.workspace.index.segment import Segment
from admin.workspace.index.shelf import (
    KEPT,
    Entries,
    Folder,
    Place,
    folder_of,
    kept_folder,
    periods_on_disk,
    sweep_index,
)
from admin.workspace.sealed import Damaged
from admin.workspace.second_file import word_reader
from admin.workspace.storage import Storage, open_storage
from admin.workspace.work.log import Log
from admin.workspace.work.view import Register, View
from crypto.age import HybridIdentity, X25519Identity
from crypto.events import ID_SIZE, KINDS, MAX_AFTER, MAX_NAME, NAMED, Event, is_name

_MOST_TRIES = 8
"""Of a drop that could not be read: then once in four months."""

AT_ONCE = 500
LETTERS_AT_ONCE = 16 << 20
"""So many drops, or letters of theirs, are read before what is known of them is on the disk."""


class Workspace:
    """Use `opened`. Everything here is in the memory of one process and nowhere else in clear."""

    def __init__(self, context: Context, home: Home, ring: KeyRing, *, read_new: bool = True) -> None:
        """New drops are read into the index, unless `refresh` is to do that later."""
        self.context = context
        self.home = home
        self.ring = ring
        outline = keylists.outline(home)
        self.root, self.label = outline.root, outline.label
        self.standings: dict[str, Standing] = {}
        self._short: dict[str, str] | None = None
        self.entries = Entries({}, self._lose)
        self._folders: dict[str, Folder] = {}
        self._case_file: casefile.CaseFile | None = None
        self._stamp: tuple[int, ...] = ()
        self._same: dict[str, list[str]] | None = None
        self._likeness: Likeness | None = None
        self._full = False
        self._storage = open_storage(home, ring, context.today, context.work_factor)
        self.log = Log(home, self._storage, self.root)
        self.view = View(self.log.events)
        for told in self.log.told:
            context.warn(told)
        self._load(read_new=read_new)

    @property
    def today(self) -> date:
        return self.context.today

    @property
    def short(self) -> dict[str, str]:
        """As much of each drop's id as tells it from the others, by its id."""
        if self._short is None:
            self._short = casefile.short_ids([standing.drop for standing in self.standings.values()])
        return self._short

    @property
    def storage(self) -> Storage:
        return self._storage

    # What is there

    def catch_up(self) -> None:
        """Before a command: what another terminal has destroyed or brought meanwhile."""
        if self._looked != self._look():
            self.refresh()

    def _look(self) -> tuple[object, ...]:
        return casefile.stamp(self.home), sorted(os.listdir(self.home.keys)), self.home.noted("deleted")

    def refresh(self) -> None:
        """After another command: what it brought is read, what it destroyed is let go of."""
        self.ring.forget_destroyed()
        self._load()

    def _load(self, *, read_new: bool = True) -> None:
        self._looked = self._look()
        self._load_drops()
        if self._load_index():
            self._know()
        if not read_new:
            return
        self.ready()
        try:
            self._read_new()
        except Stopped:  # the rest is read another time
            self._know()

    def ready(self) -> None:
        """Before a search: the words of the index are unpacked, unless they are."""
        damaged = [folder for folder in self._folders.values() if folder.ready()]
        if damaged:
            self._know()

    def _load_drops(self) -> None:
        stamp = casefile.stamp(self.home)
        if self._case_file is None or self._stamp != stamp:
            self._case_file, self._stamp = casefile.load(self.home), stamp
            for told in self._case_file.told:
                self.context.warn(told)
            self._short = None
        found = endings.standings(self.home, self._case_file)
        self.standings = {standing.drop.listed.id: standing for standing in found}

    def _load_index(self) -> bool:
        """Lets go of periods that were destroyed, reads the segments of new ones; whether there were any."""
        home, storage = self.home, self._storage
        periods = {period.start: period for period in period_files(home.keys)}
        sweep_index(home, periods)
        here = {KEPT, *(start.isoformat() for start in periods)}
        gone = self._folders.keys() - here
        for name in gone:
            self._folders.pop(name).close()
        new = [start for start in periods_on_disk(home) if start.isoformat() not in self._folders]
        working = partial(self.context.working, tr("Unlocking keys"))
        self.ring.unlock_ahead(self.today, [periods[start] for start in new], working)
        for start in new:
            self._folder(start)
        first = KEPT not in self._folders
        if first:
            kept = Folder(kept_folder(home), storage.key, storage.identities, storage.recipient, self._tell)
            self._folders[KEPT] = kept
            kept.load()
        deleted = home.noted("deleted")
        forgot = False
        for folder in self._folders.values():
            with unless_full(self._tell_full):
                forgot |= folder.forget(deleted)
        return first or bool(gone or new) or forgot

    def _folder(self, start: date) -> Folder | None:
        """The folder of a period; None if its secret is not there, or its file is bad."""
        if (known := self._folders.get(start.isoformat())) is not None:
            return known
        here = [period for period in period_files(self.home.keys) if period.start == start]
        identities = [each for of in self.ring.identities(start, here) for each in of.unlock()]
        own = [each for each in identities if isinstance(each, HybridIdentity | X25519Identity)]
        if not own:
            return None
        key, recipient = self._storage.key, own[0].recipient()
        folder = Folder(folder_of(self.home, start), key, identities, recipient, self._tell)
        self._folders[start.isoformat()] = folder
        folder.load()
        return folder

    def _know(self) -> None:
        places: dict[str, Place] = {}
        for folder in self._folders.values():
            places |= folder.places()
        self.entries, self._same, self._likeness = Entries(places, self._lose), None, None

    def _lose(self, segment: Segment, error: Damaged) -> None:
        """One in which an entry is damaged: its drops are read again, the others stay."""
        for folder in self._folders.values():
            folder.lose(segment, error)

    def _shared(self) -> dict[str, list[str]]:
        """The marks of texts and files that several drops have, with these drops."""
        if self._same is None:
            same: dict[str, list[str]] = {}
            for entry in self.entries.whole():
                for mark in chain(entry.contents, [entry.text] if entry.text else []):
                    same.setdefault(mark, []).append(entry.drop)
            self._same = {mark: drops for mark, drops in same.items() if len(drops) > 1}
        return self._same

    def _tell(self, sentence: str) -> None:
        self.context.warn(sentence)

    # Reading new drops

    def unread_by_index(self) -> list[StoredDrop]:
        """Drops that can be read and are not in the index."""
        passed_over = {drop for drop, (day, _) in self._failed().items() if day > self.today}
        return [
            standing.drop
            for standing in self.standings.values()
            if standing.can_be_opened
            and standing.drop.id not in self.entries
            and standing.drop.id not in passed_over
        ]

    def _failed(self) -> dict[str, tuple[date, int]]:
        """Drops that could not be read: the day on which they are tried again, and how often they were. A key
        that was missing, or the walls of another machine, may be there then.
        """
        found = {}
        for note in self.home.noted("not_indexed"):
            drop, _, rest = note.partition(" ")
            day, _, tries = rest.partition(" ")
            with contextlib.suppress(ValueError):
                found[drop] = date.fromisoformat(day), int(tries)
        return found

    def _note_failed(self, drops: Sequence[str]) -> None:
        """Tried again after a day, then two, four, ...: what costs a minute must not cost one every day."""
        if not drops:
            return
        before = self._failed()
        tries = {drop: min(before.get(drop, (self.today, 0))[1] + 1, _MOST_TRIES) for drop in drops}
        old = [note for note in self.home.noted("not_indexed") if note.partition(" ")[0] in tries]
        self.home.note("not_indexed", old, no_more=True)
        self.home.note(
            "not_indexed",
            [f"{drop} {self.today + timedelta(days=1 << (n - 1))} {n}" for drop, n in tries.items()],
        )

    def _read_new(self) -> None:
        new = self.unread_by_index()
        if not new:
            return
        from admin.workspace.index.reading import read_drop  # noqa: PLC0415 -- a list goes before

        before = Before(self.home, ())  # that something came before is told by `show`
        failed: list[tuple[StoredDrop, str]] = []
        with word_reader(self.context.warn) as (words, readable):
            found: list[tuple[Entry, str]] = []
            letters = 0
            try:
                for number, drop in enumerate(new, start=1):
                    self.context.working(tr("Reading new drops"), number, len(new))
                    try:
                        entry, text = read_drop(
                            self.home, drop, self.ring, words, readable, before=before, clock=time.monotonic
                        )
                    except AdminError as error:
                        failed.append((drop, str(error)))
                        continue
                    except OSError as error:  # the disk's fault: another day it may be read
                        self.context.warn(
                            tr(
                                "Drop {short} is not in the index. {reason}",
                                short=self.short[drop.id],
                                reason=sentence(error),
                            )
                        )
                        continue
                    found.append((entry, text))
                    letters += len(text)
                    if len(found) >= AT_ONCE or letters >= LETTERS_AT_ONCE:
                        complete, found, letters = found, [], 0
                        self._add(complete)
            finally:  # who is tired of waiting does not wait for these a second time
                self._add(found)
        for drop, why in failed:
            self.context.warn(
                tr("Drop {short} is not in the index. {why}", short=self.short[drop.id], why=why)
            )
        damaged = self.home.noted("damaged")  # an import may bring these whole
        with unless_full():
            self._note_failed([drop.id for drop, _ in failed if drop.id not in damaged])
        self._know()

    def _add(self, drops: Sequence[tuple[Entry, str]]) -> None:
        """Puts drops that were read on the disk, each into the folder of its period."""
        for period in dict.fromkeys(entry.period for entry, _ in drops):
            folder = self._folders[KEPT] if period == OF_NO_PERIOD else self._folder(period)
            if folder is not None:
                self._put([found for found in drops if found[0].period == period], folder)

    def _put(self, drops: Sequence[tuple[Entry, str]], folder: Folder) -> None:
        """Where not all have room, the shorter half of them, and so on: long ones are made to fill it."""
        fitting = sorted(drops, key=lambda found: len(found[1]))
        while fitting:
            try:
                with unless_full(self._tell_full):
                    folder.add(fitting)
                break
            except AdminError as error:
                fitting, told = fitting[: len(fitting) // 2], str(error)
        if len(fitting) < len(drops):
            self._tell(told)
            within = {entry.drop for entry, _ in fitting}
            with unless_full():
                self._note_failed([entry.drop for entry, _ in drops if entry.drop not in within])

    def _tell_full(self) -> None:
        if not self._full:
            self.context.warn(
                tr("There is no room here: what was read of new drops is found until the workspace closes.")
            )
        self._full = True

    def left_out(self) -> int:
        """How many drops no search looks into, although a key for their day is here."""
        missing = [standing for drop, standing in self.standings.items() if drop not in self.entries]
        return sum(bool(standing.keys) or standing.handed for standing in missing)

    # Asking

    def drop(self, prefix: str) -> Standing:
        """The one drop whose id begins like that. Raises `AdminError`."""
        found = casefile.find([standing.drop for standing in self.standings.values()], prefix)
        return self.standings[found.id]

    def note_opened(self, drop: str) -> None:
        """It was opened: the list says so from now on."""
        standing = self.standings[drop]
        if standing.done == endings.NEVER_OPENED:
            state = endings.OPENED if standing.state == standing.done else standing.state
            self.standings[drop] = standing.replaced(done=endings.OPENED, state=state)

    def search(self, query: str, limit: int) -> list[Entry]:
        """At most `limit` drops with these words, newest first. Raises `AdminError` for a query of none."""
        expression = matching(query)
        self.ready()
        found: dict[str, Entry] = {}
        for folder in self._folders.values():
            found |= {entry.drop: entry for entry in folder.search(expression, limit)}
        newest = sorted(
            found.values(), key=lambda entry: (entry.exported, entry.sent, entry.drop), reverse=True
        )
        return newest[:limit]

    def traps(self, entry: Entry) -> tuple[str, ...]:
        """The codes of what looks like a trap, those too that show beside other drops only."""
        found, shared = list(entry.traps), self._shared()
        others = [self.entries.get(drop) for drop in shared.get(entry.text, ())] if entry.text else []
        if any(other is not None and other.desk != entry.desk for other in others):
            found.append("same_text")
        near, all_compared = self._near(entry)
        if near:
            found.append("near_text")
        if not all_compared:
            found.append("many_texts")
        if any(mark in shared for mark in entry.contents):
            found.append("seen_before")
        return tuple(found)

    def alike(self, entry: Entry) -> list[str]:
        """Other drops with the same testimony, or a file of it."""
        marks = (*entry.contents, *([entry.text] if entry.text else []))
        return sorted({drop for mark in marks for drop in self._shared().get(mark, ())} - {entry.drop})

    def nearly(self, entry: Entry) -> list[str]:
        """Drops for other desks whose testimony is nearly the same, but not the same."""
        alike = self.alike(entry)
        return [drop for drop in self._near(entry)[0] if drop not in alike]

    def _near(self, entry: Entry) -> tuple[list[str], bool]:
        if self._likeness is None:
            self._likeness = Likeness((each.drop, each.desk, each.sketch) for each in self.entries.whole())
        same = set(self._shared().get(entry.text, ())) if entry.text else set()
        near, all_compared = self._likeness.elsewhere(entry.desk, entry.sketch)
        return [drop for drop in near if drop not in same], all_compared

    # Doing

    def do(self, drops: Sequence[str], kind: str, value: str, name: str = "") -> list[Event]:
        """Appends an event a drop (or one of none, for a search), unless the same is decided already. Returns
        the events that count.

        Raises `AdminError` for what no event can say.
        """
        if not KINDS[kind](value) or (kind in NAMED and not is_name(name)):
            raise AdminError(
                tr(
                    "A name has 1 to {max_name} letters, digits and signs, and nothing hidden in it.",
                    max_name=MAX_NAME,
                )
            )
        events, done = [], []
        for drop in drops or [""]:
            register: Register = (drop, kind, name)
            heads = self.view.heads(register)
            if kind != "note" and {head.value for head in heads} == {value}:
                continue
            after = [] if kind == "note" else [head.id for head in heads]
            while True:  # more heads than one event can name: it takes a chain of them
                named, after = tuple(sorted(after[-MAX_AFTER:])), after[:-MAX_AFTER]
                events.append(
                    Event(os.urandom(ID_SIZE), self.root, self.today, drop or None, kind, name, value, named)
                )
                if not after:
                    break
                after.append(events[-1].id)
            done.append(events[-1])
        self.log.append(events)
        self.view.add(events)
        return done

    def keep(self, drop: str) -> bool:
        """Seals what the index knows of a drop to the storage key, too. False if it is kept already."""
        kept = self._folders[KEPT]
        if drop in kept.places():
            return False
        for name, folder in self._folders.items():
            if name != KEPT and (found := folder.take(drop)) is not None:
                kept.add([found])
                self._know()
                return True
        raise AdminError(tr("That drop is not in the index, so there is nothing to keep."))

    def close(self) -> None:
        for folder in self._folders.values():
            folder.close()
        self._folders.clear()
        self.entries = Entries({}, self._lose)


@contextlib.contextmanager
def opened(context: Context) -> Iterator[Workspace]:
    """The workspace of the home, asked for its passphrase; new drops are read first. Raises `AdminError`."""
    home, _ = context.open_home()
    with home.workspace_lock():
        workspace = Workspace(context, home, context.ring())
        try:
            yield workspace
        finally:
            workspace.close()

"""What a source sealed on their own device: parts in a drop, joined into a drop of their own and opened.

Drawn in docs/protocol.md, "Source parcels". The server has put each part away as it came, in an item. What
is joined here is ciphertext, in a folder that is gone again at the end; it is then opened as any drop is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.case.handed import with_handed
from admin.case.opening import Case, Entry, content_of, open_case
from admin.case.resent import TOLD, Before, beginnings
from admin.errors import AdminError, sentence
from admin.files import create_file, temporary_folder
from admin.home import Home
from admin.keys.keyring import KeyRing, PeriodIdentity
from admin.keys.periods import period_files
from admin.words import tr
from crypto.batch import BatchDrop
from crypto.errors import CryptoError
from crypto.source_parcel import Joining, Label, read_label


@dataclass(frozen=True, slots=True)
class Parcels:
    """The parcels of a drop that were opened, and a sentence for whatever was wrong with any.

    `closed` are the numbers of the drop's sealed items that are in none of them, `periods` the first days of
    those whose secrets opened any part.
    """

    cases: tuple[Case, ...]
    problems: tuple[str, ...]
    closed: frozenset[int] = frozenset()
    periods: frozenset[date] = frozenset()
    seen: tuple[str, ...] = ()
    """What `resent.remember` is given once they were shown."""
    first: tuple[int, ...] = ()
    """Of each of `cases`, the number of the drop's item with its first part."""

    def all_problems(self, case: Case) -> list[str]:
        """Those of the drop, of its parcels, and of what is in them."""
        return [*case.problems, *self.problems, *(told for inner in self.cases for told in inner.problems)]

    def intact(self, case: Case) -> bool:
        """Whether the drop and every parcel in it are whole."""
        return not self.all_problems(case)

    def opened_by(self, case: Case) -> tuple[date, ...]:
        """First days of all periods whose secrets opened the drop and its parcels, oldest first."""
        return tuple(sorted({*self.periods, *(day for of in (case, *self.cases) for day in of.opened_by)}))


def is_sealed(entry: Entry) -> bool:
    """Whether an item is a part of a source's parcel."""
    return entry.item is not None and entry.item.cleaning == "sealed"


@contextlib.contextmanager
def opened(
    home: Home, case: Case, ring: KeyRing, compared: Callable[[Case], Case], before: Before
) -> Iterator[Parcels]:
    """The parcels whose parts lie in a drop, each `compared` with what it asks to forget, and with what came
    `before`. Their files are there as long as the block lasts.
    """
    sealed = [entry for entry in case.entries if is_sealed(entry)]
    problems: list[str] = []
    if (other := before.found(case.drop.path, case.drop.id)) is not None:
        problems.append(tr("Something in this drop {came}", came=tr(TOLD, drop=other[:12])))
    if not sealed:
        yield Parcels((), tuple(problems))
        return
    with temporary_folder(home.path) as folder:
        opening = _Opening(home, case, ring, folder, before)
        for entry in sealed:
            opening.read(entry)
        firsts = {label: min(int(path.stem) for _, path in parts) for label, parts in opening.parts.items()}
        joined = [(label, inner) for label in opening.parts if (inner := opening.join(label)) is not None]
        cases = [compared(inner) for _, inner in joined]
        closed = frozenset(entry.number for entry in sealed) - opening.joined
        yield Parcels(
            tuple(cases),
            (*problems, *opening.problems),
            closed,
            opening.periods(),
            tuple(opening.seen),
            tuple(firsts[label] for label, _ in joined),
        )


class _Opening:
    """`parts` are the files with the parts of each parcel, by its id, in the order of the drop; `joined` the
    numbers of the items whose parts are in a parcel that opened.
    """

    def __init__(self, home: Home, case: Case, ring: KeyRing, folder: Path, before: Before) -> None:
        self.parts: dict[str, list[tuple[Label, Path]]] = {}
        self.joined: set[int] = set()
        self.seen: list[str] = []
        self._before = before
        self.problems: list[str] = []
        self._home = home
        self._case = case
        self._ring = ring
        self._folder = folder

    def read(self, entry: Entry) -> None:
        """Writes the part that an item holds, still sealed, to a file of its own."""
        path = self._folder / f"{entry.number:04}.age"
        try:
            with create_file(path) as dst:
                content_of(self._case, entry, dst, self._ring, self._home)
            with path.open("rb") as file:
                label = read_label(file)
        except (CryptoError, OSError) as error:
            path.unlink(missing_ok=True)
            number, reason = f"{entry.number:04d}", _sentence(error)
            self.problems.append(
                tr("Item {number} could not be written out. {reason}", number=number, reason=reason)
                if isinstance(error, OSError)
                else tr("Item {number} is no part of a parcel. {reason}", number=number, reason=reason)
            )
            return
        self.parts.setdefault(label.id, []).append((label, path))

    def join(self, parcel: str) -> Case | None:
        """The parcel as a drop, opened; None, with a problem, if that can't be."""
        keys = with_handed(self._home, self._case.drop.id, self._ring, self._identities())
        taken = set()
        with (self._folder / f"{parcel}.tar").open("w+b") as dst:
            joining = Joining(dst)
            for label, path in self.parts[parcel]:
                try:
                    with path.open("rb") as src:
                        joining.take(src, keys)
                    taken.add(int(path.stem))
                except (CryptoError, OSError) as error:
                    self._tell(
                        parcel,
                        tr(
                            "part {number} was not taken. {reason}",
                            number=label.number,
                            reason=_sentence(error),
                        ),
                    )
                path.unlink()
            try:
                whole = joining.finish()
            except (CryptoError, OSError) as error:
                self._tell(parcel, tr("it is not whole. {reason}", reason=_sentence(error)))
                return None
        drop = StoredDrop(self._folder, BatchDrop(parcel, whole.sha256, whole.size), self._case.drop.batch)
        try:
            case = open_case(self._home, drop, self._ring)
        except AdminError as error:
            self._tell(parcel, tr("it does not open. {reason}", reason=sentence(error)))
            return None
        if any(is_sealed(entry) for entry in case.entries):
            self._tell(parcel, tr("it holds a parcel itself, which stays closed."))
        if case.manifest.desk != self._case.manifest.desk:
            self._tell(parcel, tr("it was sealed for another desk than the one that was chosen in the chat."))
        self.seen += beginnings(drop.path)
        if (other := self._before.found(drop.path, self._case.drop.id)) is not None:
            self._tell(parcel, tr("something in it {came}", came=tr(TOLD, drop=other[:12])))
        self.joined |= taken
        return replace(case, parcel=True)

    def periods(self) -> frozenset[date]:
        """First days of the periods whose secrets opened something so far."""
        return frozenset(identity.period.start for identity in self._identities() if identity.opened)

    def _identities(self) -> list[PeriodIdentity]:
        return self._ring.identities(self._case.drop.day, period_files(self._home.keys))

    def _tell(self, parcel: str, what: str) -> None:
        self.problems.append(tr("Parcel {parcel}: {what}", parcel=parcel[:8], what=what))


def _sentence(error: Exception) -> str:
    """Of a full disk without the name that the file would have had."""
    return sentence(OSError(error.errno, error.strerror) if isinstance(error, OSError) else error)

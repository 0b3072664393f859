"""Takes clean items out of drops, one after the other, each into its file of the dossier; nothing else of
them.

What identifies a source beyond what she sent stays behind: mailbox, language, channel, answers, hashes of
what arrived. A text gets numbered lines, so that its file has a hash that no device has; what is the same
byte for byte on the source's device, was not cleaned, or was never checked is left out and counted.
"""

from __future__ import annotations

import hashlib
import io
import mmap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.case.filenames import extension
from admin.case.opening import Case, Entry, content_of
from admin.case.parcels import Parcels, is_sealed
from admin.display import visible_lines
from admin.errors import AdminError
from admin.files import create_file
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import mark, tr
from admin.workspace.dossier.chosen import Wish, wishes_of
from admin.workspace.dossier.disk import Disk
from admin.workspace.dossier.reflow import reflowed
from crypto.item import Item
from scrub.redact.finding import pieces
from scrub.redact.texts import bars_named
from scrub.redact.wishes import Place, Redacted, Wishes

COLUMNS = 84
"""Of a numbered line."""

MAX_TEXT = 1 << 20
_MOST = 999
_TEXTS = ("text/plain", "text/csv")

LEFT_OUT = {
    "uncleaned": mark("not cleaned: the source sent it as it was"),
    "original": mark("a sealed original, for the custodian alone"),
    "sealed": mark("sealed by the source's own device and not opened"),
    "unchecked": mark("cleaned by the source's own device, which nobody has checked"),
    "unchanged": mark("the same, byte for byte, as the source has it: its hash would find the device"),
    "damaged": mark("not whole"),
}
"""Why items of a drop are no exhibits: code -> English."""

WORDS_ALONE = mark(
    "Words were covered where the copy's own words say that they stand: look at every page all the same."
)

Redact = Callable[[str, bytes, Wishes], Redacted]
"""Media type, content, what to cover -> the redacted copy (`scrub.redactor`). Raises `AdminError`."""


@dataclass(frozen=True, slots=True)
class Cover:
    """One redaction as it is listed: a page or a line, what was covered there, and why."""

    place: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of the dossier. `size` and `sha256` (32 bytes) are of the file as it lies in the bag;
    `lines` are those of a text, as they are printed. `item` is the number in the drop of what it was made of.
    """

    number: int
    drop: StoredDrop
    item: int
    name: str
    kind: str
    media_type: str
    sent: date
    size: int
    sha256: bytes
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    parcel: bool
    covers: tuple[Cover, ...]
    lines: tuple[str, ...] = field(repr=False)

    @property
    def label(self) -> str:
        return label(self.number)


def label(number: int) -> str:
    return f"A-{number:03d}"


@dataclass(frozen=True, slots=True)
class Ahead:
    """Writes each file of a drop that `is_taken` as it is, and notes it in `written` by its number; nothing
    else is written.
    """

    disk: Disk
    folder: Path
    is_taken: Callable[[Case, Entry], bool]
    written: dict[int, Path]

    def room(self) -> mmap.mmap:
        return self.disk.room()

    def take(self, case: Case, entry: Entry, content: mmap.mmap) -> None:
        if entry.item is not None and entry.item.kind == "file" and self.is_taken(case, entry):
            path = self.written[entry.number] = self.folder / f"ahead-{entry.number:04d}"
            self.disk.write(path, content, entry.item.size)


@dataclass(slots=True)
class Taking:
    """The exhibits so far. `left_out` counts by the codes of `LEFT_OUT`."""

    home: Home
    ring: KeyRing
    folder: Path
    redact: Redact
    disk: Disk
    exhibits: list[Exhibit] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    covered: list[str] = field(default_factory=list, repr=False)
    """Words that were covered in any exhibit."""
    unread: list[str] = field(default_factory=list)
    """Sentences about pages in which no word could be looked for."""
    _ahead: dict[int, Path] = field(default_factory=dict)
    """Of the drop that is being opened: files of items that will be exhibits, by number."""

    def ahead(self, items: Sequence[int], wishes: Callable[[int], list[Wish]]) -> Ahead:
        """What writes a file of a drop while it is verified, so that it is not decrypted twice."""

        def is_taken(case: Case, entry: Entry) -> bool:
            wanted = not items or entry.number in items
            return wanted and why_not(case, entry) is None and not wishes(entry.number)

        return Ahead(self.disk, self.folder, is_taken, self._ahead)

    def take(
        self,
        case: Case,
        inside: Parcels,
        items: Sequence[int],
        wishes: Callable[[int], list[Wish]],
    ) -> None:
        """All clean items of a drop, or those of these numbers. Raises `AdminError` for a number that is none
        or can't be an exhibit.
        """
        self.disk.wait()
        known = {entry.number for entry in case.entries}
        if missing := sorted(set(items) - known):
            raise AdminError(tr("Drop {id} has no item {number}.", id=case.drop.id[:12], number=missing[0]))
        parcels = {number: inner for inner, number in zip(inside.cases, inside.first, strict=True)}
        for entry in case.entries:
            if items and entry.number not in items:
                continue
            if entry.number in parcels:
                self._take_parcel(case, parcels[entry.number], entry.number, wishes)
                continue
            if is_sealed(entry) and entry.number not in inside.closed:
                continue  # a later part of a parcel
            code = why_not(case, entry)
            if code is None and entry.item is not None:
                self._take(case, case, entry, entry.item, entry.number, wanted=wishes(entry.number))
            elif items:
                raise AdminError(
                    tr(
                        "Item {number} can't be an exhibit: {why}.",
                        number=f"{entry.number:04d}",
                        why=tr(LEFT_OUT[code or "damaged"]),
                    )
                )
            else:
                self.left_out[code or "damaged"] += 1
        while self._ahead:
            self._ahead.popitem()[1].unlink()

    def look_for_covered(self, *said: str) -> None:
        """Whether words that are covered in one exhibit stand in the text of another, which is told, or in
        what the reviewer `said`: raises `AdminError`.
        """
        if not self.covered:
            return
        reasons = [cover.reason for exhibit in self.exhibits for cover in exhibit.covers]
        if any(pieces([*said, *reasons], self.covered)):
            raise AdminError(
                tr("The title, your name or a reason says words that you cover. Nothing was written.")
            )
        for exhibit in self.exhibits:
            if (found := next(pieces(exhibit.lines, self.covered), None)) is not None:
                self.unread.append(
                    tr(
                        "{label}, line {number}: words stand there that are covered in another exhibit.",
                        label=exhibit.label,
                        number=found.line + 1,
                    )
                )

    def _take_parcel(self, case: Case, inner: Case, number: int, wishes: Callable[[int], list[Wish]]) -> None:
        """The texts of what a source sealed on her own device; its files, nobody has checked."""
        for entry in inner.entries:
            code = why_not(inner, entry)
            if code is None and entry.item is not None:
                self._take(case, inner, entry, entry.item, number, wanted=wishes(number))
            else:
                self.left_out[code or "damaged"] += 1

    def _take(
        self, case: Case, of: Case, entry: Entry, item: Item, number: int, *, wanted: list[Wish]
    ) -> None:
        if len(self.exhibits) == _MOST:
            raise AdminError(tr("A dossier has at most {most} exhibits; make two.", most=_MOST))
        own = len(self.exhibits) + 1
        name = f"{label(own)}.{extension(item)}"
        path = self.folder / name
        lines: tuple[str, ...] = ()
        covers: tuple[Cover, ...] = ()
        size, sha256 = item.size, item.sha256
        if item.kind == "text" or wanted:
            content = self._content(of, entry, item)
            if item.kind == "text":
                paragraphs = numbered(content.decode("utf-8"))
                lines = tuple(line for paragraph in paragraphs for line in paragraph)
                content = "".join(f"{line}\n" for line in lines).encode("utf-8")
            if wanted:
                done, covers = self._redacted(item, content, wanted, label(own))
                content = done.content
                self.covered += [each.word for each in wanted if each.word is not None]
                if item.kind == "text":
                    barred = content.decode("utf-8").split("\n")[:-1]
                    touched = {cover.place for cover in covers}
                    broken, moved = reflowed(list(map(len, paragraphs)), barred, touched, COLUMNS)
                    lines = tuple(broken)
                    covers = tuple(
                        dict.fromkeys(replace(cover, place=moved[cover.place]) for cover in covers)
                    )
            if item.kind == "text":
                content = with_numbers(lines).encode("utf-8")
            size, sha256 = len(content), hashlib.sha256(content).digest()
            with create_file(path) as dst:
                dst.write(content)
        elif not of.parcel and (ready := self._ahead.pop(entry.number, None)) is not None:
            ready.rename(path)
        else:
            with create_file(path) as dst:
                content_of(of, entry, dst, self.ring, self.home)
        self.disk.sync(path)
        self.exhibits.append(
            Exhibit(
                own, case.drop, number, name, item.kind, item.media_type, item.day, size, sha256,
                item.removed, tuple(note for note in item.notes if note != "unchanged"),
                of.sealed_by_source, covers, lines,
            )
        )  # fmt: skip

    def _content(self, of: Case, entry: Entry, item: Item) -> bytes:
        if item.kind == "text" and item.size > MAX_TEXT:
            raise AdminError(
                tr(
                    "Item {number} is a text of more than 1 MiB: it can't be an exhibit.",
                    number=f"{entry.number:04d}",
                )
            )
        content = io.BytesIO()
        content_of(of, entry, content, self.ring, self.home)
        return content.getvalue()

    def _redacted(
        self, item: Item, content: bytes, wanted: Sequence[Wish], own: str
    ) -> tuple[Redacted, tuple[Cover, ...]]:
        wishes, origin = wishes_of(wanted)
        done = self.redact(item.media_type, content, wishes)
        covers = covers_of(done.places, origin, wanted, own)
        if done.unread:
            pages = ", ".join(map(str, done.unread[:10]))
            self.unread.append(
                tr(
                    "{label}: page {pages} is a picture in which no word can be looked for: look at it "
                    "yourself.",
                    label=own,
                    pages=pages,
                )
            )
        return done, covers


def covers_of(
    places: Iterable[Place], origin: Sequence[int], wanted: Sequence[Wish], own: str
) -> tuple[Cover, ...]:
    """The list for people. Raises `AdminError` for a redaction that met nothing: who asked believes it
    done.
    """
    found = dict.fromkeys((place.page, origin[place.wish]) for place in places)
    for at, each in enumerate(wanted, start=1):
        if at - 1 not in {wish for _, wish in found}:
            what = (
                tr("its words stand nowhere in it")
                if each.word is not None
                else tr("it has no such page or line")
            )
            raise AdminError(
                tr(
                    "Redaction {number} of {label} was not done: {what}. Nothing was written.",
                    number=at,
                    label=own,
                    what=what,
                )
            )
    return tuple(Cover(page, wanted[wish].kind, wanted[wish].reason) for page, wish in found)


def why_not(case: Case, entry: Entry) -> str | None:
    """A code of `LEFT_OUT`; None for what can be an exhibit."""
    item = entry.item
    if item is None:
        return "original" if entry.sealed_original else "damaged"
    if item.kind == "text":
        return None
    if item.cleaning != "clean":
        return item.cleaning
    if case.sealed_by_source:
        return "unchecked"
    as_it_came = "unchanged" in item.notes or item.sha256 == item.arrived_sha256
    return "unchanged" if as_it_came else None


def numbered(untrusted_text: str) -> list[list[str]]:
    """The lines of each paragraph of a text as they are printed and counted, without their numbers: nothing
    hidden in them, and nothing that looks like a bar of ours.
    """
    paragraphs = bars_named(untrusted_text).replace("\r\n", "\n").rstrip(" \n").split("\n")
    return [[line.rstrip() for line in visible_lines(each, columns=COLUMNS)] for each in paragraphs]


def with_numbers(lines: Iterable[str]) -> str:
    return "".join(f"{number:>5}  {line}".rstrip() + "\n" for number, line in enumerate(lines, start=1))

"""Reads a drop once for the index: every item is verified to its end, its words are taken out, nothing is
kept.

Texts are decoded here, as `show` does it; files are decoded in scrub's confined child and come back as words.
A drop counts as opened only when a person has seen it, not by this.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

from admin.case.casefile import StoredDrop
from admin.case.extract import LONGEST_SHOWN
from admin.case.glance import FIRST_WORDS
from admin.case.opening import Case, content_of, open_case
from admin.case.opening import Entry as Opened
from admin.case.parcels import opened
from admin.case.resent import Before
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.workspace.index.entry import OF_NO_PERIOD, Entry
from admin.workspace.index.folding import fold
from admin.workspace.index.likeness import sketch
from admin.workspace.traps import Signs
from crypto.errors import CryptoError
from crypto.mailbox import address_of

LARGEST_FILE = 64 << 20
MOST_WORDS = 2 << 20
"""Characters of one drop's words at most, about a thousand pages: nobody fills the memory with one drop."""

SECONDS = 60.0
"""So long the files of one drop are read for their words: a thousand that hang are no evening's work."""

_SAME_TEXT = 60
"""A shorter testimony is like another's by chance."""

Words = Callable[[str, bytes], str | None]
"""`scrub.word_reader.WordReader.words`: media type and content in, words out; None if there is no telling."""


def read_drop(
    home: Home,
    drop: StoredDrop,
    ring: KeyRing,
    words: Words,
    readable: frozenset[str],
    *,
    before: Before,
    clock: Callable[[], float],
) -> tuple[Entry, str]:
    """The entry of a drop, and its words; `clock` gives seconds. Raises `AdminError` if it does not open."""
    ring.forget_opened()
    contents: dict[int, bytes] = {}
    case = open_case(home, drop, ring, contents)
    with opened(home, case, ring, lambda inner: inner, before) as parcels:
        reading = _Reading(home, ring, words, readable, clock)
        reading.read(case, contents)
        whole = case.intact and all(each.intact for each in parcels.cases)
        for each in parcels.cases:
            reading.read(each, {})
        manifest = case.manifest
        testimony = " ".join(reading.testimony)
        same, long = fold(testimony).split(), len(testimony) >= _SAME_TEXT
        entry = Entry(
            drop.id,
            min(parcels.opened_by(case), default=OF_NO_PERIOD),
            manifest.day,
            drop.day,
            manifest.desk,
            manifest.language,
            case.channel,
            tuple(reading.kinds),
            reading.items,
            reading.size,
            "" if manifest.mailbox is None else address_of(manifest.mailbox)[:8].hex(),
            hashlib.sha256(" ".join(same).encode("utf-8", "replace")).hexdigest()[:16] if long else "",
            tuple(sorted(set(reading.contents))),
            " ".join(testimony[: 4 * FIRST_WORDS].split())[:FIRST_WORDS],
            reading.signs.codes(reading.kinds) + (() if whole else ("not_whole",)),
            reading.closed + len(parcels.closed),
            sketch(same) if long else "",
        )
    ring.forget_opened()
    return entry, "\n".join(reading.words)[:MOST_WORDS]


class _Reading:
    """What is collected of a drop and of the parcels in it."""

    def __init__(
        self,
        home: Home,
        ring: KeyRing,
        words: Words,
        readable: frozenset[str],
        clock: Callable[[], float],
    ) -> None:
        self.testimony: list[str] = []
        self.words: list[str] = []
        self.kinds: list[str] = []
        self.contents: list[str] = []
        self.items = self.size = self.closed = 0
        self.signs = Signs()
        self._home = home
        self._ring = ring
        self._words_of = words
        self._readable = readable
        self._left = MOST_WORDS
        self._clock = clock
        self._seconds_left = SECONDS

    def read(self, case: Case, contents: dict[int, bytes]) -> None:
        self._add(list(case.manifest.answers.values()))
        for entry in case.entries:
            item = entry.item
            if entry.sealed_original or (item is not None and item.cleaning == "sealed"):
                continue  # for the custodian; a part of a parcel
            self.items += 1
            if item is None:
                self.closed += 1
                continue
            self.size += item.size
            kind = "text" if item.kind == "text" else item.media_type
            if kind not in self.kinds:
                self.kinds.append(kind)
            if item.kind != "text":
                self.contents.append(item.sha256.hex()[:32])
            try:
                self._item(case, entry, contents.get(entry.number))
            except (AdminError, CryptoError, OSError, UnicodeDecodeError):
                self.closed += 1

    def _item(self, case: Case, entry: Opened, content: bytes | None) -> None:
        """`content`, if it was kept when the drop was verified."""
        item = entry.item
        if item is None:
            return
        if not self.signs.all_looked_at or (item.kind == "text" and item.size > LARGEST_FILE):
            self.closed += 1
        elif item.kind == "text":
            text = (content or self._content(case, entry)).decode("utf-8")
            # a desk's question is in many drops
            if self._left > 0 and item.size <= LONGEST_SHOWN and item.answers is None:
                self.testimony.append(text)
            self._add([text])
        elif (
            item.cleaning == "clean"
            and not case.sealed_by_source  # there "clean" is what the source says
            and item.media_type in self._readable
            and item.size <= LARGEST_FILE
        ):
            if self._seconds_left <= 0:
                self.closed += 1
                return
            file, begun = content or self._content(case, entry), self._clock()
            found = self._words_of(item.media_type, file)
            self._seconds_left -= self._clock() - begun
            if found is None:
                self.closed += 1
            else:
                self._add([found])

    def _content(self, case: Case, entry: Opened) -> bytes:
        content = io.BytesIO()
        content_of(case, entry, content, self._ring, self._home)
        return content.getvalue()

    def _add(self, texts: list[str]) -> None:
        for text in texts:
            self.signs.look(text)
            self.words.append(text[: self._left])
            self.closed += len(text) > self._left
            self._left = max(self._left - len(text), 0)

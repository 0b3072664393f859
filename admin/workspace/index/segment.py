"""A segment: drops that were read at one time, and their words as a database in memory.

What is known of drops lies before the words: a list needs no words, and they are most of it. SQLite's FTS5
without a copy of the texts (`content=''`): it can be searched, and the words of a drop can be taken out again
in their order, but not what stood between them. That is enough to join segments, and a third of the size.
Only `admin.workspace.sealed` gives bytes to `load`: nobody else's reach SQLite.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from admin.words import tr
from admin.workspace.index.entry import Entry, unpacked
from admin.workspace.index.folding import TOKENIZER, fold
from admin.workspace.sealed import Damaged, inflated

_TABLE = f"CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize=\"{TOKENIZER}\")"
_MAGIC = b"silbo index 2\n\0\0"
_SQLITE = b"SQLite format 3\0"
_VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)"
_SIZE = "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size"
_LENGTH = 8
_LEVEL = 6

_DROP = re.compile(r'\["([0-9a-f]{32})",')
"""How an entry begins, as it is packed."""


class Segment:
    """`drops` are their ids by the number of their row, from 1."""

    def __init__(
        self, words: sqlite3.Connection | bytes, drops: list[str], entries: Sequence[str | Entry]
    ) -> None:
        """`words` is the database, or what zlib has made of its bytes; a text in `entries` is packed."""
        self._words = words
        self.drops = drops
        self._entries = list(entries)

    @classmethod
    def of(cls, drops: Iterable[tuple[Entry, str]]) -> Segment:
        """A new one, of drops with their words."""
        database = _memory()
        database.execute(_TABLE)
        database.execute("BEGIN")
        entries = []
        for number, (entry, words) in enumerate(drops, start=1):
            entries.append(entry)
            database.execute("INSERT INTO words(rowid, text) VALUES(?, ?)", (number, fold(words)))
        database.execute("INSERT INTO words(words) VALUES('optimize')")
        database.execute("COMMIT")
        return cls(database, [entry.drop for entry in entries], entries)

    @classmethod
    def load(cls, content: bytes) -> Segment:
        """What `content` of another one was; its words are unpacked when they are asked for. Raises
        `Damaged`.
        """
        start = len(_MAGIC) + _LENGTH
        end = start + int.from_bytes(content[len(_MAGIC) : start])
        if not content.startswith(_MAGIC) or len(content) < end:
            raise _damaged()
        try:
            packed = inflated(content[start:end]).decode("ascii").splitlines()
            for text in (*packed[:1], *packed[-1:]):  # of another version, none is like these
                unpacked(text)
        except (ValueError, TypeError, KeyError, OverflowError):
            raise _damaged() from None
        starts = [_DROP.match(text) for text in packed]
        drops = [start[1] for start in starts if start is not None]
        if len(drops) != len(packed):
            raise _damaged()
        return cls(content[end:], drops, packed)

    def ready(self) -> sqlite3.Connection:
        """Unpacks the words, so that no search has to: the database. Raises `Damaged`."""
        if not isinstance(self._words, bytes):
            return self._words
        content = inflated(self._words)
        if not content.startswith(_SQLITE):  # of what is none, SQLite says that memory is short
            raise _damaged()
        database = _memory()
        try:
            database.deserialize(content)
            database.execute("SELECT rowid FROM words WHERE words MATCH '\"a\"' LIMIT 1").fetchall()
        except (sqlite3.Error, OverflowError):
            database.close()
            raise _damaged() from None
        self._words = database
        return database

    def entry(self, number: int) -> Entry:
        """That of a row; unpacked when it is asked for, because there may be 100,000. Raises `Damaged`."""
        found = self._entries[number - 1]
        if isinstance(found, str):
            try:
                found = self._entries[number - 1] = unpacked(found)
            except (ValueError, TypeError, KeyError, OverflowError):
                raise _damaged() from None
        return found

    @property
    def entries(self) -> list[Entry]:
        """All of them. Raises `Damaged`."""
        return [self.entry(number) for number in range(1, len(self.drops) + 1)]

    def size(self) -> int:
        """Bytes of its words in memory. Raises `Damaged`."""
        ((pages, of_each),) = self.ready().execute(_SIZE).fetchall()
        return int(pages * of_each)

    def content(self) -> bytes:
        """As bytes: docs/protocol.md, "Workspace files"."""
        texts = [entry if isinstance(entry, str) else entry.packed() for entry in self._entries]
        entries = zlib.compress("".join([f"{text}\n" for text in texts]).encode("ascii"), _LEVEL)
        words = zlib.compress(self.ready().serialize(), _LEVEL)
        return _MAGIC + len(entries).to_bytes(_LENGTH) + entries + words

    def search(self, expression: str, limit: int) -> list[Entry]:
        """The newest drops, at most `limit`, that an expression of `folding.matching` finds.

        Raises `Damaged`.
        """
        wanted = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        try:
            rows = self.ready().execute(wanted, (expression, limit)).fetchall()
            return [self.entry(number) for (number,) in rows]
        except (sqlite3.Error, IndexError):
            raise Damaged(tr("A part of the index is damaged: it can't be searched.")) from None

    def whole(self) -> Iterator[tuple[Entry, str]]:
        """Every drop with its words in their order, as they are indexed."""
        database = self.ready()
        database.execute(_VOCABULARY)
        try:
            rows = database.execute("SELECT doc, term FROM vocabulary ORDER BY doc, offset")
            words = {
                number: " ".join(term for _, term in terms) for number, terms in groupby(rows, itemgetter(0))
            }
        finally:
            database.execute("DROP TABLE vocabulary")
        for number, entry in enumerate(self.entries, start=1):
            yield entry, words.get(number, "")

    def close(self) -> None:
        if not isinstance(self._words, bytes):
            self._words.close()


def _damaged() -> Damaged:
    return Damaged(tr("A part of the index is damaged."))


def _whole_letters(data: bytes) -> str:
    return data.decode("utf-8", "ignore")


def _memory() -> sqlite3.Connection:
    """A database in memory that never puts anything aside in a file: SQLite would, to sort many words."""
    # The reader asks in a thread of its own; never two at once.
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA temp_store = MEMORY")
    # FTS5 cuts a word behind 32,768 bytes, also in the middle of a letter.
    database.text_factory = _whole_letters
    return database

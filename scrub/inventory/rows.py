"""Reads the tables that tell the kind of a name (`scrub/tables/inventory`, where README.md tells how)."""

import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

_TABLES = "scrub.tables", "inventory"
"""A package, and a folder of it: they may be in a zip archive."""
_RANGE = re.compile(r"(\d+)-(\d+)")
_CLASS = re.compile(r"\\.[?*+]?|\[[^][]*\][?*+]?")
_GROUP = re.compile(r"\([^()]*\)[?*+]?")
_PERHAPS = re.compile(r"[^\n][?*+]|[.^$]")
_LEADING_EDGE = re.compile(r"(?:^|(?<=\|))\\b(\w)")
_TELLING = 3

Name = TypeVar("Name", int, bytes)
Verdict = tuple[str, ...]
"""Codes of `scrub.report.REMOVED`, and names of readers after an `@`; empty for what tells nothing."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[Name]):
    """`rest` is the verdict on every name that has none of its own."""

    named: Mapping[Name, Verdict]
    rest: Verdict

    def of(self, name: Name) -> Verdict:
        """The verdict on exactly this name."""
        return self.named.get(name, self.rest)

    def of_start(self: "Rows[bytes]", data: bytes) -> Verdict:
        """The verdict on the name that these bytes begin with."""
        return next((self.named[name] for name in self.named if data.startswith(name)), self.rest)


@dataclass(frozen=True, slots=True)
class Patterns:
    """In the order of the table, with one pattern for all of an entry's words. `sought`: the same for whole
    texts, with letters of which some must stand there, which is looked at first; none for some.
    """

    patterns: tuple[tuple[Verdict, re.Pattern[bytes]], ...]
    sought: tuple[tuple[Verdict, tuple[bytes, ...], re.Pattern[bytes]], ...]
    rest: Verdict

    def first(self, name: bytes) -> Verdict:
        """The verdict of the first pattern that is found."""
        return next((verdict for verdict, pattern in self.patterns if pattern.search(name)), self.rest)

    def whole(self, name: bytes) -> Verdict:
        """The verdicts of all patterns that match the whole of it."""
        return self._together(verdict for verdict, pattern in self.patterns if pattern.fullmatch(name))

    def all(self, data: bytes, end: int) -> Verdict:
        """The verdicts of all patterns that are found before `end`."""
        return self._together(
            dict.fromkeys(
                verdict
                for verdict, letters, pattern in self.sought
                if not letters or any(data.find(each, 0, end) >= 0 for each in letters)
                if pattern.search(data, 0, end)
            )
        )

    def _together(self, found: Iterable[Verdict]) -> Verdict:
        verdicts = list(found)
        return tuple(code for verdict in verdicts for code in verdict) if verdicts else self.rest


def numbers(table: str) -> Rows[int]:
    """A table whose names are numbers."""
    named: dict[int, Verdict] = {}
    rest: Verdict = ()
    for verdict, words in _entries(table):
        for word in words:
            if word == "*":
                rest = verdict
            elif found := _RANGE.fullmatch(word):
                named |= dict.fromkeys(range(int(found[1]), int(found[2]) + 1), verdict)
            else:
                named[int(word, 0)] = verdict
    return Rows(named, rest)


def names(table: str) -> Rows[bytes]:
    """A table of names, each a Latin-1 text."""
    named = {word.encode("latin-1"): verdict for verdict, words in _entries(table) for word in words}
    return Rows(named, named.pop(b"*", ()))


def patterns(table: str, flags: int = 0) -> Patterns:
    """A table of patterns for bytes, all with these flags of `re`."""
    entries = dict(_entries(table))
    rest = next((verdict for verdict, words in entries.items() if "*" in words), ())
    of_words = (
        (verdict, "|".join(word for word in words if word != "*"))
        for verdict, words in entries.items()
        if words != ["*"]
    )
    compiled = tuple((verdict, re.compile(each.encode(), flags)) for verdict, each in of_words)
    return Patterns(compiled, tuple(_sought(entries, flags)), rest)


def _sought(
    entries: Mapping[Verdict, list[str]], flags: int
) -> Iterator[tuple[Verdict, tuple[bytes, ...], re.Pattern[bytes]]]:
    """A pattern that begins with a letter is looked for many times as fast as one with an edge before it."""
    for verdict, words in entries.items():
        letters = {word: letters_of(word) if not flags else "" for word in words if word != "*"}
        for telling in (True, False):
            some = [word for word, known in letters.items() if (len(known) >= _TELLING) == telling]
            if some:
                pattern = _LEADING_EDGE.sub(r"\1(?<!\\w\1)", "|".join(some))
                first = tuple(letters[word].encode() for word in some) if telling else ()
                yield verdict, first, re.compile(pattern.encode(), flags)


def letters_of(pattern: str) -> str:
    """The longest run of letters that stands in whatever a pattern of the tables finds; empty if that isn't
    plain to see.
    """
    left = _CLASS.sub("\n", pattern)
    while (shorter := _GROUP.sub("\n", left)) != left:
        left = shorter
    return "" if set(left) & set("|{}()") else max(_PERHAPS.sub("\n", left).split("\n"), key=len)


def _entries(table: str) -> Iterator[tuple[Verdict, list[str]]]:
    """Our own data, so a fault raises what it may."""
    package, folder = _TABLES
    text = (pkgutil.get_data(package, f"{folder}/{table}.txt") or b"").decode("utf-8").replace("\n    ", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kinds, *words = line.split()
            verdict = () if kinds == "-" else tuple(kinds.split("+"))
            yield verdict, [word.replace("␠", " ").replace("␀", "\0") for word in words]

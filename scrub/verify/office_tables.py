"""The verifier's reader of the allow-list (`scrub/tables/office`, where README.md tells how to read it).

Shares the data with the cleaner, and no code: what one of the two misreads, the other doesn't.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TABLES = Path(__file__).parent.parent / "tables" / "office"
_ENTRY = re.compile(r"^(?!#)(\S[^\n]*(?:\n    [^\n]*)*)", re.M)
_HEADS = re.compile(r"((?:\S+,\s+)*\S+)(?:\s+(.*))?\Z", re.S)
_ATTRIBUTE = re.compile(r"@([^=!]+)(!?)=(.+)")


Value = tuple[frozenset[str], tuple[str, ...]]
"""Words that are taken as they are, and the names of kinds that are tried in turn."""


@dataclass(slots=True)
class Allowed:
    """What one element may have. `text` is None where it holds no characters at all."""

    attributes: dict[str, Value] = field(default_factory=dict)
    needed_attributes: set[str] = field(default_factory=set)
    children: set[str] = field(default_factory=set)
    needed_children: set[str] = field(default_factory=set)
    not_empty: bool = False
    text: Value | None = None


def read_tables(names: Iterable[str]) -> Mapping[str, Allowed]:
    """By an element's prefixed name, from the files of these names together."""
    bodies: dict[str, str] = {}
    for name in names:
        bodies.update(_bodies(_read(_TABLES / f"{name}.txt")))
    return {name: _allowed(body, bodies) for name, body in bodies.items() if name[0] not in "%$"}


def _read(path: Path) -> str:
    """Also out of the second file of `silbo-admin`, which is an archive."""
    get_data = getattr(__spec__.loader, "get_data")  # noqa: B009 -- the importers of files and archives have it
    return bytes(get_data(str(path))).decode("utf-8")


def _bodies(table: str) -> Iterator[tuple[str, str]]:
    for entry in _ENTRY.findall(table):
        found = _HEADS.match(entry)
        if found is not None:
            for name in found[1].replace(",", " ").split():
                yield name, found[2] or ""


def _allowed(body: str, bodies: Mapping[str, str]) -> Allowed:
    allowed = Allowed()
    pending = body.split()[::-1]
    while pending:
        word = pending.pop()
        if word[0] == "$":
            pending += bodies[word].split()
        elif word == "+":
            allowed.not_empty = True
        elif word[0] == "#":
            allowed.text = _value(word[1:], bodies)
        elif found := _ATTRIBUTE.fullmatch(word):
            allowed.attributes[found[1]] = _value(found[3], bodies)
            if found[2]:
                allowed.needed_attributes.add(found[1])
        else:
            name = word.rstrip("!")
            allowed.children.add(name)
            if name != word:
                allowed.needed_children.add(name)
    return allowed


def _value(text: str, bodies: Mapping[str, str]) -> Value:
    words, kinds = set(), []
    for part in text.split("|"):
        for word in bodies[part].split() if part[:1] == "%" else [part]:
            if word[:1] == "<" and word[-1:] == ">":
                kinds.append(word[1:-1])
            else:
                words.add(word)
    return frozenset(words), tuple(kinds)

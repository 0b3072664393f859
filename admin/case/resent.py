"""Whether something in a drop, or in a parcel in it, came in another too, sent again by a stranger.

Whoever has ciphertext (from a stick, a messenger or the server) can put it into a drop of their own and wait
for what the reviewers answer (docs/adr/0099). Without a key nobody can seal it anew or change its header: so
the beginnings of age files, in which all is random, tell them again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.files import write_atomic
from admin.home import Home
from admin.words import mark
from crypto.drop import read_drop
from crypto.errors import CryptoError

TOLD = mark(
    "came with drop {drop}, too. Who sends it again may have no more than its ciphertext, "
    "and wait for what you answer: tell this source nothing that stands in it."
)

_BEGINNING = 1024
_SMALLEST = 512


class Before:
    """What else came: drops by their files in the home, parcels by what was remembered when they were shown.

    A kilobyte of every item is read at the first question; what was remembered, at each.
    """

    def __init__(self, home: Home, drops: Sequence[StoredDrop]) -> None:
        self._home = home
        self._drops = drops
        self._known: dict[str, set[str]] | None = None

    def found(self, path: Path, around: str) -> str | None:
        """The id of the earliest drop but `around` that has something of the drop's file at `path`."""
        if self._known is None:
            self._known = defaultdict(set)
            for drop in self._drops:
                for beginning in beginnings(drop.path):
                    self._known[beginning].add(drop.id)
        known, own = self._known, set(beginnings(path))
        others = {drop for beginning in own for drop in known.get(beginning, ())}
        others |= {drop for beginning, drop in _remembered(self._home) if beginning in own}
        return next((drop.id for drop in self._drops if drop.id in others - {around}), None)


def beginnings(path: Path) -> list[str]:
    """Of each age file in a drop's file the hash (32 hex digits) of its first kilobyte; none of what is no
    drop.
    """
    found = []
    try:
        with path.open("rb") as file:
            for member in read_drop(file):
                if member.size >= _SMALLEST:
                    file.seek(member.offset)
                    digest = hashlib.sha256(file.read(min(member.size, _BEGINNING)))
                    found.append(digest.hexdigest()[:32])
    except (OSError, CryptoError):
        return []
    return found


def remember(home: Home, drop: str, parcels: Iterable[str]) -> None:
    """Keeps what the parcels in a drop begin with, in a file of the home."""
    new = {(beginning, drop) for beginning in parcels}
    if not new:
        return
    with home.state_lock():
        before = set(_remembered(home))
        if not new <= before:
            lines = "".join(f"{beginning} {where}\n" for beginning, where in sorted(before | new))
            write_atomic(home.parcels, lines.encode("ascii"))


def _remembered(home: Home) -> list[tuple[str, str]]:
    try:
        lines = home.parcels.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    return [(line[:32], line[33:]) for line in lines]

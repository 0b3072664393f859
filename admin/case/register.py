"""The register: what the id of a drop means in this home, for ever (docs/adr/0073, issue 9 item 3).

Whoever has the server's key can sign a second list that gives a known id another hash. So what an id means
is written down when it is first listed, before its file arrives, and nothing that comes later changes it. One
line an id, in the order of arrival:

    ID (32 hex digits) SHA-256 of the drop's file (64) NAME of the record in `batches/` that listed it first
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.words import tr
from crypto.record import Record

_LINE = re.compile(r"([0-9a-f]{32}) ([0-9a-f]{64}) (batch-[0-9]{6,15}-[0-9a-f]{32}\.json)\n")


class Meaning(Record):
    """What an id stands for: the SHA-256 (32 bytes) of the file, and the record that listed it first."""

    id: str
    sha256: bytes
    record: str


def read(home: Home) -> dict[str, Meaning]:
    """By id, in the order of arrival; empty for a home without one. Raises `AdminError` if it is damaged."""
    try:
        text = home.register.read_text("ascii")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise _damaged() from None
    found = _LINE.findall(text)
    rows = [(of, bytes.fromhex(sha256), record) for of, sha256, record in found]
    meanings = {meaning.id: meaning for meaning in Meaning.of_rows(rows)}
    if (
        len(meanings) < len(found)
        or "".join([f"{of} {sha256} {record}\n" for of, sha256, record in found]) != text
    ):
        raise _damaged()
    return meanings


def add(home: Home, new: Iterable[Meaning]) -> dict[str, Meaning]:
    """Writes down what is not known yet, and returns all; it is on the disk then. What is known stays."""
    with home.state_lock():
        before = read(home)
        meanings = {meaning.id: meaning for meaning in new if meaning.id not in before}
        if meanings:
            known = before | meanings
            lines = (f"{found.id} {found.sha256.hex()} {found.record}\n" for found in known.values())
            write_atomic(home.register, "".join(lines).encode("ascii"))
            return known
    return before


def _damaged() -> AdminError:
    return AdminError(tr("The file register in the home is damaged."))

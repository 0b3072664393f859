"""The revocations that a stick brings: those that its server has taken, in `revocations/`.

Source: docs/protocol.md, "Revocations"; docs/adr/0074. They are signed, but not by the server, and anybody
can sign for a root of their own: the ten words tell whose it is, and the operator whether it was taken.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from admin.arrival.stick import Folder, StickError, open_stick
from admin.errors import AdminError, sentence
from admin.home import Home
from admin.keys import keylists
from admin.keys.revoked import is_revoked
from admin.program import command
from admin.words import tr
from crypto.errors import CryptoError
from crypto.minisign import PublicKey
from crypto.revocation import MAX_SIZE, Revocation, parse_revocation
from crypto.words import fingerprint

_NAME = re.compile(r"revocation[^/]{0,80}\.txt", re.IGNORECASE)
_MOST = 64


@dataclass(slots=True)
class Seen:
    """The revocations of a stick: how many there are, a sentence for each that is new, and for each fault.

    `warnings` are about this home's own root.
    """

    found: int = 0
    new: list[Revocation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def take(home: Home, path: Path) -> Seen:
    """Reads the revocations in the folder `revocations` of a stick; to be remembered once they were told.

    Raises `AdminError` as `open_stick` does.
    """
    seen = Seen()
    mine = None
    with contextlib.suppress(AdminError):
        mine = keylists.load(home).keys.root
    with open_stick(path) as stick:
        folder = stick.inside("revocations", tr("Folder revocations"))
        try:
            names = sorted(name for name in folder.names() if _NAME.fullmatch(name))
        except StickError as error:
            seen.findings.append(str(error))
            return seen
        if len(names) > _MOST:
            seen.findings.append(
                tr("More than {most} revocations are there; the rest was not read.", most=_MOST)
            )
        for revocation in _read(folder, names[:_MOST], seen):
            seen.found += 1
            again = any(revocation.root == other.root for other in seen.new)
            if not again and not is_revoked(home, revocation.root):
                seen.new.append(revocation)
                _tell(revocation, mine, seen)
    return seen


def _read(folder: Folder, names: list[str], seen: Seen) -> Iterator[Revocation]:
    for name in names:
        try:
            untrusted = folder.read_small(name, MAX_SIZE)
            if untrusted is not None:
                yield parse_revocation(untrusted)
        except StickError as error:
            seen.findings.append(str(error))
        except CryptoError as error:
            seen.findings.append(tr("A revocation was not taken. {reason}", reason=sentence(error)))


def _tell(revocation: Revocation, mine: PublicKey | None, seen: Seen) -> None:
    words = " ".join(fingerprint(revocation.root))
    if revocation.root == mine:
        seen.warnings.append(
            tr(
                "YOUR keys were revoked, by a text that is signed with them: a server that has taken it "
                "seals nothing to them from now on. What is here you can still read. Ask the operator, "
                "by voice; make new keys in a new home ({command}).",
                command=command("--home DIR keygen"),
            )
        )
    else:
        seen.notes.append(
            tr(
                "The stick says that keys were revoked, with these ten words: {words}. Anybody who has "
                "their revocation could put it there: ask the operator, by voice, whose they were and "
                "whether the server has taken it. From then on it seals nothing to them; what it sealed "
                "before, they open.",
                words=words,
            )
        )

"""Sharing and merging by stick: bundles of events, sealed to the other reviewers, signed by who did what.

What is passed on for another keeps her signature, so that nobody can put words into her mouth, and three
people who never meet at once have the same in the end. Sealed to the period keys of the others, a stick that
is lost ends with them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from admin.arrival.stick import Folder, StickError, open_stick
from admin.errors import AdminError, sentence
from admin.files import make_public_folder, write_public
from admin.home import Home
from admin.keys.revoked import is_revoked
from admin.program import command
from admin.words import tr
from admin.workspace.colleagues import recipient_of, titles
from admin.workspace.work.log import Log
from crypto.age import Identity, Recipient
from crypto.errors import CryptoError, NewerVersion, NoMatch
from crypto.events import MAX_SIZE, Event, Signed, open_events, seal_events, sign_events
from crypto.keylist import CLOCK_TOLERANCE, KeyList
from crypto.minisign import PublicKey, SigningKey
from crypto.words import fingerprint

_FILE = re.compile(r"events-[0-9a-f]{16}\.age")
_LARGEST = 2 * MAX_SIZE
_MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class Shared:
    """Which files were written, for whom, and a sentence for each reviewer who was left out."""

    files: tuple[Path, ...]
    readers: tuple[KeyList, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What was new, the label of whose it is, how many bundles were taken, a sentence for each that was not,
    and of those taken the SHA-256 (32 bytes) of `events.json`.
    """

    events: tuple[Event, ...]
    authors: tuple[str, ...]
    taken: int
    findings: tuple[str, ...]
    digests: frozenset[bytes]


def share(
    home: Home, log: Log, root: SigningKey, others: Sequence[KeyList], folder: Path, *, today: date
) -> Shared:
    """Writes what this home knows to a stick. Raises `AdminError` if there is nobody to share with."""
    by_type: dict[type[Recipient], list[Recipient]] = defaultdict(list)
    readers, findings = [], []
    for keys in others:
        recipient = None if is_revoked(home, keys.root) else recipient_of(keys, today)
        if recipient is None:
            findings.append(
                tr(
                    "Not for '{label}': no key of theirs is valid today. Take their new list.",
                    label=keys.label,
                )
            )
        else:
            by_type[type(recipient)].append(recipient)
            readers.append(keys)
    if not readers:
        raise AdminError(
            " ".join(findings)
            or tr(
                "There is nobody to share with: '{command}' takes a list.",
                command=command("reviewers add DIR"),
            )
        )
    home.refuse(folder)
    make_public_folder(folder)
    known = {keys.root for keys in others}
    bundles = [
        sign_events(log.own(today), root),
        *(signed for signed in log.bundles if signed.bundle.root in known),
    ]
    files = []
    for signed in bundles:
        for kind, recipients in sorted(by_type.items(), key=lambda entry: entry[0].__name__):
            # A name of its own: another may pass on the same bundle to others.
            of = hashlib.sha256(b"".join((root.public().key, kind.__name__.encode(), signed.data)))
            files.append(folder / f"events-{of.hexdigest()[:16]}.age")
            write_public(files[-1], seal_events(signed, recipients))
    home.note("shared", [path.name for path in files])
    return Shared(tuple(files), tuple(readers), tuple(findings))


def merge(
    home: Home,
    log: Log,
    identities: Sequence[Identity],
    others: Sequence[KeyList],
    folder: Path,
    *,
    label: str,
    today: date,
) -> Merged:
    """Takes in what lies on a stick. Whatever is wrong with a file, the others are taken. Raises `AdminError`
    if there is none.
    """
    named = titles(others, label)
    known = {keys.root: named[keys.root] for keys in others if not is_revoked(home, keys.root)}
    new: list[Event] = []
    authors, findings, taken, digests = [], [], 0, set[bytes]()
    with open_stick(folder) as stick:
        names = sorted(name for name in stick.names() if _FILE.fullmatch(name))
        if not names:
            raise AdminError(
                tr("There are no events in that folder: another reviewer writes them with 'share'.")
            )
        mine = home.noted("shared")
        for name in [name for name in names if name not in mine][:_MOST_FILES]:
            try:
                signed = _opened(stick, name, identities)
                _check(signed, known.keys() | {log.root}, today)
                found = log.merge(signed)
            except (AdminError, CryptoError) as error:
                findings.append(f"{name}: {_why(error)}")
                continue
            taken += 1
            digests.add(hashlib.sha256(signed.data).digest())
            new += found
            if found:
                authors.append(known.get(signed.bundle.root, tr("you, in another home")))
    return Merged(tuple(new), tuple(dict.fromkeys(authors)), taken, tuple(findings), frozenset(digests))


def _opened(stick: Folder, name: str, identities: Sequence[Identity]) -> Signed:
    data = stick.read_small(name, _LARGEST)
    if data is None or len(data) > _LARGEST:
        raise StickError(tr("It is gone, or larger than any that we write."))
    return open_events(data, identities)


def _check(signed: Signed, known: Collection[PublicKey], today: date) -> None:
    bundle = signed.bundle
    if bundle.root not in known:
        words = " ".join(fingerprint(bundle.root))
        raise AdminError(
            tr(
                "It is signed by a stranger, with the ten words '{words}': nothing of it was taken. If "
                "that is a colleague, '{command}' takes her key list.",
                command=command("reviewers add DIR"),
                words=words,
            )
        )
    if bundle.made > today + CLOCK_TOLERANCE:
        raise AdminError(
            tr(
                "It is of {made}, which is in the future by this clock: nothing of it was taken. One of "
                "the two clocks is wrong; set it right, and share or merge again.",
                made=bundle.made,
            )
        )


def _why(error: Exception) -> str:
    if isinstance(error, NoMatch):
        return tr("It is not for you, or its key was destroyed.")
    if isinstance(error, NewerVersion):
        return tr("It was written by a newer Silbo: merge it with that one.")
    return sentence(error)

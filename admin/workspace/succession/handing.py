"""Handing over: cases, evidence and what was done with them, into one folder on a stick, whole or not at all.

The drops' files and what the server signed go as they are, so that who comes next verifies all of it alone. A
drop is opened here to its end, and the file keys by which that was done are what is sealed (ADR 0226).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from admin.case import casefile, opening, parcels
from admin.case.casefile import StoredDrop, list_name
from admin.case.resent import Before
from admin.errors import AdminError, sentence
from admin.files import make_public_folder, new_file, sync_folder, temporary_folder, write_public
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.keys.revoked import is_revoked
from admin.keys.root import unlock_root
from admin.words import tr
from admin.workspace.colleagues import recipient_of
from admin.workspace.opened import Workspace
from admin.workspace.succession.stick import SIGNATURE, STATEMENT
from admin.workspace.work import sharing
from crypto.age import Recipient
from crypto.batch import BATCH_FILE, SERVER_FILE, SIGNATURE_FILE, Batch
from crypto.custody import SignedBatch
from crypto.drop_list import LIST_FILE
from crypto.errors import CryptoError
from crypto.events import events_bytes
from crypto.hand_over import HandOver, HeldDrop, Successor, hand_over_bytes
from crypto.hand_over_keys import MAX_KEYS, DropKeys, FileKey, HandOverKeys, seal_keys
from crypto.head import Head
from crypto.keylist import KeyList

UNANSWERED = "handing"
"""Noted in the home: SHA-256 of statements that nobody has answered so far."""


@dataclass(frozen=True, slots=True)
class Handed:
    """The folder that was written, how many cases are in it, and a sentence for what is not."""

    folder: Path
    drops: int
    findings: tuple[str, ...]


def hand_over(
    workspace: Workspace,
    successors: Sequence[KeyList],
    drops: Sequence[StoredDrop],
    folder: Path,
    *,
    named: bool,
) -> Handed:
    """Writes the folder. With `named`, a drop that does not open ends it; without, it is a finding.

    Raises `AdminError`, with nothing written.
    """
    home, ring = workspace.home, workspace.ring
    head = casefile.load_head(home)
    if head is None:
        raise AdminError(tr("Nothing was imported into this home: there is nothing to hand over."))
    by_type = _recipients(home, successors, workspace)
    home.refuse(folder)
    make_public_folder(folder)
    opened, findings = _opened(workspace, drops, named=named)
    root = unlock_root(home, ring)
    data = hand_over_bytes(
        HandOver(
            root=root.public(),
            made=workspace.today,
            to=tuple(
                sorted((Successor(of.root, of.label) for of in successors), key=lambda of: str(of.root))
            ),
            server=head.keys[-1].key,
            batch=_last(head),
            drops=tuple(HeldDrop(drop.id, drop.sha256) for drop, _ in opened),
        )
    )
    digest = hashlib.sha256(data).digest()
    events = hashlib.sha256(events_bytes(workspace.log.own(workspace.today))).digest()
    keys = HandOverKeys(digest, events, tuple(of for _, of in opened))
    target = folder / f"hand-over-{digest.hex()[:8]}"
    if os.path.lexists(target):
        raise AdminError(tr("This very hand-over lies there already: {name}.", name=target.name))
    with temporary_folder(folder) as fresh:
        write_public(fresh / SERVER_FILE, f"{head.keys[0].key}\n".encode())
        for source in keylists.load(home).files:
            write_public(fresh / source.name, source.read_bytes())
        for kind, recipients in sorted(by_type.items(), key=lambda entry: entry[0].__name__):
            name = hashlib.sha256(digest + kind.__name__.encode()).hexdigest()[:16]
            write_public(fresh / f"keys-{name}.age", seal_keys(keys, recipients))
        _write_evidence(workspace, {drop.id for drop, _ in opened}, fresh)
        shared = sharing.share(home, workspace.log, root, successors, fresh, today=workspace.today)
        write_public(fresh / SIGNATURE, root.sign(data, "hand-over").encode())
        write_public(fresh / STATEMENT, data)
        fresh.chmod(0o755)
        home.note(UNANSWERED, [digest.hex()])
        try:
            fresh.rename(target)
        except OSError:
            home.note(UNANSWERED, [digest.hex()], no_more=True)
            raise
    sync_folder(folder)
    return Handed(target, len(opened), (*findings, *shared.findings))


def _recipients(
    home: Home, successors: Sequence[KeyList], workspace: Workspace
) -> dict[type[Recipient], list[Recipient]]:
    by_type: dict[type[Recipient], list[Recipient]] = defaultdict(list)
    for keys in successors:
        if is_revoked(home, keys.root):
            raise AdminError(
                tr("The keys of '{label}' were revoked: nothing is handed over.", label=keys.label)
            )
        recipient = recipient_of(keys, workspace.today)
        if recipient is None:
            raise AdminError(tr("No key of '{label}' is valid today. Take their new list.", label=keys.label))
        by_type[type(recipient)].append(recipient)
    return by_type


def _last(head: Head) -> SignedBatch | None:
    seen = [link for link in head.links if link.seen]
    return SignedBatch(seen[-1].sequence, seen[-1].digest) if seen else None


def _opened(
    workspace: Workspace, drops: Sequence[StoredDrop], *, named: bool
) -> tuple[list[tuple[StoredDrop, DropKeys]], list[str]]:
    found, findings, left = [], [], MAX_KEYS
    before = Before(workspace.home, ())
    ordered = sorted(drops, key=lambda drop: drop.id)
    for number, drop in enumerate(ordered, start=1):
        workspace.context.working(tr("Opening cases"), number, len(ordered))
        short = workspace.short.get(drop.id, drop.id[:12])
        try:
            keys, problems = file_keys(workspace.home, drop, workspace.ring, before)
        except (AdminError, CryptoError) as error:
            told = tr("Drop {short} is not handed over. {why}", short=short, why=sentence(error))
            if named:
                raise AdminError(told) from None
            findings.append(told)
            continue
        findings += [tr("Drop {short}: {why}", short=short, why=problem) for problem in problems]
        left -= len(keys.keys)
        if left < 0:
            raise AdminError(tr("That is too much for one hand-over: make several, with --drops."))
        found.append((drop, keys))
    return found, findings


def file_keys(home: Home, drop: StoredDrop, ring: KeyRing, before: Before) -> tuple[DropKeys, list[str]]:
    """By which file keys a drop opens to its end, with the parcels in it; and what was wrong with it. Raises
    `AdminError` if it does not open.
    """
    with ring.recording() as recorded:
        case = opening.open_case(home, drop, ring)
        with parcels.opened(home, case, ring, lambda inner: inner, before) as inside:
            problems = inside.all_problems(case)
    return DropKeys(drop.id, tuple(FileKey(of, recorded[of]) for of in sorted(recorded))), problems


def _write_evidence(workspace: Workspace, drops: set[str], fresh: Path) -> None:
    """What the server signed, from the home as it is, with the files of these drops."""
    home, case_file = workspace.home, casefile.load(workspace.home)
    names: dict[int, int] = defaultdict(int)
    for record, batch in case_file.records.items():
        names[batch.sequence] += 1
        fork = "" if names[batch.sequence] == 1 else f"-{names[batch.sequence]}"
        folder = fresh / f"batch-{batch.sequence:06d}{fork}"
        make_public_folder(folder)
        _copy(home.batches / f"{record}.minisig", folder / SIGNATURE_FILE)
        if batch.commitment is not None and batch.is_listed:
            _copy(home.batches / list_name(record), folder / LIST_FILE)
        for drop in _of(batch, case_file.drops, drops):
            _copy(drop.path, folder / drop.path.name)
        _copy(home.batches / record, folder / BATCH_FILE)


def _of(batch: Batch, stored: Sequence[StoredDrop], drops: set[str]) -> list[StoredDrop]:
    return [drop for drop in stored if drop.id in drops and drop.batch == batch]


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as src, new_file(target, mode=0o644) as dst:
        shutil.copyfileobj(src, dst, 1 << 20)

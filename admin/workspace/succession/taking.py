"""Taking over: nothing on the stick is believed that this home has not verified by itself.

The statement by the signature of a colleague whose ten words a person has compared; the batches by the
server's; a drop by its hash in a batch and in the statement; a file key by opening the drop with it alone, to
its end. Stopped at any point, the same command begins again; the answer is signed last, and only for all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from admin.arrival.imports import import_stick
from admin.arrival.pinning import Confirm as ConfirmServer
from admin.arrival.stick import Folder, open_stick
from admin.case import casefile, handed
from admin.case.casefile import StoredDrop
from admin.case.resent import Before
from admin.errors import AdminError, sentence
from admin.files import write_public
from admin.home import Home
from admin.keys.keyring import KeyRing, PeriodIdentity
from admin.keys.periods import PeriodFile, period_files
from admin.keys.revoked import is_revoked
from admin.keys.root import unlock_root
from admin.words import tr
from admin.workspace import colleagues
from admin.workspace.colleagues import Confirm
from admin.workspace.opened import Workspace
from admin.workspace.succession.handing import file_keys
from admin.workspace.succession.stick import statement, taken_name, verified
from admin.workspace.work import sharing
from crypto.errors import CryptoError
from crypto.hand_over import HandOver, HandOverTaken, taken_bytes
from crypto.hand_over_keys import MAX_SIZE, DropKeys, HandOverKeys, open_keys
from crypto.keylist import CLOCK_TOLERANCE, VALID

_KEYS = re.compile(r"keys-[0-9a-f]{16}\.age")
_MOST_FILES = 64
_LARGEST = 2 * MAX_SIZE


@dataclass(slots=True)
class Taken:
    """Whose hand-over it is, what is here now, what was told on the way, and what is wrong. `answered`: the
    signed answer lies on the stick.
    """

    label: str
    drops: int = 0
    listed: int = 0
    events: int = 0
    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    answered: bool = False


def take_over(
    workspace: Workspace,
    folder: Path,
    *,
    server: str | None,
    confirm: Confirm | None,
    confirm_server: ConfirmServer | None,
    anyway: bool,
) -> Taken:
    """Takes in the hand-over in `folder`. With `anyway` it is answered although cases in it are damaged.

    Raises `AdminError` where nothing of it can be believed.
    """
    home, today = workspace.home, workspace.today
    home.refuse(folder)
    with open_stick(folder) as stick:
        data, signature, root = statement(stick)
        if is_revoked(home, root):
            raise AdminError(tr("The keys of who hands over were revoked: nothing was taken."))
        known = {keys.root: keys for keys in colleagues.load(home)}
        if root == workspace.root:
            raise AdminError(tr("This is your own hand-over: it is for the others."))
        if root not in known:
            known[root] = colleagues.add(home, folder, workspace.root, confirm)
            if known[root].root != root:
                raise AdminError(tr("The key list there is of another than who signed: nothing was taken."))
        hand_over = verified(data, signature, root)
        if all(to.root != workspace.root for to in hand_over.to):
            raise AdminError(tr("This hand-over is not to you: nothing was taken."))
        if hand_over.made > today + CLOCK_TOLERANCE:
            raise AdminError(tr("This hand-over is of {made}, which is in the future.", made=hand_over.made))
        digest = hashlib.sha256(data).digest()
        taken = Taken(known[root].label, listed=len(hand_over.drops))
        with home.lock():
            _import(workspace, folder, hand_over, taken, server=server, confirm=confirm_server)
            keys = _keys(workspace, stick, digest)
            _take_cases(workspace, hand_over, keys, taken, anyway=anyway)
        whole = _merge(workspace, folder, keys.events, taken) and not taken.findings
        workspace.refresh()
    if whole or (anyway and taken.drops == taken.listed):
        _answer(workspace, folder, digest)
        taken.answered = True
    return taken


def _import(
    workspace: Workspace,
    folder: Path,
    hand_over: HandOver,
    taken: Taken,
    *,
    server: str | None,
    confirm: ConfirmServer | None,
) -> None:
    home, ids = workspace.home, {drop.id for drop in hand_over.drops}
    done = import_stick(home, folder, server=server, confirm=confirm, today=workspace.today, only=ids)
    home.note("told", done.told)
    taken.notes += [*done.notes, *done.findings]  # what is missing for the hand-over is found below
    head = casefile.load_head(home)
    if head is None or all(known.key != hand_over.server for known in head.keys):
        taken.findings.append(tr("The statement names another server key than the one that is known here."))
    digests = {batch.digest() for batch in casefile.load(home).records.values()}
    if hand_over.batch is not None and hand_over.batch.digest not in digests:
        taken.findings.append(
            tr(
                "Batch {number}, the last that the statement names, is not here.",
                number=hand_over.batch.sequence,
            )
        )


def _take_cases(
    workspace: Workspace, hand_over: HandOver, keys: HandOverKeys, taken: Taken, *, anyway: bool
) -> None:
    """Tries the file keys of every drop that the statement lists, and keeps what opens it."""
    home, ring = workspace.home, workspace.ring
    stored = {drop.id: drop for drop in casefile.load(home).drops}
    opening = {drop.id: drop for drop in keys.drops}
    deleted, before = home.noted("deleted"), Before(home, ())
    good = []
    for number, listed in enumerate(hand_over.drops, start=1):
        workspace.context.working(tr("Trying cases"), number, len(hand_over.drops))
        drop, of = stored.get(listed.id), opening.get(listed.id)
        try:
            if listed.id in deleted:
                raise AdminError(tr("It was deleted on this machine, and stays so."))
            if drop is None or not drop.path.exists():
                raise AdminError(tr("Its file is not on the stick, or is not what the server signed."))
            if drop.sha256 != listed.sha256:
                raise AdminError(tr("The statement gives it other content than the server signed."))
            if of is None:
                raise AdminError(tr("What opens it is not on the stick."))
            problems = _tried(home, drop, of, before)
        except (AdminError, CryptoError) as error:
            problems = [sentence(error)]
            good_one = False
        else:
            good_one = not problems or anyway
        taken.findings += [tr("Drop {short}: {why}", short=listed.id[:12], why=why) for why in problems]
        if good_one and of is not None:
            good.append(of)
    handed.keep(home, ring, keys.replaced(drops=tuple(good)), workspace.context.work_factor)
    here = {of.id for of in good}
    failed = [note for note in home.noted("not_indexed") if note.partition(" ")[0] in here]
    home.note("not_indexed", failed, no_more=True)  # it can be read now, and need not wait for another day
    taken.drops = len(good)


def _keys(workspace: Workspace, stick: Folder, digest: bytes) -> HandOverKeys:
    """The file keys for this very hand-over. Raises `AdminError` if nothing on the stick is that."""
    begun = [each for each in period_files(workspace.home.keys) if each.start <= workspace.today + VALID]
    identities = workspace.ring.identities(workspace.today, begun)
    other = False
    for name in sorted(name for name in stick.names() if _KEYS.fullmatch(name))[:_MOST_FILES]:
        try:
            data = stick.read_small(name, _LARGEST)
            found = open_keys(b"" if data is None else data[: _LARGEST + 1], identities)
        except CryptoError:
            continue
        if found.sha256 == digest:
            return found
        other = True
    raise AdminError(
        tr("What opens the cases is of another hand-over: no case was taken.")
        if other
        else tr("What opens the cases is missing, damaged, or sealed to a key that you do not have any more.")
    )


class _Trial(KeyRing):
    """A ring with the file keys of one drop and nothing else."""

    def __init__(self, of: DropKeys) -> None:
        super().__init__(_ask_nobody, may_retry=False)
        self.handed = {each.header: each.key for each in of.keys}
        self.handed_drops = {of.id}

    def identities(self, day: date, periods: Iterable[PeriodFile]) -> list[PeriodIdentity]:
        return []


def _ask_nobody(_question: str) -> bytes:
    raise AdminError(tr("No secret has been unlocked."))


def _tried(home: Home, drop: StoredDrop, of: DropKeys, before: Before) -> list[str]:
    """What is wrong with a drop that these keys open. Raises `AdminError` if they don't."""
    used, problems = file_keys(home, drop, _Trial(of), before)
    if {each.header for each in of.keys} - {each.header for each in used.keys}:
        problems.append(tr("Some of what opens it is for something else."))
    return problems


def _merge(workspace: Workspace, folder: Path, events: bytes, taken: Taken) -> bool:
    """Whether what belongs to this hand-over was there. Others' that were not taken are told and no more."""
    begun = [each for each in period_files(workspace.home.keys) if each.start <= workspace.today + VALID]
    try:
        done = sharing.merge(
            workspace.home,
            workspace.log,
            workspace.ring.identities(workspace.today, begun),
            colleagues.load(workspace.home),
            folder,
            label=workspace.label,
            today=workspace.today,
        )
    except AdminError as error:
        taken.findings.append(sentence(error))
        return False
    workspace.view.add(done.events)
    taken.events = len(done.events)
    taken.notes += done.findings
    if events not in done.digests:
        taken.findings.append(
            tr("The tags and notes of this hand-over are missing there, or others lie there.")
        )
        return False
    return True


def _answer(workspace: Workspace, folder: Path, digest: bytes) -> None:
    root = unlock_root(workspace.home, workspace.ring)
    data = taken_bytes(HandOverTaken(root.public(), workspace.today, digest))
    name = taken_name(root.public())
    write_public(folder / f"{name}.minisig", root.sign(data, "hand-over-taken").encode())
    write_public(folder / name, data)

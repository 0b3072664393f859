"""Leaving: whether somebody has taken over what can be opened here; then nothing of the home is left."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from admin.arrival.stick import open_stick
from admin.case import casefile, endings
from admin.errors import AdminError, sentence
from admin.files import overwrite, remove, sync_folder
from admin.home import MARKER, Home
from admin.keys import keylists
from admin.keys.periods import period_files
from admin.keys.revoked import is_revoked
from admin.words import tr
from admin.workspace.succession.handing import UNANSWERED
from admin.workspace.succession.stick import answers, statement, verified
from crypto.hand_over import HandOver, HandOverTaken

TAKEN = "handed_over"
"""Noted in the home: ids of drops that another reviewer has signed to have."""

_FIRST = ("keys", "resealed", "workspace", "handed", "replies", "drops")
_STATE = "state.json"


@dataclass(frozen=True, slots=True)
class Answered:
    """A hand-over of this home, the labels of those who answered, and what is wrong with other answers."""

    hand_over: HandOver
    by: tuple[str, ...]
    findings: tuple[str, ...]


def confirm(home: Home, folder: Path) -> Answered:
    """Reads the answers in the folder of an own hand-over and notes what was taken. Raises `AdminError` if
    nobody's is there.
    """
    own = keylists.load(home).keys.root
    with open_stick(folder) as stick:
        data, signature, root = statement(stick)
        if root != own:
            raise AdminError(tr("That hand-over is not yours."))
        hand_over = verified(data, signature, own)
        found, findings = list[HandOverTaken](), list[str]()
        for answer in answers(stick, hand_over):
            if not isinstance(answer, HandOverTaken):
                findings.append(tr("An answer there does not count. {why}", why=sentence(answer)))
            elif is_revoked(home, answer.root):
                findings.append(tr("An answer there is by keys that were revoked: it does not count."))
            else:
                found.append(answer)
    if not found:
        raise AdminError(
            " ".join(findings) or tr("Nobody has answered it so far: 'take-over' on the other side does.")
        )
    home.note(TAKEN, [drop.id for drop in hand_over.drops])
    home.note(UNANSWERED, [hashlib.sha256(data).hexdigest()], no_more=True)
    labels = {to.root: to.label for to in hand_over.to}
    return Answered(hand_over, tuple(labels[answer.root] for answer in found), tuple(findings))


def left_behind(home: Home) -> tuple[list[str], int]:
    """Ids of drops that can be opened here and that nobody has taken over, and how many hand-overs are not
    answered.
    """
    if not period_files(home.keys) and not home.handed_drops():  # a forgetting was stopped: nothing opens
        return [], len(home.noted(UNANSWERED))
    standings = endings.standings(home, casefile.load(home))
    taken = home.noted(TAKEN)
    ids = [each.drop.id for each in standings if each.can_be_opened and each.drop.id not in taken]
    return ids, len(home.noted(UNANSWERED))


def forget(home: Home) -> None:
    """Overwrites and removes the whole home, its secrets first: stopped in between, no drop opens any more,
    and the same command goes on. What another process holds open is not waited for.
    """
    with home.lock(), home.workspace_lock():
        names = sorted(os.listdir(home.path))
        middle = [name for name in names if name not in {*_FIRST, _STATE, MARKER}]
        for name in (*_FIRST, *middle):
            _destroy(home.path / name)
            sync_folder(home.path)
        with contextlib.suppress(FileNotFoundError):
            state = (home.path / _STATE).rename(home.path / f"forgotten-{_STATE}")  # half zero, it is damaged
            overwrite(state)
    for name in sorted(os.listdir(home.path), key=MARKER.__eq__):  # the locks, and the marker last
        with contextlib.suppress(OSError):
            (home.path / name).unlink()
    with contextlib.suppress(OSError):  # a place where a disk is mounted stays
        home.path.rmdir()


def _destroy(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        if path.is_file() and not path.is_symlink():
            overwrite(path)
        else:
            path.unlink(missing_ok=True)
        return
    for folder, _, files in os.walk(path):
        for name in files:
            _destroy(Path(folder, name))
    remove(path)

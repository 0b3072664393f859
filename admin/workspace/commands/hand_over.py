"""`silbo-admin hand-over`: cases, tags, notes and evidence for those who come next, onto a stick."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.case import casefile
from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import require_writable
from admin.keys.keylists import LIST_NAME
from admin.program import command
from admin.words import tr, trn
from admin.workspace import colleagues
from admin.workspace.commands.doing import add_passphrase, say_words
from admin.workspace.opened import Workspace, opened
from admin.workspace.succession import handing, leaving
from admin.workspace.succession.stick import folder_of
from crypto.keylist import KeyList


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("the stick, or a folder of it"))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--to",
        action="append",
        metavar="KEYS",
        help=tr("who comes next: the file keys.json, or the name of a reviewer that you share with"),
    )
    what.add_argument(
        "--confirm", action="store_true", help=tr("read the signed answers that came back on the stick")
    )
    parser.add_argument(
        "--drops", nargs="+", metavar="ID", default=[], help=tr("only these; else all that can be opened")
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    if options.confirm:
        return _confirm(context, options)
    successors = {keys.root: keys for keys in (_successor(workspace, wanted) for wanted in options.to)}
    drops = [casefile.find((s.drop for s in workspace.standings.values()), each) for each in options.drops]
    if not options.drops:
        drops = [each.drop for each in workspace.standings.values() if each.can_be_opened]
    done = handing.hand_over(
        workspace,
        list(successors.values()),
        list({drop.id: drop for drop in drops}.values()),
        options.folder,
        named=bool(options.drops),
    )
    names = ", ".join(visible(keys.label) for keys in successors.values())
    context.tell(
        trn(
            "{place}: {n} case for {names}, signed with your key.",
            "{place}: {n} cases for {names}, signed with your key.",
            done.drops,
            place=visible(str(done.folder)),
            names=names,
        ),
        tr(
            "They take it with '{take}', and it is theirs when you have read the answer: '{confirm}'. Until "
            "then destroy nothing.",
            take=command("take-over DIR", elsewhere=True),
            confirm=command("hand-over --confirm DIR"),
        ),
        tr(
            "What they take stays readable to them for as long as they keep it: its key ends with no period. "
            "Not handed over: replies that you wrote, what you extracted, and what 'keep' holds of drops "
            "whose key is gone."
        ),
    )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def _successor(workspace: Workspace, wanted: str) -> KeyList:
    """A colleague by name, or by a key list, whose ten words a person compares if it is new."""
    context, path = workspace.context, Path(wanted)
    if not path.exists():
        return colleagues.find(workspace.home, wanted)

    def confirm(keys: KeyList) -> bool:
        say_words(
            context,
            keys.root,
            tr("The list says that it is of '{label}', with these ten words:", label=visible(keys.label)),
        )
        return context.confirm(tr("Are they the words that your colleague reads to you?"))

    if not path.is_dir() and path.name != LIST_NAME:
        raise AdminError(tr("A key list is the file {name}, with its signature beside it.", name=LIST_NAME))
    folder = path if path.is_dir() else path.parent
    return colleagues.add(workspace.home, folder, workspace.root, confirm if context.terminal else None)


def _confirm(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    if options.drops:
        raise AdminError(tr("--drops is for handing over, not for reading the answer."))
    done = leaving.confirm(home, folder_of(options.folder))
    context.tell(
        trn(
            "Taken over by {names}, with their signature: {n} case, of the hand-over of {day}.",
            "Taken over by {names}, with their signature: {n} cases, of the hand-over of {day}.",
            len(done.hand_over.drops),
            names=", ".join(map(visible, done.by)),
            day=done.hand_over.made,
        ),
        tr(
            "The operator takes your key out of the server's list and their key in. What arrives before that "
            "is sealed to you: import the export that follows, hand over what is new in it, and only then "
            "'{command}'.",
            command=command("forget"),
        ),
    )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def run(context: Context, options: argparse.Namespace) -> int:
    if options.confirm:
        return _confirm(context, options)
    require_writable(options.folder)
    with opened(context) as workspace:
        return act(workspace, options)

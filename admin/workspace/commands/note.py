"""`silbo-admin note`: writes a note on a drop; it outlives the key of the drop."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE, AdminError
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase, chosen, say_done
from admin.workspace.opened import Workspace, opened
from crypto.events import MAX_NOTE


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=tr("the drop's id, or the beginning of it"))
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="*",
        help=tr("the note; without it you are asked, and no shell keeps it"),
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    drops = chosen(workspace, [options.id])
    text = " ".join(options.words) or context.type_text(tr("The note:"))
    if not text:
        raise AdminError(tr("An empty note was not written."))
    if len(text) > MAX_NOTE:
        raise AdminError(tr("A note has at most {max_note} characters.", max_note=MAX_NOTE))
    say_done(workspace, workspace.do(drops, "note", text), drops, tr("noted"))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

"""`silbo-admin list` with filters, and `list` in a session: what there is, and what was done with it."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.filters import add_filters, counts, fitting, say_unknown_desk, table
from admin.workspace.opened import Workspace, opened


def options(parser: argparse.ArgumentParser) -> None:
    add_filters(parser)
    parser.add_argument("--words", action="store_true", help=tr("all of them, if no filter is given"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    found = fitting(workspace, options)
    say_unknown_desk(workspace, options)
    if found:
        table(workspace, [standing.drop.id for standing in found])
    workspace.context.tell(counts(found, workspace))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

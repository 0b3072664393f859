"""`silbo-admin keep`: what the index knows of a drop is kept beyond its key, because a person says so."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase, chosen
from admin.workspace.opened import Workspace, opened


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", metavar="ID", nargs="+", help=tr("a drop's id, or the beginning of it"))
    parser.add_argument("--yes", action="store_true", help=tr("in a script: you know what it means"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    drops = chosen(workspace, options.ids)
    context.tell(
        tr(
            "What is kept can be found after the key of its drop was destroyed: whoever has this "
            "machine and the passphrase then still learns which words it held, and its first ones. "
            "The drop itself stays closed: to keep that, 'extract' it."
        )
    )
    if not options.yes and not (
        context.terminal
        and context.confirm(tr("Keep {counted}?", counted=trn("{n} drop", "{n} drops", len(drops))))
    ):
        context.tell(tr("Nothing was kept."))
        return DONE
    done = [drop for drop in drops if workspace.keep(drop)]
    context.tell(tr("Kept: {counted}.", counted=trn("{n} drop", "{n} drops", len(done))))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

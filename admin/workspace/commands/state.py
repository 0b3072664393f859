"""`silbo-admin state`: says how far drops are."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase, chosen, say_done
from admin.workspace.opened import Workspace, opened
from crypto.events import STATES


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("state", choices=STATES, help="%(choices)s")
    parser.add_argument("ids", metavar="ID", nargs="+", help=tr("a drop's id, or the beginning of it"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    drops = chosen(workspace, options.ids)
    done = workspace.do(drops, "state", options.state)
    say_done(workspace, done, drops, tr("now '{state}'", state=tr(options.state)))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

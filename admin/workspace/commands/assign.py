"""`silbo-admin assign`: says who works on drops."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase, chosen, say_done
from admin.workspace.opened import Workspace, opened


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=tr("who; - for nobody"))
    parser.add_argument("ids", metavar="ID", nargs="+", help=tr("a drop's id, or the beginning of it"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    drops = chosen(workspace, options.ids)
    name = "" if options.name == "-" else options.name.strip()
    done = workspace.do(drops, "assign", name)
    say_done(workspace, done, drops, tr("assigned") if name else tr("no longer assigned"))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

"""`silbo-admin flag`: flags drops, or takes the flag off."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase, chosen, say_done
from admin.workspace.opened import Workspace, opened


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", metavar="ID", nargs="+", help=tr("a drop's id, or the beginning of it"))
    parser.add_argument("--off", action="store_true", help=tr("take it off"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    drops = chosen(workspace, options.ids)
    done = workspace.do(drops, "flag", "off" if options.off else "on")
    say_done(workspace, done, drops, tr("flagged") if not options.off else tr("no longer flagged"))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

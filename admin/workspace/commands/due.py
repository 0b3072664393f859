"""`silbo-admin due`: says by which day a drop must be answered, where a law sets one."""

from __future__ import annotations

import argparse
from datetime import date

from admin.context import Context
from admin.errors import DONE, AdminError
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase, chosen, say_done
from admin.workspace.opened import Workspace, opened


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", metavar="DAY", help=tr("YYYY-MM-DD; - for none"))
    parser.add_argument("ids", metavar="ID", nargs="+", help=tr("a drop's id, or the beginning of it"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    drops = chosen(workspace, options.ids)
    day = "" if options.day == "-" else options.day
    try:
        day = day and date.fromisoformat(day).isoformat()
    except ValueError:
        raise AdminError(tr("A day is written as YYYY-MM-DD.")) from None
    done = workspace.do(drops, "due", day)
    say_done(workspace, done, drops, tr("due on {day}", day=day) if day else tr("no longer due"))
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

"""`silbo-admin work`: opens the workspace for a session."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.errors import DONE, AdminError
from admin.words import tr
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.locked import IDLE_MINUTES, start_anew, wait_unlocked
from admin.workspace.session import hold

_LONGEST = 120


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--idle",
        type=int,
        default=IDLE_MINUTES,
        metavar="MINUTES",
        help=tr("lock after so many minutes without a line (%(default)s)"),
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    if not 1 <= options.idle <= _LONGEST:
        raise AdminError(tr("--idle must be between 1 and {longest} minutes.", longest=_LONGEST))
    if not wait_unlocked(context):
        return DONE
    return hold(context, options.idle, start_anew)

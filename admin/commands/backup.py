"""`silbo-admin backup`: a copy of the whole home, in one file under the passphrase."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from admin import backups
from admin.case import exchange
from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.files import require_writable, sweep
from admin.keys.recovery import all_over
from admin.program import command
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("a new file, on a stick of your own"))
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, newest = context.open_home()
    home.refuse(options.file.parent)
    if exchange.goes_back(options.file.parent, home.path):
        raise AdminError(
            tr(
                "That stick goes back to the operator: whoever has it then could guess at your passphrase. "
                "Take one of your own."
            )
        )
    if newest > context.today:
        raise AdminError(tr("The clock is wrong: set it right first, a copy goes by the day."))
    until = backups.ends(home, context.today)
    if until is None:
        raise AdminError(all_over(context.today))
    require_writable(options.file.parent, backups.size(home, context.today))
    sweep(options.file.parent)
    with contextlib.ExitStack() as held:
        held.enter_context(home.lock(wait=True))
        if context.held is None:  # a session holds its workspace itself
            held.enter_context(home.workspace_lock())
        written = backups.write(
            home, context.ring(), options.file, today=context.today, work_factor=context.work_factor
        )
    context.tell(
        trn("A copy of {n} file: {path}", "A copy of {n} files: {path}", written, path=options.file),
        tr("It has keys until {until}.", until=until),
        tr(
            "Keep it elsewhere; '{command}' makes a home of it. Keys of periods that are over are not "
            "in it. Those that are in it open their drops until the copy is destroyed: make a new one after "
            "each 'rotate', and destroy the old one.",
            command=command(f"restore {tr('FILE')}", elsewhere=True),
        ),
    )
    return DONE

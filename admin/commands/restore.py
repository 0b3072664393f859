"""`silbo-admin restore`: makes a home of the copy that `backup` wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin import backups
from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.program import command
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("the file that 'backup' wrote"))
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    if context.held is not None:
        raise AdminError(tr("'{name}' is not for a session; close it first ('quit').", name="restore"))
    restored = backups.read(options.file, context.home, context.ask, today=context.today)
    context.tell(
        trn("Restored: {n} file, in {home}.", "Restored: {n} files, in {home}.", restored, home=context.home),
        tr(
            "What came after the copy was made is not in it: import the sticks again. If the copy is "
            "older than your last '{rotate}', do that again, too.",
            rotate=command("rotate"),
        ),
    )
    return DONE

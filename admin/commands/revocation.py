"""`silbo-admin revocation`: shows, or copies out, what ends the sealing to these keys for ever."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE
from admin.files import require_writable
from admin.keys import qr
from admin.keys.revocations import code, copy_out, own
from admin.program import command
from admin.words import tr


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help=tr("write the text and the QR code as PNG there")
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    if options.folder is not None:
        require_writable(options.folder)
    with home.lock():
        found = own(home, context.ring(), context.today)
    if options.folder is not None:
        text, picture = copy_out(home, found, options.folder)
        context.tell(
            tr("The revocation of this home's keys: {text}", text=text),
            tr("The same as a QR code, to print: {picture}", picture=picture),
        )
    else:
        modules = code(found)
        context.say(found.text)
        size, columns, lines = shutil.get_terminal_size(), len(modules) + 4, len(modules) // 2 + 8
        if context.out.isatty() and (size.columns < columns or size.lines < lines):
            context.note(
                tr(
                    "The window is too small for the QR code: make it {columns} columns wide and {lines} "
                    "lines high, or write the code to a folder with '{command}'.",
                    columns=columns,
                    lines=lines,
                    command=command("revocation DIR"),
                )
            )
        elif (context.out.encoding or "").lower().replace("-", "") == "utf8":
            context.say(qr.terminal(modules, colour=context.paint.on))
    context.tell(
        tr(
            "Keep it away from this machine, on paper or with a person you trust: on the day on "
            "which the machine is lost it goes to the operator ('silbo reviewers revoke'), whose "
            "server then never seals to these keys again. That cannot be undone."
        )
    )
    return DONE

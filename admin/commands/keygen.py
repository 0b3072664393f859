"""`silbo-admin keygen`: a root and its weekly period keys."""

from __future__ import annotations

import argparse
from datetime import date

from admin.commands import add_passphrase
from admin.commands.ten_words import say_words
from admin.context import Context
from admin.errors import DONE
from admin.keys import passphrase, rotation
from admin.keys.root import REVOCATION_FILE
from admin.program import command
from admin.words import tr, trn
from crypto.wordlist import bip39


def options(parser: argparse.ArgumentParser) -> None:
    """For whom, from when and for how long."""
    parser.add_argument(
        "--label", default="reviewer", metavar="NAME", help=tr("a name the server's operator will see")
    )
    parser.add_argument(
        "--weeks", type=int, default=rotation.WEEKS_AHEAD, help=tr("how many weeks of keys (%(default)s)")
    )
    parser.add_argument("--start", type=_day, metavar="DATE", help=tr("first day, YYYY-MM-DD (today)"))
    parser.add_argument(
        "--x25519", action="store_true", help=tr("classic keys, without post-quantum protection")
    )
    parser.add_argument(
        "--suggest", action="store_true", help=tr("only print a good passphrase of six words")
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    if options.suggest:
        context.say(passphrase.suggest(bip39("en")))
        context.note(tr("Write these six words on paper, then run keygen without --suggest and type them."))
        return DONE
    home, _ = context.open_home(create=True)
    with home.lock():
        rotation.require_no_keys(home)
        secret = passphrase.choose_new(context.ask, twice=options.passphrase_fd is None)
        published = rotation.generate(
            home,
            secret,
            label=options.label,
            start=options.start or context.today,
            today=context.today,
            weeks=options.weeks,
            x25519=options.x25519,
            work_factor=context.work_factor,
            progress=context.progress,
        )
    periods = published.keys.periods
    context.tell(
        tr(
            "Made a root and {counted}, {span}.",
            counted=trn("{n} period key", "{n} period keys", len(periods)),
            span=published.span,
        ),
        tr("Secrets, under your passphrase: {keys}", keys=home.keys),
        *(tr("Public: {path}", path=path) for path in published.files),
        tr(
            "Give both public files to the server's operator: '{command}' copies them.",
            command=command("publish DIR"),
        ),
    )
    say_words(context, published.keys.root, tr("Fingerprint, to be read aloud to the operator:"))
    context.tell(
        tr("Keep the passphrase on paper: without it nobody can read what is sent to these keys."),
        tr(
            "For the day on which this machine is lost: {keys}. Keep a copy elsewhere ('{command}' "
            "shows it as text and as a QR code).",
            keys=home.keys / REVOCATION_FILE,
            command=command("revocation"),
        ),
    )
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("it must be a date written as YYYY-MM-DD")) from None

"""`silbo-admin passphrase`: changes the passphrase, of all secrets at once."""

from __future__ import annotations

import argparse
from functools import partial

from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.keys import resealing
from admin.keys.passphrase import choose_new, from_descriptor
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    add_passphrase(parser)
    parser.add_argument(
        "--new-passphrase-fd",
        type=int,
        metavar="N",
        help=tr("read the new passphrase from this descriptor, not the terminal"),
    )


def run(context: Context, options: argparse.Namespace) -> int:
    if context.held is not None:
        raise AdminError(tr("'{name}' is not for a session; close it first ('quit').", name="passphrase"))
    home, _ = context.open_home()
    number: int | None = options.new_passphrase_fd

    def choose() -> bytes:
        else_ = tr("The passphrase is as it was.")
        if number is None:
            return choose_new(context.ask, twice=context.typed, else_=else_)
        return choose_new(lambda _prompt: from_descriptor(number), twice=False, else_=else_)

    with home.lock(), home.workspace_lock():
        sealed = resealing.reseal(
            home,
            context.ring(),
            choose,
            work_factor=context.work_factor,
            unlocking=partial(context.working, tr("Unlocking")),
            progress=context.progress,
        )
    context.tell(
        trn(
            "The passphrase was changed, of {n} secret.",
            "The passphrase was changed, of {n} secrets.",
            sealed,
        ),
        tr(
            "Write it on paper, and destroy the paper with the old one. What was copied before (a backup, a "
            "second stick, what a solid-state disk keeps) still opens with the old passphrase."
        ),
    )
    return DONE

"""`silbo-admin receipt`: signs which drops are here, so that the server may delete them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from admin.arrival import receipts
from admin.case import casefile, endings
from admin.case.endings import DELETED, NEVER_OPENED, Standing
from admin.commands import add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import require_writable
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    """Where to, and what besides the drops that were opened here."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("where the receipt is written to"))
    parser.add_argument(
        "--drop",
        action="append",
        default=[],
        metavar="ID",
        help=tr("confirm this one too, though never opened"),
    )
    parser.add_argument(
        "--all", action="store_true", help=tr("confirm also what was never opened; asks first")
    )
    parser.add_argument("--without-asking", action="store_true", help=tr("with --all, in a script"))
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    case_file = reminders.case_file(context, home)
    if not case_file.drops:
        raise AdminError(tr("There is no drop here to confirm; import first."))
    found = [each for each in endings.standings(home, case_file) if each.state != DELETED]
    asked = {casefile.find(case_file.drops, prefix).id for prefix in options.drop}
    chosen = [standing for standing in found if standing.done != NEVER_OPENED or standing.drop.id in asked]
    unread = [standing for standing in found if standing not in chosen]
    if options.all and unread and _confirm_unread(context, unread, options.without_asking):
        chosen, unread = found, []
    if not chosen:
        raise AdminError(
            trn(
                "Nobody opened the drop here yet, so nothing is confirmed: 'show' or 'extract' first, or "
                "name one with --drop.",
                "Nobody opened any drop here yet, so nothing is confirmed: 'show' or 'extract' first, or "
                "name one with --drop.",
                len(unread),
            )
        )
    require_writable(options.folder)
    done = receipts.write(home, context.ring(), options.folder, [standing.drop for standing in chosen])
    context.tell(
        tr("Receipt for {counted}: {path}", counted=trn("{n} drop", "{n} drops", done.drops), path=done.path),
        tr(
            "Give it with its .minisig to the operator: once every reviewer has, the server deletes "
            "these drops."
        ),
    )
    if unread:
        context.tell(
            trn(
                "Not confirmed, because nobody opened it here: {named}. 'show' or 'extract' first, or name "
                "one with --drop.",
                "Not confirmed, because nobody opened them here: {named}. 'show' or 'extract' first, or name "
                "one with --drop.",
                len(unread),
                named=_named(unread),
            )
        )
    reminders.of_replies(context, home)
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def _confirm_unread(context: Context, unread: Sequence[Standing], without_asking: bool) -> bool:
    """Whether what was never opened is confirmed too: a person is told what follows and asked, a script must
    have said so.
    """
    ends = min((standing.ends for standing in unread if standing.ends is not None), default=None)
    then = (
        tr("and from {ends} on 'rotate' destroys keys that open it", ends=ends)
        if ends
        else tr("and no key here opens it")
    )
    consequence = tr(
        "Never opened here: {named}. Once every reviewer has confirmed, the server deletes its "
        "copies; the reviewers then have the only ones, {then}.",
        named=_named(unread),
        then=then,
    )
    if without_asking:
        context.tell(consequence)
        return True
    if not context.terminal:
        raise AdminError(
            tr(
                "{consequence} In a script --all needs --without-asking, too; nothing was written.",
                consequence=consequence,
            )
        )
    context.tell(consequence)
    return context.confirm(tr("Confirm them all the same?"))


def _named(standings: Sequence[Standing]) -> str:
    """How many drops, and which; of many the first ten."""
    ids = [standing.drop.id[:12] for standing in standings]
    more = tr(" and {more} more", more=len(ids) - 10) if len(ids) > 10 else ""
    return trn("{n} drop ({ids})", "{n} drops ({ids})", len(ids), ids=", ".join(ids[:10]) + more)

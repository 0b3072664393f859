"""`silbo-admin show`: opens drops and shows what was written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial

from admin.case import casefile, endings, opening, parcels, withdrawals
from admin.case.casefile import StoredDrop
from admin.case.extract import read_texts
from admin.case.report import render
from admin.case.resent import Before, remember
from admin.commands import add_drop, add_hashes, add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED, AdminError
from admin.files import unless_full
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.pager import page
from admin.program import command
from admin.words import tr


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser, several=True)
    add_hashes(parser)
    parser.add_argument(
        "--every-key", action="store_true", help=tr("try all keys, also for a drop whose own was destroyed")
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    case_file = reminders.case_file(context, home)
    asked = [casefile.find(case_file.drops, prefix) for prefix in dict.fromkeys(options.ids)]
    whole_list = True
    if not options.every_key:
        gone = {
            standing.drop.id
            for standing in endings.standings(home, case_file)
            if standing.state == endings.KEY_DESTROYED
        }
        for drop in (drop for drop in asked if drop.id in gone):
            context.warn(
                tr(
                    "Drop {id} of batch {sequence}: its key was destroyed, by the day of its batch. If that "
                    "day is wrong, --every-key tries all keys, about a second for each.",
                    id=drop.id[:12],
                    sequence=drop.sequence,
                )
            )
        whole_list = not any(drop.id in gone for drop in asked)
        asked = [drop for drop in asked if drop.id not in gone]
        if not asked:
            return FAILED
    ring = context.ring()
    status = DONE if whole_list else DONE_WITH_FINDINGS
    for number, drop in enumerate(asked):
        if number:
            context.say("")
        try:
            whole = _show(context, home, case_file.drops, drop, ring, hashes=options.hashes)
        except AdminError as error:
            if len(asked) == 1:
                raise
            context.warn(tr("Drop {id}: {error}", id=drop.id[:12], error=error))
            whole = False
        if not whole:
            status = DONE_WITH_FINDINGS
    reminders.of_endings(context, home)
    return status


def _show(
    context: Context,
    home: Home,
    drops: Sequence[StoredDrop],
    drop: StoredDrop,
    ring: KeyRing,
    *,
    hashes: bool,
) -> bool:
    """Shows one drop; False if something of it is wrong. Raises what `open_case` does."""
    compared = withdrawals.comparing(home, drops, ring)
    case = compared(opening.open_case(home, drop, ring))
    shown = partial(render, paint=context.paint, hashes=hashes, columns=context.columns)
    with parcels.opened(
        home,
        case,
        ring,
        compared,
        context.once(("before", casefile.stamp(home)), lambda: Before(home, drops)),
    ) as inside:
        lines = shown(case, read_texts(home, case, ring), problems=inside.problems)
        for inner in inside.cases:
            lines += ["", *shown(inner, read_texts(home, inner, ring))]
    entries = [entry for of in (case, *inside.cases) for entry in of.entries]
    short = casefile.short_ids(drops)[drop.id]
    ways = []
    if any(entry.sealed_original or (entry.item and entry.item.kind == "file") for entry in entries):
        ways.append(tr("To see the files: {command}", command=command(f"extract {short} {tr('DIR')}")))
    if case.manifest.mailbox is not None and case.manifest.desk_id is not None:
        ways.append(tr("To answer: {command}", command=command(f"reply {short}")))
        ways.append(tr("What was said before: {command}", command=command(f"thread {short}")))
    lines += ["", *map(context.paint.dim, ways)] if ways else []
    page(lines, context.out, context.say, idle=context.idle)
    context.out.flush()
    # Not before it was shown: a receipt confirms what was opened.
    noted = True

    def not_noted() -> None:
        nonlocal noted
        noted = False
        context.warn(
            tr(
                "There is no room here: that you opened it could not "
                "be noted, and no receipt confirms it yet."
            )
        )

    with unless_full(not_noted):
        home.note_opened(drop.id, inside.opened_by(case))
        remember(home, drop.id, inside.seen)
    return noted and inside.intact(case)

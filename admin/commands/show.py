"""`silbo-admin show`: opens a drop and shows what was written."""

from __future__ import annotations

import argparse
from functools import partial

from admin.case import casefile, opening, parcels, withdrawals
from admin.case.extract import read_texts
from admin.case.report import render
from admin.case.resent import Before, remember
from admin.commands import add_drop, add_hashes, add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser)
    add_hashes(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drops = reminders.case_file(context, home).drops
    drop = casefile.find(drops, options.id)
    ring = context.ring()
    compared = withdrawals.comparing(home, drops, ring)
    case = compared(opening.open_case(home, drop, ring))
    shown = partial(render, paint=context.paint, hashes=options.hashes, columns=context.columns)
    with parcels.opened(
        home,
        case,
        ring,
        compared,
        context.once(("before", casefile.stamp(home)), lambda: Before(home, drops)),
    ) as inside:
        context.say(*shown(case, read_texts(home, case, ring), problems=inside.problems))
        for inner in inside.cases:
            context.say("", *shown(inner, read_texts(home, inner, ring)))
    context.out.flush()
    # Not before it was shown: a receipt confirms what was opened.
    home.note_opened(drop.id, inside.opened_by(case))
    remember(home, drop.id, inside.seen)
    entries = [entry for of in (case, *inside.cases) for entry in of.entries]
    short = casefile.short_ids(drops)[drop.id]
    ways = []
    if any(entry.sealed_original or (entry.item and entry.item.kind == "file") for entry in entries):
        ways.append(f"To see the files: silbo-admin extract {short} DIR")
    if case.manifest.mailbox is not None and case.manifest.desk_id is not None:
        ways.append(f"To answer: silbo-admin reply {short}")
        ways.append(f"What was said before: silbo-admin thread {short}")
    if ways:
        context.say("", *map(context.paint.dim, ways))
    reminders.of_endings(context, home)
    return DONE if inside.intact(case) else DONE_WITH_FINDINGS

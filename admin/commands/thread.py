"""`silbo-admin thread`: all drops of one codename, and the replies to it, in order."""

from __future__ import annotations

import argparse

from admin.answers import thread, told
from admin.case import casefile, endings
from admin.case.opening import manifest_of
from admin.commands import add_drop, add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS
from admin.words import trn


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    case_file = reminders.case_file(context, home)
    drop = casefile.find(case_file.drops, options.id)
    ring = context.ring()
    manifest = manifest_of(home, drop, ring)
    way = thread.way_to_answer(manifest)
    found = thread.of_source(home, endings.standings(home, case_file), drop, manifest, ring)
    lines, problems = told.lines(
        home,
        found,
        way,
        casefile.short_ids(case_file.drops),
        ring,
        paint=context.paint,
        columns=context.columns,
        today=context.today,
    )
    context.say(*lines)
    if found.closed:
        context.say("")
        context.tell(
            trn(
                "{n} drop can't be opened here any more: whose it is can't be told.",
                "{n} drops can't be opened here any more: whose they are can't be told.",
                found.closed,
            )
        )
    for problem in problems:
        context.warn(problem)
    return DONE_WITH_FINDINGS if problems else DONE

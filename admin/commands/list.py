"""`silbo-admin list`: what was imported, how it stands and when its key ends."""

from __future__ import annotations

import argparse

from admin.case import endings
from admin.case.casefile import count_items, short_ids
from admin.commands import reminders
from admin.context import Context
from admin.errors import DONE
from admin.words import tr


def options(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(context: Context, _options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    reminders.to_rotate(context, home)
    found = endings.standings(home, reminders.case_file(context, home))
    if not found:
        context.tell(tr("No drop was imported yet."))
        return DONE
    short = short_ids(standing.drop for standing in found)
    names = tr("DROP"), tr("EXPORTED"), tr("BATCH"), tr("ITEMS"), tr("KEY ENDS"), tr("STATE")
    width, day, batch, many, end = (
        max(len(name), least)
        for name, least in zip(names, (max(map(len, short.values())), 10, 5, 5, 10), strict=False)
    )

    def row(*cells: str) -> str:
        drop, exported, number, items, ends, state = cells
        numbers = f"{number:>{batch}}  {items:>{many}}"
        return f"{drop:<{width}}  {exported:<{day}}  {numbers}  {ends:<{end}}  {state}"

    context.say(context.paint.bold(row(*names)))
    paints = {
        endings.NEVER_OPENED: context.paint.bold,
        endings.OPENED: lambda text: text,
        endings.TAKEN_OUT: context.paint.dim,
        endings.DELETED: context.paint.dim,
    }
    for standing in found:
        drop, ends = standing.drop, "-" if standing.ends is None else str(standing.ends)
        items = count_items(drop)
        state = paints.get(standing.state, context.paint.alarm)(tr(standing.state))
        number = "?" if items is None else str(items)
        context.say(row(short[drop.id], str(drop.day), str(drop.sequence), number, ends, state))
    if any(standing.state == endings.KEY_MISSING for standing in found):
        context.note(
            tr(
                "key missing: the secret that opens it is not in this home, and no rotation here "
                "destroyed it. It may be in another home, or in a copy of this one."
            )
        )
    reminders.of_endings(context, home)
    reminders.of_replies(context, home)
    return DONE

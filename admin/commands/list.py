"""`silbo-admin list`: what was imported, how it stands and when its key ends."""

from __future__ import annotations

import argparse

from admin.case import endings
from admin.case.casefile import count_items, short_ids
from admin.commands import reminders
from admin.context import Context
from admin.errors import DONE


def options(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(context: Context, _options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    reminders.to_rotate(context, home)
    found = endings.standings(home, reminders.case_file(context, home))
    if not found:
        context.tell("No drop was imported yet.")
        return DONE
    short = short_ids(standing.drop for standing in found)
    width = max(map(len, short.values()))
    title = f"{'DROP':<{width}}  {'EXPORTED':<10}  {'BATCH':>5}  {'ITEMS':>5}  {'KEY ENDS':<10}  STATE"
    context.say(context.paint.bold(title))
    paints = {
        endings.NEVER_OPENED: context.paint.bold,
        endings.OPENED: lambda text: text,
        endings.TAKEN_OUT: context.paint.dim,
    }
    for standing in found:
        drop, ends = standing.drop, "-" if standing.ends is None else str(standing.ends)
        items = count_items(drop)
        state = paints.get(standing.state, context.paint.alarm)(standing.state)
        numbers = f"{drop.sequence:>5}  {'?' if items is None else items:>5}"
        context.say(f"{short[drop.id]:<{width}}  {drop.day}  {numbers}  {ends:<10}  {state}")
    if any(standing.state == endings.KEY_MISSING for standing in found):
        context.note(
            "key missing: the secret that opens it is not in this home, and no rotation here destroyed it. "
            "It may be in another home, or in a copy of this one."
        )
    reminders.of_endings(context, home)
    reminders.of_replies(context, home)
    return DONE

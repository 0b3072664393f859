"""`silbo-admin list`: what was imported, how it stands and when its key ends; with `--words`, what it says.

It asks no passphrase unless it is asked for words. Where the workspace is there, its list does that, from its
index (`admin.cli`).
"""

from __future__ import annotations

import argparse

from admin.case import endings
from admin.case.casefile import count_items, short_ids
from admin.case.endings import Standing
from admin.commands import add_passphrase, reminders
from admin.context import Context
from admin.display import visible, visible_lines
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.home import Home
from admin.words import tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.keys.keyring import KeyRing

_INDENT = "  "


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--words",
        action="store_true",
        help=tr("also language, size, kinds and first words of each; asks for the passphrase"),
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
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
    ring = context.ring() if options.words else None
    status = DONE
    for standing in found:
        drop, ends = standing.drop, "-" if standing.ends is None else str(standing.ends)
        items = count_items(drop)
        state = paints.get(standing.state, context.paint.alarm)(tr(standing.state))
        if standing.handed:
            state += ", " + tr("handed over to you")
        number = "?" if items is None else str(items)
        context.say(row(short[drop.id], str(drop.day), str(drop.sequence), number, ends, state))
        if ring is not None and standing.can_be_opened and not _say_words(context, home, standing, ring):
            status = DONE_WITH_FINDINGS
    if any(standing.state == endings.KEY_MISSING for standing in found):
        context.note(
            tr(
                "key missing: the secret that opens it is not in this home, and no rotation here "
                "destroyed it. It may be in another home, or in a copy of this one."
            )
        )
    reminders.of_endings(context, home, found)
    reminders.of_replies(context, home)
    if ring is None and context.terminal and any(standing.can_be_opened for standing in found):
        context.tell(context.paint.dim(tr("'list --words' asks for the passphrase and shows what each is.")))
    return status


def _say_words(context: Context, home: Home, standing: Standing, ring: KeyRing) -> bool:
    """What a drop is, below its row; its own words behind a bar. False if it did not open."""
    from admin.case.glance import glance, of_kinds  # noqa: PLC0415 -- with it comes the cryptography
    from admin.case.report import of_size  # noqa: PLC0415

    try:
        seen = glance(home, standing.drop, ring)
    except AdminError as error:
        context.say(_INDENT + context.paint.alarm(str(error)))
        return False
    what = f"{visible(seen.language)}, {of_size(seen.size)}, {of_kinds(seen.kinds)}"
    context.say(_INDENT + visible_lines(what, columns=context.columns - len(_INDENT))[0])
    if seen.first:
        room = context.columns - len(_INDENT) - 2
        lines = visible_lines(seen.first, context.paint, room)
        context.say(f"{_INDENT}{context.paint.dim('|')} {lines[0]}")
    return True

"""`silbo-admin about`: what is known of a drop without opening it."""

from __future__ import annotations

import argparse

from admin.case.report import quoted
from admin.context import Context, count
from admin.display import visible
from admin.errors import DONE
from admin.workspace.commands.doing import add_passphrase, name_of
from admin.workspace.filters import of_kinds
from admin.workspace.opened import Workspace, opened
from admin.workspace.traps import TRAPS


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the drop's id, or the beginning of it")
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, standing = workspace.context, workspace.drop(options.id)
    drop = standing.drop
    entry, work = workspace.entries.get(drop.id), workspace.view.of(drop.id)
    context.say(context.paint.bold(f"Drop {drop.id}"))
    context.tell(f"Exported {drop.day} in batch {drop.sequence}; {standing.state}.")
    if entry is None:
        context.tell("It is not in the index.")
    else:
        kinds = of_kinds(entry.kinds)
        context.tell(
            f"Sent {entry.sent} to the desk {visible(entry.desk)}, in {visible(entry.language)}, by "
            f"{visible(entry.channel)}: {kinds}; {count(entry.items, 'item')}, {entry.size} bytes."
        )
        if entry.closed:
            context.tell(f"Of {count(entry.closed, 'item')} the words could not be read.")
        for code in workspace.traps(entry):
            context.warn(f"It may be a trap: {TRAPS.get(code, code)}.")
        if same := workspace.alike(entry):
            context.tell(
                "The same is in: " + ", ".join(workspace.short.get(each, each) for each in same) + "."
            )
    for values, what in ((work.states, "State"), (work.assigned, "Assigned to"), (work.due, "Due")):
        shown = [visible(value) for value in values]
        if len(shown) > 1:
            context.warn(
                f"{what}: {' and '.join(shown)}. Two reviewers have decided differently; decide again."
            )
        elif shown:
            context.tell(f"{what}: {shown[0]}.")
    if work.tags:
        context.tell("Tags: " + ", ".join(map(visible, work.tags)) + ".")
    if work.flagged:
        context.tell("Flagged.")
    _history(workspace, drop.id)
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)


def _history(workspace: Workspace, drop: str) -> None:
    context = workspace.context
    for event in workspace.view.history(drop):
        who = name_of(workspace, event.author)
        if event.kind == "note":
            context.say("", context.paint.dim(f"{event.day}  a note by {who}"))
            context.say(*quoted(event.value, context.paint, context.columns))
        else:
            what = " ".join(part for part in (event.kind, event.name, event.value or "-") if part)
            context.say(context.paint.dim(f"{event.day}  {visible(what)}, by {who}"))

"""`silbo-admin about`: what is known of a drop without opening it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from admin.case.glance import of_kinds
from admin.case.report import quoted
from admin.context import Context
from admin.display import visible
from admin.errors import DONE
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase, name_of
from admin.workspace.opened import Workspace, opened
from admin.workspace.traps import TRAPS

_NAMED = 12


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=tr("the drop's id, or the beginning of it"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, standing = workspace.context, workspace.drop(options.id)
    drop = standing.drop
    entry, work = workspace.entries.get(drop.id), workspace.view.of(drop.id)
    context.say(context.paint.bold(tr("Drop {id}", id=drop.id)))
    context.tell(
        tr(
            "Exported {day} in batch {sequence}; {state}.",
            day=drop.day,
            sequence=drop.sequence,
            state=tr(standing.state),
        )
    )
    if entry is None:
        context.tell(tr("It is not in the index."))
    else:
        kinds = of_kinds(entry.kinds)
        context.tell(
            tr(
                "Sent {sent} to the desk {desk}, in {language}, by {channel}: {kinds}; {counted}, {size} "
                "bytes.",
                sent=entry.sent,
                desk=visible(entry.desk),
                language=visible(entry.language),
                channel=visible(entry.channel),
                kinds=kinds,
                counted=trn("{n} item", "{n} items", entry.items),
                size=entry.size,
            )
        )
        if entry.closed:
            context.tell(
                tr(
                    "Of {counted} the words could not be read.",
                    counted=trn("{n} item", "{n} items", entry.closed),
                )
            )
        for code in workspace.traps(entry):
            context.warn(tr("It may be a trap: {sign}.", sign=tr(TRAPS.get(code, code))))
        if same := workspace.alike(entry):
            context.tell(tr("The same is in: {drops}.", drops=_named(workspace, same)))
        if near := workspace.nearly(entry):
            context.tell(tr("Nearly the same is in: {drops}.", drops=_named(workspace, near)))
    states = [tr(state) for state in work.states]
    for values, what in ((states, tr("State")), (work.assigned, tr("Assigned to")), (work.due, tr("Due"))):
        shown = [visible(value) for value in values]
        if len(shown) > 1:
            context.warn(
                tr(
                    "{what}: {shown}. Two reviewers have decided differently; decide again.",
                    what=what,
                    shown=tr(" and ").join(shown),
                )
            )
        elif shown:
            context.tell(f"{what}: {shown[0]}.")
    if work.tags:
        context.tell(tr("Tags: {tags}.", tags=", ".join(map(visible, work.tags))))
    if work.flagged:
        context.tell(tr("Flagged."))
    _history(workspace, drop.id)
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)


def _named(workspace: Workspace, drops: Sequence[str]) -> str:
    """The first few by their ids: whoever sends thousands that are alike fills no screen."""
    named = ", ".join(workspace.short.get(each, each) for each in drops[:_NAMED])
    more = len(drops) - _NAMED
    return named + (tr(" and {more} more", more=more) if more > 0 else "")


def _history(workspace: Workspace, drop: str) -> None:
    context = workspace.context
    for event in workspace.view.history(drop):
        who = name_of(workspace, event.author)
        if event.kind == "note":
            context.say("", context.paint.dim(tr("{day}  a note by {who}", day=event.day, who=who)))
            context.say(*quoted(event.value, context.paint, context.columns))
        else:
            what = " ".join(part for part in (event.kind, event.name, event.value or "-") if part)
            context.say(
                context.paint.dim(tr("{day}  {what}, by {who}", day=event.day, what=visible(what), who=who))
            )

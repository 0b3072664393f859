"""`silbo-admin merge`: takes in what other reviewers did, from a stick."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED
from admin.keys.periods import period_files
from admin.words import tr, trn
from admin.workspace import colleagues
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.opened import Workspace, opened
from admin.workspace.work import sharing
from crypto.keylist import VALID

_MOST_TOLD = 20


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("where the files of 'share' are"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home, today = workspace.context, workspace.home, workspace.today
    begun = [period for period in period_files(home.keys) if period.start <= today + VALID]
    disputed = set(workspace.view.disputed())
    done = sharing.merge(
        home,
        workspace.log,
        workspace.ring.identities(today, begun),
        colleagues.load(home),
        options.folder,
        label=workspace.label,
        today=today,
    )
    workspace.view.add(done.events)
    events = trn("{n} new event", "{n} new events", len(done.events))
    authors = ", ".join(map(visible, done.authors))
    context.tell(tr("{events} by {authors}.", events=events, authors=authors) if authors else f"{events}.")
    new = [drop for drop in workspace.view.disputed() if drop not in disputed]
    for drop in new[:_MOST_TOLD]:
        work, short = workspace.view.of(drop), workspace.short.get(drop, drop[:12])
        ways = [
            tr(" and ").join(map(visible, map(tr, of)))
            for of in (work.states, work.assigned, work.due)
            if len(of) > 1
        ]
        context.warn(
            tr(
                "Drop {short}: two reviewers have decided differently ({ways}). Both are kept.",
                short=short,
                ways="; ".join(ways),
            )
        )
    if len(new) > _MOST_TOLD:
        context.warn(
            tr(
                "And {counted} more, see 'list --disputed'.",
                counted=trn("{n} drop", "{n} drops", len(new) - _MOST_TOLD),
            )
        )
    for finding in done.findings:
        context.warn(finding)
    if done.findings:
        return DONE_WITH_FINDINGS if done.taken else FAILED
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

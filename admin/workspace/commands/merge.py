"""`silbo-admin merge`: takes in what other reviewers did, from a stick."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context, count
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED
from admin.keys.periods import period_files
from admin.workspace import colleagues
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.opened import Workspace, opened
from admin.workspace.work import sharing
from crypto.keylist import VALID

_MOST_TOLD = 20


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the files of 'share' are")
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
    by = f" by {', '.join(map(visible, done.authors))}" if done.authors else ""
    context.tell(f"{count(len(done.events), 'new event')}{by}.")
    new = [drop for drop in workspace.view.disputed() if drop not in disputed]
    for drop in new[:_MOST_TOLD]:
        work, short = workspace.view.of(drop), workspace.short.get(drop, drop[:12])
        ways = [
            " and ".join(map(visible, of)) for of in (work.states, work.assigned, work.due) if len(of) > 1
        ]
        context.warn(
            f"Drop {short}: two reviewers have decided differently ({'; '.join(ways)}). Both are kept."
        )
    if len(new) > _MOST_TOLD:
        context.warn(f"And {count(len(new) - _MOST_TOLD, 'drop')} more, see 'list --disputed'.")
    for finding in done.findings:
        context.warn(finding)
    if done.findings:
        return DONE_WITH_FINDINGS if done.taken else FAILED
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

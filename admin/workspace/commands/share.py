"""`silbo-admin share`: what you did, onto a stick, sealed to the reviewers that you share with."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS
from admin.files import require_writable
from admin.keys.root import unlock_root
from admin.words import tr, trn
from admin.workspace import colleagues
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.opened import Workspace, opened
from admin.workspace.work import sharing


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("the stick, or a folder of it"))
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home = workspace.context, workspace.home
    root = unlock_root(home, workspace.ring)
    done = sharing.share(
        home, workspace.log, root, colleagues.load(home), options.folder, today=workspace.today
    )
    names = ", ".join(visible(keys.label) for keys in done.readers)
    context.tell(
        tr(
            "For {names}: {counted} in {folder}. They take it with 'merge'.",
            names=names,
            counted=trn("{n} file", "{n} files", len(done.files)),
            folder=options.folder,
        )
    )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def run(context: Context, options: argparse.Namespace) -> int:
    require_writable(options.folder)
    with opened(context) as workspace:
        return act(workspace, options)

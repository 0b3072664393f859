"""`silbo-admin outbox`: the replies that wait for their sources, written onto the operator's stick."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.answers import outboxes
from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import require_writable
from admin.keys import keylists
from admin.keys.revoked import is_revoked
from admin.keys.root import unlock_root
from admin.program import command
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help=tr("the stick: the outbox is a folder in it")
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    key = keylists.outline(home).root
    if is_revoked(home, key):
        raise AdminError(tr("These keys were revoked: no server takes a reply of theirs."))
    sent = outboxes.waiting(home, context.today)
    if not sent and not outboxes.folder_for(key, options.folder).exists():
        raise AdminError(
            tr("No reply waits for its source; '{command}' writes one.", command=command("reply ID"))
        )
    require_writable(options.folder)
    with home.lock(wait=True):
        root = unlock_root(home, context.ring())
        done = outboxes.write(home, root, options.folder, sent, context.today)
    context.tell(
        trn(
            "Outbox with {n} reply: {folder}",
            "Outbox with {n} replies: {folder}",
            done.replies,
            folder=done.folder,
        ),
        tr("Give it to the operator: 'silbo import-replies' delivers what it has not delivered before."),
    )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE

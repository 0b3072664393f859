"""`silbo-admin take-over`: takes in what a reviewer who leaves has handed over, and signs the answer."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED
from admin.program import command
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase, say_words
from admin.workspace.opened import Workspace, opened
from admin.workspace.succession import taking
from admin.workspace.succession.stick import folder_of
from crypto.keylist import KeyList
from crypto.minisign import PublicKey


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("where the folder of 'hand-over' is"))
    parser.add_argument("--server", metavar="KEY", help=tr("the server's public key, or its ten words"))
    parser.add_argument(
        "--anyway",
        action="store_true",
        help=tr("answer although something is damaged, because who hands over has said so"),
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context

    def confirm(keys: KeyList) -> bool:
        say_words(
            context,
            keys.root,
            tr(
                "The hand-over says that it is by '{label}', with these ten words:", label=visible(keys.label)
            ),
        )
        return context.confirm(tr("Are they the words that your colleague reads to you?"))

    def confirm_server(key: PublicKey) -> bool:
        say_words(context, key, tr("First import. The stick says that the server's key has these ten words:"))
        return context.confirm(tr("Are they the words that the server's operator reads to you?"))

    done = taking.take_over(
        workspace,
        folder_of(options.folder),
        server=options.server,
        confirm=confirm if context.terminal else None,
        confirm_server=confirm_server if context.terminal else None,
        anyway=options.anyway,
    )
    context.tell(*done.notes)
    context.tell(
        trn(
            "From {label}: {taken} of {n} case, each opened here to its end; {events}.",
            "From {label}: {taken} of {n} cases, each opened here to its end; {events}.",
            done.listed,
            label=visible(done.label),
            taken=done.drops,
            events=trn("{n} new event", "{n} new events", done.events),
        )
    )
    for finding in done.findings:
        context.warn(finding)
    if done.answered:
        context.tell(
            tr(
                "Your signed answer lies on the stick. Bring it back: '{command}' reads it.",
                command=command("hand-over --confirm DIR"),
            )
        )
        return DONE_WITH_FINDINGS if done.findings else DONE
    context.warn(
        tr(
            "It was not answered: what is missing here is only with who hands over. Ask for it again; what "
            "was taken stays."
        )
    )
    return DONE_WITH_FINDINGS if done.drops else FAILED


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

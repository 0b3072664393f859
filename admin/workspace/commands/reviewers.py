"""`silbo-admin reviewers`: those that you share with, after their ten words were compared."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, AdminError
from admin.program import command
from admin.words import tr
from admin.workspace import colleagues
from admin.workspace.commands.doing import add_passphrase, say_words
from admin.workspace.opened import Workspace, opened
from crypto.keylist import KeyList


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", choices=("list", "add", "remove"), default="list", help="%(choices)s"
    )
    parser.add_argument(
        "which", nargs="?", metavar="DIR|NAME", help=tr("add: where keys.json is; remove: whose")
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home = workspace.context, workspace.home
    if options.what == "list":
        known = colleagues.load(home)
        for keys in known:
            end = keys.periods[-1].until
            ended = context.paint.alarm(tr(" ENDED")) if end <= workspace.today else ""
            say_words(
                context,
                keys.root,
                tr("{label}, keys until {end}{ended}:", label=visible(keys.label), end=end, ended=ended),
            )
        if not known:
            context.tell(
                tr(
                    "Nobody yet: '{command}' takes the key list of a colleague.",
                    command=command("reviewers add DIR"),
                )
            )
        return DONE
    if options.which is None:
        raise AdminError(tr("Say which: 'reviewers add DIR', 'reviewers remove NAME'."))
    if options.what == "remove":
        keys = colleagues.find(home, options.which)
        colleagues.forget(home, keys)
        context.tell(
            tr(
                "Nothing is shared with '{label}' any more, and nothing of theirs is taken.",
                label=visible(keys.label),
            )
        )
        return DONE

    def confirm(keys: KeyList) -> bool:
        say_words(
            context,
            keys.root,
            tr("The list says that it is of '{label}', with these ten words:", label=visible(keys.label)),
        )
        return context.confirm(tr("Are they the words that your colleague reads to you?"))

    keys = colleagues.add(home, Path(options.which), workspace.root, confirm if context.terminal else None)
    context.tell(
        tr(
            "Taken: '{label}', key list {serial}, until {until}.",
            label=visible(keys.label),
            serial=keys.serial,
            until=keys.periods[-1].until,
        )
    )
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

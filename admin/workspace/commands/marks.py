"""`silbo-admin marks`: what in a drop, or in a clean file, may name whose copy it is."""

from __future__ import annotations

import argparse

from admin.errors import DONE, DONE_WITH_FINDINGS
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.files import clean_files
from admin.workspace.marked import line_of
from admin.workspace.opened import Workspace, opened
from admin.workspace.second_file import marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.context import Context


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ID", help=tr("an item of a drop as ID:2, a drop, or a clean file"))
    parser.add_argument(
        "--read-pictures",
        action="store_true",
        help=tr("look at the words in pictures, too: some seconds each"),
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    files, left = clean_files(workspace, options.what)
    partly, count = [], 0
    with marker(context.warn, read=options.read_pictures) as look:
        for file in files:
            found = look(file.media_type, file.content)
            count += len(found.marks)
            context.say(*(f"{file.name}, {line_of(mark)}" for mark in found.marks))
            partly += [] if found.complete else [file.name]
    if count:
        context.tell(tr("Quote nothing of it, and pass nothing on with it: it may name a worker."))
    else:
        context.tell(tr("Nothing was found. That does not mean that there is nothing."))
    if partly:
        context.warn(
            trn(
                "{n} file could not be looked through as a whole: {names}.",
                "{n} files could not be looked through as a whole: {names}.",
                len(partly),
                names=", ".join(partly[:10]),
            )
        )
    return DONE_WITH_FINDINGS if count or partly or left else DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)

"""`silbo-admin reply`: words and questions for the source of a drop, first shown as it will see them."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from admin.answers import kept, private, thread, wording
from admin.answers.templates import TEMPLATES
from admin.case import casefile
from admin.case.opening import manifest_of
from admin.case.report import quoted
from admin.commands import add_drop, add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.keys.revoked import is_revoked
from admin.keys.root import unlock_root
from admin.program import command
from admin.words import tr, trn
from crypto.reply import TOKEN_SIZE, Question, Reply

STANDARD = Path("-")


def options(parser: argparse.ArgumentParser) -> None:
    """What to write, if not in the editor. Words stand in no argument, where others could read them."""
    add_drop(parser)
    parser.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help=tr("the text ('-': standard input); else an editor opens"),
    )
    parser.add_argument(
        "--template",
        action="append",
        default=[],
        choices=sorted(TEMPLATES),
        help=tr("begin with this first question, in the source's language; may be repeated"),
    )
    parser.add_argument("--yes", action="store_true", help=tr("seal without asking, in a script"))
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drops = reminders.case_file(context, home).drops
    drop = casefile.find(drops, options.id)
    period = kept.period_today(home, context.today)
    ring = context.ring()
    way = thread.way_to_answer(manifest_of(home, drop, ring))
    templates = [wording.template(name, way.language) for name in dict.fromkeys(options.template)]
    root = unlock_root(home, ring)  # before a word is written, so that none is lost
    if is_revoked(home, root.public()):
        raise AdminError(tr("These keys were revoked: no server takes a reply of theirs."))
    replies = thread.replies_to(home, way.mailbox)
    thread.check_key(replies, way)
    others = {foreign.who: foreign.day for foreign in replies.foreign if foreign.root != root.public()}
    for who, day in sorted(others.items()):
        context.tell(
            tr(
                "Another reviewer, '{who}', has written to this source, too (outbox of {day}).",
                who=who,
                day=day,
            )
        )
    with _source(context, options, templates) as write:
        while True:
            text = write()
            try:
                words, questions = wording.composed(text, templates)
            except AdminError as error:
                if options.file is not None or not context.terminal or not text.strip():
                    raise
                context.warn(str(error))  # what a person has typed is not thrown away
            else:
                preview(context, way.language, words, questions)
                if options.yes or context.confirm(tr("Seal this for the source?")):
                    break
            if options.file is not None or not context.confirm(tr("Change it?")):
                context.tell(tr("Nothing was sealed."))
                return DONE
    with home.lock(wait=True):
        replies = thread.replies_to(home, way.mailbox)
        reply = Reply(
            root=root.public(),
            mailbox=way.mailbox,
            number=kept.next_number(replies.sent, len(replies.foreign), way.in_reply_to),
            day=context.today,
            language=way.language,
            text=words,
            token=secrets.token_bytes(TOKEN_SIZE),
            questions=questions,
        )
        kept.keep(home, reply, way.recipient, root, period)
    context.tell(
        tr(
            "Reply {number} is sealed. '{outbox}' writes it onto the operator's stick; '{thread}' "
            "shows when it was read.",
            number=reply.number,
            outbox=command(f"outbox {tr('DIR')}"),
            thread=command("thread " + casefile.short_ids(drops)[drop.id]),
        )
    )
    return DONE


def preview(context: Context, language: str, words: str, questions: tuple[Question, ...]) -> None:
    """What the source will see, as it will stand there."""
    shown = wording.as_shown(words, questions)
    context.tell(
        tr(
            "The source, who reads in '{language}', will see ({counted}):",
            language=language,
            counted=trn("{n} character", "{n} characters", len(shown)),
        )
    )
    context.say("", *quoted(shown.lstrip("\n"), context.paint, context.columns), "")
    context.out.flush()


@contextlib.contextmanager
def _source(
    context: Context, options: argparse.Namespace, templates: list[Question]
) -> Iterator[Callable[[], str]]:
    """Where the text comes from, each time it is called."""
    draft = wording.draft(templates)
    if options.file is not None or not context.terminal:
        if not context.terminal and not options.yes:
            raise AdminError(tr("In a script --yes is needed, too; nothing was sealed."))
        yield lambda: draft + wording.decoded(_given(options.file or STANDARD))
        return
    with private.folder_in_memory() as folder:
        text = draft

        def write() -> str:
            nonlocal text
            text = wording.decoded(private.edited(text, folder, os.environ))
            return text

        if private.swaps_to_disk():
            context.note(
                tr(
                    "This machine moves memory to a disk (swap), where what you write could be found again: "
                    "'sudo swapoff -a' switches that off."
                )
            )
        context.tell(tr("The editor opens. A line that begins with '? ' is a question of its own."))
        yield write


def _given(path: Path) -> bytes:
    """What is in the file, or comes on standard input, up to what is certainly too much."""
    if path == STANDARD:
        return sys.stdin.buffer.read(wording.LONGEST + 1)
    with path.open("rb") as file:
        return file.read(wording.LONGEST + 1)

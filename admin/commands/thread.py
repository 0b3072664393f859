"""`silbo-admin thread`: all drops of one codename, and the replies to it, in order."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date

from admin.answers import kept, thread, wording
from admin.answers.kept import Sent
from admin.answers.outboxes import WAITS
from admin.answers.thread import Replies, Thread
from admin.case import casefile, endings
from admin.case.opening import manifest_of
from admin.case.report import quoted
from admin.commands import add_drop, add_passphrase, reminders
from admin.context import Context, count
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from crypto.minisign import PublicKey

Entry = tuple[tuple[date, int, int, str], list[str]]
"""What it is sorted by (day, number of the reply that it is or answers, replies first, id), and its lines."""


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    case_file = reminders.case_file(context, home)
    drop = casefile.find(case_file.drops, options.id)
    ring = context.ring()
    manifest = manifest_of(home, drop, ring)
    way = thread.way_to_answer(manifest)
    replies = thread.replies_to(home, way.mailbox)
    found = thread.of_source(home, endings.standings(home, case_file), drop, manifest, ring)
    problems: list[str] = []
    entries = [
        *_drops(context, found, casefile.short_ids(case_file.drops)),
        *_sent(context, home, replies, ring, problems),
        *_foreign(context, replies, keylists.outline(home).root),
    ]
    written = len(replies.sent) + len(replies.foreign)
    replied = f"{written} repl{'y' if written == 1 else 'ies'}"
    context.say(context.paint.bold(f"{count(len(found.drops), 'drop')} and {replied}, by the day"))
    for _, lines in sorted(entries, key=lambda entry: entry[0]):
        context.say("", *lines)
    if found.closed:
        which = (
            "1 drop can't be opened here any more: whose it is"
            if found.closed == 1
            else (f"{found.closed} drops can't be opened here any more: whose they are")
        )
        context.say("")
        context.tell(f"{which} can't be told.")
    if not found.one_key or not all(kept.is_for(sent, way.recipient) for sent in replies.sent):
        problems.append(
            "These drops have one mailbox and name different keys for replies. No honest server does that: "
            "answer none of them, and tell the operator, by voice."
        )
    for problem in problems:
        context.warn(problem)
    return DONE_WITH_FINDINGS if problems else DONE


def _drops(context: Context, found: Thread, short: dict[str, str]) -> Iterator[Entry]:
    for drop, manifest in found.drops:
        answers = "" if manifest.in_reply_to is None else f"; answers reply {manifest.in_reply_to}"
        asks = "; asks that you forget something" if manifest.withdraws else ""
        items = count(len(manifest.items), "item")
        line = f"{manifest.day}  Drop {context.paint.bold(short[drop.id])}: {items}, batch {drop.sequence}"
        yield (manifest.day, manifest.in_reply_to or 0, 1, drop.id), [f"{line}{answers}{asks}."]


def _sent(
    context: Context, home: Home, replies: Replies, ring: KeyRing, problems: list[str]
) -> Iterator[Entry]:
    written = home.noted("in_outbox")
    for sent in replies.sent:
        state = _state(sent, replies, written, context.today)
        lines = [f"{sent.day}  Reply {context.paint.bold(str(sent.number))}, yours: {state}."]
        try:
            reply = kept.words_of(home, sent, ring)
        except AdminError as error:
            problems.append(str(error))
            lines.append("      (Its copy can't be read.)")
        else:
            if reply is None:
                lines.append("      (Its words are gone with the key of that period.)")
            else:
                shown = wording.as_shown(reply.text, reply.questions).lstrip("\n")
                lines += quoted(shown, context.paint, context.columns)
        yield (sent.day, sent.number, 0, sent.digest), lines


def _foreign(context: Context, replies: Replies, mine: PublicKey) -> Iterator[Entry]:
    for foreign in replies.foreign:
        read = replies.read.get(foreign.listed.sha256)
        state = "on the way" if read is None else f"read by the source on {read}"
        whose = (
            f"of '{context.paint.bold(foreign.who)}'"
            if foreign.root != mine
            else "of another copy of your keys"
        )
        line = f"{foreign.day}  A reply {whose}: {state}."
        yield (foreign.day, 0, 2, foreign.listed.sha256.hex()), [line]


def _state(sent: Sent, replies: Replies, written: frozenset[str], today: date) -> str:
    read = replies.read.get(sent.listed.sha256)
    if read is not None:
        return f"read by the source on {read}"
    if today - sent.day > WAITS:
        return "not known to be read, and on no stick any more"
    return "on the way" if sent.digest in written else "sealed, in no outbox yet"

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
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.words import tr, trn
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
    replied = trn("{n} reply", "{n} replies", written)
    context.say(
        context.paint.bold(
            tr(
                "{counted} and {replied}, by the day",
                counted=trn("{n} drop", "{n} drops", len(found.drops)),
                replied=replied,
            )
        )
    )
    for _, lines in sorted(entries, key=lambda entry: entry[0]):
        context.say("", *lines)
    if found.closed:
        context.say("")
        context.tell(
            trn(
                "{n} drop can't be opened here any more: whose it is can't be told.",
                "{n} drops can't be opened here any more: whose they are can't be told.",
                found.closed,
            )
        )
    if not found.one_key or not all(kept.is_for(sent, way.recipient) for sent in replies.sent):
        problems.append(
            tr(
                "These drops have one mailbox and name different keys for replies. No honest server does "
                "that: answer none of them, and tell the operator, by voice."
            )
        )
    for problem in problems:
        context.warn(problem)
    return DONE_WITH_FINDINGS if problems else DONE


def _drops(context: Context, found: Thread, short: dict[str, str]) -> Iterator[Entry]:
    for drop, manifest in found.drops:
        answers = (
            ""
            if manifest.in_reply_to is None
            else tr("; answers reply {number}", number=manifest.in_reply_to)
        )
        asks = tr("; asks that you forget something") if manifest.withdraws else ""
        items = trn("{n} item", "{n} items", len(manifest.items))
        line = tr(
            "{day}  Drop {short}: {items}, batch {sequence}",
            day=manifest.day,
            short=context.paint.bold(short[drop.id]),
            items=items,
            sequence=drop.sequence,
        )
        yield (manifest.day, manifest.in_reply_to or 0, 1, drop.id), [f"{line}{answers}{asks}."]


def _sent(
    context: Context, home: Home, replies: Replies, ring: KeyRing, problems: list[str]
) -> Iterator[Entry]:
    written = home.noted("in_outbox")
    for sent in replies.sent:
        state = _state(sent, replies, written, context.today)
        lines = [
            tr(
                "{day}  Reply {number}, yours: {state}.",
                day=sent.day,
                number=context.paint.bold(str(sent.number)),
                state=state,
            )
        ]
        try:
            reply = kept.words_of(home, sent, ring)
        except AdminError as error:
            problems.append(str(error))
            lines.append(tr("      (Its copy can't be read.)"))
        else:
            if reply is None:
                lines.append(tr("      (Its words are gone with the key of that period.)"))
            else:
                shown = wording.as_shown(reply.text, reply.questions).lstrip("\n")
                lines += quoted(shown, context.paint, context.columns)
        yield (sent.day, sent.number, 0, sent.digest), lines


def _foreign(context: Context, replies: Replies, mine: PublicKey) -> Iterator[Entry]:
    for foreign in replies.foreign:
        read = replies.read.get(foreign.listed.sha256)
        state = tr("on the way") if read is None else tr("read by the source on {day}", day=read)
        whose = (
            tr("of '{who}'", who=context.paint.bold(foreign.who))
            if foreign.root != mine
            else tr("of another copy of your keys")
        )
        line = tr("{day}  A reply {whose}: {state}.", day=foreign.day, whose=whose, state=state)
        yield (foreign.day, 0, 2, foreign.listed.sha256.hex()), [line]


def _state(sent: Sent, replies: Replies, written: frozenset[str], today: date) -> str:
    read = replies.read.get(sent.listed.sha256)
    if read is not None:
        return tr("read by the source on {day}", day=read)
    if today - sent.day > WAITS:
        return tr("not known to be read, and on no stick any more")
    return tr("on the way") if sent.digest in written else tr("sealed, in no outbox yet")

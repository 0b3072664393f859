"""A thread in lines: the drops of one codename and the replies to it, by the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from admin.answers import kept, thread, wording
from admin.answers.kept import Sent
from admin.answers.outboxes import WAITS
from admin.answers.thread import Replies, Thread, Way
from admin.case.report import quoted
from admin.display import Paint
from admin.errors import AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.words import tr, trn
from crypto.minisign import PublicKey

Entry = tuple[tuple[date, int, int, str], list[str]]
"""What it is sorted by (day, number of the reply that it is or answers, replies first, id), and its lines."""


def lines(
    home: Home,
    found: Thread,
    way: Way,
    short: Mapping[str, str],
    ring: KeyRing,
    *,
    paint: Paint,
    columns: int,
    today: date,
) -> tuple[list[str], list[str]]:
    """The lines, and a sentence for whatever is wrong. `short` names drops. Raises `AdminError` for a damaged
    record.
    """
    replies = thread.replies_to(home, way.mailbox)
    problems: list[str] = []
    entries = [
        *_drops(found, short, paint),
        *_sent(home, replies, ring, problems, paint=paint, columns=columns, today=today),
        *_foreign(replies, keylists.outline(home).root, paint),
    ]
    title = tr(
        "{counted} and {replied}, by the day",
        counted=trn("{n} drop", "{n} drops", len(found.drops)),
        replied=trn("{n} reply", "{n} replies", len(replies.sent) + len(replies.foreign)),
    )
    told = [paint.bold(title)]
    for _, of_one in sorted(entries, key=lambda entry: entry[0]):
        told += ["", *of_one]
    if not found.one_key or not all(kept.is_for(sent, way.recipient) for sent in replies.sent):
        problems.append(
            tr(
                "These drops have one mailbox and name different keys for replies. No honest server does "
                "that: answer none of them, and tell the operator, by voice."
            )
        )
    return told, problems


def _drops(found: Thread, short: Mapping[str, str], paint: Paint) -> Iterator[Entry]:
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
            short=paint.bold(short[drop.id]),
            items=items,
            sequence=drop.sequence,
        )
        yield (manifest.day, manifest.in_reply_to or 0, 1, drop.id), [f"{line}{answers}{asks}."]


def _sent(
    home: Home,
    replies: Replies,
    ring: KeyRing,
    problems: list[str],
    *,
    paint: Paint,
    columns: int,
    today: date,
) -> Iterator[Entry]:
    written = home.noted("in_outbox")
    for sent in replies.sent:
        state = how_far(sent, replies, written, today)
        lines = [
            tr(
                "{day}  Reply {number}, yours: {state}.",
                day=sent.day,
                number=paint.bold(str(sent.number)),
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
                lines += quoted(shown, paint, columns)
        yield (sent.day, sent.number, 0, sent.digest), lines


def _foreign(replies: Replies, mine: PublicKey, paint: Paint) -> Iterator[Entry]:
    for foreign in replies.foreign:
        read = replies.read.get(foreign.listed.sha256)
        state = tr("on the way") if read is None else tr("read by the source on {day}", day=read)
        whose = (
            tr("of '{who}'", who=paint.bold(foreign.who))
            if foreign.root != mine
            else tr("of another copy of your keys")
        )
        line = tr("{day}  A reply {whose}: {state}.", day=foreign.day, whose=whose, state=state)
        yield (foreign.day, 0, 2, foreign.listed.sha256.hex()), [line]


def how_far(sent: Sent, replies: Replies, written: frozenset[str], today: date) -> str:
    """How far a reply is on its way; `written` are the digests of those that an outbox has."""
    read = replies.read.get(sent.listed.sha256)
    if read is not None:
        return tr("read by the source on {day}", day=read)
    if today - sent.day > WAITS:
        return tr("not known to be read, and on no stick any more")
    return tr("on the way") if sent.digest in written else tr("sealed, in no outbox yet")

"""The thread of a drop's source, as lines for its page: the drops of one codename, and the replies to it."""

from __future__ import annotations

from datetime import date

from admin.answers import kept, thread
from admin.answers.kept import Sent
from admin.answers.told import how_far
from admin.answers.wording import as_shown
from admin.case.casefile import StoredDrop
from admin.display import visible
from admin.errors import AdminError
from admin.words import tr, trn
from admin.workspace.opened import Workspace
from admin.workspace.page.case_page import Said
from crypto.mailbox import address_of
from crypto.manifest import Manifest

_Key = tuple[date, int, int, str]
"""As `silbo-admin thread` sorts: day, number of the reply that it is or answers, replies first, id."""


def thread_of(workspace: Workspace, drop: StoredDrop, manifest: Manifest) -> tuple[list[Said], list[str]]:
    """The lines in their order, and sentences on what is wrong; nothing for a drop without a codename."""
    if manifest.mailbox is None or manifest.reply_recipient is None or manifest.desk_id is None:
        return [], []
    way = thread.way_to_answer(manifest)
    replies = thread.replies_to(workspace.home, way.mailbox)
    own = address_of(way.mailbox)[:8].hex()
    entries = workspace.entries
    near = [
        standing
        for standing in workspace.standings.values()
        if (entry := entries.get(standing.drop.id)) is None or entry.thread == own
    ]
    found = thread.of_source(workspace.home, near, drop, manifest, workspace.ring)
    told: list[str] = []
    lines: list[tuple[_Key, Said]] = []
    for each, of in found.drops:
        short = workspace.short.get(each.id, each.id)
        items = trn("{n} item", "{n} items", len(of.items))
        line = tr("{day}  Drop {id}: {items}", day=of.day, id=short, items=items)
        lines.append(((of.day, of.in_reply_to or 0, 1, each.id), Said(line, here=each.id == drop.id)))
    written = workspace.home.noted("in_outbox")
    for sent in replies.sent:
        state = how_far(sent, replies, written, workspace.today)
        line = tr("{day}  Reply {number}, yours: {state}", day=sent.day, number=sent.number, state=state)
        lines.append(((sent.day, sent.number, 0, sent.digest), Said(line, _words(workspace, sent, told))))
    for foreign in replies.foreign:
        read = replies.read.get(foreign.listed.sha256)
        state = tr("on the way") if read is None else tr("read by the source on {day}", day=read)
        who = visible(foreign.who)
        line = tr("{day}  Reply of {who}: {state}", day=foreign.day, who=who, state=state)
        lines.append(((foreign.day, 0, 2, foreign.listed.sha256.hex()), Said(line)))
    if not found.one_key or not all(kept.is_for(sent, way.recipient) for sent in replies.sent):
        told.append(
            tr(
                "These drops have one mailbox and name different keys for replies. No honest server does "
                "that: answer none of them, and tell the operator, by voice."
            )
        )
    return [said for _, said in sorted(lines, key=lambda line: line[0])], told


def _words(workspace: Workspace, sent: Sent, told: list[str]) -> str | None:
    try:
        reply = kept.words_of(workspace.home, sent, workspace.ring)
    except AdminError as error:
        told.append(str(error))
        return None
    if reply is None:
        return tr("(Its words are gone with the key of that period.)")
    return as_shown(reply.text, reply.questions).lstrip("\n")

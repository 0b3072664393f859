"""What a stick brings of replies: which were read by their source, and what other reviewers wrote.

Source: docs/protocol.md, "Read marks" and "Outboxes". Read marks count if a key of the pinned server signed
them and each was earned; an outbox may be of anybody, so its replies are remembered under its key.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from admin.answers import MARKS, OUTBOX, SIGNATURE, kept, others, read
from admin.answers.kept import Sent
from admin.answers.others import Foreign
from admin.arrival.stick import Folder, StickError, open_stick, outbox_folders
from admin.case.casefile import load_head
from admin.errors import AdminError, sentence
from admin.home import Home
from admin.keys import keylists
from admin.keys.revoked import is_revoked
from admin.words import tr, trn
from crypto import outbox, read_marks
from crypto.errors import CryptoError, FormatError, NotEarned, SignatureError
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.outbox import Outbox, claimed_root, parse_outbox
from crypto.read_marks import ReadMarks, parse_read_marks
from crypto.words import fingerprint

_MOST = 64
_NAMED = 5


@dataclass(slots=True)
class Seen:
    """How many signed lists there were that count, a sentence for each that says something new, and for each
    fault.
    """

    found: int = 0
    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def take(home: Home, path: Path) -> Seen:
    """Takes in what a stick knows of replies; the home is held. Raises `AdminError` as `open_stick` does, and
    for a damaged record of the home.
    """
    seen = Seen()
    with open_stick(path) as stick:
        folders = outbox_folders(stick)
        if len(folders) > _MOST:
            seen.findings.append(
                tr("More than {most} outboxes are there; the rest was not read.", most=_MOST)
            )
        for folder in folders[:_MOST]:  # before the marks, which are held against what they list
            _take_outbox(home, folder, seen)
        if stick.holds(MARKS):
            _take_marks(home, stick, seen)
    return seen


def _take_outbox(home: Home, folder: Folder, seen: Seen) -> None:
    try:
        found = _read_outbox(folder)
    except StickError as error:
        seen.findings.append(str(error))
        return
    except CryptoError as error:
        seen.findings.append(
            tr("{title}: an outbox was not taken. {reason}", title=folder.title, reason=sentence(error))
        )
        return
    words = " ".join(fingerprint(found.root))
    who = others.short(found.root)
    if is_revoked(home, found.root):
        seen.findings.append(
            tr("An outbox is of '{who}', whose keys were revoked: nothing of it was taken.", who=who)
        )
        return
    mine = found.root == _own_root(home)
    first = not mine and all(foreign.root != found.root for foreign in others.load(home))
    new = others.remember(home, found, [sent.listed.sha256 for sent in kept.load(home)])
    if new is None:
        seen.findings.append(
            tr("The outbox of '{who}' lists more than can be remembered: not taken.", who=who)
        )
        return
    seen.found += 1
    if not new:
        return
    replies = trn("{n} reply", "{n} replies", new)
    if mine:
        seen.notes.append(
            tr("Written with another copy of your keys, and new to this home: {replies}.", replies=replies)
        )
    else:
        seen.notes.append(
            tr(
                "Another reviewer, '{who}', has written {replies} that this home did not know.",
                who=who,
                replies=replies,
            )
        )
    if first:
        seen.notes.append(
            tr(
                "They are signed by a key with these ten words: {words}. Anybody could put them there: "
                "compare the words once, by voice.",
                words=words,
            )
        )


def _read_outbox(folder: Folder) -> Outbox:
    data, signature = _pair(folder, OUTBOX, SIGNATURE, outbox.MAX_SIZE)
    return parse_outbox(data, signature, claimed_root(data))


def _own_root(home: Home) -> PublicKey | None:
    with contextlib.suppress(AdminError):
        return keylists.outline(home).root
    return None


def _take_marks(home: Home, stick: Folder, seen: Seen) -> None:
    try:
        marks = _read_marks(home, stick)
    except StickError as error:
        seen.findings.append(str(error))
        return
    except CryptoError as error:
        seen.findings.append(
            tr(
                "Which replies were read ({marks}) was not taken. {reason}",
                marks=MARKS,
                reason=sentence(error),
            )
        )
        return
    seen.found += 1
    known: dict[bytes, Sent | Foreign] = {foreign.listed.sha256: foreign for foreign in others.load(home)}
    known |= {sent.listed.sha256: sent for sent in kept.load(home)}
    before = read.load(home)
    earned, false = dict(before), []
    for mark in marks.marks:
        reply = known.get(mark.reply)
        if reply is None or mark.reply in before:
            continue
        try:
            mark.check_earned(reply.listed)
        except NotEarned:
            false.append(_named(reply))
        else:
            earned[mark.reply] = mark.day
    if false:
        more = tr(" and {more} more", more=len(false) - _NAMED) if len(false) > _NAMED else ""
        seen.findings.append(
            tr(
                "The server says that a source has read {replies}{more}, and can't show it: that mark was "
                "never earned. No honest server says so; tell the operator, by voice.",
                replies=", ".join(false[:_NAMED]),
                more=more,
            )
        )
    new = earned.keys() - before.keys()
    if new:
        read.remember(home, earned)
        _tell_new([known[reply] for reply in new], earned, seen)
    for reply in known.values():  # also what a run that was stopped has left
        if isinstance(reply, Sent) and reply.listed.sha256 in earned:
            kept.forget_sealed(home, reply)


def _read_marks(home: Home, stick: Folder) -> ReadMarks:
    data, signature = _pair(stick, MARKS, f"{MARKS}.minisig", read_marks.MAX_SIZE)
    head = load_head(home)
    for key in reversed(head.keys if head is not None else ()):
        with contextlib.suppress(SignatureError):
            return parse_read_marks(data, signature, key.key)
    raise SignatureError(tr("No key of the server that this home knows has signed it."))


def _pair(folder: Folder, name: str, signature_name: str, limit: int) -> tuple[bytes, str]:
    data = folder.read_small(name, limit)
    signature = folder.read_small(signature_name, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        raise FormatError(tr("The list or its signature is missing."))
    return data, signature.decode("utf-8", "replace")


def _tell_new(replies: list[Sent | Foreign], read_on: Mapping[bytes, object], seen: Seen) -> None:
    named = sorted(
        tr("{reply} on {day}", reply=_named(reply), day=read_on[reply.listed.sha256]) for reply in replies
    )
    more = tr(" and {more} more", more=len(named) - _NAMED) if len(named) > _NAMED else ""
    seen.notes.append(
        tr("Read by the source: {replies}{more}.", replies=", ".join(named[:_NAMED]), more=more)
    )


def _named(reply: Sent | Foreign) -> str:
    if isinstance(reply, Sent):
        return tr(
            "your reply {number} of {day} ({digest})",
            number=reply.number,
            day=reply.day,
            digest=reply.digest[:8],
        )
    return tr("a reply of '{who}' ({digest})", who=reply.who, digest=reply.listed.sha256.hex()[:8])

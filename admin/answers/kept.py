"""The replies of this home: each sealed for its source, with a copy for its writer and a record beside it.

    HOME/replies/SHA256.age         sealed for the source; removed once the source has read it
    HOME/replies/SHA256.copy.age    the same sealed to the writer's period of the day: it ends with that key
    HOME/replies/SHA256.json        what an outbox says of it; the day, the number, the period

No clear text of a reply is on the disk. The record is written last: without it there is no reply.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.keys.periods import period_files
from admin.program import command
from admin.words import tr
from crypto import canonical
from crypto.errors import CryptoError
from crypto.keylist import Period, period_for
from crypto.manifest import MAX_NUMBER
from crypto.minisign import SigningKey
from crypto.outbox import ListedReply, listed
from crypto.reply import Reply, open_copy, seal_copy, seal_reply

_LIMIT = 4096
_KEYS = {"type", "version", "mailbox", "sha256", "size", "token", "recipient", "day", "number", "period"}


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A reply of this home. `recipient` is SHA-256 of the `age1pq1...` that it was sealed to, `period` the
    first day of the period that opens the copy. Its repr is blank: an address is one source's.
    """

    listed: ListedReply
    recipient: bytes
    day: date
    number: int
    period: date

    @property
    def digest(self) -> str:
        return self.listed.sha256.hex()

    def sealed(self, home: Home) -> Path:
        return home.replies / self.listed.name

    def copy(self, home: Home) -> Path:
        return home.replies / f"{self.digest}.copy.age"


def load(home: Home) -> list[Sent]:
    """By day and number. Raises `AdminError` for a damaged record."""
    found = []
    for path in sorted(home.replies.glob("?" * 64 + ".json")):
        try:
            sent = _parse(path.read_bytes())
        except CryptoError:
            sent = None
        if sent is None or path.stem != sent.digest:
            raise AdminError(tr("The record {name} in the home is damaged.", name=visible(path.name)))
        found.append(sent)
    return sorted(found, key=lambda sent: (sent.day, sent.number, sent.digest))


def period_today(home: Home, today: date) -> Period:
    """The period that a copy of today is sealed to. Raises `AdminError` if there is none."""
    period = period_for(keylists.load(home).keys, today)
    if period is None:
        raise AdminError(
            tr(
                "No period of your key list is valid today, so no copy could be kept: run '{command}' first.",
                command=command("rotate"),
            )
        )
    return period


def keep(home: Home, reply: Reply, recipient: str, root: SigningKey, period: Period) -> Sent:
    """Seals a reply for its source and for its writer, and keeps both. Raises `CryptoError`, `OSError`."""
    sealed = seal_reply(reply, recipient, root)
    sent = Sent(listed(reply, sealed), _digest(recipient), reply.day, reply.number, period.start)
    home.replies.mkdir(mode=0o700, exist_ok=True)
    write_atomic(sent.copy(home), seal_copy(reply, period.recipient, root))
    write_atomic(sent.sealed(home), sealed)
    write_atomic(home.replies / f"{sent.digest}.json", _bytes(sent))
    return sent


def next_number(before: Sequence[Sent], others: int, answered: int | None) -> int:
    """One more than what is known in a thread: the own replies, how many are of others (whose numbers no
    outbox tells), and the number that the source has answered. Strangers can write high numbers: at the end
    of what a reply can have, the last one is used again.
    """
    known = max((sent.number for sent in before), default=0)
    return min(max(known, answered or 0, len(before) + others) + 1, MAX_NUMBER)


def is_for(sent: Sent, recipient: str) -> bool:
    """Whether the reply was sealed to this key."""
    return sent.recipient == _digest(recipient)


def words_of(home: Home, sent: Sent, ring: KeyRing) -> Reply | None:
    """What was written; None if the key of the copy is gone. Raises `AdminError` for a damaged copy."""
    periods = [period for period in period_files(home.keys) if period.start == sent.period]
    if not periods:
        return None
    try:
        sealed = sent.copy(home).read_bytes()
        return open_copy(sealed, ring.identities(sent.period, periods), keylists.load(home).keys.root)
    except (CryptoError, OSError):
        raise AdminError(
            tr("The copy of reply {number} of {day} is missing or damaged.", number=sent.number, day=sent.day)
        ) from None


def sealed_of(home: Home, sent: Sent) -> bytes:
    """The age file for the source. Raises `OSError`, `CryptoError`."""
    data = sent.sealed(home).read_bytes()
    sent.listed.check_file(io.BytesIO(data))
    return data


def forget_sealed(home: Home, sent: Sent) -> None:
    """The source has read it and wants it gone: whoever has the codename could still open this file."""
    with contextlib.suppress(FileNotFoundError):
        sent.sealed(home).unlink()


def _digest(recipient: str) -> bytes:
    return hashlib.sha256(recipient.encode()).digest()


def _bytes(sent: Sent) -> bytes:
    return canonical.encode(
        {
            "type": "silbo sent reply",
            "version": 1,
            "mailbox": sent.listed.address.hex(),
            "sha256": sent.digest,
            "size": sent.listed.size,
            "token": sent.listed.token_digest.hex(),
            "recipient": sent.recipient.hex(),
            "day": sent.day.isoformat(),
            "number": sent.number,
            "period": sent.period.isoformat(),
        }
    )


def _parse(data: bytes) -> Sent:
    fields = canonical.Fields.of_document(data, _LIMIT, "silbo sent reply", _KEYS)
    reply = ListedReply(
        fields.hex("mailbox", 32), fields.hex("sha256", 32), fields.integer("size"), fields.hex("token", 32)
    )
    number = fields.integer("number", minimum=1, maximum=MAX_NUMBER)
    return Sent(reply, fields.hex("recipient", 32), fields.day("day"), number, fields.day("period"))

"""What others wrote to the same sources: the outer side of their replies, from their outboxes on a stick.

Anybody can sign an outbox with a key of the own, so a reply is told with the words of its key. Their text
stays closed. Who wrote what, and on which day it was first seen signed, is kept a file a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.words import tr
from crypto import canonical
from crypto.errors import CryptoError
from crypto.minisign import PublicKey
from crypto.outbox import ListedReply, Outbox
from crypto.words import fingerprint

MOST_KEYS = 64
MOST_REPLIES = 20_000
_LIMIT = 16 * 1024 * 1024
_KEYS = {"type", "version", "root", "replies"}
_REPLY_KEYS = {"mailbox", "sha256", "size", "token", "day"}


@dataclass(frozen=True, slots=True, repr=False)
class Foreign:
    """A reply that `root` has signed in an outbox of `day`. Its repr is blank, as `ListedReply`'s is."""

    root: PublicKey
    listed: ListedReply
    day: date

    @property
    def who(self) -> str:
        return short(self.root)


def short(root: PublicKey) -> str:
    """The first two of a key's ten words, which is how the server speaks of a reviewer, too."""
    return " ".join(fingerprint(root)[:2])


def load(home: Home) -> list[Foreign]:
    """By day. Raises `AdminError` for a damaged record."""
    found: list[Foreign] = []
    for path in sorted(home.replies.glob("of-*.json")):
        found += _read(path)
    return sorted(found, key=lambda foreign: (foreign.day, foreign.listed.sha256))


def remember(home: Home, outbox: Outbox, own: Iterable[bytes]) -> int | None:
    """Adds the replies of a verified outbox but those with an `own` hash; how many were new. None: there are
    too many already, and nothing was added.
    """
    path = _path(home, outbox.root)
    known = _read(path) if path.exists() else []
    hashes = {foreign.listed.sha256 for foreign in known} | set(own)
    new = [Foreign(outbox.root, reply, outbox.made) for reply in outbox.replies if reply.sha256 not in hashes]
    if not new:
        return 0
    keys = len(list(home.replies.glob("of-*.json"))) + (not path.exists())
    if keys > MOST_KEYS or len(known) + len(new) > MOST_REPLIES:
        return None
    home.replies.mkdir(mode=0o700, exist_ok=True)
    write_atomic(path, _bytes(outbox.root, [*known, *new]))
    return len(new)


def _path(home: Home, root: PublicKey) -> Path:
    return home.replies / f"of-{hashlib.sha256(root.key).hexdigest()[:32]}.json"


def _bytes(root: PublicKey, replies: Iterable[Foreign]) -> bytes:
    return canonical.encode(
        {
            "type": "silbo foreign replies",
            "version": 1,
            "root": str(root),
            "replies": [
                {
                    "mailbox": foreign.listed.address.hex(),
                    "sha256": foreign.listed.sha256.hex(),
                    "size": foreign.listed.size,
                    "token": foreign.listed.token_digest.hex(),
                    "day": foreign.day.isoformat(),
                }
                for foreign in replies
            ],
        }
    )


def _read(path: Path) -> list[Foreign]:
    found = []
    try:
        fields = canonical.Fields.of_document(path.read_bytes(), _LIMIT, "silbo foreign replies", _KEYS)
        root = fields.signing_key("root")
        for value in fields.array("replies", maximum=MOST_REPLIES):
            entry = canonical.Fields(value, "foreign reply", _REPLY_KEYS)
            size, token = entry.integer("size"), entry.hex("token", 32)
            reply = ListedReply(entry.hex("mailbox", 32), entry.hex("sha256", 32), size, token)
            found.append(Foreign(root, reply, entry.day("day")))
    except CryptoError:
        raise AdminError(tr("The record {name} in the home is damaged.", name=visible(path.name))) from None
    return found

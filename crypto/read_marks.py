"""Read marks: the server tells the reviewers which replies their sources have read, to the day.

Source: issue 11, item 3; drawn in docs/protocol.md, "Read marks". The token in a mark stands inside the
sealed reply alone, so a server can't claim that somebody read what nobody opened.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.errors import FormatError, NotEarned
from crypto.minisign import PublicKey
from crypto.outbox import ListedReply
from crypto.reply import TOKEN_SIZE

MAX_SIZE = 16 * 1024 * 1024
MAX_MARKS = 100_000

_KEYS = {"type", "version", "server", "marks"}
_MARK_KEYS = {"reply", "token", "day"}


@dataclass(frozen=True, slots=True, repr=False)
class ReadMark:
    """On `day` the source of the reply whose age file has the SHA-256 `reply` said "read".

    `token` (16 bytes) shows that it was opened. The repr is blank.
    """

    reply: bytes
    token: bytes
    day: date

    def check_earned(self, listed: ListedReply) -> None:
        """NotEarned unless the mark is for the reply that an outbox lists, and has the token inside it."""
        digest = hashlib.sha256(self.token).digest()
        if self.reply != listed.sha256 or not hmac.compare_digest(digest, listed.token_digest):
            raise NotEarned("A read mark was never earned: its token is not the one in the reply.")


@dataclass(frozen=True, slots=True)
class ReadMarks:
    """All marks of a server, known by its public key, ascending by the replies' hash."""

    server: PublicKey
    marks: tuple[ReadMark, ...]


def read_marks_bytes(marks: ReadMarks) -> bytes:
    """The bytes of `read.json`, to be signed by the server. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo read marks",
            "version": 1,
            "server": str(marks.server),
            "marks": [
                {"reply": mark.reply.hex(), "token": mark.token.hex(), "day": mark.day.isoformat()}
                for mark in marks.marks
            ],
        }
    )
    if _parse(data) != marks:
        raise FormatError("The read marks hold a value that would not be accepted.")
    return data


def parse_read_marks(untrusted: bytes, untrusted_signature: str, server: PublicKey) -> ReadMarks:
    """Read marks that `server` has signed. Raises SignatureError, or FormatError if they are malformed.

    Whether a mark was earned is for `ReadMark.check_earned`.
    """
    server.verify(untrusted, untrusted_signature)
    marks = _parse(untrusted)
    if marks.server != server:
        raise FormatError("The read marks name another server key than the one that signed them.")
    return marks


def _parse(untrusted: bytes) -> ReadMarks:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo read marks", _KEYS)
    marks = []
    for value in fields.array("marks", maximum=MAX_MARKS):
        mark = canonical.Fields(value, "read mark", _MARK_KEYS)
        marks.append(ReadMark(mark.hex("reply", 32), mark.hex("token", TOKEN_SIZE), mark.day("day")))
    if any(later.reply <= earlier.reply for earlier, later in pairwise(marks)):
        raise FormatError("The read marks are not ordered by reply, or one is listed twice.")
    return ReadMarks(fields.signing_key("server"), tuple(marks))

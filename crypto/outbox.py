"""Outboxes: what a reviewer signs on the outside of sealed replies, for their way to the server.

Source: issue 11, item 3; drawn in docs/protocol.md, "Outboxes". It names mailboxes by address and no drop.
The server can't open a reply: it checks who sent it, and that the file is the one listed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.errors import FormatError
from crypto.mailbox import address_of
from crypto.minisign import PublicKey
from crypto.reply import FILE_SIZES, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

MAX_SIZE = 4 * 1024 * 1024
MAX_REPLIES = 10_000

_KEYS = {"type", "version", "root", "made", "replies"}
_REPLY_KEYS = {"mailbox", "sha256", "size", "token"}


@dataclass(frozen=True, slots=True, repr=False)
class ListedReply:
    """A sealed reply as the outside tells it. Its repr is blank: an address is one source's.

    `address` is SHA-256 of the mailbox id, `sha256` and `size` are the age file's, `token_digest` is SHA-256
    of the token inside.
    """

    address: bytes
    sha256: bytes
    size: int
    token_digest: bytes

    @property
    def name(self) -> str:
        """The file's name beside `outbox.json`."""
        return f"{self.sha256.hex()}.age"

    def check_file(self, src: BinaryIO) -> None:
        """Reads `src` to its end; FormatError unless it is the file listed."""
        data = src.read(self.size + 1)  # at most 1.6 MB: a reader takes no other sizes
        if len(data) != self.size or hashlib.sha256(data).digest() != self.sha256:
            raise FormatError("The file of a reply is not the one that its outbox lists.")

    def check_opened(self, reply: Reply) -> None:
        """FormatError unless the outside said of the reply what stands inside."""
        if (self.address, self.token_digest) != (address_of(reply.mailbox), reply.token_digest):
            raise FormatError("The reply is not what its outbox says of it.")


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sealed replies of one reviewer, ascending by their files' hash; `made` is the day of signing."""

    root: PublicKey
    made: date
    replies: tuple[ListedReply, ...]


def listed(reply: Reply, sealed: bytes) -> ListedReply:
    """What an outbox tells of `reply` and the age file that it was sealed into."""
    digest = hashlib.sha256(sealed).digest()
    return ListedReply(address_of(reply.mailbox), digest, len(sealed), reply.token_digest)


def outbox_bytes(outbox: Outbox) -> bytes:
    """The bytes of `outbox.json`, to be signed by the root. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo outbox",
            "version": 1,
            "root": str(outbox.root),
            "made": outbox.made.isoformat(),
            "replies": [
                {
                    "mailbox": reply.address.hex(),
                    "sha256": reply.sha256.hex(),
                    "size": reply.size,
                    "token": reply.token_digest.hex(),
                }
                for reply in outbox.replies
            ],
        }
    )
    if _parse(data) != outbox:
        raise FormatError("The outbox holds a value that would not be accepted.")
    return data


def claimed_root(untrusted: bytes) -> PublicKey:
    """The root that an outbox says it is of, for finding the pinned one. Raises FormatError; what it lists is
    not looked at yet.
    """
    return canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo outbox", _KEYS).signing_key("root")


def parse_outbox(untrusted: bytes, untrusted_signature: str, root: PublicKey) -> Outbox:
    """An outbox that `root` has signed. Raises SignatureError, or FormatError if it is malformed."""
    root.verify(untrusted, untrusted_signature)
    outbox = _parse(untrusted)
    if outbox.root != root:
        raise FormatError("The outbox names another root key than the one that signed it.")
    return outbox


def _parse(untrusted: bytes) -> Outbox:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo outbox", _KEYS)
    replies = []
    for value in fields.array("replies", maximum=MAX_REPLIES):
        entry = canonical.Fields(value, "outbox's reply", _REPLY_KEYS)
        size = entry.integer("size")
        if size not in FILE_SIZES:
            raise FormatError("The outbox lists a file of a size that no reply has.")
        replies.append(
            ListedReply(entry.hex("mailbox", 32), entry.hex("sha256", 32), size, entry.hex("token", 32))
        )
    if any(later.sha256 <= earlier.sha256 for earlier, later in pairwise(replies)):
        raise FormatError("The replies in the outbox are not ordered by hash, or one is listed twice.")
    return Outbox(fields.signing_key("root"), fields.day("made"), tuple(replies))

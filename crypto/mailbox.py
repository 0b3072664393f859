"""What a codename opens: one mailbox for each desk, the key that replies come to, and the tag beside a drop.

Source: issue 11, item 3; drawn in docs/protocol.md, "Mailboxes". A desk's id goes into everything that a desk
sees, so that two desks can't find out that they have the same source. Pure, and slow on purpose: a server
calls `stretch` off the event loop and behind a semaphore.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from nacl.exceptions import CryptoError as SodiumError
from nacl.pwhash import argon2id

from crypto.age import HybridIdentity
from crypto.errors import FormatError

SALT = b"silbo-codename-1"
PASSES = 3
MEMORY = 64 * 1024 * 1024
ROOT_SIZE = 32
MAILBOX_LABEL = b"silbo/v1 mailbox"
REPLY_LABEL = b"silbo/v1 reply identity"
WITHDRAWAL_LABEL = b"silbo/v1 withdraw"
ID_SIZE = 16
MAILBOX_SIZE = 16
TAG_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class Mailbox:
    """A codename's place at one desk: its id (16 bytes), which its reviewers know, and what opens replies."""

    id: bytes
    reply_identity: HybridIdentity

    @property
    def address(self) -> bytes:
        """What stands on the server and in an outbox, once there is a reply: SHA-256 of the id (32 bytes)."""
        return address_of(self.id)


@dataclass(frozen=True, slots=True, repr=False)
class CodenameRoot:
    """The 32 bytes that everything of a codename is derived from. Its repr is blank."""

    key: bytes

    def mailbox(self, desk_id: bytes) -> Mailbox:
        """The mailbox at the desk with this id (16 bytes). Raises FormatError for another length."""
        seed = self._expand(REPLY_LABEL, desk_id, 32)
        return Mailbox(self._expand(MAILBOX_LABEL, desk_id, MAILBOX_SIZE), HybridIdentity(seed))

    def withdrawal_tag(self, drop_id: str) -> bytes:
        """The 32 bytes beside a drop (an id of 32 hex digits), which only who has the codename can make."""
        raw = bytes.fromhex(drop_id) if re.fullmatch("[0-9a-f]{32}", drop_id) else b""
        return self._expand(WITHDRAWAL_LABEL, raw, TAG_SIZE)

    def _expand(self, label: bytes, public_id: bytes, size: int) -> bytes:
        if len(public_id) != ID_SIZE:
            raise FormatError("The id of a desk or a drop must have 16 bytes.")
        return HKDFExpand(SHA256(), size, label + public_id).derive(self.key)


def stretch(codename: bytes) -> CodenameRoot:
    """The root of a codename in its one spelling: folded words, or 25 digits. About 0.1 s and 64 MiB. Raises
    MemoryError.
    """
    try:
        return CodenameRoot(argon2id.kdf(ROOT_SIZE, codename, SALT, opslimit=PASSES, memlimit=MEMORY))
    except SodiumError:  # with these lengths it fails for want of memory alone
        raise MemoryError from None


def address_of(mailbox_id: bytes) -> bytes:
    """SHA-256 of a mailbox id: under it replies wait on the server (32 bytes)."""
    return hashlib.sha256(mailbox_id).digest()

"""What the workspace keeps on the disk: age files that only this home has made.

    plaintext   magic (24 B) || label (32 B, zero-padded) || HMAC-SHA-256 (32 B) || zlib

Everybody can seal to a public key, so an age file alone proves nothing. The code in front is made with a
secret of the home over magic, label and zlib, and is compared before anything looks at the rest: what reads
the rest (SQLite) never sees a byte that is not ours. The label says what it is and for which period.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Sequence

from admin.errors import AdminError
from admin.words import tr
from crypto.age import Identity, Recipient, decrypt, encrypt
from crypto.errors import CryptoError

MAGIC = b"silbo workspace file 1\n\0"
LABEL_SIZE = 32
MAC_SIZE = 32
KEY_SIZE = 32
_START = len(MAGIC) + LABEL_SIZE + MAC_SIZE
LARGEST = 1 << 30
"""Bytes of a file's content at most."""

_LEVEL = 6
STORED = 0
"""The level of what is compressed already."""


class Damaged(AdminError):
    """A file of the workspace is not what this home has written."""


def seal(content: bytes, label: str, key: bytes, recipient: Recipient, level: int = _LEVEL) -> bytes:
    """The age file. `key` are the 32 secret bytes of the home."""
    if len(content) > LARGEST:
        raise AdminError(tr("The index of one period is larger than this machine should hold."))
    body = zlib.compress(content, level)
    named = MAGIC + label.encode("ascii").ljust(LABEL_SIZE, b"\0")
    return encrypt(named + _code(named + body, key) + body, [recipient])


def unseal(untrusted: bytes, label: str, key: bytes, identities: Sequence[Identity]) -> bytes:
    """The content. Raises `Damaged`, whatever the bytes are."""
    try:
        plaintext = decrypt(untrusted, identities, armor=False)
    except CryptoError:
        raise Damaged(tr("A file of the workspace does not open.")) from None
    return _content(plaintext, label, key)


def _content(plaintext: bytes, label: str, key: bytes) -> bytes:
    named = MAGIC + label.encode("ascii").ljust(LABEL_SIZE, b"\0")
    code, body = plaintext[len(named) : _START], plaintext[_START:]
    if plaintext[: len(named)] != named or not hmac.compare_digest(code, _code(named + body, key)):
        raise Damaged(tr("A file of the workspace was not made by this home."))
    return inflated(body)


def inflated(body: bytes) -> bytes:
    """What zlib has packed, all of it and nothing more. Raises `Damaged`."""
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(body, LARGEST)
    except zlib.error:
        raise Damaged(tr("A file of the workspace is damaged.")) from None
    if not unpacking.eof or unpacking.unused_data:
        raise Damaged(tr("A file of the workspace is cut short."))
    return content


def _code(data: bytes, key: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)

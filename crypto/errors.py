"""The one family of exceptions that `crypto` raises. No message carries a secret or a byte from outside.

The age classes follow the failure classes of the test vectors at https://c2sp.org/CCTV/age: no match, header,
HMAC, armor and payload failure.
"""

from __future__ import annotations


class CryptoError(Exception):
    """Base of the family: whatever bytes come in, nothing else leaves `crypto`."""


class HeaderError(CryptoError):
    """The age header, or a stanza in it, is malformed or breaks a rule of its type."""


class HmacError(HeaderError):
    """The age header was changed after it was written: its MAC does not match."""


class ArmorError(CryptoError):
    """The text armor around an age file is malformed or not canonical."""


class PayloadError(CryptoError):
    """The age payload is damaged or cut short; what was released before is authentic but not the whole."""


class NoMatch(CryptoError):
    """No identity opens this file: it was encrypted to somebody else."""


class KeyFormatError(CryptoError):
    """A recipient or an identity is malformed. The text itself is never quoted."""


class RecipientError(CryptoError):
    """These recipients cannot share one file: none, a passphrase beside others, X25519 beside hybrid."""


class FormatError(CryptoError):
    """An item, manifest, drop, batch or key list is malformed."""


class NewerVersion(FormatError):
    """A document of a kind that we know, in a version that we do not: a newer Silbo wrote it."""


class WrongMailbox(FormatError):
    """A reply that was written to another mailbox than the one that opens it."""


class NotEarned(FormatError):
    """A read mark without the token that stands in the reply: nobody has opened it."""


class WrongProof(FormatError):
    """A statement is of something else than what it was held against: another batch, another hand-over."""


class SignatureError(CryptoError):
    """A signature is malformed, wrong, or made by another key."""


class ChainError(CryptoError):
    """Batches do not follow one another. `code` says how: gap, fork, replay, reorder or truncation."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

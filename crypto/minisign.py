"""Detached Ed25519 signatures in minisign's format: the stock `minisign` checks key lists and batches.

Source: https://jedisct1.github.io/minisign/#signature-format, only the prehashed kind (`ED`); drawn in
docs/protocol.md, "Signatures". What is signed is the BLAKE2b-512 hash of the message; a second signature
covers the first one and the trusted comment.

    untrusted comment: <any text>
    base64( "ED" || key id (8) || Ed25519(BLAKE2b-512(message)) (64) )
    trusted comment: <text>
    base64( Ed25519( first signature (64) || trusted comment ) (64) )
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from crypto.errors import KeyFormatError, SignatureError
from crypto.record import Record

SEED_SIZE = 32
SIGNATURE_TEXT_LIMIT = 2048
COMMENT_LIMIT = 256
_UNTRUSTED = "untrusted comment: "
TRUSTED = "trusted comment: "
_KEY = b"Ed"
_PREHASHED = b"ED"


class PublicKey(Record):
    """An Ed25519 public key. `str()` gives the 56 characters that `minisign -P` takes.

    The key id of 8 bytes is derived from the key (the first bytes of its SHA-256), so it says nothing more
    than the key does, and a key has one text only.
    """

    key: bytes

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise KeyFormatError("A public signing key must have 32 bytes.")
        super().__init__(key)

    @classmethod
    def parse(cls, untrusted: str) -> PublicKey:
        """Reads the one-line text form; KeyFormatError unless it is exactly what `str()` writes."""
        try:
            public = cls(_decode(untrusted, 42, "The public signing key")[10:])
        except SignatureError as error:
            raise KeyFormatError(str(error)) from None
        if str(public) != untrusted:
            raise KeyFormatError("The public signing key was not written by Silbo.")
        return public

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.key).digest()[:8]

    def __str__(self) -> str:
        return base64.b64encode(_KEY + self.key_id + self.key).decode()

    def verify(self, untrusted_message: bytes, untrusted_signature: str) -> str:
        """Checks a signature file's text against the message and returns its trusted comment.

        Raises SignatureError if the text is malformed, was made by another key, or does not fit the message.
        """
        from nacl.exceptions import BadSignatureError  # noqa: PLC0415 -- to read a key, no library is needed
        from nacl.signing import VerifyKey  # noqa: PLC0415

        if len(untrusted_signature) > SIGNATURE_TEXT_LIMIT:
            raise SignatureError("The signature file is longer than allowed.")
        lines = untrusted_signature.split("\n")
        if (
            len(lines) != 5
            or lines[4]
            or not lines[0].startswith(_UNTRUSTED)
            or not lines[2].startswith(TRUSTED)
        ):
            raise SignatureError("The signature file does not have the four lines of a minisign signature.")
        first = _decode(lines[1], 74, "The signature")
        second = _decode(lines[3], 64, "The signature of the trusted comment")
        if first[:2] != _PREHASHED:
            raise SignatureError("The signature is of a kind that is not accepted here.")
        if not hmac.compare_digest(first[2:10], self.key_id):
            raise SignatureError("The signature was made by another key.")
        comment = lines[2].removeprefix(TRUSTED)
        try:
            key = VerifyKey(self.key)
            key.verify(hashlib.blake2b(untrusted_message).digest(), first[10:])
            key.verify(first[10:] + comment.encode(), second)
        except (BadSignatureError, UnicodeEncodeError):
            raise SignatureError(
                "The signature does not fit: the file or its signature was changed."
            ) from None
        return comment


class SigningKey:
    """An Ed25519 signing key from its seed of 32 bytes. Its repr is blank."""

    __slots__ = ("_key", "seed")

    def __init__(self, seed: bytes) -> None:
        """Raises KeyFormatError if the seed has not 32 bytes."""
        from nacl.signing import SigningKey as Ed25519SigningKey  # noqa: PLC0415 -- as above

        if len(seed) != SEED_SIZE:
            raise KeyFormatError("A signing key's seed must have 32 bytes.")
        self.seed = seed
        self._key = Ed25519SigningKey(seed)

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(os.urandom(SEED_SIZE))

    def __repr__(self) -> str:
        return "SigningKey()"

    def public(self) -> PublicKey:
        return PublicKey(bytes(self._key.verify_key))

    def sign(self, message: bytes, trusted_comment: str) -> str:
        """The text of the signature file over `message`.

        `trusted_comment` is signed too: printable text on one line. Raises SignatureError if it is not.
        """
        if not trusted_comment.isprintable() or len(trusted_comment) > COMMENT_LIMIT:
            raise SignatureError(f"A trusted comment must be one line of at most {COMMENT_LIMIT} characters.")
        public = self.public()
        first = self._key.sign(hashlib.blake2b(message).digest()).signature
        second = self._key.sign(first + trusted_comment.encode()).signature
        head = base64.b64encode(_PREHASHED + public.key_id + first).decode()
        tail = base64.b64encode(second).decode()
        return f"{_UNTRUSTED}signature by Silbo\n{head}\n{TRUSTED}{trusted_comment}\n{tail}\n"


def _decode(untrusted: str, length: int, what: str) -> bytes:
    """Strict base64 of exactly `length` bytes: decoded, encoded again, compared."""
    try:
        raw = base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length or base64.b64encode(raw).decode() != untrusted:
        raise SignatureError(f"{what} is malformed.")
    return raw

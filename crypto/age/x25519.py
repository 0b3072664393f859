"""The X25519 recipient type (https://c2sp.org/age#the-x25519-recipient-type), on libsodium's X25519.

-> X25519 base64(ephemeral share, 32 B)
base64(ChaCha20-Poly1305 of the 16-byte file key, 32 B)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base, randombytes
from nacl.exceptions import CryptoError as SodiumError

from crypto.age import bech32
from crypto.age.header import X25519, Stanza, decode_base64, derive_key, encode_base64
from crypto.age.wrapping import WRAPPED_SIZE, unwrap_file_key, wrap_file_key
from crypto.errors import HeaderError, KeyFormatError
from crypto.record import Record

KEY_SIZE = 32
RECIPIENT_PREFIX = "age"
IDENTITY_PREFIX = "AGE-SECRET-KEY-"

_INFO = b"age-encryption.org/v1/X25519"


class X25519Recipient(Record):
    """A 32-byte public key. Raises KeyFormatError for a wrong length or a point of low order."""

    public_key: bytes

    def __init__(self, public_key: bytes) -> None:
        if len(public_key) != KEY_SIZE:
            raise KeyFormatError("an X25519 recipient has a wrong length")
        try:
            crypto_scalarmult(b"\x40" * KEY_SIZE, public_key)  # any secret: it refuses low-order points
        except SodiumError:
            raise KeyFormatError("an X25519 recipient is not a usable key") from None
        super().__init__(public_key)

    def __repr__(self) -> str:
        return "X25519Recipient()"

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read `age1...`, in lower or upper case (QR codes). Raises KeyFormatError."""
        prefix, data = bech32.decode(untrusted_text)
        if prefix != RECIPIENT_PREFIX:
            raise KeyFormatError("this is not an X25519 recipient")
        return cls(data)

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self.public_key)

    def wrap(self, file_key: bytes) -> Stanza:
        secret = randombytes(KEY_SIZE)
        share = crypto_scalarmult_base(secret)
        key = derive_key(crypto_scalarmult(secret, self.public_key), share + self.public_key, _INFO)
        return Stanza(X25519, (encode_base64(share).decode(),), wrap_file_key(key, file_key))


class X25519Identity:
    """A 32-byte secret key. Raises KeyFormatError for a wrong length."""

    __slots__ = ("_recipient", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_SIZE:
            raise KeyFormatError("an X25519 identity has a wrong length")
        self._secret = bytes(secret)
        self._recipient = X25519Recipient(crypto_scalarmult_base(self._secret))

    @classmethod
    def generate(cls) -> Self:
        return cls(randombytes(KEY_SIZE))

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read `AGE-SECRET-KEY-1...`. Raises KeyFormatError."""
        prefix, data = bech32.decode(untrusted_text)
        if prefix != IDENTITY_PREFIX.lower():
            raise KeyFormatError("this is not an X25519 identity")
        return cls(data)

    def to_string(self) -> str:
        """The secret key as text."""
        return bech32.encode(IDENTITY_PREFIX, self._secret)

    def recipient(self) -> X25519Recipient:
        return self._recipient

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        ours = [stanza for stanza in stanzas if stanza.type == X25519]
        for share, body in [(_share(stanza), stanza.body) for stanza in ours]:
            try:
                shared_secret = crypto_scalarmult(self._secret, share)
            except SodiumError:  # the result would be all zero
                raise HeaderError("an X25519 share is a point of low order") from None
            key = derive_key(shared_secret, share + self._recipient.public_key, _INFO)
            if (file_key := unwrap_file_key(key, body)) is not None:
                return file_key
        return None

    def __repr__(self) -> str:
        return "<X25519Identity>"


def _share(stanza: Stanza) -> bytes:
    if len(stanza.args) != 1 or len(stanza.body) != WRAPPED_SIZE:
        raise HeaderError("an X25519 stanza is malformed")
    share = decode_base64(stanza.args[0].encode("ascii"))
    if len(share) != KEY_SIZE:
        raise HeaderError("an X25519 share has a wrong length")
    return share

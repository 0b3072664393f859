"""The hybrid post-quantum recipient type `mlkem768x25519` (age 1.3): HPKE with ML-KEM-768 and X25519.

    -> mlkem768x25519 base64(encapsulated key, 1120 B: ML-KEM-768 ciphertext 1088 B || X25519 share 32 B)
    base64(HPKE ciphertext of the 16-byte file key, 32 B)

The secret is a 32-byte seed; SHAKE-256 expands it to the ML-KEM seed (64 B) and the X25519 secret (32 B).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import shake_256
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from nacl.bindings import crypto_scalarmult, randombytes
from nacl.exceptions import CryptoError as SodiumError

from crypto.age import bech32
from crypto.age.header import HYBRID, Stanza, decode_base64, encode_base64
from crypto.age.wrapping import WRAPPED_SIZE
from crypto.errors import HeaderError, KeyFormatError
from crypto.record import Record

SEED_SIZE = 32
MLKEM_SEED_SIZE = 64
MLKEM_PUBLIC_KEY_SIZE = 1184
MLKEM_CIPHERTEXT_SIZE = 1088
X25519_SIZE = 32
PUBLIC_KEY_SIZE = MLKEM_PUBLIC_KEY_SIZE + X25519_SIZE
ENCAPSULATED_SIZE = MLKEM_CIPHERTEXT_SIZE + X25519_SIZE
RECIPIENT_PREFIX = "age1pq"
IDENTITY_PREFIX = "AGE-SECRET-KEY-PQ-"

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_INFO = b"age-encryption.org/mlkem768x25519"

_P = 2**255 - 19
_OF_ORDER_8 = 0xB8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0
_OF_ORDER_8_TOO = 0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F
_LOW_ORDER = frozenset(
    value.to_bytes(X25519_SIZE, "little")
    for value in (0, 1, _OF_ORDER_8, _OF_ORDER_8_TOO, _P - 1, _P, _P + 1)
)
"""The points whose product with any secret is zero (RFC 7748, 6.1; listed at https://cr.yp.to/ecdh.html), in
each spelling of 255 bits. Multiplying tells the same, and costs a fourth of a try.
"""


class HybridRecipient(Record):
    """A public key of 1216 bytes: ML-KEM-768 (1184) || X25519 (32).

    Raises KeyFormatError for a wrong length, an ML-KEM key out of range or an X25519 point of low order.
    """

    public_key: bytes
    _key: hpke.MLKEM768X25519PublicKey

    def __init__(self, public_key: bytes) -> None:
        if len(public_key) != PUBLIC_KEY_SIZE:
            raise KeyFormatError("a hybrid recipient has a wrong length")
        mlkem, share = public_key[:MLKEM_PUBLIC_KEY_SIZE], public_key[MLKEM_PUBLIC_KEY_SIZE:]
        try:
            crypto_scalarmult(b"\x40" * X25519_SIZE, share)  # any secret: it refuses low-order points
            key = hpke.MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(mlkem), X25519PublicKey.from_public_bytes(share)
            )
        except (ValueError, SodiumError):
            raise KeyFormatError("a hybrid recipient is not a usable key") from None
        super().__init__(public_key, key)

    def __repr__(self) -> str:
        return "HybridRecipient()"

    def _values(self) -> tuple[object, ...]:
        return (self.public_key,)

    @classmethod
    def _of(cls, mlkem: MLKEM768PublicKey, x25519: X25519PublicKey) -> Self:
        """The recipient of keys just made here: no checks, because dummies are made by the dozen."""
        recipient = cls.__new__(cls)
        object.__setattr__(recipient, "public_key", mlkem.public_bytes_raw() + x25519.public_bytes_raw())
        object.__setattr__(recipient, "_key", hpke.MLKEM768X25519PublicKey(mlkem, x25519))
        return recipient

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read `age1pq1...`, 1959 characters, in lower or upper case (QR codes). Raises KeyFormatError."""
        prefix, data = bech32.decode(untrusted_text)
        if prefix != RECIPIENT_PREFIX:
            raise KeyFormatError("this is not a hybrid recipient")
        return cls(data)

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self.public_key)

    def wrap(self, file_key: bytes) -> Stanza:
        sealed = _SUITE.encrypt(file_key, self._key, info=_INFO)
        encapsulated, body = sealed[:ENCAPSULATED_SIZE], sealed[ENCAPSULATED_SIZE:]
        return Stanza(HYBRID, (encode_base64(encapsulated).decode(),), body)


class HybridIdentity:
    """A 32-byte seed. Raises KeyFormatError for a wrong length."""

    __slots__ = ("_key", "_recipient", "_seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise KeyFormatError("a hybrid identity has a wrong length")
        self._seed = bytes(seed)
        expanded = shake_256(self._seed).digest(MLKEM_SEED_SIZE + X25519_SIZE)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED_SIZE])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED_SIZE:])
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
        self._recipient = HybridRecipient._of(mlkem.public_key(), x25519.public_key())

    @classmethod
    def generate(cls) -> Self:
        return cls(randombytes(SEED_SIZE))

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read `AGE-SECRET-KEY-PQ-1...`. Raises KeyFormatError."""
        prefix, data = bech32.decode(untrusted_text)
        if prefix != IDENTITY_PREFIX.lower():
            raise KeyFormatError("this is not a hybrid identity")
        return cls(data)

    @property
    def seed(self) -> bytes:
        """The secret: 32 bytes."""
        return self._seed

    def to_string(self) -> str:
        """The secret seed as text."""
        return bech32.encode(IDENTITY_PREFIX, self._seed)

    def recipient(self) -> HybridRecipient:
        return self._recipient

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        ours = [stanza for stanza in stanzas if stanza.type == HYBRID]
        for encapsulated, body in [(_encapsulated(stanza), stanza.body) for stanza in ours]:
            # HPKE reports a low-order share like any other mismatch; the specification wants it refused.
            if is_of_low_order(encapsulated[MLKEM_CIPHERTEXT_SIZE:]):
                raise HeaderError("a hybrid share is a point of low order")
            try:
                return _SUITE.decrypt(encapsulated + body, self._key, info=_INFO)
            except InvalidTag:
                continue
        return None

    def __repr__(self) -> str:
        return "<HybridIdentity>"


def is_of_low_order(share: bytes) -> bool:
    """Whether a point (32 bytes, of which the highest bit says nothing) gives zero with every secret."""
    return share[:-1] + bytes([share[-1] & 0x7F]) in _LOW_ORDER


def _encapsulated(stanza: Stanza) -> bytes:
    if len(stanza.args) != 1 or len(stanza.body) != WRAPPED_SIZE:
        raise HeaderError("a hybrid stanza is malformed")
    encapsulated = decode_base64(stanza.args[0].encode("ascii"))
    if len(encapsulated) != ENCAPSULATED_SIZE:
        raise HeaderError("the encapsulated key of a hybrid stanza has a wrong length")
    return encapsulated

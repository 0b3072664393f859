"""X25519, hybrid (mlkem768x25519) and passphrase identities.

`unwrap` takes one stanza of the identity's type and returns the file key, or None when the stanza is for
somebody else; it raises HeaderError when the stanza breaks the rules of its type.
"""

import re
from hashlib import scrypt, sha3_256, shake_256
from typing import Protocol

from opener.bech32 import bech32_decode
from opener.chacha20poly1305 import aead_open
from opener.errors import HeaderError, KeyFileError
from opener.header import Stanza, check_header, unbase64
from opener.kdf import hkdf, hpke_open
from opener.mlkem import DecapsulationKey
from opener.x25519 import BASE_POINT, x25519

MAX_N = 1 << 20  # takes 1 GiB, the most that hashlib.scrypt accepts


class Identity(Protocol):
    type: str

    def unwrap(self, stanza: Stanza) -> bytes | None: ...


def share(stanza: Stanza, size: int, args: int) -> bytes:
    """Return the first argument of a stanza, `size` bytes, after checking the shape of the stanza."""
    data = unbase64(stanza.args[0]) if len(stanza.args) == args else b""
    check_header(len(data) == size and len(stanza.body) == 32)
    return data


def agree(secret: bytes, point: bytes) -> bytes:
    """X25519, refusing points of low order."""
    shared = x25519(secret, point)
    check_header(any(shared))
    return shared


class X25519Identity:
    type = "X25519"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._public = x25519(secret, BASE_POINT)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        theirs = share(stanza, 32, 1)
        key = hkdf(theirs + self._public, agree(self._secret, theirs), b"age-encryption.org/v1/X25519")
        return aead_open(key, bytes(12), stanza.body)


class HybridIdentity:
    """X-Wing: ML-KEM-768 and X25519, both from one 32-byte seed."""

    type = "mlkem768x25519"

    def __init__(self, seed: bytes) -> None:
        seeds = shake_256(seed).digest(96)
        self._kem = DecapsulationKey(seeds[:64])
        self._secret = seeds[64:]
        self._public = x25519(self._secret, BASE_POINT)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        enc = share(stanza, 1120, 1)
        theirs = enc[1088:]
        secrets = agree(self._secret, theirs) + theirs + self._public
        shared = sha3_256(self._kem.decapsulate(enc[:1088]) + secrets + b"\\.//^\\").digest()
        return hpke_open(shared, b"age-encryption.org/mlkem768x25519", stanza.body)


class ScryptIdentity:
    type = "scrypt"

    def __init__(self, passphrase: bytes) -> None:
        self._passphrase = passphrase

    def unwrap(self, stanza: Stanza) -> bytes | None:
        salt = b"age-encryption.org/v1/scrypt" + share(stanza, 16, 2)
        check_header(re.fullmatch("[1-9][0-9]?", stanza.args[1]))
        n = 1 << int(stanza.args[1])
        if n > MAX_N:
            raise HeaderError("The passphrase asks for more work than this reader does.")
        try:
            key = scrypt(self._passphrase, salt=salt, n=n, r=8, p=1, maxmem=1100 << 20, dklen=32)
        except ValueError:
            raise MemoryError from None
        return aead_open(key, bytes(12), stanza.body)


KINDS: dict[str, type[X25519Identity | HybridIdentity]] = {
    "age-secret-key-": X25519Identity,
    "age-secret-key-pq-": HybridIdentity,
}


def parse_identities(text: str) -> list[Identity]:
    """Read an identity file: one secret key a line, empty lines and # comments."""
    found: list[Identity] = []
    for line in map(str.strip, text.splitlines()):
        if line[:1] in ("", "#"):
            continue
        prefix, secret = bech32_decode(line) or ("", b"")
        if len(secret) != 32 or line != line.upper() or prefix not in KINDS:
            raise KeyFileError("An identity file has a line that is no secret key of age.")
        found.append(KINDS[prefix](secret))
    if not found:
        raise KeyFileError("An identity file holds no secret key.")
    return found

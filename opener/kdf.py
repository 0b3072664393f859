"""HKDF-SHA256 (RFC 5869), one block, and HPKE (RFC 9180), opening only."""

import hmac

from opener.chacha20poly1305 import aead_open

# MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305
SUITE = b"HPKE-v1HPKE\x64\x7a\x00\x01\x00\x03"


def extract(salt: bytes, secret: bytes) -> bytes:
    """HMAC-SHA256, which is all that HKDF's first step is."""
    return hmac.digest(salt, secret, "sha256")


def expand(key: bytes, info: bytes) -> bytes:
    return hmac.digest(key, info + b"\1", "sha256")


def hkdf(salt: bytes, secret: bytes, info: bytes) -> bytes:
    """Return 32 bytes."""
    return expand(extract(salt, secret), info)


def hpke_open(shared: bytes, info: bytes, box: bytes) -> bytes | None:
    """Open the only message of an HPKE context in base mode, given the shared secret of its KEM."""
    context = b"\0" + extract(b"", SUITE + b"psk_id_hash") + extract(b"", SUITE + b"info_hash" + info)
    secret = extract(shared, SUITE + b"secret")
    key = expand(secret, b"\0\x20" + SUITE + b"key" + context)
    nonce = expand(secret, b"\0\x0c" + SUITE + b"base_nonce" + context)[:12]
    return aead_open(key, nonce, box)

"""Small things that rest where others can look, under a key that never goes there: XChaCha20-Poly1305.

Source: https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03, by libsodium. What is locked is
padded to a power of two, so that its length tells a class, and bound to what it is about, so that one can't
be given out as another. Layout: nonce (24 bytes, random), then the ciphertext of length (4 bytes,
big-endian), content and zeros.
"""

import secrets

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError as Forged

from crypto.errors import CryptoError

KEY_LENGTH = 32
NONCE_LENGTH = 24
TAG_LENGTH = 16
LEAST = 1024
"""Bytes of the smallest class."""


def lock(key: bytes, content: bytes, about: bytes) -> bytes:
    """Lock `content` with `key` (32 bytes). `about` is not in it, and has to be known to open it."""
    if len(key) != KEY_LENGTH:
        raise ValueError("a key has 32 bytes")
    inner = len(content).to_bytes(4, "big") + content
    inner = inner.ljust(max(LEAST, 1 << (len(inner) - 1).bit_length()), b"\0")
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(inner, about, nonce, key)


def unlock(key: bytes, untrusted: bytes, about: bytes) -> bytes:
    """Return what `lock` was given. Raises CryptoError for anything that it did not make with this key."""
    if len(key) != KEY_LENGTH:
        raise ValueError("a key has 32 bytes")
    if len(untrusted) < NONCE_LENGTH + TAG_LENGTH + LEAST:
        raise CryptoError("That was not locked with this key.")
    nonce, ciphertext = untrusted[:NONCE_LENGTH], untrusted[NONCE_LENGTH:]
    try:
        inner = crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, about, nonce, key)
    except Forged:
        raise CryptoError("That was not locked with this key.") from None
    size = int.from_bytes(inner[:4], "big")
    return bytes(inner[4 : 4 + size])

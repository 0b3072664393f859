"""How X25519 and scrypt stanzas carry the file key: ChaCha20-Poly1305 under a key used once, nonce zero."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.age.header import FILE_KEY_SIZE

TAG_SIZE = 16
WRAPPED_SIZE = FILE_KEY_SIZE + TAG_SIZE

_ZERO_NONCE = bytes(12)


def wrap_file_key(key: bytes, file_key: bytes) -> bytes:
    """Return the 32-byte stanza body."""
    return ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)


def unwrap_file_key(key: bytes, body: bytes) -> bytes | None:
    """Return the 16-byte file key from a body of 32 bytes, or None when this is not its key.

    The caller has checked the length: a longer body would let a sender make one stanza that opens
    differently for different keys.
    """
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None

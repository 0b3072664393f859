"""The fingerprint of a public signing key as ten words, for reading aloud and comparing.

Source: the design, "Keys"; drawn in docs/protocol.md, "Fingerprint". Ten words of the English BIP39 list
carry the first 110 bits of SHA-256 over a label and the key: making another key with the same words takes
2^110 trials.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from crypto import wordlist
from crypto.minisign import PublicKey

WORDS = 10
LABEL = b"silbo/v1 fingerprint\0"


def fingerprint(key: PublicKey) -> tuple[str, ...]:
    """The ten words of a key, each 3 to 8 letters."""
    return ten_words(LABEL, key.key)


def ten_words(label: bytes, data: bytes) -> tuple[str, ...]:
    """The ten words of any bytes, under a label that ends in a zero byte and says what they are."""
    words = wordlist.bip39("en")
    bits = int.from_bytes(hashlib.sha256(label + data).digest()) >> 256 - WORDS * wordlist.BITS
    indices = [bits >> wordlist.BITS * place & wordlist.SIZE - 1 for place in reversed(range(WORDS))]
    return tuple(words[index] for index in indices)


def matches(untrusted_words: str, key: PublicKey) -> bool:
    """Whether somebody's ten words are this key's, in any case and spacing. Compared in constant time."""
    return same(untrusted_words, fingerprint(key))


def same(untrusted_words: str, words: tuple[str, ...]) -> bool:
    """Whether somebody's words are these, in any case and spacing. Compared in constant time."""
    typed = re.findall("[a-z]+", untrusted_words[:512].lower())
    return hmac.compare_digest(" ".join(typed), " ".join(words))

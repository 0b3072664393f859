"""The passphrase recipient type (https://c2sp.org/age#the-scrypt-recipient-type), on libsodium's scrypt.

    -> scrypt base64(salt, 16 B) LOG_N
    base64(ChaCha20-Poly1305 of the 16-byte file key, 32 B)

Such a stanza stands alone in its header, so that whoever knows the passphrase also knows who wrote the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nacl.bindings import crypto_pwhash_scryptsalsa208sha256_ll, randombytes
from nacl.exceptions import CryptoError as SodiumError

from crypto.age.header import SCRYPT, Stanza, decode_base64, encode_base64
from crypto.age.wrapping import WRAPPED_SIZE, unwrap_file_key, wrap_file_key
from crypto.errors import HeaderError

SALT_SIZE = 16
DEFAULT_LOG_N = 18
"""About a second and 256 MiB."""
MAX_LOG_N = 22
"""A file may ask for at most this much: 4 GiB and a quarter of a minute."""

_LABEL = b"age-encryption.org/v1/scrypt"
_R = 8
_DECIMAL = re.compile(r"[1-9][0-9]*")


class ScryptRecipient:
    """A passphrase to encrypt with; `log_n` is the work factor, from 1 to 22."""

    __slots__ = ("_log_n", "_passphrase")

    def __init__(self, passphrase: bytes, log_n: int = DEFAULT_LOG_N) -> None:
        if not 1 <= log_n <= MAX_LOG_N:
            raise ValueError("a scrypt work factor is from 1 to 22")
        self._passphrase = bytes(passphrase)
        self._log_n = log_n

    def wrap(self, file_key: bytes) -> Stanza:
        salt = randombytes(SALT_SIZE)
        body = wrap_file_key(_stretch(self._passphrase, salt, self._log_n), file_key)
        return Stanza(SCRYPT, (encode_base64(salt).decode(), str(self._log_n)), body)

    def __repr__(self) -> str:
        return "<ScryptRecipient>"


class ScryptIdentity:
    """A passphrase to decrypt with. Files that ask for more work than `max_log_n` raise HeaderError."""

    __slots__ = ("_max_log_n", "_passphrase")

    def __init__(self, passphrase: bytes, max_log_n: int = MAX_LOG_N) -> None:
        self._passphrase = bytes(passphrase)
        self._max_log_n = min(max_log_n, MAX_LOG_N)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        for stanza in stanzas:
            if stanza.type == SCRYPT:
                salt, log_n = self._arguments(stanza)
                return unwrap_file_key(_stretch(self._passphrase, salt, log_n), stanza.body)
        return None

    def _arguments(self, stanza: Stanza) -> tuple[bytes, int]:
        if len(stanza.args) != 2 or len(stanza.body) != WRAPPED_SIZE:
            raise HeaderError("a scrypt stanza is malformed")
        salt = decode_base64(stanza.args[0].encode("ascii"))
        work = stanza.args[1]
        if len(salt) != SALT_SIZE or not _DECIMAL.fullmatch(work):
            raise HeaderError("a scrypt stanza is malformed")
        # Compare lengths first: int() of thousands of digits is slow, and Python refuses it.
        if len(work) > 2 or int(work) > self._max_log_n:
            raise HeaderError("this file asks for too much scrypt work")
        return salt, int(work)

    def __repr__(self) -> str:
        return "<ScryptIdentity>"


def _stretch(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    work = 1 << log_n
    try:
        return crypto_pwhash_scryptsalsa208sha256_ll(
            passphrase, _LABEL + salt, work, _R, 1, 32, maxmem=128 * _R * (work + 4)
        )
    except (SodiumError, MemoryError):
        raise HeaderError("this file asks for more scrypt memory than there is") from None

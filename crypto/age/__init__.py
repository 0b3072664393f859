"""The age v1 file format (https://c2sp.org/age): X25519, hybrid post-quantum and passphrase recipients.

Pure and synchronous. Whatever bytes come in, only `crypto.errors.CryptoError` leaves; errors of the caller's
own file objects pass through.
"""

from crypto.age.armor import dearmor
from crypto.age.file import Encryptor, decrypt, decrypt_stream, encrypt, encrypt_stream
from crypto.age.header import Identity, Recipient, Stanza
from crypto.age.keys import parse_identities, parse_identity, parse_recipient, parse_recipients
from crypto.age.x25519 import X25519Identity, X25519Recipient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crypto.age.hybrid import HybridIdentity, HybridRecipient
    from crypto.age.scrypt import ScryptIdentity, ScryptRecipient

__all__ = [
    "Encryptor",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "dearmor",
    "decrypt",
    "decrypt_stream",
    "encrypt",
    "encrypt_stream",
    "parse_identities",
    "parse_identity",
    "parse_recipient",
    "parse_recipients",
]


def __getattr__(name: str) -> object:
    """These are loaded when they are first named (PEP 562): with the hybrid type come HPKE and ML-KEM."""
    if name in {"HybridIdentity", "HybridRecipient"}:
        from crypto.age import hybrid  # noqa: PLC0415

        return getattr(hybrid, name)
    if name in {"ScryptIdentity", "ScryptRecipient"}:
        from crypto.age import scrypt  # noqa: PLC0415

        return getattr(scrypt, name)
    raise AttributeError(name)

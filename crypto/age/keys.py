"""Reading recipients and identities of every type, and identity files (the format of `age -i`)."""

from __future__ import annotations

from crypto.age import x25519
from crypto.age.x25519 import X25519Identity, X25519Recipient
from crypto.errors import KeyFormatError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crypto.age.hybrid import HybridIdentity, HybridRecipient

MAX_LINES = 10_000


def parse_recipient(untrusted_text: str) -> X25519Recipient | HybridRecipient:
    """Read `age1...` or `age1pq1...`, in lower or upper case. Raises KeyFormatError, without quoting it."""
    prefix = untrusted_text.lower().rpartition("1")[0]
    if prefix == x25519.RECIPIENT_PREFIX:
        return X25519Recipient.parse(untrusted_text)
    from crypto.age import hybrid  # noqa: PLC0415 -- with it come HPKE and ML-KEM

    if prefix == hybrid.RECIPIENT_PREFIX:
        return hybrid.HybridRecipient.parse(untrusted_text)
    raise KeyFormatError("this is not a recipient of a known type")


def parse_identity(untrusted_text: str) -> X25519Identity | HybridIdentity:
    """Read `AGE-SECRET-KEY-1...` or `AGE-SECRET-KEY-PQ-1...`. Raises KeyFormatError, without quoting it."""
    prefix = untrusted_text.upper().rpartition("1")[0]
    if prefix == x25519.IDENTITY_PREFIX:
        return X25519Identity.parse(untrusted_text)
    from crypto.age import hybrid  # noqa: PLC0415 -- as above

    if prefix == hybrid.IDENTITY_PREFIX:
        return hybrid.HybridIdentity.parse(untrusted_text)
    raise KeyFormatError("this is not an identity of a known type")


def parse_recipients(untrusted_text: str) -> list[X25519Recipient | HybridRecipient]:
    """Read one recipient a line; empty lines and `#` comments are skipped. Raises KeyFormatError."""
    return [parse_recipient(line) for line in _lines(untrusted_text, "recipient")]


def parse_identities(untrusted_text: str) -> list[X25519Identity | HybridIdentity]:
    """Read one identity a line; empty lines and `#` comments are skipped. Raises KeyFormatError."""
    return [parse_identity(line) for line in _lines(untrusted_text, "identity")]


def _lines(untrusted_text: str, kind: str) -> list[str]:
    stripped = [line.strip() for line in untrusted_text.split("\n")]
    lines = [line for line in stripped if line and not line.startswith("#")]
    if not lines:
        raise KeyFormatError(f"there is no {kind} in this file")
    if len(lines) > MAX_LINES:
        raise KeyFormatError(f"there are too many lines in this {kind} file")
    return lines

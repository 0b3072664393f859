"""Which roots were revoked, as far as sticks have told this home (docs/protocol.md, "Revocations")."""

from __future__ import annotations

from admin.files import write_atomic
from admin.home import Home
from crypto.errors import CryptoError
from crypto.minisign import PublicKey
from crypto.revocation import Revocation, parse_revocation


def is_revoked(home: Home, root: PublicKey) -> bool:
    """Whether a stick has brought the revocation of this root, which then is kept in the home."""
    try:
        return parse_revocation((home.revoked / file_name(root, 16)).read_bytes()).root == root
    except (OSError, CryptoError):
        return False


def remember(home: Home, revocation: Revocation) -> None:
    home.revoked.mkdir(mode=0o700, exist_ok=True)
    write_atomic(home.revoked / file_name(revocation.root, 16), revocation.text.encode())


def file_name(root: PublicKey, digits: int) -> str:
    return f"revocation-{root.key_id.hex()[:digits]}.txt"

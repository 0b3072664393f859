"""Which roots were revoked, as far as sticks have told this home (docs/protocol.md, "Revocations")."""

from __future__ import annotations

from collections.abc import Iterable

from admin.files import write_atomic
from admin.home import Home
from crypto.errors import CryptoError
from crypto.minisign import PublicKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crypto.revocation import Revocation


def is_revoked(home: Home, root: PublicKey) -> bool:
    """Whether a stick has brought the revocation of this root, which then is kept in the home."""
    try:
        data = (home.revoked / file_name(root, 16)).read_bytes()
    except OSError:
        return False
    from crypto.revocation import parse_revocation  # noqa: PLC0415 -- hardly ever is there one

    try:
        return parse_revocation(data).root == root
    except CryptoError:
        return False


def remember(home: Home, revocations: Iterable[Revocation]) -> None:
    for revocation in revocations:
        home.revoked.mkdir(mode=0o700, exist_ok=True)
        write_atomic(home.revoked / file_name(revocation.root, 16), revocation.text.encode())


def file_name(root: PublicKey, digits: int) -> str:
    return f"revocation-{root.key_id.hex()[:digits]}.txt"

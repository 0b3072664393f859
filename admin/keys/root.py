"""The root of a reviewer: the Ed25519 key that signs the list of period keys.

`root.age` holds, under the passphrase, comment lines and one line `silbo-root-seed: ` with the 32-byte
seed of the Ed25519 key (RFC 8032) in hex.
"""

from __future__ import annotations

import re

from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import tr
from crypto.minisign import SigningKey

ROOT_NAME = "root.age"
HANDED_NAME = "handed.age"
"""The identity to which the file keys of cases handed over are sealed (`admin.case.handed`)."""
REVOCATION_FILE = "revocation.txt"
_SEED_LINE = re.compile(r"^silbo-root-seed: ([0-9a-f]{64})$", re.MULTILINE)


def unlock_root(home: Home, ring: KeyRing) -> SigningKey:
    """The root key of this reviewer. Raises `AdminError`."""
    path = home.keys / ROOT_NAME
    match = _SEED_LINE.search(ring.unlock(path).decode("ascii", "replace"))
    if match is None:
        raise AdminError(tr("{name} does not hold a root's seed.", name=path.name))
    return SigningKey(bytes.fromhex(match[1]))


def root_text(root: SigningKey) -> bytes:
    return (
        "# The root of a Silbo reviewer. It signs the list of period keys; keep it offline.\n"
        f"# public key: {root.public()}\n"
        "# The next line is the 32-byte seed of its Ed25519 key (RFC 8032), in hex.\n"
        f"silbo-root-seed: {root.seed.hex()}\n"
    ).encode("ascii")

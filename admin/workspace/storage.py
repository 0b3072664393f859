"""The storage key of a home: what reviewers do, and what they say to keep, is sealed to it and outlives
periods.

`workspace/storage.age` rests under the passphrase, as every secret of the home does. It holds comment lines,
an age identity and a line `silbo-workspace-key: ` with 32 bytes in hex, by which the home knows its own files
(`admin.workspace.sealed`). No drop is sealed to it, and no server knows it.
"""

from __future__ import annotations

import os
import re
from datetime import date

from admin.errors import AdminError
from admin.files import sync_folder, write_atomic
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.keys.periods import period_files
from admin.program import command
from admin.words import tr
from admin.workspace.sealed import KEY_SIZE
from crypto.age import HybridIdentity, Identity, Recipient, ScryptRecipient, encrypt, parse_identities
from crypto.errors import CryptoError

_KEY_LINE = re.compile(r"^silbo-workspace-key: ([0-9a-f]{64})$", re.MULTILINE)


class Storage:
    """The unlocked storage key. Its repr is blank."""

    __slots__ = ("identities", "key", "recipient")

    def __init__(self, identity: HybridIdentity, key: bytes) -> None:
        self.identities: list[Identity] = [identity]
        self.recipient: Recipient = identity.recipient()
        self.key = key

    def __repr__(self) -> str:
        return "Storage()"


def open_storage(home: Home, ring: KeyRing, today: date, work_factor: int) -> Storage:
    """Unlocks it; makes it at the first time, once the passphrase has opened a secret of the home.

    Raises `AdminError`.
    """
    path = home.storage
    if not path.exists():
        periods = period_files(home.keys)
        if not periods:
            raise AdminError(
                tr("This home holds no period secrets; '{command}' makes them.", command=command("keygen"))
            )
        ring.unlock_ahead(today, ring.nearest(today, periods))
        _make(home, ring.passphrase, work_factor)
    text = ring.unlock(path).decode("ascii", "replace")
    found = _KEY_LINE.search(text)
    try:
        identities = parse_identities(_KEY_LINE.sub("", text))
    except CryptoError:
        identities = []
    if found is None or len(identities) != 1 or not isinstance(identities[0], HybridIdentity):
        raise AdminError(tr("storage.age does not hold the storage key of a home."))
    return Storage(identities[0], bytes.fromhex(found[1]))


def _make(home: Home, passphrase: bytes, work_factor: int) -> None:
    identity = HybridIdentity.generate()
    text = (
        "# The storage key of a Silbo reviewer's workspace; keep it offline.\n"
        f"{identity.to_string()}\n"
        f"silbo-workspace-key: {os.urandom(KEY_SIZE).hex()}\n"
    )
    home.workspace.mkdir(mode=0o700, exist_ok=True)
    sync_folder(home.path)
    sealed = encrypt(text.encode("ascii"), [ScryptRecipient(passphrase, log_n=work_factor)])
    write_atomic(home.storage, sealed)

"""The releaser's key: a seed under a passphrase, in an age file as `silbo-admin` keeps its own."""

import base64
import os
from pathlib import Path

from admin.files import new_file
from admin.keys.keyring import KeyRing
from admin.keys.passphrase import WORK_FACTOR, asker, choose_new
from crypto.age import ScryptRecipient, encrypt
from crypto.errors import KeyFormatError
from crypto.minisign import PublicKey, SigningKey
from release.errors import ReleaseError


def new_key(path: Path, passphrase_fd: int | None, *, work_factor: int = WORK_FACTOR) -> PublicKey:
    """Make the key at `path`, which must be free. Raises AdminError, ReleaseError, OSError."""
    if os.path.lexists(path):
        raise ReleaseError("there is a file at the place for the new key; nothing was made")
    passphrase = choose_new(asker(passphrase_fd, on_terminal=os.isatty(0)), twice=passphrase_fd is None)
    key = SigningKey.generate()
    with new_file(path) as file:
        seed = base64.b64encode(key.seed) + b"\n"
        file.write(encrypt(seed, [ScryptRecipient(passphrase, log_n=work_factor)]))
    return key.public()


def load_key(path: Path, passphrase_fd: int | None) -> SigningKey:
    """Open the key at `path`. Raises AdminError, ReleaseError, OSError."""
    if not path.is_file():
        raise ReleaseError("there is no release key at that place; --new-key FILE makes one")
    ring = KeyRing(asker(passphrase_fd, on_terminal=os.isatty(0)), may_retry=passphrase_fd is None)
    try:
        return SigningKey(base64.b64decode(ring.unlock(path).strip(), validate=True))
    except (ValueError, KeyFormatError):
        raise ReleaseError("the file does not hold a release key") from None

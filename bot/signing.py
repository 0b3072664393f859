"""The server's Ed25519 key, which signs batches and decrypts nothing: a file that only its owner may read."""

import base64
import os
from pathlib import Path

from bot.settings import SettingsError, read_secret
from crypto.minisign import SigningKey


def create_signing_key(path: Path) -> None:
    """Write a new key to `path` (mode 600) unless there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    with open(descriptor, "wb") as file:
        file.write(base64.b64encode(SigningKey.generate().seed) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def load_signing_key(path: Path) -> SigningKey:
    """Return the key in `path`. Raises SettingsError."""
    if not path.exists():
        raise SettingsError("there is no signing key yet; run: silbo init --config FILE")
    try:
        seed = base64.b64decode(read_secret(path, "signing.key"), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise SettingsError("signing.key: the file should hold 32 bytes in base64")
    return SigningKey(seed)

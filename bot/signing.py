"""The server's Ed25519 key, which signs batches and decrypts nothing: a file that only its owner may read."""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.settings import SettingsError, read_secret
from crypto.minisign import SigningKey


def create_signing_key(path: Path) -> None:
    """Write a new key to `path` (mode 600), whole or not at all, unless there is one already."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(base64.b64encode(SigningKey.generate().seed) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename it never replaces a key that is in use
    finally:
        fresh.unlink()


def load_signing_key(path: Path) -> SigningKey:
    """Return the key in `path`. Raises SettingsError."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError("there is no signing key yet; run: silbo init --config FILE") from None
    except OSError:
        raise SettingsError("signing.key: the file can't be read") from None
    try:
        seed = base64.b64decode(read_secret(path, "signing.key"), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise SettingsError("signing.key: the file should hold 32 bytes in base64")
    return SigningKey(seed)

"""Files that hold one secret each, and what is wrong with the settings."""

import os
from pathlib import Path

SECRET_BYTES = 4096


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which and what is expected.

    Of several problems the text is the first; `problems` has all of them.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


def read_secret(path: Path, name: str) -> str:
    """Return the one line of a secret file, which only its owner may read. Raises SettingsError.

    A file under systemd's `$CREDENTIALS_DIRECTORY` counts as private: systemd sets its permissions.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        private = path.stat().st_mode & 0o077 == 0
        with path.open("rb") as file:
            content = file.read(SECRET_BYTES + 1)
    except OSError:
        raise SettingsError(f"{name}: the file can't be read") from None
    if not private and not (credentials and path.is_relative_to(credentials)):
        raise SettingsError(f"{name}: others may read the file; run: chmod 600 on it")
    try:
        secret = content.decode("ascii").strip()
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > SECRET_BYTES or len(secret.split()) != 1:
        raise SettingsError(f"{name}: the file should hold one line of text")
    return secret

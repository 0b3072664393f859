"""Identities, when needed."""

import getpass
import io
from collections.abc import Iterable, Iterator

from opener.age import decrypt
from opener.errors import KeyFileError, NoMatch
from opener.identities import Identity, ScryptIdentity, parse_identities


class Keyring:
    """Identities, unlocked one file at a time and only when the earlier ones did not fit.

    Where no identity file is given, a passphrase may open the file itself.
    """

    def __init__(self, paths: list[str], passphrase_fd: int | None) -> None:
        self._paths = paths
        self._ready: list[Identity] = []
        self._tries = 3
        self._passphrase: bytes | None = None
        if passphrase_fd is not None:
            self._tries = 0
            with open(passphrase_fd, "rb") as file:
                self._passphrase = file.readline(4096).removesuffix(b"\n").removesuffix(b"\r")

    def __iter__(self) -> Iterator[Identity]:
        yield from tuple(self._ready)
        while self._paths:
            found = self._unlock(self._paths.pop(0))
            self._ready = found + self._ready
            yield from found
        if not self._ready:
            yield from self.passphrases("the file")

    def passphrases(self, path: str) -> Iterator[Identity]:
        """Offer the passphrase of before, then ask."""
        if self._passphrase is not None:
            yield ScryptIdentity(self._passphrase)
        for _ in range(self._tries):
            self._passphrase = getpass.getpass(f"Passphrase for {path!a}: ").encode()
            yield ScryptIdentity(self._passphrase)

    def _unlock(self, path: str) -> list[Identity]:
        with open(path, "rb") as file:
            data = file.read(1 << 20)
        try:
            if b"AGE-SECRET-KEY-" not in data:
                data = read(data, self.passphrases(path))
        except NoMatch:
            raise KeyFileError("The passphrase does not open an identity file.") from None
        return parse_identities(data.decode(errors="replace"))


def read(untrusted: bytes, keys: Iterable[Identity], armor: bool = False) -> bytes:
    """Return the plaintext, once it is authentic to its end. What Silbo seals is never armored."""
    return b"".join(decrypt(io.BytesIO(untrusted), keys, armor))

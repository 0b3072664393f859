"""The server's Ed25519 keys, which sign batches and decrypt nothing: files that only their owner may read.

`signing.key` signs. Between `silbo new-key` and the export that hands over to it there is `signing.key.next`,
too, which then takes its place. Which key may sign is said by the chain alone (docs/protocol.md, "Batches").
"""

import base64
import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.files import whole
from bot.settings import SettingsError, read_secret
from crypto.minisign import PublicKey, SigningKey


def create_signing_key(path: Path) -> None:
    """Write a new key to `path` (mode 600), durable or not at all, unless there is one already."""
    with suppress(FileExistsError), whole(path, over=False) as file:
        file.write(base64.b64encode(SigningKey.generate().seed) + b"\n")


def load_signing_key(path: Path) -> SigningKey:
    """Return the key in `path`. Raises SettingsError."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError("there is no signing key yet; run: silbo init --config FILE") from None
    except OSError:
        raise SettingsError(f"{path.name}: the file can't be read") from None
    try:
        seed = base64.b64decode(read_secret(path, path.name), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise SettingsError(f"{path.name}: the file should hold 32 bytes in base64")
    return SigningKey(seed)


class ServerKeys:
    """The key that signs now, and the one that waits for its hand-over (None: there is none).

    Nobody else changes the files while this object lives: see `server_keys`.
    """

    def __init__(self, path: Path, folder: int) -> None:
        self._path = path
        self._waiting_path = path.with_name(f"{path.name}.next")
        self._folder = folder
        self._load()

    def __repr__(self) -> str:
        return "ServerKeys()"

    def _load(self) -> None:
        self.current = load_signing_key(self._path)
        there = os.path.lexists(self._waiting_path)
        self.waiting = load_signing_key(self._waiting_path) if there else None
        os.fsync(self._folder)  # a key that is shown or handed over to must outlast a power cut

    def prepare(self) -> PublicKey:
        """Make the key that the next export hands over to, unless one waits already; return it."""
        create_signing_key(self._waiting_path)
        self.waiting = load_signing_key(self._waiting_path)
        os.fsync(self._folder)
        return self.waiting.public()

    def settle(self, signs: PublicKey | None, retired: Collection[str] = ()) -> bool:
        """Let the key that the chain says signs next be the current one; None if the chain does not know.

        True if that ended a hand-over. Raises SettingsError if it is neither of the two: readers would refuse
        what is signed; and if the key that waits is one of the `retired`, who may be in other hands.
        """
        before = self.current.public()
        # A copy of the current key must not wait: every hand-over to it would be followed by one more.
        if self.waiting is not None and self.waiting.public() in (signs, before):
            try:
                os.rename(self._waiting_path, self._path)
                self._load()
            except OSError:
                raise SettingsError(f"{self._path.name}: the file can't be replaced") from None
        if signs not in (None, self.current.public()):
            raise SettingsError(
                f"{self._path.name}: not the key that signs this server's batches; put that one back, "
                "or run silbo new-key --lost"
            )
        if self.waiting is not None and str(self.waiting.public()) in retired:
            raise SettingsError(f"{self._waiting_path.name}: this key was in use before; delete the file")
        return self.current.public() != before


@contextmanager
def server_keys(path: Path) -> Iterator[ServerKeys]:
    """The keys at `path` and beside it, for one export or one new key at a time. Raises SettingsError."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError("there is no signing key yet; run: silbo init --config FILE") from None
    except OSError:
        raise SettingsError("state: the folder can't be read") from None
    try:
        with suppress(OSError):  # some network file systems lock no folders
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SettingsError(f"{path.name}: an export is using it; wait for its end") from None
        yield ServerKeys(path, folder)
    finally:
        os.close(folder)

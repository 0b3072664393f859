"""What is written onto a stick: new files, durable, without a time, readable by whoever holds the stick.

It is ciphertext and signatures; whoever gets the stick is another user on another machine, who could not read
what is for the owner alone. So neither this process's umask (deploy.sh sets 077) nor the file system decides.
"""

import hashlib
import os
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from bot.export.batch_bytes import ExportError, revocation_name
from bot.files import create, settle, sync_folder
from crypto.revocation import Revocation

_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


class Output:
    """A new file that is hashed while it is written."""

    def __init__(self, path: Path, day: date) -> None:
        self.hash = hashlib.sha256()
        self.size = 0
        self._day = day
        self._file = create(path, mode=_FILE_MODE)
        _open_to_all(self._file.fileno(), _FILE_MODE)

    def __enter__(self) -> "Output":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        self.hash.update(data)
        self.size += len(data)
        self._file.write(data)

    def finish(self) -> None:
        """Make the file durable, with midnight of the batch's day as its only time."""
        self._file.flush()
        os.utime(self._file.fileno(), ns=midnight(self._day))
        settle(self._file)


def make_folder(path: Path) -> None:
    path.mkdir(mode=_FOLDER_MODE)
    _open_to_all(path, _FOLDER_MODE)


def _open_to_all(what: int | Path, mode: int) -> None:
    """Whatever the umask says. FAT and its like have no modes, and some of them say so with an error."""
    with suppress(OSError):
        os.chmod(what, mode)


def write_revocation(folder: Path, revocation: Revocation) -> None:
    """Put it there under its name, unless it is there already."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExportError("On the place to export to, 'revocations' is a link or a file; take it away first.")
    if not folder.exists():
        make_folder(folder)
    path = folder / revocation_name(revocation)
    content = revocation.text.encode()
    same_size = path.is_file() and not path.is_symlink() and path.stat().st_size == len(content)
    if same_size and path.read_bytes() == content:
        return
    replace_file(path, content, revocation.made)
    os.utime(folder, ns=midnight(revocation.made))
    sync_folder(folder)


def replace_file(path: Path, content: bytes, day: date) -> None:
    """Put a file in the place of what has its name, at once; its name is durable only with its folder."""
    fresh = path.with_name(f".{path.name}.partial")
    fresh.unlink(missing_ok=True)
    with Output(fresh, day) as output:
        output.write(content)
        output.finish()
    os.replace(fresh, path)


def midnight(day: date) -> tuple[int, int]:
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9
    return stamp, stamp

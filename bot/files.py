"""Files that are there completely or not at all, also after a power cut. The one place of the server for it.

A file is made under a name of its own, never through a link, written, made durable and put in its place; then
the folder is made durable too: before that a crash can still take the name away.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(path: Path, *, mode: int = 0o600) -> BinaryIO:
    """A new file for its owner alone, open for writing. Raises FileExistsError for anything of that name."""
    return open(os.open(path, _NEW, mode), "wb")


def open_plain(path: Path, *, follow: bool) -> BufferedReader:
    """A plain file that somebody else may have put there, open for reading. Raises OSError for anything else
    (a pipe or a device would hold the reader up for ever), and for a link unless `follow`.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    handle = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return open(handle, "rb")


def write_new(path: Path, data: bytes) -> None:
    """A new file in a folder that is not in its place yet: durable, but its name only with the folder's."""
    with create(path) as file:
        file.write(data)
        settle(file)


@contextmanager
def whole(path: Path, *, over: bool = True, durable: bool = True) -> Iterator[BinaryIO]:
    """A file that is at `path` when the block has ended without an exception, and not before.

    `over` says that it takes the place of what is there; without it FileExistsError is raised, also when
    another process was a moment faster. Not `durable` is for tmpfs, which ends with the power anyway.
    """
    fresh = path.with_name(f".{path.name}.partial-{secrets.token_hex(4)}")
    try:
        with create(fresh) as file:
            yield file
            if durable:
                settle(file)
        if over:
            os.replace(fresh, path)
        else:
            os.link(fresh, path)  # unlike a rename it never replaces what is in use
        if durable:
            sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def settle(file: BinaryIO) -> None:
    """Bring what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Files that are there completely or not at all, also after a power cut; the one place that writes any.

What stays on this machine is for its owner alone: 0600, folders 0700. What leaves it on a stick (public keys,
signatures, receipts) is read by another user on another machine: 0644 and 0755, whatever the umask.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_TMP_PREFIX = ".partial-"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PRIVATE, _PUBLIC, _PUBLIC_FOLDER = 0o600, 0o644, 0o755


def write_atomic(path: Path, data: bytes) -> None:
    """Writes a file by `new_file`."""
    with new_file(path) as file:
        file.write(data)


def write_public(path: Path, data: bytes) -> None:
    """Writes a file that leaves this machine: as `write_atomic`, for everybody to read."""
    with new_file(path, mode=_PUBLIC) as file:
        file.write(data)


@contextlib.contextmanager
def new_file(path: Path, *, mode: int = _PRIVATE) -> Iterator[BinaryIO]:
    """A file that is there, when the block has ended, completely or not at all, also after a power cut.

    Its mode is for the owner alone, or `mode` where the file system has modes, whatever the umask.

    It is made under another name, never through a link or over what exists, and renamed at the end.
    """
    temporary = _temporary_name(path.parent)
    try:
        with create_file(temporary) as file:
            yield file
            file.flush()
            if mode != _PRIVATE:
                with contextlib.suppress(OSError):
                    os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create_file(path: Path) -> BinaryIO:
    """A new file, never through a link or over what exists. Raises `OSError`."""
    return os.fdopen(os.open(path, _NEW_FILE, _PRIVATE), "wb")


def sync_folder(path: Path) -> None:
    """Puts the names in a folder on the disk (a rename is durable only then)."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A fresh 0700 folder in `parent`. Whatever is still under its name at the end is removed."""
    path = _temporary_name(parent)
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        remove(path)


def remove(folder: Path) -> None:
    """Removes a folder with what is in it, as far as that is possible."""
    import shutil  # noqa: PLC0415 -- it loads every compressor

    shutil.rmtree(folder, ignore_errors=True)


def make_public_folder(path: Path) -> None:
    """Makes the folder and those above it that are missing; one that is there stays as it is."""
    if path.is_dir():
        return
    if path.parent != path:
        make_public_folder(path.parent)
    path.mkdir(mode=_PUBLIC_FOLDER, exist_ok=True)
    with contextlib.suppress(OSError):  # a file system without modes
        os.chmod(path, _PUBLIC_FOLDER)


def _temporary_name(folder: Path) -> Path:
    """A fresh name in `folder` that is recognised as unfinished."""
    return folder / (_TMP_PREFIX + os.urandom(8).hex())

"""Files that are there completely or not at all, also after a power cut; the one place that writes any.

What stays on this machine is for its owner alone: 0600, folders 0700. What leaves it on a stick (public keys,
signatures, receipts) is read by another user on another machine: 0644 and 0755, whatever the umask.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from admin.display import visible
from admin.errors import UNFINISHED, AdminError, sentence
from admin.words import tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_UNFINISHED = re.compile(r"\.partial-[0-9a-f]{16}")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OF_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_GONE = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO})
_PRIVATE, _PUBLIC, _PUBLIC_FOLDER = 0o600, 0o644, 0o755


def write_atomic(path: Path, data: bytes) -> None:
    """Writes a file by `new_file`."""
    with new_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def _of_folder(folder: Path, also: frozenset[int] = frozenset()) -> Iterator[None]:
    """A disk that gets full while bytes are written is told without a name: the folder says which it was. So
    does it of one that is gone where nothing else is read meanwhile (`also`).
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _OF_DISK | also:
            error.filename = str(folder)
        raise


def write_public(path: Path, data: bytes) -> None:
    """Writes a file that leaves this machine: as `write_atomic`, for everybody to read."""
    with new_file(path, mode=_PUBLIC) as file:
        file.write(data)


@contextlib.contextmanager
def new_file(path: Path, *, mode: int = _PRIVATE, one_of_many: bool = False) -> Iterator[BinaryIO]:
    """A file that is there, when the block has ended, completely or not at all, also after a power cut; with
    `one_of_many` after that only once the caller, who writes others beside it, has called `sync_folder`.

    Its mode is for the owner alone, or `mode` where the file system has modes, whatever the umask.

    It is made under another name, never through a link or over what exists, and renamed at the end.
    """
    temporary = _temporary_name(path.parent)
    try:
        with _of_folder(path.parent), create_file(temporary) as file:
            _hold(file.fileno())
            yield file
            with _of_folder(path.parent, _GONE):
                file.flush()
                if mode != _PRIVATE:
                    with contextlib.suppress(OSError):
                        os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if not one_of_many:
        sync_folder(path.parent)


@contextlib.contextmanager
def unless_full(tell: Callable[[], None] = lambda: None) -> Iterator[None]:
    """For what is only noted down: a disk with no room, or one that can only be read, must not keep anybody
    from reading. `tell` says it then.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_DISK:
            raise
        tell()


def require_writable(folder: Path, size: int = 0) -> None:
    """For before a passphrase is asked: raises `AdminError` if nothing can be written into a folder or, where
    it is still to be made, into the one above it; or if it has no room for so many bytes.
    """
    while not os.path.lexists(folder) and folder.parent != folder:
        folder = folder.parent
    if folder.exists() and not folder.is_dir():
        raise AdminError(sentence(NotADirectoryError(errno.ENOTDIR, "", str(folder))))
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise AdminError(sentence(error)) from None
    if disk.f_blocks and not disk.f_bavail:
        raise AdminError(f"{visible(str(folder))}: {tr('the disk is full')}.")
    free = disk.f_bavail * disk.f_frsize
    if disk.f_blocks and free < size:
        raise AdminError(
            tr(
                "{folder} has room for {free} MiB, and this takes {size} MiB: nothing was written.",
                folder=visible(str(folder)),
                free=f"{free / (1 << 20):.1f}",
                size=f"{size / (1 << 20):.1f}",
            )
        )
    if disk.f_flag & os.ST_RDONLY:
        raise AdminError(
            tr(
                "{folder} is on a disk that can only be read: nothing can be written.",
                folder=visible(str(folder)),
            )
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise AdminError(
            tr("{folder} belongs to another user: nothing can be written there.", folder=visible(str(folder)))
        )


def create_file(path: Path) -> BinaryIO:
    """A new file, never through a link or over what exists. Raises `OSError`."""
    return os.fdopen(os.open(path, _NEW_FILE, _PRIVATE), "wb")


def sync_folder(path: Path) -> None:
    """Puts the names in a folder on the disk (a rename is durable only then)."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with _of_folder(path, _GONE):
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A fresh 0700 folder in `parent`. Whatever is still under its name at the end is removed; after a kill,
    by `sweep`.
    """
    sweep(parent)
    path = _temporary_name(parent)
    handle = None
    try:
        path.mkdir(mode=0o700)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        _hold(handle)
        yield path
    finally:
        remove(path)
        if handle is not None:
            os.close(handle)


def sweep(parent: Path) -> int:
    """Removes what commands that were killed left unfinished in `parent`: they may hold a drop in clear.

    What a running command holds stays, and so does what is another user's. Returns how many went. Where the
    file system has no locks nobody can tell, and nothing goes.
    """
    return sum(_swept(path) for path in unfinished(parent))


def unfinished(parent: Path) -> list[Path]:
    """What has the name of something unfinished in a folder, held by a command or left by one."""
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        return [parent / entry.name for entry in entries if _UNFINISHED.fullmatch(entry.name)]
    return []


def _swept(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid() or not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISDIR(found.st_mode):
            remove(path)
        else:
            path.unlink()
        return not os.path.lexists(path)
    except OSError:
        return False
    finally:
        os.close(handle)


def _hold(handle: int) -> None:
    """Says, until the handle is closed or the process ends, that this is in use.

    A sweep may come between the making and this, in another command: what is made then fails, and is whole
    or not at all as ever.
    """
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(handle, fcntl.LOCK_SH)


def remove(folder: Path) -> None:
    """Removes a folder with what is in it, as far as that is possible."""
    import shutil  # noqa: PLC0415 -- it loads every compressor

    shutil.rmtree(folder, ignore_errors=True)


def overwrite(path: Path) -> None:
    """Overwrites a file with zeros, as far as the disk allows, and removes it. Nothing if it is not there."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    with os.fdopen(handle, "r+b") as file:
        left = file.seek(0, os.SEEK_END)
        file.seek(0)
        while left > 0:
            file.write(bytes(min(left, 1 << 20)))
            left -= 1 << 20
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


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
    return folder / (UNFINISHED + os.urandom(8).hex())

"""Reading a stick that a stranger may have prepared: links are never followed, only plain files are read.

Every file is opened by name below a folder that is already open, with O_NOFOLLOW, so that nothing can be
swapped between looking and reading; a named pipe does not stall the program (O_NONBLOCK), and what is not
a plain file is refused. Small files are read up to a limit.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from admin.answers import MARKS, OUTBOX
from admin.errors import AdminError
from admin.words import mark, tr
from crypto.batch import BATCH_FILE

Found = TypeVar("Found")

_BATCH_FOLDER = re.compile(r"batch-([0-9]{6,15})")
_OUTBOX_FOLDER = re.compile("outbox-[0-9a-f]{8}")
_NOT_ALLOWED = {errno.EACCES, errno.EPERM}
_TOLD = 20
_OF_EXT4 = "lost+found"
_CLOSED = mark("cannot be read by this user, only by who wrote it: 'sudo chmod -R a+rX DIR' opens it.")
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


class StickError(AdminError):
    """A file on the stick cannot be had: a link, a pipe, no permission, a bad sector. Others may be fine."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the stick: the one that the person named (`name` is ".") or one in it.

    It is opened for each look into it, because a stick may hold more batches than a process may hold open.
    `title` is how to speak of it, `number` the batch number that its name claims, if it claims one.
    """

    stick: int
    name: str
    title: str
    number: int | None

    def read_small(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file (at most `limit` + 1: the caller refuses what is longer), None if absent."""
        file = self.open_file(name)
        if file is None:
            return None
        with file:
            return read(file, limit + 1)

    def open_file(self, name: str) -> BinaryIO | None:
        """A plain file of this folder, None if absent. Raises `StickError`."""
        if "/" in name or name in {"", ".", ".."}:
            raise StickError(tr("A file name on the stick is not a name."))
        try:
            with self._opened() as folder:
                handle = os.open(name, _FILE_FLAGS, dir_fd=folder)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO, errno.ENOTDIR}:
                raise StickError(
                    tr(
                        "A file of {title} is a link or a device: it was not followed.",
                        title=self.title.lower(),
                    )
                ) from None
            if error.errno in _NOT_ALLOWED:
                raise StickError(
                    tr("A file of {title} {closed}", title=self.title.lower(), closed=tr(_CLOSED))
                ) from None
            raise StickError(tr("A file of {title} cannot be read.", title=self.title.lower())) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise StickError(
                tr("A file of {title} is not a plain file: it was not read.", title=self.title.lower())
            )
        return os.fdopen(handle, "rb")

    def names(self) -> list[str]:
        """What is in this folder; nothing if it is absent. Raises `StickError`."""
        try:
            with self._opened() as folder:
                return os.listdir(folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StickError(_why_not(self.title, error)) from None

    def closed(self) -> int:
        """How many files and folders of this folder the present user may not open."""
        count = 0
        with self._opened() as folder:
            for name in os.listdir(folder):
                try:
                    os.close(os.open(name, _FILE_FLAGS, dir_fd=folder))
                except OSError as error:
                    count += error.errno in _NOT_ALLOWED and name != _OF_EXT4
        return count

    def inside(self, name: str, title: str) -> Folder:
        """A folder in this one, there or not."""
        return Folder(self.stick, name, title, None)

    def holds(self, name: str) -> bool:
        """Whether there is such a name, whatever it is. Raises `OSError` if the folder cannot be opened."""
        with self._opened() as folder:
            try:
                os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return False
        return True

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        handle = os.open(self.name, _FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=self.stick)
        try:
            yield handle
        finally:
            os.close(handle)


def read(file: BinaryIO, size: int) -> bytes:
    """Up to `size` bytes of a file on the stick. Raises `StickError`, also when the stick itself fails."""
    try:
        return file.read(size)
    except OSError:
        raise StickError(tr("A file on the stick cannot be read.")) from None


@contextlib.contextmanager
def open_stick(path: Path) -> Iterator[Folder]:
    """The folder that the person named; a link is followed here, because it is the person's own word."""
    try:
        handle = os.open(path, _FOLDER_FLAGS)
    except FileNotFoundError:
        raise AdminError(tr("The folder to import does not exist.")) from None
    except NotADirectoryError:
        raise AdminError(tr("What is to be imported is not a folder.")) from None
    except PermissionError:
        raise AdminError(tr("The folder to import {closed}", closed=tr(_CLOSED))) from None
    try:
        yield Folder(handle, ".", *_claim(path.resolve().name))
    finally:
        os.close(handle)


def batch_folders(stick: Folder) -> tuple[list[Folder], list[str]]:
    """The batch folders of a stick, or the stick itself if it is one; and a sentence for each passed over.

    Names that begin with a dot are left alone: an interrupted export leaves one.
    """
    if stick.holds(BATCH_FILE):
        return [stick], []
    folders: list[Folder] = []
    refused: list[tuple[str, OSError | None]] = []
    with os.scandir(stick.stick) as entries:  # it says of each what it is: a stranger may have put a million
        names = sorted((entry.name, _no_folder(entry)) for entry in entries if not entry.name.startswith("."))
    for name, no_folder in names:
        folder = Folder(stick.stick, name, *_claim(name))
        if no_folder:
            if folder.number is not None:
                refused.append((folder.title, NotADirectoryError(errno.ENOTDIR, "")))
            continue
        try:
            if folder.holds(BATCH_FILE):
                folders.append(folder)
            elif folder.number is not None:
                refused.append((folder.title, None))
        except OSError as error:
            if folder.number is not None:
                refused.append((folder.title, error))
    return folders, few(refused, _passed_over)


def few(found: Sequence[Found], say: Callable[[Found], str]) -> list[str]:
    """As many sentences as somebody reads of what a stick brings about before any signature was right, and
    how many more there would be.
    """
    more = len(found) - _TOLD
    if more < 2:
        return [say(each) for each in found]
    return [*map(say, found[:_TOLD]), tr("It is much the same with {count} more.", count=more)]


def _passed_over(found: tuple[str, OSError | None]) -> str:
    title, error = found
    if error is not None:
        return _why_not(title, error)
    return tr("{title} is cut short: it has no {batch_file}.", title=title, batch_file=BATCH_FILE)


def _no_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.is_dir(follow_symlinks=False)
    except OSError:  # a bad sector: the look into it says so
        return False


def holds_batches(path: Path) -> bool:
    """Whether there is a batch, or what claims to be one."""
    with open_stick(path) as stick:
        return any(batch_folders(stick))


def outbox_folders(stick: Folder) -> list[Folder]:
    """The outboxes of a stick by their names, or the stick itself if it is one."""
    if stick.holds(OUTBOX):
        return [stick]
    names = sorted(name for name in os.listdir(stick.stick) if _OUTBOX_FOLDER.fullmatch(name))
    return [stick.inside(name, tr("Folder {name}", name=name)) for name in names]


def holds_answers(path: Path) -> bool:
    """Whether there is an outbox, or a list of what was read, or what claims to be one."""
    with open_stick(path) as stick:
        return stick.holds(MARKS) or any(outbox_folders(stick))


def _claim(name: str) -> tuple[str, int | None]:
    """How to speak of a folder (its own name only if that is `batch-NNNNNN`), and the number it claims."""
    match = _BATCH_FOLDER.fullmatch(name)
    return (tr("Folder {name}", name=name), int(match[1])) if match else (tr("A folder on the stick"), None)


def _why_not(shown: str, error: OSError) -> str:
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return tr("{shown} is a link or a file, not a folder: it was not followed.", shown=shown)
    return (
        f"{shown} {tr(_CLOSED)}"
        if error.errno in _NOT_ALLOWED
        else tr("{shown} cannot be read.", shown=shown)
    )

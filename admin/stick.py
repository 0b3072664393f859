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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from admin.errors import AdminError

BATCH_FILE = "batch.json"
SIGNATURE_FILE = "batch.json.minisig"
SERVER_FILE = "server.pub"
_BATCH_FOLDER = re.compile(r"batch-(\d{6,15})")
_MOST_ENTRIES = 100_000


class NotPlain(AdminError):
    """A name on the stick is a link, a pipe or a device where a file is expected."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder of the stick. `number` is the batch number that its name claims, if it claims one."""

    handle: int
    title: str
    number: int | None

    def read_small(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file (at most `limit` + 1 of them: the caller refuses what is longer), None if
        absent.
        """
        file = self.open_file(name)
        if file is None:
            return None
        with file:
            return file.read(limit + 1)

    def open_file(self, name: str) -> BinaryIO | None:
        """A plain file of this folder, None if absent. Raises `NotPlain`."""
        if "/" in name or name in {"", ".", ".."}:
            raise NotPlain("A file name on the stick is not a name.")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        try:
            handle = os.open(name, flags, dir_fd=self.handle)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO}:
                raise NotPlain(
                    f"A file of {self.title.lower()} is a link or a device: it was not followed."
                ) from None
            raise
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise NotPlain(f"A file of {self.title.lower()} is not a plain file: it was not read.")
        return os.fdopen(handle, "rb")


@contextlib.contextmanager
def open_stick(path: Path) -> Iterator[Folder]:
    """The folder that the person named; a link is followed here, because it is the person's own word."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise AdminError("The folder to import does not exist.") from None
    except NotADirectoryError:
        raise AdminError("What is to be imported is not a folder.") from None
    try:
        yield Folder(handle, *_claim(path.resolve().name))
    finally:
        os.close(handle)


@contextlib.contextmanager
def batch_folders(stick: Folder) -> Iterator[tuple[list[Folder], list[str]]]:
    """The batch folders of a stick, or the stick itself if it is one; and a sentence for each that was
    passed over.
    """
    with contextlib.ExitStack() as stack:
        if _has(stick, BATCH_FILE):
            yield [stick], []
            return
        folders: list[Folder] = []
        refused: list[str] = []
        names = (
            name for name in os.listdir(stick.handle) if not name.startswith(".")
        )  # an export's leftovers
        for name in sorted(names)[:_MOST_ENTRIES]:
            shown, number = _claim(name)
            try:
                handle = os.open(
                    name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=stick.handle
                )
            except OSError as error:
                if number is not None and error.errno != errno.ENOENT:
                    refused.append(_why_not(shown, error))
                continue
            stack.callback(os.close, handle)
            folder = Folder(handle, shown, number)
            if _has(folder, BATCH_FILE):
                folders.append(folder)
            elif number is not None:
                refused.append(f"{shown} is cut short: it has no {BATCH_FILE}.")
        yield folders, refused


def _has(folder: Folder, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder.handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _claim(name: str) -> tuple[str, int | None]:
    """How to speak of a folder (its own name only if that is `batch-NNNNNN`), and the number it claims."""
    match = _BATCH_FOLDER.fullmatch(name)
    return (f"Folder {name}", int(match[1])) if match else ("A folder on the stick", None)


def _why_not(shown: str, error: OSError) -> str:
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return f"{shown} is a link or a file, not a folder: it was not followed."
    return f"{shown} cannot be read."

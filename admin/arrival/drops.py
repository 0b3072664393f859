"""The files of drops, from a stick into the home: a name appears only when the hash was right."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from admin.arrival.stick import Folder, StickError, read
from admin.arrival.telling import lower
from admin.case.casefile import StoredDrop
from admin.case.register import Meaning
from admin.errors import AdminError
from admin.files import new_file, sync_folder
from admin.home import Home
from admin.words import tr
from crypto import batch as chain
from crypto.batch import Batch, BatchDrop
from crypto.errors import ChainError

_KEPT_FREE = 16 << 20
"""Bytes that stay free for the home's own small files."""


class Taking:
    """Takes the files of batches that were verified; `findings` gets a sentence for each that is wrong."""

    def __init__(self, home: Home, findings: list[str], only: Collection[str] | None) -> None:
        self._home = home
        self._findings = findings
        self._only = only
        self._damaged, self._deleted = home.noted("damaged"), home.noted("deleted")

    def take(self, folder: Folder, batch: Batch, meanings: Mapping[str, Meaning]) -> int:
        """Copies the drops that are not here yet, or not whole; a sentence for each that is not what was
        signed. Returns how many came.
        """
        added = 0
        for listed in sorted(batch.drops, key=lambda drop: drop.size):  # a huge one takes no other's room
            meaning = meanings.get(listed.id)
            if meaning is None or meaning.sha256 != listed.sha256 or listed.id in self._deleted:
                continue
            if self._only is not None and listed.id not in self._only:
                continue
            path = StoredDrop(self._home.drops, listed, batch).path
            if self._is_whole(path, listed):
                continue
            try:
                self._copy(folder, path, listed)
                added += 1
            except (ChainError, StickError, _NoRoom) as error:
                self._findings.append(
                    tr(
                        "Batch {sequence}, drop {id}: {reason}",
                        sequence=batch.sequence,
                        id=listed.id[:8],
                        reason=lower(error),
                    )
                )
        if added:
            sync_folder(self._home.drops)
        return added

    def _is_whole(self, path: Path, listed: BatchDrop) -> bool:
        """Whether it is here, of the right size, and no other command has found its hash wrong."""
        try:
            return path.stat().st_size == listed.size and listed.id not in self._damaged
        except FileNotFoundError:
            return False

    def _copy(self, folder: Folder, path: Path, listed: BatchDrop) -> None:
        """Copies while the hash is taken; the name appears only when the hash was right. Raises
        `ChainError`, `StickError`, or `_NoRoom`, which ends no import: a smaller drop may fit.
        """
        src = folder.open_file(path.name)
        if src is None:
            chain.check_drop(listed, None)
            return
        with src, _room(self._home.drops, listed, src), new_file(path, one_of_many=True) as dst:
            chain.check_drop(listed, cast(BinaryIO, _Copying(src, dst)))
        if listed.id in self._damaged:
            sync_folder(path.parent)  # or power fails, and what is damaged is back unnoted
            self._home.note("damaged", [listed.id], no_more=True)


class _NoRoom(AdminError):
    """A drop for which the home has no room."""


@contextlib.contextmanager
def _room(folder: Path, listed: BatchDrop, src: BinaryIO) -> Iterator[None]:
    """Refuses a file of the wrong size before any of it is read, and one for which there is no room before
    any of it is written.
    """
    if os.fstat(src.fileno()).st_size < listed.size:
        raise ChainError(chain.TRUNCATED, tr("The batch is cut short: a drop in it is shorter than listed."))
    disk = os.statvfs(folder)
    sentence = tr(
        "There is no room for its {size} MiB here; make room and import again.", size=(listed.size >> 20) + 1
    )
    if listed.size + _KEPT_FREE > disk.f_bavail * disk.f_frsize:
        raise _NoRoom(sentence)
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _NoRoom(sentence) from None
        raise


class _Copying(io.BufferedIOBase):
    """A reader of the stick that writes to `dst` whatever is read from it."""

    def __init__(self, src: BinaryIO, dst: BinaryIO) -> None:
        self._src = src
        self._dst = dst

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        data = read(self._src, -1 if size is None else size)
        self._dst.write(data)
        return data

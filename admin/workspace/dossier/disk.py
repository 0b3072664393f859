"""Puts a folder on the disk beside other work: exhibits are written while what comes next is opened, and
several files are synced at once.

A sync waits for the disk's journal, and a few at once share one wait: 400 small files take 0.1 s, and 2 s one
after the other (ext4).
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from admin.case.opening import HELD
from admin.files import create_file, sync_folder
from scrub.freed import give_back

_AT_ONCE = 8


class Disk:
    """Files are dated `made`, at midnight: the hour is nobody's business. Where no thread can be started, all
    is done at once instead.
    """

    def __init__(self, made: date) -> None:
        self._seconds = datetime.combine(made, time(), UTC).timestamp()
        self._writer = ThreadPoolExecutor(1)
        self._syncing = ThreadPoolExecutor(_AT_ONCE)
        self._written: Future[None] | None = None
        self._rooms = [mmap.mmap(-1, HELD), mmap.mmap(-1, HELD)]
        self._synced: dict[Path, Future[None]] = {}
        self._alone = False

    def room(self) -> mmap.mmap:
        """Memory for the next content of at most `HELD` bytes; while it is filled, the other is written."""
        self._rooms[0].seek(0)
        return self._rooms[0]

    def write(self, path: Path, room: mmap.mmap, size: int) -> None:
        """A new file, in a thread, of the first `size` bytes in the room that was given last."""
        self.wait()
        self._written = self._begun(self._writer, lambda: _write(path, room, size))
        self._rooms.reverse()

    def wait(self) -> None:
        """Until what was given to `write` is a file. Raises what went wrong with it."""
        if (written := self._written) is not None:
            self._written = None
            written.result()

    def all_written(self) -> None:
        """Gives back the memory of the rooms, until the next content, and what the threads left free: the
        papers are set beside it. Errors are those of `wait`.
        """
        self.wait()
        for room in self._rooms:
            room.madvise(mmap.MADV_DONTNEED)
        give_back()

    def sync(self, path: Path) -> None:
        """Begins to put a file on the disk, which has its last content and name."""
        self._synced[path] = self._begun(self._syncing, lambda: self._sync(path))

    def finish(self, folder: Path) -> None:
        """The folder with all that is in it, before it gets its name."""
        self.wait()
        places = list(os.walk(folder, topdown=False))
        for place, _, names in places:
            for name in names:
                if (path := Path(place) / name) not in self._synced:
                    self.sync(path)
        for synced in self._synced.values():
            synced.result()
        for place, _, _ in places:
            sync_folder(Path(place))
            os.utime(place, (self._seconds, self._seconds))

    def close(self) -> None:
        """Ends the threads; what they had not begun is left."""
        self._writer.shutdown(cancel_futures=True)
        self._syncing.shutdown(cancel_futures=True)
        for room in self._rooms:
            room.close()

    def _begun(self, pool: ThreadPoolExecutor, work: Callable[[], None]) -> Future[None]:
        if not self._alone:
            try:
                return pool.submit(work)
            except RuntimeError:  # where no more threads are allowed; the pool's own is not waited for
                self._alone = True
        work()
        done = Future[None]()
        done.set_result(None)
        return done

    def _sync(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.utime(handle, (self._seconds, self._seconds))
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def on_disk(made: date) -> Iterator[Disk]:
    """A `Disk` whose threads end with the block."""
    disk = Disk(made)
    try:
        yield disk
    finally:
        disk.close()


def _write(path: Path, room: mmap.mmap, size: int) -> None:
    with create_file(path) as dst, memoryview(room) as content:
        dst.write(content[:size])
        dst.flush()
        os.posix_fadvise(dst.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # the disk begins now, unasked it waits

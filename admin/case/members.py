"""The file of a drop, and of it one member at a time: as a file of its own, and its hash."""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, cast

from admin.case.casefile import StoredDrop
from admin.errors import AdminError
from admin.words import tr
from crypto.drop import Member

_AHEAD = 64 * 1024
_MOST_AHEAD = 16 * 1024 * 1024
"""The hash of an item of so many bytes, as it is sealed, is taken while the one before is opened."""

_PIECE = 256 * 1024


class _Told(io.FileIO):
    """A file of which is told how many bytes each read gives."""

    def __init__(self, handle: int, tick: Callable[[int], None]) -> None:
        super().__init__(handle, "rb")
        self._tick = tick

    def read(self, size: int | None = -1, /) -> Any:  # the type differs from one Python to the next
        data = super().read(size)
        self._tick(len(data or b""))
        return data

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        self._tick(count or 0)
        return count


@contextlib.contextmanager
def open_file(drop: StoredDrop, tick: Callable[[int], None] | None = None) -> Iterator[BinaryIO]:
    """The drop's file; `tick` is told of every read. Raises `AdminError` if it is not there."""
    try:
        handle = os.open(drop.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise AdminError(
            tr(
                "The file of that drop is not in this home; import a stick with batch {sequence} again.",
                sequence=drop.sequence,
            )
        ) from None
    with os.fdopen(handle, "rb") if tick is None else _Told(handle, tick) as file:
        yield cast("BinaryIO", file)


class Hashes:
    """SHA-256 of the age files of a drop, each asked for once, in the order of its members."""

    def __init__(self, file: BinaryIO, members: Sequence[Member], tick: Callable[[int], None] | None) -> None:
        self._file, self._tick = file, tick
        self._next = dict(itertools.pairwise(members))
        self._running: threading.Thread | None = None
        self._found: dict[Member, bytes] = {}

    def of(self, member: Member) -> bytes:
        self.close()
        digest = self._found.pop(member, None)
        if digest is None:  # it is large, or the first; or its thread failed, and this fails as it did
            digest = self._sha256(member)
        elif self._tick is not None:
            self._tick(member.size)
        following = self._next.get(member)
        if following is not None and _AHEAD <= following.size <= _MOST_AHEAD:
            thread = threading.Thread(target=self._ahead, args=(following,))
            with contextlib.suppress(RuntimeError):  # where no more threads are allowed
                thread.start()
                self._running = thread
        return digest

    def close(self) -> None:
        if self._running is not None:
            self._running.join()
            self._running = None

    def _ahead(self, member: Member) -> None:
        digest, buffer = hashlib.sha256(), memoryview(bytearray(min(member.size, _PIECE)))
        at, end = member.offset, member.offset + member.size
        with contextlib.suppress(OSError):
            while at < end and (
                count := os.preadv(self._file.fileno(), [buffer[: min(len(buffer), end - at)]], at)
            ):
                digest.update(buffer[:count])
                at += count
            self._found[member] = digest.digest()

    def _sha256(self, member: Member) -> bytes:
        src = window(self._file, member)
        digest = hashlib.sha256()
        while piece := src.read(1 << 20):
            digest.update(piece)
        return digest.digest()


class _Window(io.RawIOBase):
    """One member of a drop as a file of its own; reads never pass its end."""

    def __init__(self, file: BinaryIO, member: Member) -> None:
        self._file = file
        self._position = member.offset
        self._end = member.offset + member.size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # Buffer has a name from 3.12 on
        view = memoryview(buffer)[: self._end - self._position]
        self._file.seek(self._position)
        count = cast("io.BufferedReader", self._file).readinto(view)
        self._position += count
        return count


def window(file: BinaryIO, member: Member) -> io.BufferedReader:
    return io.BufferedReader(_Window(file, member), 64 * 1024)

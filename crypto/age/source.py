"""Reading from, and writing to, any binary file object, without losing a byte to short reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO


class Source:
    """A binary file object with a line of look-ahead; the rest is read straight into the caller's buffer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unread = b""
        self._readinto: Callable[[memoryview], int | None] | None = getattr(file, "readinto", None)

    def readline(self, limit: int = -1, /) -> bytes:
        if self._unread:
            line, self._unread = self._unread, b""
            return line
        return self._file.readline(limit)

    def unread(self, line: bytes) -> None:
        """Give back the line that was read last."""
        self._unread = line

    def fill(self, view: memoryview) -> int:
        """Read until `view` is full or the file ends; return the number of bytes. Only after the lines."""
        filled = 0
        while filled < len(view):
            if self._readinto is not None:
                count = _certain(self._readinto(view[filled:]))
            else:
                data = self._file.read(len(view) - filled)
                count = len(data)
                view[filled : filled + count] = data
            if not count:
                break
            filled += count
        return filled


def write_all(file: BinaryIO, data: bytes | memoryview) -> None:
    """Write everything, also to an unbuffered file that takes only a part at a time."""
    view = memoryview(data)
    while view:
        view = view[_certain(file.write(view)) :]


def _certain(count: int | None) -> int:
    """None is how a non-blocking file says "not now". Taken for an end it would cut the data short."""
    if count is None:
        raise BlockingIOError("the file does not wait for its data")
    return count

"""Whole-buffer reads and writes on non-blocking pipe ends in asyncio, without transports, threads or
copies to spare.
"""

import asyncio
import contextlib
import fcntl
import io
import os
from collections.abc import Callable

_CHUNK = 1 << 20


async def write_all(fd: int, parts: tuple[bytes, ...]) -> None:
    """Returns when everything is in the pipe, or when the reader is gone (its exit tells why)."""
    for part in parts:
        view = memoryview(part)
        while view:
            try:
                view = view[os.write(fd, view[:_CHUNK]) :]
            except BlockingIOError:
                await _ready(fd, write=True)
            except BrokenPipeError:
                return


async def read_all(
    fd: int, limit: int, first: int = 0, length: Callable[[bytes], int] | None = None
) -> tuple[bytes, ...] | None:
    """The bytes up to the end of the pipe: the `first` ones (or fewer, if there are no more), and the rest.
    With `length`, of how much of the rest the first ones tell, what comes behind that is a third piece.

    None when there are more than `limit`. The rest, up to 128 MiB, is in memory once: a buffer of BytesIO
    grows in place and is handed out without a copy.
    """
    head, rest, size = b"", io.BytesIO(), 0
    while True:
        try:
            chunk = os.read(fd, first - len(head) or _CHUNK)
        except BlockingIOError:
            await _ready(fd, write=False)
            continue
        if not chunk:
            if length is None:
                return head, rest.getvalue()
            behind = _cut(rest, length(head))
            return head, rest.getvalue(), behind
        size += len(chunk)
        if size > limit:
            return None
        if len(head) < first:
            head += chunk
        else:
            rest.write(chunk)


def _cut(rest: io.BytesIO, length: int) -> bytes:
    """What is behind, taken off."""
    length = min(length, rest.tell())
    rest.seek(length)
    behind = rest.read()
    rest.truncate(length)
    return behind


async def _ready(fd: int, *, write: bool) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    add, remove = (loop.add_writer, loop.remove_writer) if write else (loop.add_reader, loop.remove_reader)
    add(fd, wake)
    try:
        await ready
    finally:
        remove(fd)


class PipePair:
    """Two pipes to a child: we hold the non-blocking `write_fd` and `read_fd`, the child gets `child_fds`."""

    def __init__(self) -> None:
        child_in, self.write_fd = os.pipe2(os.O_CLOEXEC)
        self.read_fd, child_out = os.pipe2(os.O_CLOEXEC)
        self.child_fds = (child_in, child_out)
        for fd in (self.write_fd, self.read_fd):
            with contextlib.suppress(OSError):  # the user has too many large ones
                fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _CHUNK)
        os.set_blocking(self.write_fd, False)
        os.set_blocking(self.read_fd, False)
        self._open = {child_in, child_out, self.write_fd, self.read_fd}

    def close(self, *fds: int) -> None:
        """Closes the given ends, or all that are left."""
        for fd in fds or tuple(self._open):
            if fd in self._open:
                self._open.discard(fd)
                with contextlib.suppress(OSError):
                    os.close(fd)

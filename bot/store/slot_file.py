"""How the file of places is opened, and how a place of it is given back to the disk."""

import ctypes
import fcntl
import os
import stat
from pathlib import Path

_KEEP_SIZE_PUNCH_HOLE = 0x01 | 0x02
_ZEROS = 1 << 20
_libc = ctypes.CDLL(None, use_errno=True)
_libc.fallocate.argtypes = ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64


def read_file(path: Path, start: int, size: int) -> bytes:
    """Of what lies there, without the lock. Raises OSError."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return os.pread(file, size, start)
    finally:
        os.close(file)


def open_file(path: Path) -> int | None:
    """The file, with its entry in the folder; None if another process has it. Raises OSError, also
    for what is no file.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError
        os.fchmod(file, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except BaseException:
        os.close(file)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return file


def punch(file: int, start: int, size: int) -> None:
    """Give the room of a place back to the disk; zeros where its file system can't."""
    end = min(start + size, os.fstat(file).st_size)
    if start < end and _libc.fallocate(file, _KEEP_SIZE_PUNCH_HOLE, start, size) != 0:
        for at in range(start, end, _ZEROS):
            os.pwrite(file, bytes(min(_ZEROS, end - at)), at)

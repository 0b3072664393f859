"""What is in memory before the first child is nobody's to change but its own process's, and no code can be.

libffi keeps the little functions by which a library calls Python back (`scrub.pdf.fonts`) in a page that is
writable and code at once; where a process may have none (`MemoryDenyWriteExecute`, as the unit says), in one
that is mapped twice and shared. A fork inherits that: a child that was taken over could have put its code
into its siblings, the next file's child and the process that forks them.

Sources: proc_pid_smaps(5), mmap(2), memfd_create(2); src/closures.c of libffi 3.4.
"""

import ctypes
import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MAP_FIXED = 0x10
_FAILED = ctypes.c_void_p(-1).value
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p


def make_own() -> None:
    """What is shared and may be written becomes a private copy, and what is code can't be written any more.
    Nothing can be called back afterwards that wasn't made before. Raises OSError: then nothing may be forked.
    """
    for start, end, rights, flags in _areas(Path("/proc/self/smaps").read_text("ascii", "replace")):
        if {"sh", "mw"} <= flags or {"w", "x"} <= rights:
            _replace(start, end - start, rights)


def _areas(smaps: str) -> Iterator[tuple[int, int, set[str], set[str]]]:
    """Start, end, rights and flags of each; a shared one is `sh`, and `mw` if it may ever be written."""
    place, rights = "", ""
    for line in smaps.splitlines():
        name, *rest = line.split()
        if name == "VmFlags:":
            start, _, end = place.partition("-")
            yield int(start, 16), int(end, 16), set(rights), set(rest)
        elif not name.endswith(":"):
            place, rights = name, rest[0]


def _replace(start: int, length: int, rights: set[str]) -> None:
    content = ctypes.string_at(start, length) if "r" in rights else b""
    if "x" in rights:
        with _sealed(content) as file:
            _map(start, length, mmap.PROT_READ | mmap.PROT_EXEC, 0, file)
    else:
        _map(start, length, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_ANONYMOUS, -1)
        ctypes.memmove(start, content, len(content))


@contextmanager
def _sealed(content: bytes) -> Iterator[int]:
    file = os.memfd_create("silbo", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        if os.write(file, content) != len(content):
            raise OSError
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
        yield file
    finally:
        os.close(file)


def _map(start: int, length: int, rights: int, flags: int, file: int) -> None:
    mapped = _libc.mmap(
        ctypes.c_void_p(start),
        ctypes.c_size_t(length),
        rights,
        mmap.MAP_PRIVATE | _MAP_FIXED | flags,
        file,
        ctypes.c_long(0),
    )
    if mapped == _FAILED:
        raise OSError(ctypes.get_errno(), "mmap")

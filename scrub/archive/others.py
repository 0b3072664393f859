"""Reads RAR, 7z and tar by libarchive where the machine has it, from memory and in the confined child alone.

Only the format that the first bytes name is switched on, so that a file is what it was taken for. Every byte
that comes out is counted. Source: libarchive's archive_read(3); it finds no file in a child, and needs none.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scrub.archive.reader import MAX_INFLATED, MAX_MEMBERS, MAX_RATIO
from scrub.report import Refusal

_LIBRARY = "libarchive.so.13"
_FREE = 4 << 20
_KINDS = {
    "application/x-7z-compressed": ("7zip", "none"),
    "application/vnd.rar": ("rar", "none"),
    "application/x-tar": ("tar", "none"),
    "application/gzip": ("tar", "gzip"),
    "application/x-bzip2": ("tar", "bzip2"),
    "application/x-xz": ("tar", "xz"),
    "application/zstd": ("tar", "zstd"),
}
_RAR5 = b"Rar!\x1a\7\1"
_LOCKED = ("encrypt", "passphrase", "password")

Reader = Callable[[], bytes]


def load() -> None:
    """Once per process, before any outside byte. Without the library these archives stay closed."""
    with contextlib.suppress(ImportError, OSError, TypeError):
        _library()


def can_open(media_type: str) -> bool:
    """Whether there is a way to open such a file here."""
    if media_type not in _KINDS:
        return False
    try:
        _library()
    except (ImportError, OSError, TypeError):
        return False
    return True


def read_other(media_type: str, untrusted: bytes) -> tuple[list[tuple[str, Reader]], bool]:
    """Name and reader of each file, in order, and whether somebody's login is there. What is damaged, and all
    behind it, raises when it is read.

    Raises Refusal: "encrypted", "archive_kind" (another kind inside, or one in several parts), "bomb",
    "too_large".
    """
    libarchive = _library()
    kind, packing = _KINDS[media_type]
    kind = "rar5" if untrusted.startswith(_RAR5) else kind
    found: list[tuple[str, Reader]] = []
    owned = False
    try:
        with libarchive.memory_reader(untrusted, kind, packing) as archive:
            for name, content, owner in _files(archive, max(_FREE, MAX_RATIO * len(untrusted))):
                found.append((name, content))
                owned |= owner
                if len(found) > MAX_MEMBERS:
                    raise Refusal("too_large")
    except libarchive.ArchiveError as error:
        if any(word in str(error).lower() for word in _LOCKED):
            raise Refusal("encrypted") from None
        if not found:
            raise Refusal("archive_kind") from None
        found.append(("", _damaged))
    if not found:
        raise Refusal("archive_kind")
    return found, owned


def _files(archive: Any, most: int) -> Iterator[tuple[str, Reader, bool]]:
    total = 0
    for entry in archive:
        if entry.isdir:
            continue
        if not entry.isfile or entry.islnk:
            yield "", _no_file, False
            continue
        content = bytearray()
        for block in entry.get_blocks(1 << 16):
            total += len(block)
            if total > most:
                raise Refusal("bomb")
            if total > MAX_INFLATED:
                raise Refusal("too_large")
            content += block
        yield _name(entry), partial(bytes, content), _is_owned(entry)


def _name(entry: Any) -> str:
    """Good for a chat that speaks of it, and for nothing else."""
    try:
        return str(entry.pathname or "").replace("\\", "/")
    except (ValueError, LookupError):
        return ""


def _is_owned(entry: Any) -> bool:
    try:
        return any(each not in (None, "", "root") for each in (entry.uname, entry.gname))
    except (ValueError, LookupError):
        return True


def _damaged() -> bytes:
    raise Refusal("broken")


def _no_file() -> bytes:
    raise Refusal("unsupported")


def _library() -> Any:
    """Loaded by its name: looking for it would start other programs."""
    os.environ.setdefault("LIBARCHIVE", _LIBRARY)
    logging.getLogger("libarchive").disabled = True  # it would tell names
    import libarchive  # noqa: PLC0415 -- Debian's library may not be there

    return libarchive

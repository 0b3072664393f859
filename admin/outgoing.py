"""What leaves this machine on a stick: public keys, signatures, receipts, for whoever holds the stick.

The other side is another user on another machine: what is for its owner alone there cannot be read. So these
files are 0644 and their folders 0755, whatever the umask; homes and what was extracted stay 0600 and 0700.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from admin.home import write_atomic

_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


def make_folder(path: Path) -> None:
    """Makes the folder and those above it that are missing; one that is there stays as it is."""
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    path.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    with contextlib.suppress(OSError):  # a file system without modes
        os.chmod(path, _FOLDER_MODE)


def write(path: Path, data: bytes) -> None:
    """Writes a file as `write_atomic` does."""
    write_atomic(path, data, mode=_FILE_MODE)

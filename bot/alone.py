"""One `silbo run` a state folder: two would fetch the same updates, and each would miss what the other took.

A lock of flock(2) on an empty file in it, which may stay behind: the kernel lets go of the lock when the
process is gone, however it ended. Not on the folder, which an export or a backup locks beside the bot.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "running.lock"
LOCKS = Path("/proc/locks")
"""What the kernel tells of locks to everybody; see proc(5)."""


class AlreadyRunning(Exception):
    """Another process runs the bot on this state; one sentence for the operator."""


@contextmanager
def alone(state: Path, *, with_others: bool = False) -> Iterator[None]:
    """Hold the state folder while this is open, or, `with_others`, together with those that say so, too.
    Raises AlreadyRunning.

    No child gets the lock: the descriptor closes on exec. A file system without locks is not refused, nor is
    a folder that can't be written: the store says what is wrong with it.
    """
    try:
        handle = os.open(state / LOCK, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if with_others else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno == errno.EWOULDBLOCK:
                raise AlreadyRunning(
                    "Another silbo run uses this state folder; stop it first, or set another `state`."
                ) from None
        yield
    finally:
        os.close(handle)


def runs(state: Path, table: Path = LOCKS) -> bool | None:
    """Whether a process holds the state folder; None where the kernel doesn't tell. It is asked, not tried: a
    lock of ours, for a moment, would be another's "already running". Only the inode is compared, because some
    file systems (btrfs) tell another device here than to stat(2).
    """
    try:
        inode = (state / LOCK).lstat().st_ino
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:  # "1: FLOCK  ADVISORY  WRITE 4711 fe:00:131073 0 EOF"
        lines = table.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    return any(f":{inode} " in line and " FLOCK " in line for line in lines)

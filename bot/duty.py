"""One export, purge or backup at a time on a database, on whatever machine it is started (docs/adr/0384).

Beside a file it is a lock of flock(2); on a PostgreSQL an advisory lock of a connection, which the server
lets go of when the process is gone or its machine is.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.settings import Settings
from bot.store.errors import StorageError

LOCK = "duty.lock"
WAIT_SECONDS = 900.0
PAUSE = 0.5
BUSY = (
    "Another export, purge or backup is at work on this database, here or on another machine; "
    "run this again later."
)

_log = logging.getLogger(__name__)


@contextmanager
def duty(settings: Settings, *, wait: float | None = None) -> Iterator[None]:
    """Hold the one place while this is open; it is waited for, `WAIT_SECONDS` if no other time is said.
    Raises StorageError when it is not free by then, StoreError for a database that can't be used.
    """
    wait = WAIT_SECONDS if wait is None else wait
    if settings.store is not None:
        from bot.store.remote import holding  # noqa: PLC0415 -- others wait for no library of databases

        with holding(settings.database_url) as free:
            _wait(free, wait)
            yield
        return
    try:
        handle = os.open(
            settings.state / LOCK, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError:
        yield  # a folder that can't be written: the store says what is wrong with it
        return
    try:
        _wait(lambda: _locked(handle), wait)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def _wait(is_free: Callable[[], bool], seconds: float) -> None:
    until, told = time.monotonic() + seconds, False
    while not is_free():
        if not told:
            _log.info("another export, purge or backup is at work on this database; waiting for it")
            told = True
        if time.monotonic() >= until:
            raise StorageError(BUSY)
        time.sleep(PAUSE)

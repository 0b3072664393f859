"""The thread that owns the workspace: keys, index and events are touched in it alone, job by job.

The screen stays alive meanwhile: it hands a job over, is told how far it is, can stop it, and gets what came
out. A job that was stopped leaves nothing half done: whatever it writes appears whole or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from admin.errors import AdminError, Stopped, sentence
from crypto.errors import CryptoError
from crypto.record import Record

_PAUSE = 0.1
"""Seconds between two news of one job."""


class Progress(Record):
    """How far a job is: `done` of `total`, if that is known."""

    what: str
    done: int
    total: int


class Finished(Record):
    """A job came to its end: `then` is to be called with what came out, unless something went wrong.

    `told` are sentences that it had besides; `wrong` is one sentence; `bug` an exception that nobody foresaw,
    whose text is shown to nobody.
    """

    then: Callable[[Any], None]
    result: Any
    told: tuple[str, ...]
    wrong: str | None
    stopped: bool
    bug: BaseException | None


News = Progress | Finished


class Engine:
    """Jobs run in the order in which they are handed over; `post` gets the news, in the engine's thread."""

    def __init__(self, post: Callable[[News], None]) -> None:
        self._post = post
        self._pool = ThreadPoolExecutor(1, "reader")
        self._stop = Event()
        self._told: list[str] = []
        self._last = 0.0
        self.busy = 0
        """How many jobs are not finished; of the screen's thread."""

    def do(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Hands a job over. Of the screen's thread."""
        self.busy += 1
        self._pool.submit(self._run, job, then)

    def stop(self) -> None:
        """Asks the job at work to stop."""
        self._stop.set()

    def close(self) -> None:
        """Stops what is at work, and waits for it."""
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    # What a job tells, in the engine's thread (`admin.context.Hears`)

    def warn(self, sentence: str) -> None:
        self._told.append(sentence)

    def working(self, what: str, done: int, total: int) -> None:
        """Raises `Stopped` if the person does not want to wait for the rest."""
        if self._stop.is_set():
            raise Stopped
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self._post(Progress(what, done, total))

    def _run(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        result, wrong, stopped, bug = None, None, False, None
        self._told.clear()
        self._last = 0.0
        self._stop.clear()
        try:
            result = job()
        except Stopped:
            stopped = True
        except (AdminError, CryptoError, OSError) as error:
            wrong = sentence(error)
        except BaseException as error:
            bug = error
        self._post(Finished(then, result, tuple(self._told), wrong, stopped, bug))

"""What went wrong with updates is counted here and told once a day at a fixed hour, never when it happens.

A line that one message causes keeps the second of that message, and beside Telegram's own records that second
names a person (`docs/adr/0075-nothing-is-told-when-it-happens.md`). Counts are in memory only.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.redact import locate

KINDS = {
    "failed": "tries to handle an update failed",
    "untold": "failures could not be told to the person either",
    "unread": "updates could not be read and were skipped",
    "waited": "updates had to wait for the disk, the memory or Telegram",
    "put_off": "files came so slowly that others waited unseen, and were put off",
    "unanswered": "pressed buttons were not answered in time",
    "undeleted": "tries to delete behind a chat failed",
    "forgotten": "sessions could not be read, and their drafts are lost",
    "refused": "files were refused",
    "crashed": "files broke their decoder",
    "overlong": "files took their decoder too long",
    "unverified": "cleaned files failed their check",
    "reply": "replies of reviewers could not be opened",
    "page": "requests of the page could not be answered for want of the database or the cleaner",
    "news": "times announcements could not be read",
    "closed": "items were refused because no reviewer's key is valid",
    "unreached": "calls of Telegram failed for less than a minute",
    "withheld": "messages of libraries, or errors that nobody waited for, were withheld",
}
"""Code -> how it is told, behind an amount. All of them are about updates, so none has a line of its own."""

FILES = "files"
"""Files that were given to the cleaner: nothing went wrong, so no line tells it. By it `silbo status` says of
how many some were refused."""

HOUR = 6
"""Of the day, in UTC, whoever writes when."""
STEP = 5
"""Amounts are told in steps of this, rounded down; below it only that there was something."""
PLACES = 8
"""Places in our code that are told of one kind; a bug is found by them."""

_log = logging.getLogger(__name__)


class Tally:
    """Counts of `KINDS` since they were last told."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._places: defaultdict[str, set[str]] = defaultdict(set)

    def count(self, kind: str, error: BaseException | None = None) -> None:
        """One more of a kind, or of `FILES`; of `error` its class and place are kept. Raises KeyError for
        another.
        """
        if kind != FILES:
            KINDS[kind]
        self._counts[kind] += 1
        if error is not None and len(self._places[kind]) < PLACES:
            self._places[kind].add(locate(error))

    def numbers(self) -> dict[str, int]:
        """How often each kind was counted, in steps, rounded down."""
        return {kind: self._counts[kind] // STEP * STEP for kind in (*KINDS, FILES)}

    def take(self) -> list[str]:
        """What was counted, a sentence a kind in the order of `KINDS`, and begin anew."""
        told = [self._sentence(kind) for kind in KINDS if self._counts[kind]]
        self._counts.clear()
        self._places.clear()
        return told

    def _sentence(self, kind: str) -> str:
        number = self._counts[kind] // STEP * STEP
        amount = f"{number} or more" if number else f"fewer than {STEP}"
        places = ", ".join(sorted(self._places[kind]))
        return f"{amount} {KINDS[kind]}{f' ({places})' if places else ''}"


def next_telling(now: datetime) -> datetime:
    """The first `HOUR` o'clock UTC after `now`, which is in UTC."""
    due = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)


async def tell_daily(
    tally: Tally,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    note: Callable[[Mapping[str, int]], None] = lambda _: None,
) -> None:
    """Log what was counted at each `HOUR` o'clock, and `note` its numbers; a line comes also on a day without
    anything.

    What was not told when the process ends is lost: a line at that moment would tell of a moment.
    """
    while True:
        due = next_telling(now())
        while (left := (due - now()).total_seconds()) > 0:
            await sleep(min(left, 3600.0))  # in pieces: the clock may be set, the machine may have slept
        with suppress(OSError):
            note(tally.numbers())
        for sentence in tally.take() or ["nothing went wrong with an update"]:
            _log.info("in the last day: %s", sentence)

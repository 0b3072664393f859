"""Lets go of what updates leave behind in memory."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import (
    contextmanager,
)

CLEARING_SECONDS = 1.0


class Clearing:
    """Lets go of unreachable cycles after an update: the HTTP client ties answers into some, and they would
    keep words in memory. Looking for them costs as much as a text, so while others are in hand it is done
    once a second.
    """

    def __init__(self) -> None:
        self._in_hand = 0
        self._waiting: asyncio.TimerHandle | None = None

    @contextmanager
    def update(self) -> Iterator[None]:
        """While one is handled."""
        self._in_hand += 1
        try:
            yield
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._clear()
            elif self._waiting is None:
                self._waiting = asyncio.get_running_loop().call_later(CLEARING_SECONDS, self._clear)

    def _clear(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        gc.collect()

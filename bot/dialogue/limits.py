"""How much one chat may send, so that a flood of one keeps nobody else waiting (docs/adr/0159).

In memory only, by the tags of chats, which nobody can trace back without the runtime folder's key; an hour at
most. A button that has a file cleaned, covered, read or typed again is a message, too. Others and commands
are never turned away: whoever sent too much can still send it off, or discard it.
"""

import math
from collections import Counter
from collections.abc import Callable

SHARE = 20
"""Of the hundred messages that Telegram shows at a time, while there may be others behind them."""
CROWDED_SECONDS = 120
CHAT_PER_HOUR = 500
ALL_PER_HOUR = 20_000
NEWCOMER = 50
"""So many an hour every chat may send, also when all together have sent too much."""
HOUR = 3600


class Limits:
    """`clock` returns seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = 0.0
        self._sent: Counter[str] = Counter()
        self._until: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def admits(self, chat: str, waiting: int, *, crowded: bool) -> bool:
        """Count a message of `chat`, of which `waiting` are in hand; False if it is one too many."""
        now = self._clock()
        if now >= self._ends:
            self._sent.clear()
            self._until = {each: until for each, until in self._until.items() if until > now}
            self._told = {each: self._until[each] for each in self._told if each in self._until}
            self._ends = now + HOUR
        if self._until.get(chat, 0.0) > now:
            return False
        most = NEWCOMER if self._sent.total() >= ALL_PER_HOUR else CHAT_PER_HOUR
        if self._sent[chat] >= most:
            self._until[chat] = self._ends
        elif crowded and waiting >= SHARE:
            self._until[chat] = now + CROWDED_SECONDS
        else:
            self._sent[chat] += 1
            return True
        return False

    def minutes(self, chat: str) -> int | None:
        """When a chat that was turned away may go on, for the one time that it is told; None after that."""
        until = self._until.get(chat, 0.0)
        if self._told.get(chat) == until:
            return None
        self._told[chat] = until
        return max(1, math.ceil((until - self._clock()) / 60))

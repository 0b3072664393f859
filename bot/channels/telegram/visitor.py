"""A look at Telegram beside a bot that runs: getMe and getWebhookInfo, and the time that its answers tell.

Never getUpdates: Telegram would end the poll of the bot that is running. The answer's `Date` header (RFC
9110, 6.6.1) is the clock to compare ours with: no worse a clock than the certificate of that connection.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from bot.channels.telegram.client import Client


@dataclass(frozen=True, slots=True)
class Seen:
    """What Telegram answered. `ahead`: how many seconds our clock is ahead of Telegram's; None: not told."""

    hook: str
    hook_fails: bool
    ahead: float | None


async def visit(
    token: str, base_url: str, proxy: str | None, clock: Callable[[], float], seconds: float
) -> Seen:
    """Ask within `seconds`; `clock` is ours (Unix time).

    Raises Refused, Unavailable, TooManyRequests, TimeoutError.
    """
    visitor = _Visitor(token, base_url, proxy, clock)
    try:
        async with asyncio.timeout(seconds):
            await visitor.start()
            url, fails = await visitor.webhook()
    finally:
        await visitor.close()
    return Seen(url, fails, visitor.ahead)


class _Visitor(Client):
    def __init__(self, token: str, base_url: str, proxy: str | None, clock: Callable[[], float]) -> None:
        super().__init__(token, base_url, proxy)
        self.ahead: float | None = None
        self._clock = clock
        self._request._direct = None  # its answers have no head to look at
        self._request._client.event_hooks = {"response": [self._note]}

    async def _note(self, answer: Any) -> None:
        try:
            told = parsedate_to_datetime(answer.headers["date"])
        except (KeyError, ValueError):
            return
        self.ahead = self._clock() - told.replace(tzinfo=told.tzinfo or UTC).timestamp()

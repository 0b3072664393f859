"""Asks for updates again and again, and confirms only what the delivery has finished.

Source: https://core.telegram.org/bots/api#getupdates, and what the server does beyond it: a request that
repeats an offset within half a second gets one update only, and a long poll lasts 50 seconds at most.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

from bot.channels.events import Count
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.errors import TooManyRequests, Unavailable
from bot.redact import locate

LONG_POLL_SECONDS = 50
SHOWN = 100
"""How many updates an answer has at most; later ones come when some of these are confirmed."""
SAME_OFFSET_SECONDS = 0.6
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
OUTAGE_SECONDS = 60.0
"""An outage of this length is told when it happens: it is the network's, and no message can cause it."""

R = TypeVar("R")
W = TypeVar("W")

Fetch = Callable[[int | None, int], Coroutine[Any, Any, list[Mapping[str, Any]]]]
"""Takes an offset and how long to wait for news; raises Unavailable, TooManyRequests, or what ends us."""

_log = logging.getLogger(__name__)


async def poll(
    fetch: Fetch, delivery: Delivery[W], stop: asyncio.Event, count: Count, head: str = ""
) -> None:
    """Feed `delivery` until `stop` is set."""
    while not stop.is_set():
        began = time.monotonic()
        offset = delivery.offset
        updates = await persist(partial(fetch, offset, LONG_POLL_SECONDS), stop, count, head=head)
        if updates:
            crowded = len(updates) >= SHOWN
            for update in updates:
                delivery.accept(update, crowded=crowded)
            del updates, update  # they hold words, and the next poll may wait for long
            # While some are in hand each answer repeats them, so ask again when they are done or soon.
            await unless(stop, delivery.idle(SAME_OFFSET_SECONDS))
            if crowded and delivery.offset == offset:
                delivery.hurry()
        if delivery.offset == offset:
            await unless(stop, asyncio.sleep(began + SAME_OFFSET_SECONDS - time.monotonic()))


async def confirm(fetch: Fetch, delivery: Delivery[W]) -> None:
    """Tell the messenger what is finished, once, if it listens: else the next start sees it again."""
    if delivery.offset is None:
        return
    try:
        await fetch(delivery.offset, 0)
    except Exception as error:  # we are leaving; the delivery has what it needs for a redelivery
        _log.info("the last updates are not confirmed (%s)", locate(error))


async def persist(
    call: Callable[[], Coroutine[Any, Any, R]],
    stop: asyncio.Event,
    count: Count | None = None,
    *,
    head: str = "",
) -> R | None:
    """Return what `call` returns, repeated through outages and limits; None when `stop` came first. `head`
    is what the log says of which bot.

    With a `count`, which every call has that a message could end, a failure is counted, and told only when
    nothing else came for a minute; that Telegram is back is never told: it may be a message that shows it.
    """
    pause = FIRST_PAUSE
    began, told = time.monotonic(), False
    while not stop.is_set():
        try:
            return await unless(stop, call())
        except TooManyRequests as limit:
            seconds = limit.seconds
        except Unavailable as error:
            if count is not None:
                count("unreached", error)
            # Its first failure may come late, at the end of a long poll; the outage begins there.
            if pause == FIRST_PAUSE:
                began = time.monotonic()
            if not told and (count is None or time.monotonic() - began >= OUTAGE_SECONDS):
                _log.warning("%sTelegram can't be reached (%s); trying again", head, error.why)
                told = True
            seconds, pause = pause, min(pause * 2, LONGEST_PAUSE)
        await unless(stop, asyncio.sleep(seconds))
    return None


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, R]) -> R | None:
    """Return what `work` returns; when `stop` is set first, cancel it and return None."""
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    both: set[asyncio.Task[Any]] = {task, stopped}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)

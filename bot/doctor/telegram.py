"""What `silbo doctor` makes of Telegram's answers about the token, the webhook and the clock.

The library that asks is loaded only where there is a bot to ask about.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.bots import Bot, bots_of
from bot.channels.telegram.errors import NO_ANSWER, Refused, TooManyRequests, Unavailable
from bot.doctor.finding import Finding
from bot.runtime import POLL_STEP, RuntimeFolder
from bot.settings import BotSettings, Settings, SettingsError, TelegramSettings

if TYPE_CHECKING:
    from bot.channels.telegram.visitor import Seen

SECONDS = 30.0
CLOCK_WRONG, CLOCK_USELESS = 60, 6 * 3600
"""Seconds. From the first on certificates and key periods come near trouble; by the second days are wrong."""

MARKED = re.compile(r"[?&]m=[0-9a-f]{16}\Z", re.ASCII)
"""What a server puts behind the address of its webhook, `bot.channels.telegram.webhook.Hook`."""

SILENCE = 2 * POLL_STEP
"""Seconds. A long poll ends after 50, and its mark is rounded down by less than POLL_STEP."""


async def examine_telegram(settings: Settings) -> list[Finding]:
    """Findings about the token, the webhook, the clock, and the last poll of each bot."""
    ways = settings.telegram
    if ways is None:
        return []
    found = await asyncio.gather(*(_examine(bot, ways) for bot in bots_of(settings)))
    return [finding for each in found for finding in each]


async def _examine(bot: Bot, ways: TelegramSettings) -> list[Finding]:
    return [replace(finding, what=f"{bot.head}{finding.what}") for finding in await _seen(bot, ways)]


async def _seen(bot: Bot, ways: TelegramSettings) -> list[Finding]:
    try:
        token = bot.token()
    except SettingsError:
        return []  # said already
    from bot.channels.telegram.visitor import visit  # noqa: PLC0415 -- with the library

    try:
        seen = await visit(token, ways.base_url, ways.proxy, time.time, SECONDS)
    except Refused as error:
        return [Finding("token", "broken", str(error).rstrip("."))]
    except (Unavailable, TooManyRequests, TimeoutError) as error:
        why = error.why if isinstance(error, Unavailable) else NO_ANSWER
        fix = "look at the network, the firewall and `telegram.proxy`"
        return [Finding("telegram", "broken", f"Telegram can't be reached ({why})", fix)]
    return [
        Finding("token", "ok", "Telegram knows the bot token"),
        *_webhook(bot.settings, seen),
        *_clock(seen),
        *(_poll(RuntimeFolder(bot.folder(), b"").polled()) if bot.settings.mode == "polling" else ()),
    ]


def _webhook(telegram: BotSettings, seen: "Seen") -> Iterator[Finding]:
    wanted = telegram.webhook.url if telegram.webhook is not None else ""
    if MARKED.sub("", seen.hook) != wanted:
        text = (
            "a webhook is left over, which keeps updates from the bot"
            if not wanted
            else ("Telegram has another address for the webhook" if seen.hook else "Telegram has no webhook")
        )
        fix = "restart Silbo; if it comes back, another program has the token"
        yield Finding("webhook", "broken", text, fix)
    elif wanted and seen.hook_fails:
        text = "Telegram could not reach the webhook at least once"
        yield Finding("webhook", "warning", text, "look at the proxy and the certificate before it")
    else:
        yield Finding("webhook", "ok", "the webhook is ours" if wanted else "no webhook is left over")


def _clock(seen: "Seen") -> Iterator[Finding]:
    fix = "timedatectl set-ntp true"
    if seen.ahead is None:
        yield Finding("clock", "warning", "Telegram's answer told no time to compare the clock with")
    elif abs(seen.ahead) >= CLOCK_USELESS:
        yield Finding("clock", "broken", "the clock is off by hours or days", fix)
    elif abs(seen.ahead) >= CLOCK_WRONG:
        yield Finding("clock", "warning", "the clock is off by more than a minute", fix)
    else:
        yield Finding("clock", "ok", "the clock agrees with Telegram's")


def _poll(polled: float | None) -> Iterator[Finding]:
    if polled is None:
        text = "the bot has not asked Telegram for news since this machine was started"
        yield Finding("poll", "warning", text, "start it, and look at its log")
    elif (quiet := time.time() - polled) > SILENCE:
        text = f"the bot has not heard from Telegram for {int(quiet // 60)} minutes"
        yield Finding("poll", "broken", text, "look whether it runs, and at its log")
    else:
        yield Finding("poll", "ok", "the bot hears from Telegram")

"""The bots at Telegram: by what each is reached there, and that one which is refused stops no other."""

import asyncio
import hmac
import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.bots import Bot
from bot.channels.telegram.channel import Account
from bot.channels.telegram.errors import Refused
from bot.channels.telegram.polling import unless
from bot.channels.telegram.webhook import Hook
from bot.settings import Settings, SettingsError, read_secret

AGAIN_SECONDS = 60.0
"""After which a bot that Telegram refused is tried again, while others go on."""
HOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes as `secret_token` (https://core.telegram.org/bots/api#setwebhook)."""

_log = logging.getLogger(__name__)


def account_of(settings: Settings, bot: Bot, share: int = 1) -> Account:
    """The bot at Telegram, one of `share` in this process. Raises SettingsError."""
    ways = settings.telegram
    if ways is None:
        raise SettingsError("telegram: this section is needed to run the bot")
    hook = bot.settings.webhook
    found = None
    if hook is not None:
        name = f"{bot.section}.webhook.secret_file"
        secret = read_secret(hook.secret_file, name)
        if not HOOK_SECRET.fullmatch(secret):
            raise SettingsError(f"{name}: should hold 1 to 256 of A-Z a-z 0-9 _ -")
        path = urlsplit(hook.url).path or "/"
        with_others = settings.sessions is not None
        found = Hook(hook.url, secret, hook.host, hook.port, path, with_others)
    chats = [desk.export.chat for desk in bot.desks if desk.export is not None]
    reviewers = frozenset(chat for chat in chats if chat is not None)
    return Account(bot.token(), ways.base_url, ways.proxy, found, reviewers, bot.head, share)


def marked(account: Account, where: str) -> Account:
    """The bot whose chats are kept `where` nobody else's are: its webhook tells it from its like."""
    hook = account.hook
    if hook is None:
        return account
    mark = hmac.digest(hook.secret.encode(), where.encode(), "sha256")[:8].hex()
    return replace(account, hook=replace(hook, mark=mark))


Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Serves a bot until the event is set. Raises Refused."""


async def each_until(stop: asyncio.Event, works: Mapping[str, Work], again: float = AGAIN_SECONDS) -> None:
    """Serve all bots, by what the log calls each, until `stop` is set. One that Telegram refuses is told of
    and tried again after `again` seconds, while another goes on; when none does, its Refused is raised.
    """
    going = set(works)
    events = {head: asyncio.Event() for head in works}

    async def one(head: str, work: Work) -> None:
        told = ""
        while not stop.is_set():
            going.add(head)
            try:
                await work(events[head])
            except Refused as error:
                going.discard(head)
                if not going:
                    raise
                if str(error) != told:
                    _log.error("%s%s The other bots go on.", head, error)
                told = str(error)
                events[head].clear()
                await unless(stop, asyncio.sleep(again))

    async def end() -> None:
        await stop.wait()
        for event in events.values():
            event.set()

    ending = asyncio.create_task(end())
    tasks = [asyncio.create_task(one(head, work)) for head, work in works.items()]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in (ending, *tasks):
            task.cancel()
        await asyncio.gather(ending, *tasks, return_exceptions=True)

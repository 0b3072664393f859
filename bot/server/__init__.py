"""Serves the desks of the settings by Telegram, the page and the console, until it is told to stop."""

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import (
    AsyncExitStack,
    suppress,
)
from functools import partial

from bot.accounts import account_of, each_until, marked
from bot.alone import alone
from bot.bots import Bot, bots_of
from bot.channels.console import Console, stdin_lines
from bot.channels.events import Chat, Update
from bot.channels.telegram.channel import Account, entered, run
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.webhook import Entrance
from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.server.clearing import Clearing
from bot.server.opening import serving
from bot.server.parts import Counter
from bot.server.words import profiles_of
from bot.settings import Settings, SettingsError
from bot.store.errors import StorageError
from bot.tally import Tally

_log = logging.getLogger(__name__)


async def run_telegram(settings: Settings) -> None:
    """Serve the bot, and the page where there is one, until SIGTERM or SIGINT. Raises SettingsError, Refused,
    AlreadyRunning and what `serving` raises.
    """
    if settings.telegram is None and settings.page is None:
        raise SettingsError("silbo.toml: telegram: this section is needed to run the bot, or page for a page")
    with_others = settings.sessions is not None
    bots = bots_of(settings)
    accounts = [account_of(settings, bot, len(bots)) for bot in bots]
    if len({bot.number() for bot in bots}) < len(bots):
        raise SettingsError(
            "bots: two of them have the same token, or an old and a new one of the same bot; "
            "each bot of @BotFather has its own"
        )
    secrets = [account.hook.secret for account in accounts if account.hook is not None]
    if len(set(secrets)) < len(secrets):
        raise SettingsError("bots: two webhooks have the same secret; who has it could speak for both")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with alone(settings.state, with_others=with_others):
        await (_serve(bots, accounts, settings, stop) if bots else _serve_page(settings, stop))


async def _serve_page(settings: Settings, stop: asyncio.Event) -> None:
    """Without a bot."""
    async with serving(settings, "page") as server, server.page():
        _log.info("the page is served")
        await stop.wait()


async def _serve(
    bots: Sequence[Bot], accounts: Sequence[Account], settings: Settings, stop: asyncio.Event
) -> None:
    async with serving(settings, "telegram") as server, AsyncExitStack() as stack:
        gc.collect()
        gc.freeze()  # what is here stays; so a collection has little to look through
        clearing = Clearing()
        _log.info("starting; asking Telegram who we are")
        await stack.enter_async_context(server.page())
        entrances: dict[tuple[str, int], Entrance] = {}
        for hook in (account.hook for account in accounts):
            if hook is not None and (hook.host, hook.port) not in entrances:
                entrances[hook.host, hook.port] = await stack.enter_async_context(entered(hook))

        works = {}
        for bot, plain, counter in zip(bots, accounts, server.counters, strict=True):
            account = marked(plain, _where(counter.runtime))
            profiles = profiles_of(counter.wording, bot.settings)
            hook = account.hook
            works[bot.head] = partial(
                _answer,
                account,
                counter,
                profiles,
                tally=server.tally,
                clearing=clearing,
                entrance=None if hook is None else entrances[hook.host, hook.port],
            )
        await each_until(stop, works)


def _where(runtime: RuntimeFolder) -> str:
    """What is the same for all that share these chats, after a restart, too, and for no other server."""
    try:
        return str(runtime.place()) if runtime.is_shared else runtime.tag("webhook")
    except OSError:
        raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None


async def _answer(
    account: Account,
    counter: Counter,
    profiles: Mapping[str, Profile],
    stop: asyncio.Event,
    *,
    tally: Tally,
    clearing: Clearing,
    entrance: Entrance | None,
) -> None:
    dialogue = counter.dialogue

    async def handle(update: Update, chat: Chat) -> None:
        with clearing.update():
            await dialogue.handle(update, chat)

    def polled() -> None:
        with suppress(OSError):  # a mark for `silbo doctor` only
            counter.runtime.note_poll(time.time())

    await run(
        account,
        handle,
        dialogue.apologise,
        profiles,
        stop,
        count=tally.count,
        deleting=dialogue.deleting,
        polled=polled,
        again=(StorageError,),
        delay=dialogue.delay,
        admit=dialogue.admit,
        turn_away=dialogue.turn_away,
        put_off=dialogue.put_off,
        panics=dialogue.panics,
        entrance=entrance,
    )


async def run_console(settings: Settings, language: str | None) -> None:
    """Hold the conversation on standard input and output. Raises StorageError and what `serving` raises."""
    async with serving(settings, "console") as server:
        (counter,) = server.counters
        await Console(
            counter.dialogue.handle,
            lambda key: counter.wording.hint(language, key),
            print,
            language,
            terminal=os.isatty(1),
        ).run(stdin_lines("> "))

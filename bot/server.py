"""Puts the server together from its settings, once, and keeps its hourly duties."""

import asyncio
import gc
import logging
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from bot import redact
from bot.alone import alone
from bot.announcements import Announcements
from bot.channels.console import Console, stdin_lines
from bot.channels.events import Chat, Update
from bot.channels.telegram.channel import Account, run
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.webhook import Hook
from bot.clock import now, today
from bot.desks import MEGABYTE, Desk, desks_of, retention
from bot.dialogue.runner import Dialogue
from bot.dialogue.session import REMEMBERED_SECONDS
from bot.dialogue.wording import Names, Wording
from bot.intake import Intake
from bot.intake.copies import Copies
from bot.intake.quota import Limits, Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import NoValidKey, Reviewers, ReviewersError
from bot.page_server import door_of, form_of, serving_page, used_of
from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.settings import Settings, SettingsError, TelegramSettings, read_secret, read_token
from bot.store.database import Claim
from bot.store.errors import StorageError, StoreError
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from bot.tally import Tally, tell_daily
from codes.languages import LANGUAGES
from scrub.scrubber import Scrubber

DUTY_SECONDS = 3600
CLEARING_SECONDS = 1.0
HOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes as `secret_token` (https://core.telegram.org/bots/api#setwebhook)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Server:
    """What every channel needs: the dialogue that answers, its words, and where failures are counted."""

    dialogue: Dialogue
    wording: Wording
    runtime: RuntimeFolder
    tally: Tally
    page: Callable[[], AbstractAsyncContextManager[int | None]]


@asynccontextmanager
async def serving(settings: Settings, channel: str) -> AsyncIterator[Server]:
    """Open everything that a channel needs, and close it again. Raises StoreError, RuntimeFolderError,
    SettingsError.
    """
    address = settings.sessions_address if channel == "telegram" else None
    if address is None or settings.telegram is None:
        async with _serving(settings, channel, RuntimeFolder.open(settings.runtime)) as server:
            yield server
        return
    from bot.sessions.opening import shared  # noqa: PLC0415 -- with the client of Redis

    async with (
        shared(settings.runtime, address, read_token(settings.telegram)) as memory,
        _serving(settings, channel, memory) as server,
    ):
        yield server


@asynccontextmanager
async def _serving(settings: Settings, channel: str, runtime: RuntimeFolder) -> AsyncIterator[Server]:
    if not runtime.is_memory():
        _log.warning(
            "the runtime folder is on a disk, so a power-off keeps the links between chats and drafts; "
            "set `runtime` to a folder on tmpfs"
        )
    desks = desks_of(settings)
    receivers = [Receiver(desk, Reviewers(desk.reviewers)) for desk in desks]
    claim: Claim | None = "shared" if runtime.is_shared else "alone" if channel == "telegram" else None
    store = await Store.open(settings.database_url, claim=claim, guard=runtime.guard)
    try:
        await _check_store(runtime, store)
        async with Scrubber(
            socket_path=settings.scrub_socket, convert_socket_path=settings.convert_socket
        ) as scrubber:
            for missing in scrubber.missing_isolation:
                _log.warning("the scrub child runs without %s on this machine", missing)
            for each in receivers:
                warn_of_another_kind(each, today())
            tally = Tally()
            apart = partial(runtime.tag, "desk")
            beside = partial(runtime.tag, "original")
            quota = quota_of(settings, desks, store)
            every = Receivers(receivers, apart)
            intake = Intake(store, scrubber, every, beside=beside, tally=tally, quota=quota)

            def page() -> AbstractAsyncContextManager[int | None]:
                if settings.page is None:
                    return nullcontext()
                door = door_of(settings.page, store, every, quota, runtime)
                form = form_of(
                    settings.page, store, receivers, intake, say=wording.hint, runtime=runtime, tally=tally
                )
                return serving_page(
                    settings.page,
                    door,
                    store,
                    receivers,
                    tally=tally,
                    form=form,
                    with_others=runtime.is_shared,
                    copies=Copies(scrubber),
                )

            announcements = {
                each.desk.short: Announcements(
                    settings.announcements, each.reviewers, await store.mailboxes.desk_id(each.desk.key)
                )
                for each in receivers
            }
            wording = wording_of(desks, (settings.page and settings.page.url) or "")
            chores = (
                asyncio.create_task(duties(store, runtime, receivers, retention(desks))),
                asyncio.create_task(tell_daily(tally, now, note=runtime.note_told)),
            )
            try:
                with redact.counting(lambda error: tally.count("withheld", error)):
                    answering = Dialogue(
                        intake,
                        runtime,
                        wording,
                        channel,
                        tally=tally,
                        announcements=announcements,
                        chat_bytes=settings.quota.chat_mb * MEGABYTE,
                    )
                    try:
                        yield Server(answering, wording, runtime, tally, page)
                    finally:
                        await answering.close()
            finally:
                for chore in chores:
                    chore.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
    finally:
        await store.close()


async def _check_store(runtime: RuntimeFolder, store: Store) -> None:
    """Bots that share their chats share what they keep of them."""
    try:
        same = runtime.keeps_in((await store.mailboxes.desk_id(FIRST_DESK)).hex())
    except OSError:
        raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None
    if not same:
        raise SettingsError(
            "[store]: other bots with this token and this Redis keep drops in another database; name the same"
        )


async def duties(
    store: Store, runtime: RuntimeFolder, receivers: Sequence[Receiver], kept: int | Mapping[str, int]
) -> None:
    """Every hour: forget old chats, delete what is over. Every day: warn of key lists that end."""
    warned: date | None = None
    while True:
        day = today()
        if warned != day:
            warned = day
            for each in receivers:
                _warn(each, day)
        try:
            runtime.expire(REMEMBERED_SECONDS, time.time())
        except OSError:
            _log.warning("the runtime folder is gone or can't be read; restart Silbo")
        try:
            if runtime.hourly("sweep"):
                await store.sweep(day, retention=kept)
        except StoreError:
            _log.warning("the database could not be swept; it will be tried again in an hour")
        await asyncio.sleep(DUTY_SECONDS)


def wording_of(desks: Sequence[Desk], mini: str = "") -> Wording:
    """The words of this server, with the names of its desks; `mini` is where the messenger can open the page.
    Raises SettingsError.
    """
    names = {
        desk.short: Names(
            desk.name,
            desk.custodian_name,
            desk.notice,
            desk.panic,
            desk.questions,
            desk.languages,
            desk.poster_words,
            desk.page,
        )
        for desk in desks
    }
    wording = Wording("", several=names if len(desks) > 1 else {"": names[desks[0].short]}, mini=mini)
    if any(desk.panic and not wording.panics(desk.panic) for desk in desks):
        raise SettingsError("desk.panic: should be a word that asks for nothing else; this one does already")
    if any(wording.asked(word) for desk in desks for word in desk.poster_words):
        raise SettingsError("desk.poster_words: should be words that ask for nothing else; one does already")
    return wording


def quota_of(settings: Settings, desks: Sequence[Desk], store: Store) -> Quota:
    """How much may lie here; the disk is that of the state folder."""
    total = settings.quota.total_mb
    limits = Limits(
        None if total is None else total * MEGABYTE,
        {desk.key: desk.quota for desk in desks if desk.quota is not None},
        settings.quota.reserve_mb * MEGABYTE,
    )
    return Quota(limits, used_of(store), lambda: shutil.disk_usage(settings.state).free, time.monotonic)


def warn_of_another_kind(receiver: Receiver, day: date) -> None:
    """Tell the operator of a custodian's key that makes originals stand out among the items."""
    custodian = receiver.desk.custodian
    with suppress(NoValidKey):  # which `_warn` tells
        if custodian is not None and type(custodian) is not type(receiver.reviewers.recipients(day)[0]):
            _log.warning(
                "the custodian's key is of another kind than the reviewers' (post-quantum or classic), so a "
                "thief of the server can tell originals from other items; take a key of the same kind"
            )


def _warn(receiver: Receiver, day: date) -> None:
    of = f"{receiver.desk.key}: " if receiver.desk.key else ""
    try:
        for warning in receiver.reviewers.warnings(day):
            _log.warning("%s%s", of, warning.text)
    except ReviewersError as error:
        _log.warning("%s%s", of, error)


async def run_telegram(settings: Settings) -> None:
    """Serve the bot, and the page where there is one, until SIGTERM or SIGINT. Raises SettingsError, Refused,
    AlreadyRunning and what `serving` raises.
    """
    if settings.telegram is None and settings.page is None:
        raise SettingsError("silbo.toml: telegram: this section is needed to run the bot, or page for a page")
    chats = [desk.export.chat for desk in desks_of(settings) if desk.export is not None]
    reviewers = frozenset(chat for chat in chats if chat is not None)
    with_others = settings.sessions is not None
    account = None if settings.telegram is None else _account(settings.telegram, reviewers, with_others)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with alone(settings.state, with_others=with_others):
        await (_serve_page(settings, stop) if account is None else _serve(account, settings, stop))


async def _serve_page(settings: Settings, stop: asyncio.Event) -> None:
    """Without a bot."""
    async with serving(settings, "page") as server, server.page():
        _log.info("the page is served")
        await stop.wait()


async def _serve(account: Account, settings: Settings, stop: asyncio.Event) -> None:
    async with serving(settings, "telegram") as server:
        profiles = profiles_of(server.wording, settings.telegram)
        gc.collect()
        gc.freeze()  # what is here stays; so a collection has little to look through
        clearing = Clearing()

        async def handle(update: Update, chat: Chat) -> None:
            with clearing.update():
                await server.dialogue.handle(update, chat)

        def polled() -> None:
            with suppress(OSError):  # a mark for `silbo doctor` only
                server.runtime.note_poll(time.time())

        _log.info("starting; asking Telegram who we are")
        async with server.page():
            await run(
                account,
                handle,
                server.dialogue.apologise,
                profiles,
                stop,
                count=server.tally.count,
                deleting=server.dialogue.deleting,
                polled=polled,
                again=(StorageError,),
                delay=server.dialogue.delay,
                admit=server.dialogue.admit,
                turn_away=server.dialogue.turn_away,
                put_off=server.dialogue.put_off,
                panics=server.dialogue.panics,
            )


def profiles_of(wording: Wording, telegram: TelegramSettings | None) -> dict[str, Profile]:
    """What Telegram shows of the bot, by language; "" is for those whose language we don't speak."""
    names = {} if telegram is None else telegram.names
    spoken = {"": LANGUAGES[0], **{language: language for language in LANGUAGES}}
    return {
        code: Profile(tuple(wording.commands(language)), *wording.introduction(language), names.get(code))
        for code, language in spoken.items()
    }


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


def _account(telegram: TelegramSettings, reviewers: frozenset[int], with_others: bool) -> Account:
    token = read_token(telegram)
    hook = None
    if telegram.webhook is not None:
        secret = read_secret(telegram.webhook.secret_file, "telegram.webhook.secret_file")
        if not HOOK_SECRET.fullmatch(secret):
            raise SettingsError("telegram.webhook.secret_file: should hold 1 to 256 of A-Z a-z 0-9 _ -")
        path = urlsplit(telegram.webhook.url).path or "/"
        where = telegram.webhook.host, telegram.webhook.port
        hook = Hook(telegram.webhook.url, secret, *where, path, with_others)
    return Account(token, telegram.base_url, telegram.proxy, hook, reviewers)


async def run_console(settings: Settings, language: str | None) -> None:
    """Hold the conversation on standard input and output. Raises StorageError and what `serving` raises."""
    async with serving(settings, "console") as server:
        await Console(
            server.dialogue.handle,
            lambda key: server.wording.hint(language, key),
            print,
            language,
            terminal=os.isatty(1),
        ).run(stdin_lines("> "))

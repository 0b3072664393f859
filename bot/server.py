"""Puts the server together from its settings, once, and keeps its hourly duties."""

import asyncio
import gc
import logging
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot import redact
from bot.accounts import account_of, each_until, marked
from bot.alone import alone
from bot.announcements import Announcements
from bot.bots import Bot, bots_of, left_by_bots
from bot.channels.console import Console, stdin_lines
from bot.channels.events import Chat, Update
from bot.channels.telegram.channel import Account, entered, run
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.webhook import Entrance
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
from bot.settings import BotSettings, Settings, SettingsError
from bot.store.database import Claim, Shared
from bot.store.errors import SharedElsewhere, StorageError, StoreError
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from bot.store.writer import Guard
from bot.tally import Tally, tell_daily
from codes.languages import LANGUAGES
from scrub.scrubber import Scrubber

DUTY_SECONDS = 3600
CLEARING_SECONDS = 1.0
PLACE_TRIES, PLACE_SECONDS = 3, 1.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where some desks are served: the dialogue that answers, its words, and what it knows of chats."""

    dialogue: Dialogue
    wording: Wording
    runtime: RuntimeFolder


@dataclass(frozen=True, slots=True)
class Server:
    """What every channel needs: a counter for each bot, or one for all desks; where failures are counted."""

    counters: tuple[Counter, ...]
    tally: Tally
    page: Callable[[], AbstractAsyncContextManager[int | None]]


@asynccontextmanager
async def serving(settings: Settings, channel: str) -> AsyncIterator[Server]:
    """Open everything that a channel needs, and close it again. Raises StoreError, RuntimeFolderError,
    SettingsError.
    """
    bots = bots_of(settings) if channel == "telegram" else ()
    async with AsyncExitStack() as stack:
        places = [(bot.desks, await _memory(settings, bot, stack)) for bot in bots]
        if not places:
            places = [(desks_of(settings), RuntimeFolder.open(settings.runtime))]
        yield await stack.enter_async_context(_serving(settings, channel, places))


async def _memory(settings: Settings, bot: Bot, stack: AsyncExitStack) -> RuntimeFolder:
    """What a bot knows of its chats: a folder, or what it shares with its like on other machines."""
    address = settings.sessions_address
    if address is None:
        return RuntimeFolder.open(bot.folder(), bot.number())
    from bot.sessions.opening import shared  # noqa: PLC0415 -- with the client of Redis

    return await stack.enter_async_context(shared(bot.folder(), address, bot.token()))


Places = Sequence[tuple[Sequence[Desk], RuntimeFolder]]
"""Desks that are served together, and what is known of those who write to them; the first one first."""


@asynccontextmanager
async def _serving(settings: Settings, channel: str, places: Places) -> AsyncIterator[Server]:
    memories = [memory for _, memory in places]
    own = RuntimeFolder.open(settings.runtime)
    runtime = memories[0] if memories[0].is_shared else own  # of what is no bot's: the page, duties
    if not runtime.is_memory():
        _log.warning(
            "the runtime folder is on a disk, so a power-off keeps the links between chats and drafts; "
            "set `runtime` to a folder on tmpfs"
        )
    desks = desks_of(settings)
    receivers = [Receiver(desk, Reviewers(desk.reviewers)) for desk in desks]
    alone: Claim | None = "alone" if channel == "telegram" else None
    store = await _open_store(settings, alone, runtime, partial(_guard, memories))
    try:
        for memory in memories:
            await _check_store(memory, store)
        async with Scrubber(
            socket_path=settings.scrub_socket, convert_socket_path=settings.convert_socket
        ) as scrubber:
            for missing in scrubber.missing_isolation:
                _log.warning("the scrub child runs without %s on this machine", missing)
            for each in receivers:
                warn_of_another_kind(each, today())
            tally = Tally()
            quota = quota_of(settings, desks, store)

            def receivers_at(served: Sequence[Desk], memory: RuntimeFolder) -> Receivers:
                there = [each for each in receivers if each.desk in served]
                return Receivers(there, partial(memory.tag, "desk"))

            def intake_for(those: Receivers, memory: RuntimeFolder) -> Intake:
                beside = partial(memory.tag, "original")
                return Intake(store, scrubber, those, beside=beside, tally=tally, quota=quota)

            every = receivers_at(desks, runtime)

            def page() -> AbstractAsyncContextManager[int | None]:
                if settings.page is None:
                    return nullcontext()
                door = door_of(settings.page, store, every, quota, runtime)
                form = form_of(
                    settings.page,
                    store,
                    receivers,
                    intake_for(every, runtime),
                    say=wording_of(desks, mini).hint,
                    runtime=runtime,
                    tally=tally,
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
            mini = (settings.page and settings.page.url) or ""

            def counter(served: Sequence[Desk], memory: RuntimeFolder) -> Counter:
                wording = wording_of(served, mini)
                dialogue = Dialogue(
                    intake_for(receivers_at(served, memory), memory),
                    memory,
                    wording,
                    channel,
                    tally=tally,
                    announcements={desk.short: announcements[desk.short] for desk in served},
                    chat_bytes=settings.quota.chat_mb * MEGABYTE,
                )
                return Counter(dialogue, wording, memory)

            counters = tuple(counter(*place) for place in places)
            others = [*memories, *(RuntimeFolder(folder, b"") for folder in left_by_bots(settings))]
            chores = (
                asyncio.create_task(duties(store, runtime, receivers, retention(desks), others)),
                asyncio.create_task(tell_daily(tally, now, note=own.note_told)),
            )
            try:
                with redact.counting(lambda error: tally.count("withheld", error)):
                    try:
                        yield Server(counters, tally, page)
                    finally:
                        await asyncio.gather(*(each.dialogue.close() for each in counters))
            finally:
                for chore in chores:
                    chore.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
    finally:
        await store.close()


def _guard(memories: Sequence[RuntimeFolder]) -> Callable[[], None] | None:
    """That of the bot at hand: no other has a turn in this task."""
    return next((found for memory in memories if (found := memory.guard()) is not None), None)


async def _open_store(settings: Settings, alone: Claim | None, runtime: RuntimeFolder, guard: Guard) -> Store:
    """Those who share their chats share them in one Redis. One that was started again just now may not know
    yet what the others call it: they tell it within two seconds.
    """
    if not runtime.is_shared:
        return await Store.open(settings.database_url, claim=alone, guard=guard)
    tried = 0
    while True:
        try:
            shared = Shared(runtime.place())
            return await Store.open(settings.database_url, claim=shared, guard=guard)
        except OSError:
            raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None
        except SharedElsewhere:
            with suppress(OSError):
                runtime.forget_place()
            tried += 1
            if tried == PLACE_TRIES:
                raise
        await asyncio.sleep(PLACE_SECONDS)


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
    store: Store,
    runtime: RuntimeFolder,
    receivers: Sequence[Receiver],
    kept: int | Mapping[str, int],
    others: Sequence[RuntimeFolder] = (),
) -> None:
    """Every hour: forget old chats, of other bots, too, and delete what is over. Every day: warn of key lists
    that end.
    """
    warned: date | None = None
    while True:
        day = today()
        if warned != day:
            warned = day
            for each in receivers:
                _warn(each, day)
        try:
            for memory in (runtime, *others):
                memory.expire(REMEMBERED_SECONDS, time.time())
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
    clearing: "Clearing",
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


def profiles_of(wording: Wording, bot: BotSettings | None) -> dict[str, Profile]:
    """What Telegram shows of the bot, by language; "" is for those whose language we don't speak."""
    names = {} if bot is None else bot.names
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

"""Puts the server together from its settings, once: store, cleaner, page, a counter for each bot."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from functools import partial

from bot import redact
from bot.bots import Bot, bots_of, left_by_bots
from bot.clock import now, today
from bot.desks import Desk, desks_of, retention
from bot.intake.receivers import Receiver
from bot.keys import Reviewers
from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.server.duties import duties, warn_of_another_kind
from bot.server.parts import Counter, Parts, quota_of
from bot.settings import Settings, SettingsError
from bot.store.address import Address
from bot.store.database import Claim, Shared
from bot.store.errors import SharedElsewhere
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from bot.store.writer import Guard
from bot.tally import Tally, tell_daily
from scrub.scrubber import Scrubber

PLACE_TRIES, PLACE_SECONDS = 3, 1.5

_log = logging.getLogger(__name__)


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
    async with AsyncExitStack() as stack:
        guard = partial(_guard, memories)
        store = await (
            open_shared(settings.database_url, memories, guard)
            if runtime.is_shared
            else Store.open(settings.database_url, claim=alone, guard=guard)
        )
        stack.push_async_callback(store.close)
        for memory in memories:
            await _check_store(memory, store)
        scrubber = await stack.enter_async_context(
            Scrubber(socket_path=settings.scrub_socket, convert_socket_path=settings.convert_socket)
        )
        for missing in scrubber.missing_isolation:
            _log.warning("the scrub child runs without %s on this machine", missing)
        for each in receivers:
            warn_of_another_kind(each, today())
        tally = Tally()
        parts = Parts(settings, store, scrubber, receivers, quota_of(settings, desks, store), tally, runtime)
        counters = [await parts.counter(channel, *place) for place in places]
        others = [*memories, *(RuntimeFolder(folder, b"") for folder in left_by_bots(settings))]
        await stack.enter_async_context(
            _beside(
                duties(store, runtime, receivers, retention(desks), others),
                tell_daily(tally, now, note=own.note_told),
            )
        )
        with redact.counting(lambda error: tally.count("withheld", error)):
            try:
                yield Server(tuple(counters), tally, parts.page)
            finally:
                await asyncio.gather(*(each.dialogue.close() for each in counters))


@asynccontextmanager
async def _beside(*chores: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Done while the context is open, and cancelled at its end."""
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _guard(memories: Sequence[RuntimeFolder]) -> Callable[[], None] | None:
    """That of the bot at hand: no other has a turn in this task."""
    return next((found for memory in memories if (found := memory.guard()) is not None), None)


async def open_shared(where: Address | str, memories: Sequence[RuntimeFolder], guard: Guard) -> Store:
    """Those who share their chats share them in one Redis. One that was started again just now may not know
    yet what the others call it: they tell it within two seconds. Raises RuntimeFolderError, StoreError.
    """
    tried = 0
    while True:
        try:
            return await Store.open(where, claim=Shared(memories[0].place()), guard=guard)
        except OSError:
            raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None
        except SharedElsewhere as error:
            with suppress(OSError):
                for memory in memories:
                    memory.forget_place()
                    memory.take_place(error.place)
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

"""The Telegram channel: carries updates to the dialogue and its answers back, by long polling or by webhook.

An update is confirmed to Telegram only after the dialogue has returned (`bot.channels.telegram.delivery`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.channels.events import Button, CannotPlay, Chat, Count, Text, Update, Upload, content_of, file_of
from bot.channels.telegram.client import Client
from bot.channels.telegram.contents import Raw
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.errors import (
    ELSEWHERE,
    Refused,
    Rejected,
    TooManyRequests,
    Unavailable,
    Unreachable,
)
from bot.channels.telegram.inbound import Reader
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.polling import confirm, persist, poll
from bot.channels.telegram.profile import Profiles
from bot.channels.telegram.webhook import Entrance, Hook
from bot.channels.telegram.work import Work, opened

DELETE_AT_ONCE = 100
WATCH_SECONDS = 60.0
SMALL_BYTES = 2 << 20
SMALL_FILES, LARGE_FILES = 24, 6
"""How many files are in hand at once; a large one is in memory as a whole, and may take minutes to come."""
DELETIONS_PER_SECOND = 5.0
"""Of all chats, behind their backs; an answer never waits for one."""
PREVIEW_TRIES = 2

_log = logging.getLogger(__name__)

R = TypeVar("R")
Handler = Callable[[Update, Chat], Awaitable[None]]
PutOff = Callable[[Update, Chat, bool], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """The bot at Telegram. `hook` None means polling. `proxy` is http://host:port or socks5://host:port.

    Of groups and channels the bot stays in the chats `reviewers` only, where exports go. `head` is what the
    log puts before a line about this bot, `share` how many of them share what may be in hand at once.
    """

    token: str
    base_url: str = "https://api.telegram.org"
    proxy: str | None = None
    hook: Hook | None = None
    reviewers: frozenset[int] = frozenset()
    head: str = ""
    share: int = 1


async def run(
    account: Account,
    handle: Handler,
    apologise: Handler,
    profiles: Profiles,
    stop: asyncio.Event,
    *,
    count: Count,
    deleting: Callable[[Callable[[str], Chat]], AbstractAsyncContextManager[None]] = lambda _: nullcontext(),
    polled: Callable[[], None] = lambda: None,
    again: tuple[type[Exception], ...] = (),
    delay: Handler | None = None,
    admit: Callable[[Update, int, bool], bool] = lambda *_: True,
    turn_away: Handler | None = None,
    put_off: PutOff | None = None,
    panics: Callable[[Update], bool] = lambda _: False,
    entrance: Entrance | None = None,
) -> None:
    """Serve the bot until `stop` is set, then finish what is in hand. With an `entrance` it is called there,
    together with other bots.

    `handle` makes an update durable and answers it (`Dialogue.handle`); `apologise` says that it could not.
    `deleting` is open while we serve, and is given the way to any chat. `polled` is told whenever Telegram
    has answered a poll; what goes wrong with one update is for `count`.
    What `handle` raises of the classes `again` is no fault of the update, which is tried until it succeeds;
    `delay` tells the person when that takes its time. A message that `admit` says no to is only answered by
    `turn_away`. A file that keeps others out of sight for too long is broken off and ended by `put_off`;
    so is, without a word (True), one that keeps waiting what `panics` in its chat.
    Raises Refused (one sentence for the operator) for a token that is not valid, another instance that polls,
    or a proxy or port that can't be used.
    """
    client = Client(account.token, account.base_url, account.proxy)
    outbox, behind = Outbox(), Outbox(rate=DELETIONS_PER_SECOND, burst=10)
    refused: list[Refused] = []
    patient: tuple[type[Exception], ...] = (*again, Unavailable, TooManyRequests, Refused)

    async def answer(press: str) -> None:
        try:
            await client.answer(press)
        except (Rejected, Unreachable, Unavailable, TooManyRequests) as error:  # too late, it does not matter
            count("unanswered", error)

    async def carry(work: Work) -> None:
        try:
            if work.leave:
                return None if work.chat in account.reviewers else await client.leave(work.chat)
            if work.press is not None:
                await answer(work.press)
            chat = TelegramChat(client, outbox, work.chat)
            await work.each(lambda part: handle(part, chat), waiting=lambda: delivery.behind(work.chat))
        except Refused as error:  # a changed token, seen by a sender: nothing must be confirmed from here on
            refused.append(error)
            stop.set()
            raise

    async def give_up(work: Work) -> bool:
        chat = TelegramChat(client, outbox, work.chat)
        rest = partial(delivery.rest, work.chat)
        return await work.surrender(lambda part: apologise(part, chat), patient, count, rest=rest)

    async def slow(work: Work) -> None:
        if delay is not None and work.parts:
            await delay(work.parts[0], TelegramChat(client, outbox, work.chat))

    async def away(work: Work) -> None:
        if turn_away is not None:
            await turn_away(work.parts[0], TelegramChat(client, outbox, work.chat))

    async def fetch(offset: int | None, seconds: int) -> list[Raw]:
        updates = await client.fetch(offset, seconds)
        polled()
        return updates

    try:
        name = await persist(client.start, stop, head=account.head)
        if name is None:
            return
        reader = Reader(name, client.download)
        async with (
            _meanwhile(client.introduce(profiles, lambda call: persist(call, stop, count), account.head)),
            deleting(lambda chat: TelegramChat(client, behind, int(chat))),
            Delivery(
                lambda update: opened(reader.read(update), count),
                carry,
                give_up,
                again=patient,
                stubborn=(Rejected,),
                slow=slow,
                count=count,
                lane=_lanes(account.share),
                admit=lambda work, waiting, crowded: all(
                    admit(one, waiting, crowded) for one in counted(work)
                ),
                turn_away=None if turn_away is None else away,
                put_off=None
                if put_off is None
                else lambda work: _later(
                    work,
                    TelegramChat(client, outbox, work.chat),
                    handle,
                    put_off,
                    quiet=any(map(_of_any(panics), delivery.behind(work.chat))),
                ),
                urgent=_of_any(panics),
            ) as delivery,
        ):
            if account.hook is None:
                await persist(client.use_polling, stop, head=account.head)
                await poll(fetch, delivery, stop, count, account.head)
            else:
                await _listen(client, account, account.hook, delivery, stop=stop, entrance=entrance)
        if account.hook is None:
            await confirm(client.fetch, delivery)
        if refused:
            raise refused[0]
    finally:
        await client.close()


def counted(work: Work) -> list[Update]:
    """The first of what counts as a message: what somebody sent, and a button that takes a file again; no
    command, and no other button.
    """
    return [
        part
        for part in work.parts
        if isinstance(content_of(part.event), Text | Upload) or file_of(part.event) is not None
    ][:1]


async def _later(work: Work, chat: Chat, handle: Handler, put_off: PutOff, *, quiet: bool) -> None:
    """Put off the files of what came together, and carry out the rest."""
    while work.parts:
        part = work.parts[0]
        await (handle(part, chat) if file_of(part.event) is None else put_off(part, chat, quiet))
        work.parts.popleft()


def _of_any(is_so: Callable[[Update], bool]) -> Callable[[Work], bool]:
    return lambda work: any(map(is_so, work.parts))


def _lanes(share: int) -> Callable[[Work], asyncio.Semaphore | None]:
    """Where files wait for their place; anything else waits for nobody. Of so many bots none fills the memory
    of another.
    """
    small, large = (asyncio.Semaphore(max(1, most // share)) for most in (SMALL_FILES, LARGE_FILES))

    def lane(work: Work) -> asyncio.Semaphore | None:
        files = [file_of(part.event) for part in work.parts]
        sizes = [file.size for file in files if file is not None]
        if not sizes:
            return None
        return small if all(size is not None and size <= SMALL_BYTES for size in sizes) else large

    return lane


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Carry out what nobody waits for. It ends with the block; what ends it, all else finds out too."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(
    client: Client,
    account: Account,
    hook: Hook,
    delivery: Delivery[Work],
    *,
    stop: asyncio.Event,
    entrance: Entrance | None,
) -> None:
    async with AsyncExitStack() as stack:
        if entrance is None:
            entrance = await stack.enter_async_context(entered(hook))
        stack.enter_context(entrance.taking(hook, delivery.accept))
        await persist(lambda: client.use_webhook(hook.address, hook.secret), stop, head=account.head)
        async with _meanwhile(_watch(client, hook.address, account.head)):
            await stop.wait()
        await delivery.close()  # so that Telegram gets its answers before the server goes


@asynccontextmanager
async def entered(hook: Hook) -> AsyncIterator[Entrance]:
    """An entrance that listens where this hook does. Raises Refused."""
    entrance = Entrance()
    try:
        async with entrance.listening(hook):
            yield entrance
    except OSError:
        raise Refused("The webhook's address or port can't be used on this machine.") from None


async def _watch(client: Client, url: str, head: str) -> None:
    """Say, once, that a server with our token took our place. Nothing is taken back: it may be a move."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        with suppress(Unavailable, TooManyRequests, Refused, Rejected):
            if (await client.webhook())[0] != url:
                return _log.error("%s%s", head, ELSEWHERE)


class TelegramChat:
    """The way back to one person (`bot.channels.events.Chat`)."""

    def __init__(self, client: Client, outbox: Outbox, chat: int) -> None:
        self._client = client
        self._outbox = outbox
        self._chat = chat

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        """Send plain text, at most 4096 characters; the buttons stand below it, row by row. What is `hidden`
        is a spoiler, and what it is `answering` is quoted.
        """
        if replace is not None:
            edited = await self._send(partial(self._client.edit, self._chat, replace, text, buttons))
            if edited is not False:
                return replace if edited else None
        return await self._send(partial(self._client.send, self._chat, text, buttons, hidden, answering))

    async def play(self, content: bytes, media_type: str) -> int | None:
        """Send a voice message or a video that can't be forwarded. Raises CannotPlay.

        An upload that fails is tried again, but not for ever: the question behind it must be asked.
        """
        for _ in range(PREVIEW_TRIES):
            with suppress(Unavailable):
                return await self._send(partial(self._client.play, self._chat, content, media_type))
        raise CannotPlay

    async def forget(self, message_ids: Sequence[int]) -> int:
        """Delete messages younger than 48 hours; the messenger does not let a bot delete older ones."""
        messages = list(dict.fromkeys(message_ids))
        groups = [messages[at : at + DELETE_AT_ONCE] for at in range(0, len(messages), DELETE_AT_ONCE)]
        left = 0
        while groups:
            group = groups.pop(0)
            gone = await self._send(partial(self._client.delete, self._chat, group))
            if gone is None:  # the person blocked the bot: it can't delete there any more
                return left + len(group) + sum(map(len, groups))
            if gone:
                continue
            # Together they fail for one that is too old; in halves, each of the others can still go.
            left += len(group) == 1
            half = len(group) // 2
            groups[:0] = [part for part in (group[:half], group[half:]) if part and len(group) > 1]
        return left

    async def _send(self, call: Callable[[], Awaitable[R]]) -> R | None:
        return await self._outbox.send(self._chat, call)

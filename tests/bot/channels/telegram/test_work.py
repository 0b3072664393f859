"""The parts of one message: each is done once, whatever happens between them, and none costs another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.events import Chat, Text, Update, Upload
from bot.channels.telegram.channel import Account, run
from bot.store.errors import StorageError
from bot.tally import Tally
from tests.bot.conftest import House
from tests.telegram_api import TelegramApi, until

Handle = Callable[[Update, Chat], Awaitable[None]]


def notes(api: TelegramApi, count: int) -> dict[str, Any]:
    """A rich message of words and this many documents."""
    files = [{"type": "document", "document": api.add_file(b"nota %d" % at)} for at in range(count)]
    return {"blocks": [{"type": "paragraph", "text": "tres notas"}, *files]}


@asynccontextmanager
async def running(api: TelegramApi, handle: Handle, apologise: Handle) -> AsyncIterator[None]:
    stop = asyncio.Event()
    again = (StorageError,)
    work = run(Account(api.token, api.url), handle, apologise, {}, stop, count=Tally().count, again=again)
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        stop.set()
        await task


async def test_a_part_that_fails_costs_no_other() -> None:
    done: list[str] = []
    apologised: list[str] = []

    async def handle(update: Update, _: Chat) -> None:
        if update.update_id.endswith(".1"):
            raise ValueError
        done.append(update.update_id.partition(".")[2])

    async def apologise(update: Update, _: Chat) -> None:
        apologised.append(update.update_id.partition(".")[2])
        raise ValueError

    async with TelegramApi() as api, running(api, handle, apologise):
        message = api.message(1, rich_message=notes(api, 3))
        await until(lambda: not api.pending())
    assert (done, apologised) == ([f"{message}", f"{message}.2"], [f"{message}.1"])


async def test_more_of_a_message_is_told_so_that_it_is_answered_once() -> None:
    seen: list[tuple[type, bool]] = []

    async def handle(update: Update, _: Chat) -> None:
        seen.append((type(update.event), update.more))

    async with TelegramApi() as api, running(api, handle, handle):
        api.message(1, rich_message=notes(api, 2))
        await until(lambda: not api.pending())
        api.text(1, "hola")
        await until(lambda: not api.pending())
    assert seen == [(Upload, True), (Upload, False), (Text, False)]


async def test_a_message_that_broke_off_in_the_middle_is_stored_once_and_whole(house: House) -> None:
    """The bot is killed between two parts, and Telegram sends the message again."""
    parts = 0

    async def until_the_second(update: Update, chat: Chat) -> None:
        nonlocal parts
        parts += 1
        if parts > 1:
            raise StorageError
        await house.dialogue.handle(update, chat)

    async with TelegramApi() as api:
        async with running(api, until_the_second, house.dialogue.apologise):
            api.message(1, language="en", rich_message=notes(api, 3))
            await until(lambda: parts > 1)
        assert api.pending() == 1
        house.restart()
        async with running(api, house.dialogue.handle, house.dialogue.apologise):
            await until(lambda: not api.pending())
            api.press(1, "review")
            await until(lambda: not api.pending())
            api.press(1, "send")
            await until(lambda: not api.pending())
        assert any("Received: 1 message and 3 clean files" in said["text"] for said in api.sent[1])
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"tres notas", b"nota 0\n", b"nota 1\n", b"nota 2\n"]

"""Slow lines and floods of some hold up nobody else: no one's line ever waits for somebody else's file."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator

import pytest

from bot.channels.events import Chat, Command, Press, Text, Update, Upload
from bot.channels.telegram.channel import (
    DELETIONS_PER_SECOND,
    LARGE_FILES,
    SMALL_BYTES,
    SMALL_FILES,
    TelegramChat,
    counted,
)
from bot.channels.telegram.client import Client
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.errors import TooManyRequests
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.work import Work
from bot.dialogue.limits import SHARE, Limits
from tests.bot.channels.telegram.test_telegram import Handler, mode, running
from tests.telegram_api import Fault, TelegramApi, until

__all__ = ["mode"]

SLOW = 36
"""Chats whose files do not come, more than there are places; Telegram calls a webhook 40 times at once."""


def words(handler: Handler) -> list[str]:
    return [event.body for _, event in handler.events if isinstance(event, Text)]


async def test_slow_downloads_of_many_hold_up_nobodys_line(mode: str) -> None:
    """Eight of them stopped everybody: an answer took 24 seconds instead of half a one."""
    async with TelegramApi() as api:
        handler = Handler()
        api.file_gate.clear()
        async with running(api, handler, mode):
            for chat in range(1, SLOW + 1):
                api.document(chat, bytes(200_000 if chat % 2 else SMALL_BYTES + 1))
            await until(lambda: api.downloads == LARGE_FILES + SLOW // 2)
            for chat in range(101, 104):
                api.text(chat, f"line {chat}")
            await until(lambda: len(words(handler)) == 3)
            assert handler.files == []
            api.file_gate.set()
            await until(lambda: api.pending() == 0)
        assert len(handler.updates) == SLOW + 3
        assert handler.apologies == 0


async def test_slow_large_files_hold_up_no_photo() -> None:
    async with TelegramApi() as api:
        handler = Handler()
        api.file_gate.clear()
        async with running(api, handler):
            for chat in range(1, 2 * LARGE_FILES):
                api.message(chat, document={**api.add_file(bytes(SMALL_BYTES + 1)), "file_name": "x"})
            await until(lambda: api.downloads == LARGE_FILES)
            api.photo(99, b"")  # nothing of it is behind the gate
            await until(lambda: len(handler.updates) == 1)
            api.file_gate.set()
            await until(lambda: api.pending() == 0)


async def test_a_file_waits_for_a_place_and_its_own_chats_words_behind_it() -> None:
    """What a chat sends is kept in its order, whatever the others do."""
    most, now = 0, 0
    order: dict[str, list[str]] = {}

    async def handle(update: Update, _: Chat) -> None:
        nonlocal most, now
        order.setdefault(update.chat, []).append(type(update.event).__name__)
        if isinstance(update.event, Upload):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            now -= 1

    async with TelegramApi() as api, running(api, Handler(), handle=handle):
        for chat in range(1, 46):
            api.document(chat, b"pdf")
            api.text(chat, "behind it")
        await until(lambda: api.pending() == 0)
    assert most == SMALL_FILES
    assert set(map(tuple, order.values())) == {("Upload", "Text")}


async def test_a_limit_on_deletions_holds_up_no_answer_not_even_in_its_own_chat() -> None:
    """A "too many requests" about a deletion held the chat, its receipt's codename and the next line."""
    async with TelegramApi() as api:
        client = Client(api.token, api.url, None)
        outbox, behind = Outbox(), Outbox(rate=DELETIONS_PER_SECOND, burst=10)
        gone = api.text(1, "hola")
        api.faults.append(Fault(method="deleteMessage", status=429, retry_after=3600, times=9))
        with pytest.raises(TooManyRequests):
            await TelegramChat(client, behind, 1).forget([gone])
        for chat in (1, 2):
            api.text(chat, "hola")
            assert await TelegramChat(client, outbox, chat).say("recibido") is not None
        await client.close()


async def test_a_thousand_files_of_one_chat_keep_no_other_waiting() -> None:
    """Telegram shows a hundred updates at a time: behind a flood nobody was seen before it was done."""
    limits = Limits(time.monotonic)
    seen: list[int] = []
    handler = Handler()

    async def handle(update: Update, chat: Chat) -> None:
        await handler.handle(update, chat)
        if isinstance(update.event, Text):
            seen.append(len(handler.files))

    async def turn_away(update: Update, chat: Chat) -> None:
        if limits.minutes(update.chat) is not None:
            await chat.say("more")

    def admit(update: Update, waiting: int, crowded: bool) -> bool:
        return limits.admits(update.chat, waiting, crowded=crowded)

    async with TelegramApi() as api:
        for number in range(1000):
            api.document(1, b"%d" % number)
        api.text(2, "a line")
        async with running(api, handler, handle=handle, admit=admit, turn_away=turn_away):
            await until(lambda: api.pending() == 0)
        assert seen == [SHARE]
        assert len(handler.files) == SHARE
        assert [message["text"] for message in api.sent[1]].count("more") == 1
        assert len(api.sent[2]) == 1


async def test_one_slow_file_hides_nobody_behind_ninety_nine_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """They waited until it had come: half an hour and no answer (docs/adr/0292)."""
    monkeypatch.setitem(Delivery.__init__.__kwdefaults__ or {}, "patience", 0.5)
    handler = Handler()
    put_off: list[str] = []

    async def later(update: Update, chat: Chat, quiet: bool) -> None:
        assert not quiet
        put_off.append(update.chat)
        await chat.say("later")

    async with TelegramApi() as api:
        api.file_gate.clear()
        api.document(1, bytes(200_000))
        for chat in range(2, 152):
            api.text(chat, f"line {chat}")
        async with running(api, handler, put_off=later):
            await until(lambda: api.pending() == 0)
            assert len(words(handler)) == 150
            assert put_off == ["1"]
            assert handler.files == []
            api.file_gate.set()
        assert [message["text"] for message in api.sent[1]] == ["later"]


async def test_attack_in_panic_nobody_waits_for_files_that_are_slow() -> None:
    """Somebody comes in while files are on their way: the chat is emptied now, and not after them."""
    handler = Handler()
    quiet: list[bool] = []

    async def later(_: Update, __: Chat, silent: bool) -> None:
        quiet.append(silent)

    def panics(update: Update) -> bool:
        return update.event == Command("x")

    async with TelegramApi() as api:
        api.file_gate.clear()
        async with running(api, handler, put_off=later, panics=panics):
            for _ in range(5):
                api.document(1, bytes(200_000))
            api.document(2, bytes(200_000))
            await until(lambda: api.downloads == 2)
            api.text(1, "/x")
            await until(lambda: any(update.event == Command("x") for update in handler.updates))
            assert quiet == [True] * 5
            assert handler.files == []
            api.file_gate.set()
            await until(lambda: api.pending() == 0)
        assert len(handler.files) == 1, "nobody else's file is touched"
        assert len(api.sent[1]) == 1, "the handler of this test answers; nothing else does"


def test_attack_a_button_that_has_a_file_read_again_is_a_message() -> None:
    async def read() -> AsyncGenerator[bytes, None]:
        yield b"not asked for"

    file = Upload("document", 13, None, None, read)
    pressed = {
        action: counted(Work(1, parts=deque([Update("1", "2", Press(action, file), 3, None)])))
        for action in (
            "words:0",
            "cover_words:0",
            "plain:0",
            "retype:0",
            "disguise:0",
            "send",
            "undo:0",
            "discard",
        )
    }

    assert [action for action, counts in pressed.items() if counts] == [*pressed][:5]

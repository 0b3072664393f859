"""Poison: an update that nobody can parse, or a chat that hangs, must stop nobody else and leak nothing."""

import asyncio
import logging
from functools import partial
from typing import Any

import pytest

from bot.channels.events import Chat, Text, Unusable, Update
from bot.channels.telegram.channel import Account, run
from bot.tally import Tally
from tests.telegram_api import TelegramApi, until

POISONS: list[dict[str, Any]] = [
    {"message": {"message_id": 1, "date": 0, "chat": {"id": "CANARY", "type": "private"}, "text": "CANARY"}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 50, "type": "private"}, "text": ["CANARY"]}},
    {"message": {"message_id": 1, "date": 0, "text": "CANARY"}},
    {"message": {"message_id": 1, "chat": {"id": 50, "type": "private"}, "photo": [{"CANARY": "CANARY"}]}},
    {"message": "CANARY"},
    {"callback_query": {"id": "CANARY", "message": ["CANARY"], "data": "CANARY"}},
    {"my_chat_member": {"chat": {"id": 50, "type": "CANARY"}}},
    {"message": None},
]


class Handler:
    """Answers everybody; the chat in `stuck` waits for its gate."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.stuck = ""
        self.gate = asyncio.Event()

    async def handle(self, update: Update, chat: Chat) -> None:
        if update.chat == self.stuck:
            await self.gate.wait()
        if update.event == Unusable("damaged"):
            return
        assert isinstance(update.event, Text)
        self.texts.setdefault(update.chat, []).append(update.event.body)

    async def apologise(self, update: Update, chat: Chat) -> None:
        raise AssertionError("nothing to apologise for")

    def count(self) -> int:
        return sum(map(len, self.texts.values()))


@pytest.mark.parametrize("poison", POISONS)
async def test_one_malformed_update_among_a_hundred_stops_nobody(
    poison: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tally = Tally()
    async with TelegramApi() as api:
        handler, stop = Handler(), asyncio.Event()
        for i in range(100):
            if i == 37:
                api.inject(poison, 50, check=False)
            else:
                api.text(i, f"CANARY {i}")
        task = asyncio.create_task(
            run(Account(api.token, api.url), handler.handle, handler.apologise, {}, stop, count=tally.count)
        )
        await until(lambda: not api.pending())
        stop.set()
        await task
        polls = sum(method == "getUpdates" for method, _ in api.calls)
    assert handler.count() == 99
    assert polls <= 4, "the batch was handled in one go, not update by update"
    assert [record for record in caplog.records if record.name.startswith("bot")] == []
    (told,) = tally.take()
    assert "could not be read" in told
    assert "CANARY" not in told


async def test_a_stuck_chat_delays_no_other() -> None:
    async with TelegramApi() as api:
        handler, stop = Handler(), asyncio.Event()
        handler.stuck = "1"
        task = asyncio.create_task(
            run(Account(api.token, api.url), handler.handle, handler.apologise, {}, stop, count=Tally().count)
        )
        api.text(1, "first of the stuck one")
        for i in range(3):  # also those who write while it is stuck
            for chat in range(2, 22):
                api.text(chat, f"{i}")
            api.text(1, f"{i} behind")
            await until(partial(lambda wanted: handler.count() >= wanted, 20 * (i + 1)))
        assert "1" not in handler.texts
        assert api.pending() > 60, "nothing above the stuck update is confirmed"
        handler.gate.set()
        await until(lambda: not api.pending())
        stop.set()
        await task
    assert handler.texts.pop("1") == ["first of the stuck one", "0 behind", "1 behind", "2 behind"]
    assert all(texts == ["0", "1", "2"] for texts in handler.texts.values())

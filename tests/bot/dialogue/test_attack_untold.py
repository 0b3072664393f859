"""What Telegram would not let us say is said with the next message, and nothing is asked for again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.events import Chat, Update
from bot.channels.telegram.channel import Account, Handler, TelegramChat, run
from bot.channels.telegram.delivery import NO_THREAD
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.runtime import RuntimeFolder
from bot.store.store import Store
from bot.tally import Tally
from tests.bot.conftest import House
from tests.telegram_api import Fault, TelegramApi, until

TROUBLE = Wording("Union").text("en", Say("trouble"))
"""Which asks for the message once more."""


@asynccontextmanager
async def served(
    house: House, apologise: Handler | None = None
) -> AsyncGenerator[Callable[..., Awaitable[list[str]]]]:
    """Somebody at Telegram: what they read behind each of their lines, or what they press."""
    dialogue, stop = house.dialogue, asyncio.Event()
    async with TelegramApi() as api:
        apologise = apologise or dialogue.apologise
        serving = run(
            Account(api.token, api.url),
            dialogue.handle,
            apologise,
            {},
            stop,
            count=Tally().count,
            delay=dialogue.delay,
        )
        task = asyncio.create_task(serving)

        async def read(*lines: str) -> list[str]:
            before = len(api.sent[1])
            for line in lines:
                if line.startswith("press "):
                    api.press(1, line.removeprefix("press "))
                else:
                    api.text(1, line, language="en")
                await until(lambda: api.pending() == 0)
            return [str(message["text"]) for message in api.sent[1][before:]]

        yield read
        stop.set()
        await task


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessage", status=400, times=9),
        Fault(
            method="sendMessage", kind="page after", status=200, body='{"ok": true, "result": true}', times=9
        ),
        Fault(method="sendMessage", kind="page after", status=502),
        Fault(method="sendMessage", kind="cut after", times=2),
        Fault(method="sendMessage", kind="page", status=200, body="<html>", times=9),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
async def test_attack_nine_answers_fail_and_nothing_is_asked_for_again(
    house: House, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    dialogue, stop = house.dialogue, asyncio.Event()
    async with TelegramApi() as api:
        serving = run(
            Account(api.token, api.url), dialogue.handle, dialogue.apologise, {}, stop, count=Tally().count
        )
        task = asyncio.create_task(serving)
        for words in ("/start", "First words.", "Second words."):
            if words == "First words.":
                api.faults.append(fault)
            api.text(1, words, language="en")
            await until(lambda: api.pending() == 0)
        api.text(1, "/send", language="en")
        await until(lambda: api.pending() == 0)
        api.press(1, "send")
        await until(lambda: api.pending() == 0)
        said = [str(message["text"]) for message in api.sent[1]]
        api.faults.clear()
        stop.set()
        await task
    assert TROUBLE not in said
    assert any("2 messages" in text for text in said), said
    ((_, items),) = await house.sent()
    assert [content.decode() for _, content in items] == ["First words.", "Second words."]


async def test_a_moment_of_short_memory_behind_send_is_waited_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A codename takes 64 MiB; who presses "send" while there are none is told to wait, and no more."""
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    commit, tries = Store.commit_manifest, iter(range(7))

    async def committed(store: Store, *of: Any, **more: Any) -> Any:
        for number in tries:
            raise RuntimeError(NO_THREAD) if number % 2 else MemoryError
        return await commit(store, *of, **more)

    monkeypatch.setattr(Store, "commit_manifest", committed)
    async with served(house) as read:
        await read("/start", "First words.", "/send")
        waited, received, *_ = await read("press send")
    assert waited == Wording("Union").text("en", Say("delayed"))
    assert "1 message" in received
    assert len(await house.sent()) == 1


async def test_who_could_not_be_told_of_a_fault_for_want_of_memory_is_told_when_there_is_some(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed again, "send" is like the first time."""
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("bot.channels.telegram.work.PAUSES", (0.0,) * 5)
    commit, apologise, short, tries = Store.commit_manifest, house.dialogue.apologise, [True], iter(range(5))

    async def committed(store: Store, *of: Any, **more: Any) -> Any:
        if short[0]:
            raise KeyError  # a fault that doesn't pass
        return await commit(store, *of, **more)

    async def say(update: Update, chat: Chat) -> None:
        for _ in tries:
            raise MemoryError
        await apologise(update, chat)

    monkeypatch.setattr(Store, "commit_manifest", committed)
    async with served(house, say) as read:
        await read("/start", "First words.", "/send")
        assert await read("press send") == [TROUBLE]
        short[0] = False
        received, *_ = await read("press send")
    assert "1 message" in received
    assert len(await house.sent()) == 1


async def test_who_was_told_of_a_fault_is_not_told_again_because_it_can_not_be_noted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("bot.channels.telegram.work.PAUSES", (0.0,) * 5)
    say, keep, tries, told = TelegramChat.say, RuntimeFolder.save, iter(range(3)), [False]

    async def committed(*of: Any, **more: Any) -> Any:
        raise KeyError

    async def saying(chat: TelegramChat, *of: Any, **more: Any) -> int | None:
        said = await say(chat, *of, **more)
        told[0] = told[0] or of[0] == TROUBLE
        return said

    def kept(folder: RuntimeFolder, *of: Any, **more: Any) -> None:
        for _ in tries if told[0] else ():
            raise MemoryError
        keep(folder, *of, **more)

    monkeypatch.setattr(Store, "commit_manifest", committed)
    monkeypatch.setattr(TelegramChat, "say", saying)
    monkeypatch.setattr(RuntimeFolder, "save", kept)
    async with served(house) as read:
        await read("/start", "First words.", "/send")
        assert await read("press send") == [TROUBLE]
    assert told == [True]


async def test_who_is_told_of_a_fault_behind_send_and_presses_it_again_gets_the_receipt(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    commit, short = Store.commit_manifest, [True]

    async def committed(store: Store, *of: Any, **more: Any) -> Any:
        if short[0]:
            raise MemoryError
        return await commit(store, *of, **more)

    monkeypatch.setattr(Store, "commit_manifest", committed)
    async with served(house) as read:
        await read("/start", "First words.", "/send")
        assert (await read("press send"))[-1] == TROUBLE
        assert await house.sent() == []
        short[0] = False
        received, *_ = await read("press send")
    assert "1 message" in received
    ((_, items),) = await house.sent()
    assert [content.decode() for _, content in items] == ["First words."]

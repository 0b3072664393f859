"""What Telegram would not let us say is said with the next message, and nothing is asked for again."""

import asyncio
from typing import Any

import pytest

from bot.channels.telegram.channel import Account, run
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.store.store import Store
from bot.tally import Tally
from tests.bot.conftest import House
from tests.telegram_api import Fault, TelegramApi, until

TROUBLE = Wording("Union").text("en", Say("trouble"))
"""Which asks for the message once more."""


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
    dialogue, stop = house.dialogue, asyncio.Event()
    async with TelegramApi() as api:
        serving = run(
            Account(api.token, api.url), dialogue.handle, dialogue.apologise, {}, stop, count=Tally().count
        )
        task = asyncio.create_task(serving)
        for words in ("/start", "First words.", "/send"):
            api.text(1, words, language="en")
            await until(lambda: api.pending() == 0)
        api.press(1, "send")
        await until(lambda: api.pending() == 0)
        assert api.sent[1][-1]["text"] == TROUBLE
        assert await house.sent() == []
        short[0], read = False, len(api.sent[1])
        api.press(1, "send")
        await until(lambda: api.pending() == 0)
        assert "1 message" in api.sent[1][read]["text"]
        stop.set()
        await task
    ((_, items),) = await house.sent()
    assert [content.decode() for _, content in items] == ["First words."]

"""What Telegram shows of the bot before anybody writes is set once, in each language, and holds nobody up."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.events import Chat, Update
from bot.channels.telegram.channel import Account, run
from bot.dialogue.wording import Wording
from bot.server.words import profiles_of
from bot.settings import TelegramSettings
from bot.tally import Tally
from codes.languages import LANGUAGES
from tests.telegram_api import Fault, TelegramApi, until

PROFILES = profiles_of(Wording("The Union"), None)
CODES = {None, "en", "es", "sq", "tl", "hi", "fr"}
TEXTS = CODES - {"en"}
"""Who reads English sees what everybody else sees, so nothing has to be set."""
SET = len(CODES) + 2 * len(TEXTS)
PATIENCE = 20


async def answer(update: Update, chat: Chat) -> None:
    await chat.say("hello")


@asynccontextmanager
async def introducing(api: TelegramApi, settings: TelegramSettings | None = None) -> AsyncIterator[None]:
    profiles = profiles_of(Wording("The Union"), settings)
    stop = asyncio.Event()
    serving = run(Account(api.token, api.url), answer, answer, profiles, stop, count=Tally().count)
    task = asyncio.create_task(serving)
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


def calls(api: TelegramApi, start: str) -> list[str]:
    return [method for method, _ in api.calls if method.startswith(start)]


async def test_it_is_shown_in_every_language_and_set_only_once() -> None:
    async with TelegramApi() as api:
        async with introducing(api):
            await until(lambda: len(calls(api, "setMy")) == SET)
        assert set(api.commands) == CODES
        assert {code for _, code in api.introductions} == TEXTS
        filipino = Wording("The Union")
        assert [(each["command"], each["description"]) for each in api.commands["tl"]] == filipino.commands(
            "fil"
        )
        assert api.introductions["description", "tl"] == filipino.introduction("fil")[0]
        assert api.introductions["short_description", None] == filipino.introduction(LANGUAGES[0])[1]
        api.calls.clear()
        async with introducing(api):
            await until(lambda: len(calls(api, "getMy")) == 3 * len(CODES))
        assert calls(api, "setMy") == []


async def test_what_an_operator_named_is_named_and_nothing_else() -> None:
    settings = TelegramSettings.model_validate(
        {"token_file": "/x", "names": {"fil": "Hulugan", "fr": "Boîte"}}, strict=False
    )
    async with TelegramApi() as api, introducing(api, settings):
        await until(lambda: len(calls(api, "setMy")) == SET + 2)
        named = {code: text for (what, code), text in api.introductions.items() if what == "name"}
        assert named == {"tl": "Hulugan", "fr": "Boîte"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="getMyCommands", status=429, retry_after=600),
        Fault(method="getMyCommands", status=502, times=1000),
        Fault(method="getMyCommands", kind="cut", times=1000),
    ],
    ids=["a limit of ten minutes", "down", "cut"],
)
async def test_nobody_waits_for_it(fault: Fault) -> None:
    async with TelegramApi() as api:
        api.faults.append(fault)
        async with introducing(api):
            api.text(1, "hola")
            await until(lambda: len(api.sent[1]) == 1)
        assert calls(api, "setMy") == []


async def test_what_telegram_does_not_accept_leaves_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    async with TelegramApi() as api:
        api.faults.append(Fault(method="setMyDescription", status=400, times=len(CODES)))
        with caplog.at_level(logging.WARNING):
            async with introducing(api):
                await until(lambda: len(calls(api, "setMy")) == SET - len(TEXTS))
        assert set(api.commands) == CODES
        assert {what for what, _ in api.introductions} == {"short_description"}
    assert "the description was not accepted by Telegram (other)" in caplog.text


async def test_attack_an_answer_of_another_shape_ends_nothing() -> None:
    async with TelegramApi() as api:
        api.faults.append(Fault(method="getMyDescription", kind="page", times=3))
        async with introducing(api):
            api.text(1, "hola")
            await until(lambda: len(api.sent[1]) == 1)
            await until(lambda: len(api.introductions) == 2 * len(TEXTS))


def test_a_name_in_a_language_that_is_not_spoken_is_refused() -> None:
    for names in ({"tl": "x"}, {"fil": ""}, {"fil": "x" * 65}):
        with pytest.raises(ValueError, match=r"names|fil|tl"):
            TelegramSettings.model_validate({"token_file": "/x", "names": names}, strict=False)

"""The stand-in itself: it must have the habits of the real server, or the tests that use it prove nothing."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.telegram_api import TOKEN, Fault, TelegramApi, until
from tests.telegram_people import buttons
from tests.telegram_updates import UPDATE_LIFE

DAY = 24 * 3600
PROGRAM = Path(__file__).with_name("telegram_api.py")
Json = dict[str, Any]


class Caller:
    """Calls methods as any HTTP client would."""

    def __init__(self, api: TelegramApi, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session

    async def __call__(self, method: str, **params: Any) -> Any:
        answer = await self.full(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def full(self, method: str, token: str = TOKEN, **params: Any) -> Json:
        async with self.session.post(f"{self.api.url}/bot{token}/{method}", json=params) as response:
            answer: Json = await response.json()
            assert answer["ok"] == (response.status == 200)
            assert answer["ok"] or answer["error_code"] == response.status
            return answer

    async def ids(self, **params: Any) -> list[int]:
        return [update["update_id"] for update in await self("getUpdates", **params)]


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as api:
        yield api


@pytest.fixture
async def call(api: TelegramApi) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(api, session)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The stand-in's clock, which goes on when a test says so."""
    now = [time.monotonic()]
    clock = SimpleNamespace(monotonic=lambda: now[0], time=time.time)
    monkeypatch.setattr("tests.telegram_updates.time", clock)
    return now


async def test_an_update_is_confirmed_by_a_higher_offset_only(call: Caller, stopped: list[float]) -> None:
    for text in "abc":
        call.api.text(1, text)
    first, second, third = await call.ids()
    assert await call.ids() == [first], "the same offset within half a second gets one update"
    assert await call.ids(offset=second) == [second, third]
    assert call.api.confirmed == [first]
    assert await call.ids(offset=third + 1) == []
    assert call.api.pending() == 0


async def test_the_same_offset_gets_all_again_after_half_a_second(call: Caller, stopped: list[float]) -> None:
    call.api.text(1, "a")
    call.api.text(1, "b")
    assert len(await call.ids()) == 2
    stopped[0] += 0.55
    assert len(await call.ids()) == 2
    assert len(await call.ids(offset=1, limit=1)) == 1


async def test_an_offset_from_the_future_loses_nothing(call: Caller) -> None:
    call.api.jump(500)
    call.api.text(1, "after a quiet week")
    assert await call.ids(offset=900_000) == [500]


async def test_a_negative_offset_takes_the_newest(call: Caller) -> None:
    for text in "abc":
        call.api.text(1, text)
    assert len(await call.ids(offset=-1)) == 1
    assert len(call.api.confirmed) == 2


async def test_a_long_poll_ends_with_the_first_update(call: Caller) -> None:
    poll = asyncio.create_task(call.ids(timeout=50))
    await until(lambda: call.api._poll is not None)
    assert not poll.done()
    call.api.text(1, "a")
    assert len(await asyncio.wait_for(poll, 45)) == 1


async def test_a_second_poll_ends_the_first_with_409(call: Caller) -> None:
    first = asyncio.create_task(call.full("getUpdates", timeout=50))
    await until(lambda: call.api._poll is not None)
    second = asyncio.create_task(call.ids(timeout=50))
    assert (await asyncio.wait_for(first, 45))["error_code"] == 409
    call.api.text(1, "a")
    assert len(await asyncio.wait_for(second, 45)) == 1


async def test_updates_expire_after_a_day(call: Caller) -> None:
    call.api.text(1, "a")
    call.api.advance(UPDATE_LIFE - 5)
    call.api.text(1, "b")
    assert call.api.pending() == 2
    call.api.advance(10)
    assert len(await call.ids()) == 1


async def test_allowed_updates_stay_until_they_are_changed(call: Caller) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    call.api.text(1, "unwanted")
    assert await call.ids(offset=1) == []
    await call("getUpdates", offset=2, allowed_updates=[])
    call.api.text(1, "wanted")
    assert len(await call.ids(offset=3)) == 1


async def test_a_webhook_gets_each_chat_in_order_with_the_secret(api: TelegramApi, call: Caller) -> None:
    got: list[str] = []
    fail = {"b": 2, "x": 1}

    async def receive(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        text = (await request.json())["message"]["text"]
        if fail.get(text, 0) > 0:
            fail[text] -= 1
            return web.Response(status=500)
        got.append(text)
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.text(1, "a")
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await call("setWebhook", url=url, secret_token="s3cret")
    assert (await call("getWebhookInfo"))["url"] == url
    assert (await call.full("getUpdates"))["error_code"] == 409
    for text in "bc":
        api.text(1, text)
    for text in "xy":
        api.text(2, text)
    await until(lambda: not api.pending())
    assert [text for text in got if text in "abc"] == ["a", "b", "c"]
    assert [text for text in got if text in "xy"] == ["x", "y"]
    assert fail == {"b": 0, "x": 0}
    await call("deleteWebhook")
    api.text(1, "d")
    assert len(await call.ids()) == 1
    await runner.cleanup()


async def test_messages_are_sent_edited_and_deleted_by_the_rules(call: Caller) -> None:
    asked = call.api.text(1, "hola")
    keyboard = {"inline_keyboard": [[{"text": "Sí", "callback_data": "yes"}]]}
    said = await call("sendMessage", chat_id=1, text="uno", reply_markup=keyboard)
    assert buttons(said) == ["yes"]
    edit = {"chat_id": 1, "message_id": said["message_id"], "text": "dos"}
    assert (await call("editMessageText", **edit))["text"] == "dos"
    assert "not modified" in (await call.full("editMessageText", **edit))["description"]
    assert (
        "can't be edited"
        in (await call.full("editMessageText", **edit | {"message_id": asked}))["description"]
    )
    assert "not found" in (await call.full("editMessageText", **edit | {"message_id": 5}))["description"]
    assert await call("deleteMessages", chat_id=1, message_ids=[asked, 5, 6])
    assert call.api.held(1) == [said["message_id"]]
    assert "not found" in (await call.full("deleteMessage", chat_id=1, message_id=asked))["description"]
    call.api.advance(2 * DAY)
    assert (
        "can't be deleted"
        in (await call.full("deleteMessages", chat_id=1, message_ids=call.api.held(1)))["description"]
    )
    assert (await call.full("deleteMessages", chat_id=1, message_ids=[]))["error_code"] == 400


async def test_messages_that_telegram_would_refuse(call: Caller) -> None:
    assert (await call.full("sendMessage", chat_id=1, text="x"))[
        "description"
    ] == "Bad Request: chat not found"
    call.api.text(1, "hola")
    for text in ("", "x" * 4097):
        assert (await call.full("sendMessage", chat_id=1, text=text))["error_code"] == 400
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]}
    assert (await call.full("sendMessage", chat_id=1, text="x", reply_markup=markup))["error_code"] == 400
    call.api.block(1)
    assert (await call.full("sendMessage", chat_id=1, text="x"))["error_code"] == 403


async def test_a_pressed_button(call: Caller) -> None:
    call.api.text(1, "hola")
    keyboard = {"inline_keyboard": [[{"text": "Sí", "callback_data": "yes"}]]}
    await call("sendMessage", chat_id=1, text="uno", reply_markup=keyboard)
    pressed = call.api.press(1, "yes")
    query = (await call("getUpdates"))[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]["text"]) == (pressed, "yes", "uno")
    assert await call("answerCallbackQuery", callback_query_id=pressed)


async def test_files(call: Caller) -> None:
    file = call.api.add_file(b"content" * 50_000)["file_id"]
    found = await call("getFile", file_id=file)
    url = f"{call.api.url}/file/bot{TOKEN}/{found['file_path']}"
    async with call.session.get(url) as answer:
        assert await answer.read() == b"content" * 50_000
    call.api.files_to_cut = 1
    with pytest.raises(aiohttp.ClientError):
        async with call.session.get(url) as answer:
            await answer.read()
    async with call.session.get(url.replace(TOKEN, "1:other")) as answer:
        assert answer.status == 404
    large = call.api.add_file(bytes((20 << 20) + 1))["file_id"]
    assert "too big" in (await call.full("getFile", file_id=large))["description"]
    assert "wrong file_id" in (await call.full("getFile", file_id="x"))["description"]


async def test_an_album_is_one_update_per_file(call: Caller) -> None:
    call.api.album(1, [b"a", b"b", b"c"])
    groups = {update["message"]["media_group_id"] for update in await call("getUpdates")}
    assert len(groups) == 1
    assert call.api.pending() == 3


async def test_faults(call: Caller) -> None:
    call.api.text(1, "hola")
    call.api.faults += [
        Fault(method="sendMessage", chat=1, status=429, retry_after=7),
        Fault(method="sendMessage", kind="cut"),
        Fault(method="sendMessage", kind="cut after"),
    ]
    assert (await call.full("sendMessage", chat_id=1, text="x"))["parameters"] == {"retry_after": 7}
    for sent in (0, 1):
        with pytest.raises(aiohttp.ClientError):
            await call("sendMessage", chat_id=1, text="x")
        assert len(call.api.sent[1]) == sent
    assert await call("sendMessage", chat_id=1, text="x")


async def test_it_is_strict(call: Caller) -> None:
    assert (await call.full("getMe", token="1:wrong"))["error_code"] == 401
    assert (await call.full("inventedMethod"))["error_code"] == 404
    assert (await call.full("sendMessage", chat_id=1, text="x", invented=1))["error_code"] == 400
    assert (await call.full("sendMessage", chat_id=1))["error_code"] == 400
    assert len(call.api.violations) >= 3
    call.api.violations.clear()


async def test_what_the_description_does_not_allow_is_found(call: Caller) -> None:
    with pytest.raises(ValueError, match="unknown field invented"):
        call.api.message(1, text="x", invented=1)
    with pytest.raises(ValueError, match="not of type String"):
        call.api.message(1, text=5)
    with pytest.raises(ValueError, match="missing"):
        call.api.inject({"message": {"message_id": 1}}, 1)
    assert call.api.pending() == 0
    call.api.text(1, "hola")
    assert (await call.full("sendMessage", chat_id=1, text="x", protect_content="yes"))["error_code"] == 400
    assert call.api.violations
    call.api.violations.clear()


async def test_violations_fail_the_test_that_causes_them() -> None:
    with pytest.raises(AssertionError, match="not a method"):
        async with TelegramApi() as api, aiohttp.ClientSession() as session:
            await Caller(api, session).full("inventedMethod")


async def test_on_its_own_it_is_driven_over_http() -> None:
    """So it outlives a bot that is killed, and can be used by hand."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, PROGRAM, "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    url = (await asyncio.wait_for(program.stdout.readline(), 240)).decode().strip()
    async with aiohttp.ClientSession() as session:

        async def control(name: str, **arguments: Any) -> Any:
            body = json.dumps({"call": name, "with": arguments})
            async with session.post(
                f"{url}/control", data=body, headers={"Content-Type": "application/json"}
            ) as r:
                return (await r.json()).get("result")

        await control("text", chat=1, text="hola")
        await control("document", chat=1, content={"hex": b"bytes".hex()})
        assert await control("pending") == 2
        assert await control("stop") is None, "not a helper"
        async with session.post(f"{url}/bot{TOKEN}/getUpdates") as answer:
            assert len((await answer.json())["result"]) == 2
        assert (await control("state"))["violations"] == []
    program.terminate()
    await program.wait()
    # Python 3.11 leaves the pipe to the garbage collector.
    program._transport.close()  # type: ignore[attr-defined] # private, and the only way

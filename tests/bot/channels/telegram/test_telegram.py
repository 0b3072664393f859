"""The Telegram channel against the stand-in: real HTTP through python-telegram-bot, polling and webhook."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.events import (
    FILE_BYTES,
    Button,
    Chat,
    Command,
    DownloadError,
    Press,
    Text,
    TooBig,
    Unusable,
    Update,
    Upload,
)
from bot.channels.telegram.channel import Account, TelegramChat, run
from bot.channels.telegram.client import Client
from bot.channels.telegram.errors import ELSEWHERE, Refused, TooManyRequests, Unavailable
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.policy import ALLOWED_UPDATES
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.webhook import Hook
from bot.store.errors import StorageError
from bot.tally import Tally
from tests.ports import free_port
from tests.telegram_api import TOKEN, Fault, TelegramApi, until
from tests.telegram_people import buttons

PATIENCE = 240.0
DAY = 24 * 3600

Handle = Callable[[Update, Chat], Awaitable[None]]


class Handler:
    """Writes down what it is given, and answers with one message."""

    def __init__(self) -> None:
        self.events: list[tuple[str, object]] = []
        self.updates: list[Update] = []
        self.files: list[bytes] = []
        self.apologies = 0
        self.errors: list[Exception] = []

    async def handle(self, update: Update, chat: Chat) -> None:
        if self.errors:
            raise self.errors.pop(0)
        if isinstance(update.event, Upload):
            self.files.append(b"".join([chunk async for chunk in update.event.read()]))
        self.updates.append(update)
        self.events.append((update.chat, update.event))
        await chat.say("recibido", [[Button("Enviar", "send")]])

    async def apologise(self, update: Update, chat: Chat) -> None:
        self.apologies += 1
        await chat.say("perdón")


@asynccontextmanager
async def running(
    api: TelegramApi,
    handler: Handler,
    mode: str = "polling",
    handle: Handle | None = None,
    tally: Tally | None = None,
    **more: Any,
) -> AsyncIterator["asyncio.Task[None]"]:
    hook = None
    if mode == "webhook":
        port = free_port()
        hook = Hook(f"http://127.0.0.1:{port}/telegram", "s3cret_-", "127.0.0.1", port, "/telegram")
    stop = asyncio.Event()
    account = Account(api.token, api.url, None, hook)
    task = asyncio.create_task(
        run(
            account,
            handle or handler.handle,
            handler.apologise,
            {},
            stop,
            count=(tally or Tally()).count,
            **more,
        )
    )
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), PATIENCE)


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_every_kind_arrives_and_is_confirmed(mode: str) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler, mode):
            api.text(1, "/start")
            api.text(1, "Nos filman en casa")
            api.photo(2, b"jpeg" * 30_000, caption="contrato")
            api.document(3, b"pdf")
            first, _ = api.album(4, [b"one", b"two"])
            api.voice(5, b"ogg")
            api.message(6, contact={"phone_number": "1", "first_name": "x"})
            api.message(7, location={"latitude": 1.0, "longitude": 2.0})
            await until(lambda: len(handler.updates) == 9 and api.pending() == 0)
            await until(lambda: len(api.sent[1]) == 2)
            api.edit(4, first, "other")
            api.press(1, "send")
            await until(lambda: len(handler.updates) == 11 and api.pending() == 0)
        by_chat = {chat: [e for c, e in handler.events if c == chat] for chat, _ in handler.events}
        assert by_chat["1"] == [Command("start"), Text("Nos filman en casa"), Press("send")]
        assert by_chat["6"] + by_chat["7"] == [Unusable("contact"), Unusable("location")]
        groups = [e.group for e in by_chat["4"] if isinstance(e, Upload)]
        assert len(groups) == 2
        assert len(set(groups)) == 1
        assert sorted(handler.files) == sorted([b"jpeg" * 30_000, b"pdf", b"one", b"two", b"ogg"])
        assert len(api.answered) == 1
        assert len(api.confirmed) == 11


async def test_what_is_said_is_silent_plain_and_protected() -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler):
            api.text(1, "<b>hola</b>")
            await until(lambda: len(api.sent[1]) == 1)
        said = next(params for method, params in api.calls if method == "sendMessage")
        assert buttons(api.sent[1][0]) == ["send"]
        assert said.pop("reply_markup")
        assert said == {
            "chat_id": 1,
            "text": "recibido",
            "link_preview_options": {"is_disabled": True},
            "disable_notification": True,
            "protect_content": True,
        }


async def test_only_the_wanted_updates_are_asked_for_each_time(mode: str) -> None:
    """allowed_updates stays on Telegram's side: another program may have left its own there."""
    async with TelegramApi() as api:
        api.allowed = ["poll"]
        handler = Handler()
        async with running(api, handler, mode):
            await until(lambda: api.allowed == list(ALLOWED_UPDATES))
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
        asked = [params for method, params in api.calls if method in ("getUpdates", "setWebhook")]
        assert all(params["allowed_updates"] == list(ALLOWED_UPDATES) for params in asked)


async def test_a_group_is_left_without_a_word(mode: str) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler, mode):
            api.added_to_group(-5)
            api.added_to_group(-6, "channel")
            api.message(-7, kind="supergroup", text="hello")
            await until(lambda: api.pending() == 0)
        assert sorted(api.left) == [-7, -6, -5]
        assert not handler.updates
        assert not any(api.sent.values())


async def test_a_group_that_becomes_a_supergroup_before_we_leave_stops_nobody(mode: str) -> None:
    """Telegram names the new id; asking for the old one again would hold up every other update."""
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(Fault(method="leaveChat", status=400, migrated_to=-1009, times=1000))
        async with running(api, handler, mode):
            api.added_to_group(-5)
            api.text(1, "hola")
            await until(lambda: api.pending() == 0, 5)
        assert len(handler.updates) == 1


async def test_a_person_who_blocks_the_bot_stops_nobody(mode: str) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler, mode):
            api.text(1, "hola")
            api.block(1)
            api.text(2, "hola")
            await until(lambda: api.pending() == 0)
        assert len(handler.updates) == 2
        assert not api.sent[1]
        assert len(api.sent[2]) == 1
        assert handler.apologies == 0


async def test_a_storage_error_confirms_nothing_until_it_is_gone(mode: str) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        handler.errors = [StorageError()]
        async with running(api, handler, mode):
            api.text(1, "hola")
            await until(lambda: not handler.errors)
            assert api.pending() == 1
            await until(lambda: api.pending() == 0)
        assert len(handler.updates) == 1


@pytest.mark.parametrize("trouble", ["disk", "file"])
async def test_what_waits_is_told_to_wait_once_and_not_to_be_sent_again(trouble: str) -> None:
    """And if that can't be said the first time, it is said later."""
    async with TelegramApi() as api:
        handler, stop = Handler(), asyncio.Event()
        delayed: list[str] = []

        async def delay(update: Update, chat: Chat) -> None:
            delayed.append(update.chat)
            if len(delayed) == 1:
                raise Unavailable

        if trouble == "disk":
            handler.errors = [StorageError() for _ in range(9)]
        else:
            api.faults.append(Fault(method="getFile", status=502, times=9))
        work = run(
            Account(api.token, api.url),
            handler.handle,
            handler.apologise,
            {},
            stop,
            count=Tally().count,
            again=(StorageError,),
            delay=delay,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
            task = asyncio.create_task(work)
            api.photo(1, b"jpeg")
            await until(lambda: api.pending() == 0)
            stop.set()
            await task
        assert (delayed, len(handler.updates), handler.apologies) == (["1", "1"], 1, 0)


async def test_a_bug_is_apologised_for_once_and_confirmed(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    tally = Tally()
    async with TelegramApi() as api:
        handler = Handler()
        handler.errors = [ValueError("CANARY") for _ in range(3)]
        async with running(api, handler, mode, tally=tally):
            api.text(1, "CANARY")
            await until(lambda: api.pending() == 0)
        assert (handler.apologies, len(handler.updates)) == (1, 0)
        assert [record for record in caplog.records if record.name.startswith("bot")] == []
        assert [sentence[:12] for sentence in tally.take()] == ["fewer than 5"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessage"),
        Fault(method="sendMessage", kind="cut"),
        Fault(method="sendMessage", kind="cut after"),
        Fault(method="sendMessage", kind="page", status=200),
        Fault(method="sendMessage", kind="page", status=403),
        Fault(method="sendMessage", kind="page", status=404),
        Fault(method="sendMessage", kind="page", status=200, body='{"status": "maintenance"}'),
        Fault(method="sendMessage", kind="page", status=200, body="[7]"),
        Fault(method="sendMessage", kind="page", status=400, body='{"ok": false, "parameters": "x"}'),
        Fault(method="sendMessage", kind="page after", status=502),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
async def test_an_answer_that_fails_is_given_again(mode: str, fault: Fault) -> None:
    """Also when a proxy's page says 403, which from Telegram would mean that the person blocked the bot."""
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(replace(fault))
        async with running(api, handler, mode):
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
        assert api.sent[1]
        assert handler.apologies == 0


@pytest.mark.parametrize("result", ["true", "[]", "null", "{}", '{"message_id": "x", "date": 1}', '"x"', "5"])
async def test_an_answer_that_was_carried_out_is_not_given_twice(result: str) -> None:
    """Telegram, or what stands before it, tells of a message that was sent something else than a message."""
    async with TelegramApi() as api:
        handler = Handler()
        body = f'{{"ok": true, "result": {result}}}'
        api.faults.append(Fault(method="sendMessage", kind="page after", status=200, body=body))
        async with running(api, handler):
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
        assert len(api.sent[1]) == 1
        assert handler.apologies == 0


async def test_what_telegram_refuses_to_say_is_tried_nine_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.LONGEST_PAUSE", 0.01)
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(Fault(method="sendMessage", status=400, times=9))
        async with running(api, handler):
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
        assert (len(handler.updates), handler.apologies) == (9, 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="getFile", status=429, retry_after=1),
        Fault(method="getFile", kind="page", status=502),
        Fault(method="getFile", kind="page", status=200, body='{"ok": true}'),
        Fault(method="getFile", kind="page after", status=200, body='{"ok": true, "result": [7]}'),
        Fault(method="getFile", kind="cut"),
        Fault(method="file", status=502),
        Fault(method="file", status=429, retry_after=1),
        Fault(method="file", kind="page", status=200),
    ],
    ids=lambda fault: f"{fault.method}-{fault.kind}-{fault.status}",
)
async def test_a_file_waits_for_telegram(fault: Fault) -> None:
    """And the person reads nothing of it: it is not their file that is broken."""
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(replace(fault, times=1 if fault.retry_after else 2))
        async with running(api, handler):
            began = asyncio.get_running_loop().time()
            api.photo(1, b"jpeg")
            await until(lambda: api.pending() == 0)
            lasted = asyncio.get_running_loop().time() - began
        assert handler.files == [b"jpeg"]
        assert (len(api.sent[1]), handler.apologies) == (1, 0)
        assert lasted >= (fault.retry_after or 0), "it asked again before the time was over"


async def test_too_many_requests_are_waited_for_in_that_chat_alone(mode: str) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(Fault(method="sendMessage", chat=1, status=429, retry_after=1))
        async with running(api, handler, mode):
            api.text(1, "hola")
            await until(lambda: not api.faults)
            api.text(2, "hola")
            await until(lambda: len(api.sent[2]) == 1)
            assert not api.sent[1]
            await until(lambda: api.pending() == 0)
        assert len(api.sent[1]) == 1
        assert len(handler.updates) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="getUpdates", status=502),
        Fault(method="getUpdates", status=500),
        Fault(method="getUpdates", status=429, retry_after=1),
        Fault(method="getUpdates", kind="cut"),
        Fault(method="getUpdates", kind="cut after"),
        Fault(method="getUpdates", status=400),
        Fault(method="getUpdates", kind="page", status=404),
        Fault(method="getUpdates", kind="page", status=200, body='{"ok": true, "result": {}}'),
        Fault(method="getUpdates", kind="page", status=200, body='{"ok": true, "result": [7, null]}'),
        Fault(method="getUpdates", kind="page", status=409),
        Fault(method="getMe", status=502),
        Fault(method="getMe", status=403),
        Fault(method="getMe", kind="page", status=401),
        Fault(method="deleteWebhook", kind="cut"),
        Fault(method="setMyCommands", status=400),
    ],
    ids=lambda fault: f"{fault.method}-{fault.kind}-{fault.status}",
)
async def test_an_outage_is_survived(fault: Fault) -> None:
    async with TelegramApi() as api:
        api.faults.append(replace(fault))
        api.text(1, "hola")
        handler, stop = Handler(), asyncio.Event()
        profiles = {"es": Profile((("start", "Empezar"),), "Un buzón.", "Un buzón.")}
        work = run(
            Account(api.token, api.url),
            handler.handle,
            handler.apologise,
            profiles,
            stop,
            count=Tally().count,
        )
        task = asyncio.create_task(work)
        await until(lambda: api.pending() == 0 and not api.faults)
        stop.set()
        await task
        assert len(handler.updates) == 1


async def test_a_button_whose_query_is_too_old_still_works() -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler):
            api.text(1, "hola")
            await until(lambda: len(api.sent[1]) == 1)
            api.faults.append(Fault(method="answerCallbackQuery", status=400))
            api.press(1, "send")
            await until(lambda: len(handler.updates) == 2)
        assert handler.updates[1].event == Press("send")


async def test_a_query_that_is_refused_loses_no_press() -> None:
    async with TelegramApi() as api:
        handler = Handler()
        api.faults.append(Fault(method="answerCallbackQuery", status=403, times=3))
        async with running(api, handler):
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
            api.press(1, "send")
            await until(lambda: api.pending() == 0)
        assert handler.events[-1] == ("1", Press("send"))


async def test_a_second_instance_ends_the_first_with_one_sentence() -> None:
    async with TelegramApi() as api, running(api, Handler()) as first:
        await until(lambda: any(method == "getUpdates" for method, _ in api.calls))
        async with running(api, Handler()) as second:
            with pytest.raises(Refused, match="Another program"):
                await asyncio.wait_for(asyncio.shield(first), PATIENCE)
            assert not second.done()


async def test_a_changed_token_ends_us_with_one_sentence_and_confirms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler, handle=None) as task:
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
            api.token = "111111111:another_token_since_today_xxxx"
            api.text(1, "adiós")
            with pytest.raises(Refused, match="token") as caught:
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        assert TOKEN not in str(caught.value)
        assert caught.value.__context__ is None
        assert api.pending() == 1


async def test_a_token_that_was_changed_while_answering_confirms_nothing() -> None:
    """Found out by a sender, in webhook mode, where nobody asks for updates."""
    async with TelegramApi() as api:
        token, handler = api.token, Handler()

        async def handle(update: Update, chat: Chat) -> None:
            api.token = "111111111:another_token_since_today_xxxx"
            await handler.handle(update, chat)

        async with running(api, handler, "webhook", handle) as task:
            api.text(1, "hola")
            with pytest.raises(Refused, match="token"):
                await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        assert (api.pending(), handler.apologies) == (1, 0)
        assert token == TOKEN


async def refused(account: Account) -> None:
    """Run a channel that is not going to start."""
    handler = Handler()
    await run(account, handler.handle, handler.apologise, {}, asyncio.Event(), count=Tally().count)


@pytest.mark.parametrize("token", ["", "nonsense", "123456789:not_the_token_of_this_server"])
async def test_a_wrong_token_is_one_sentence(token: str) -> None:
    async with TelegramApi() as api:
        with pytest.raises(Refused, match="token") as caught:
            await refused(Account(token, api.url))
        assert not token or token not in str(caught.value)
    api.violations.clear()


async def test_a_webhook_port_that_is_taken_is_one_sentence() -> None:
    async with TelegramApi() as api:
        port = int(api.url.rpartition(":")[2])
        hook = Hook(f"{api.url}/x", "s", "127.0.0.1", port, "/x")
        with pytest.raises(Refused, match="port"):
            await refused(Account(api.token, api.url, None, hook))


async def test_a_webhook_that_telegram_does_not_take_is_one_sentence() -> None:
    async with TelegramApi() as api:
        api.faults.append(Fault(method="setWebhook", status=400))
        hook = Hook("http://127.0.0.1:1/x", "s", "127.0.0.1", free_port(), "/x")
        with pytest.raises(Refused, match="webhook"):
            await refused(Account(api.token, api.url, None, hook))


@pytest.mark.parametrize("second", ["polling", "webhook"])
async def test_two_servers_with_one_token_on_two_stores_are_told_once(
    second: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one hears nothing more, and would never know."""
    monkeypatch.setattr("bot.channels.telegram.channel.WATCH_SECONDS", 0.02)
    async with TelegramApi() as api, running(api, Handler(), "webhook") as first:
        await until(lambda: bool(api.hooked()))
        async with running(api, later := Handler(), second):
            await until(lambda: ELSEWHERE in caplog.messages)
            api.text(1, "hola")
            await until(lambda: bool(later.events))
            await asyncio.sleep(0.2)
        assert caplog.messages.count(ELSEWHERE) == 1
        assert not first.done()


async def test_a_proxy_that_cannot_be_used_is_one_sentence() -> None:
    with pytest.raises(Refused, match="proxy"):
        Client(TOKEN, "http://127.0.0.1:1", "socks9://127.0.0.1:1")


async def test_both_pools_go_through_the_proxy_and_nothing_through_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readline()).decode())
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = Client(TOKEN, "http://telegram.invalid", f"http://127.0.0.1:{port}")
    for call in (client.start, lambda: client.fetch(None, 0)):
        with pytest.raises(Unavailable):
            await call()
    assert [" ".join(seen).count(method) for method in ("getMe", "getUpdates")] == [1, 1]
    await client.close()
    server.close()
    await server.wait_closed()
    async with TelegramApi() as api:
        direct = Client(api.token, api.url, None)
        assert await direct.start() == "standin_bot"
        await direct.close()


async def test_stopping_before_the_first_answer() -> None:
    stop = asyncio.Event()
    handler = Handler()
    account = Account(TOKEN, "http://127.0.0.1:1")
    task = asyncio.create_task(run(account, handler.handle, handler.apologise, {}, stop, count=Tally().count))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def test_what_is_done_when_we_stop_is_confirmed() -> None:
    """Else the next start would greet everybody again."""
    async with TelegramApi() as api:
        handler, gate = Handler(), asyncio.Event()

        async def handle(update: Update, chat: Chat) -> None:
            await gate.wait()
            await handler.handle(update, chat)

        async with running(api, handler, handle=handle):
            api.text(1, "hola")
            await until(lambda: any(params.get("offset") for _, params in api.calls))
            asyncio.get_running_loop().call_later(0.05, gate.set)
        assert api.pending() == 0
        assert len(api.confirmed) == 1


async def test_ids_that_restart_lower_after_a_quiet_week_lose_nothing() -> None:
    async with TelegramApi() as api:
        handler = Handler()
        async with running(api, handler):
            api.text(1, "one")
            await until(lambda: api.pending() == 0)
            api.jump(500)
            api.text(1, "two")
            await until(lambda: api.pending() == 0)
            api.text(1, "three")
            await until(lambda: api.pending() == 0)
        assert [e.body for _, e in handler.events if isinstance(e, Text)] == ["one", "two", "three"]


# -- the chat


@asynccontextmanager
async def chatting(api: TelegramApi, chat: int = 1) -> AsyncIterator[TelegramChat]:
    client = Client(api.token, api.url, None)
    await client.start()
    api.text(chat, "hola")
    try:
        yield TelegramChat(client, Outbox(chat_burst=1000), chat)
    finally:
        await client.close()


async def test_a_message_is_edited_where_that_still_works() -> None:
    async with TelegramApi() as api, chatting(api) as chat:
        first = await chat.say("uno")
        assert await chat.say("dos", replace=first) == first
        assert await chat.say("dos", replace=first) == first, "the same again is fine too"
        assert [m["text"] for m in api.sent[1]] == ["dos"]
        later = await chat.say("tres", replace=999_999)
        assert later not in (None, first, 999_999)
        assert [m["text"] for m in api.sent[1]] == ["dos", "tres"]
        assert await chat.say("cuatro", replace=api.held(1)[0]) is not None, "not a message of ours"


async def test_a_blocked_chat_is_none_and_not_an_error() -> None:
    async with TelegramApi() as api, chatting(api) as chat:
        first = await chat.say("uno")
        api.block(1)
        assert await chat.say("dos") is None
        assert await chat.say("dos", replace=first) is None
        client = Client(api.token, api.url, None)
        assert await TelegramChat(client, Outbox(), 12345).say("nobody there") is None
        await client.close()


async def test_everything_is_forgotten_in_groups_of_a_hundred() -> None:
    async with TelegramApi() as api, chatting(api) as chat:
        for i in range(249):
            api.text(1, f"{i}")
        messages = api.held(1)
        assert len(messages) == 250
        assert await chat.forget(messages) == 0
        assert api.held(1) == []
        assert [m for m, _ in api.calls if m.startswith("delete")] == ["deleteMessages"] * 3
        assert await chat.forget(messages) == 0, "what is gone counts as gone"
        assert await chat.forget([]) == 0


async def test_what_is_too_old_to_delete_is_counted_and_the_rest_deleted() -> None:
    async with TelegramApi() as api, chatting(api) as chat:
        api.text(1, "old")
        api.advance(2 * DAY)
        new = [api.text(1, f"new {i}") for i in range(3)]
        assert await chat.forget(api.held(1)) == 2
        assert len(api.held(1)) == 2
        assert not set(new) & set(api.held(1))
        assert await chat.forget([api.held(1)[0]]) == 1


# -- downloads


async def fetched(client: Client, file: str) -> bytes:
    return b"".join([chunk async for chunk in client.download(file)])


@asynccontextmanager
async def connected(api: TelegramApi) -> AsyncIterator[Client]:
    client = Client(api.token, api.url, None)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def test_a_download_streams_in_pieces() -> None:
    content = bytes(range(256)) * 4096
    async with TelegramApi() as api, connected(api) as client:
        file = api.add_file(content)["file_id"]
        pieces = [chunk async for chunk in client.download(file)]
        assert b"".join(pieces) == content
        assert len(pieces) > 3
        assert max(map(len, pieces)) <= 256 * 1024
        assert await fetched(client, file) == content, "it can be opened again"


async def test_a_download_is_cut_at_the_cap_whatever_was_declared() -> None:
    async with TelegramApi() as api, connected(api) as client:
        file = api.add_file(b"x")["file_id"]
        api._files[file] = bytes(FILE_BYTES + 1)
        with pytest.raises(TooBig):
            await fetched(client, file)
        api.lie_about_size = True
        taken = 0
        with pytest.raises(TooBig):  # noqa: PT012 -- what was handed out until then counts
            async for chunk in client.download(file):
                taken += len(chunk)
        assert taken <= FILE_BYTES


@pytest.mark.parametrize("trouble", ["cut", "gone", "getFile", "unknown", "429", "file"])
async def test_a_download_that_fails_names_no_token(trouble: str) -> None:
    async with TelegramApi() as api, connected(api) as client:
        file = api.add_file(bytes(500_000))["file_id"]
        match trouble:
            case "cut":
                api.files_to_cut = 1
            case "gone":
                api.file_path_prefix = "elsewhere/"
            case "getFile":
                api.faults.append(Fault(method="getFile", kind="cut"))
            case "429":
                api.faults.append(Fault(method="getFile", status=429, retry_after=3))
            case "file":
                api.faults.append(Fault(method="file", kind="cut"))
            case _:
                file = "no such file"
        with pytest.raises((DownloadError, Unavailable, TooManyRequests)) as caught:
            await fetched(client, file)
        error: BaseException | None = caught.value
        while error is not None:
            assert TOKEN not in repr(error)
            error = error.__context__


async def test_a_download_can_be_given_up_half_way() -> None:
    async with TelegramApi() as api, connected(api) as client:
        api.file_gate.clear()
        chunks = client.download(api.add_file(bytes(1_000_000))["file_id"])
        assert await anext(chunks)
        await chunks.aclose()
        api.file_gate.set()
        assert await fetched(client, api.add_file(b"next")["file_id"]) == b"next"


async def test_nothing_of_the_library_is_logged_with_a_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with TelegramApi() as api:
        api.faults.append(Fault(method="getMe", status=502))
        handler = Handler()
        async with running(api, handler):
            api.text(1, "hola")
            await until(lambda: api.pending() == 0)
    assert TOKEN not in caplog.text

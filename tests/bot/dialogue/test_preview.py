"""A disguised voice on its way back to its source, through the stand-in of the Bot API."""

import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.events import CannotPlay
from bot.channels.telegram.channel import PREVIEW_TRIES, TelegramChat
from bot.channels.telegram.client import PREVIEW_BYTES
from bot.channels.telegram.errors import TooManyRequests
from bot.channels.telegram.outbox import Outbox
from tests.bot.channels.telegram.test_telegram import connected
from tests.telegram_api import TOKEN, Fault, TelegramApi

OGG, MP4 = "audio/ogg", "video/mp4"


@asynccontextmanager
async def talking(api: TelegramApi) -> AsyncIterator[TelegramChat]:
    api.text(1, "/start")
    async with connected(api) as client:
        yield TelegramChat(client, Outbox(), 1)


@pytest.mark.parametrize(
    ("media_type", "method", "name"), [(OGG, "sendVoice", "voice.ogg"), (MP4, "sendVideo", "video.mp4")]
)
async def test_a_preview_is_silent_protected_and_named_like_every_other(
    media_type: str, method: str, name: str
) -> None:
    async with TelegramApi() as api, talking(api) as chat:
        message = await chat.play(b"disguised", media_type)
        ((_, said),) = [call for call in api.calls if call[0] == method]
        assert said.keys() == {"chat_id", method[4:].lower(), "protect_content", "disable_notification"}
        assert said["protect_content"]
        assert said["disable_notification"]
        assert api.documents[1] == [(name, b"disguised")]
        assert message is not None
        assert await chat.forget([message]) == 0, "it can be deleted at the end"


async def test_a_person_who_forbids_voice_messages_gets_a_file() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        api.forbidding.add(1)
        await chat.play(b"disguised", OGG)
        assert [call[0] for call in api.calls][-1] == "sendDocument"
        assert api.documents[1] == [("voice.ogg", b"disguised")]


async def test_what_telegram_takes_in_no_form_can_not_be_played() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        api.faults += [Fault(method="sendVoice", status=400), Fault(method="sendDocument", status=400)]
        with pytest.raises(CannotPlay):
            await chat.play(b"disguised", OGG)


@pytest.mark.parametrize(("size", "media_type"), [(PREVIEW_BYTES + 1, OGG), (1, "application/pdf")])
async def test_what_can_not_be_played_is_not_even_sent(size: int, media_type: str) -> None:
    async with TelegramApi() as api, talking(api) as chat:
        with pytest.raises(CannotPlay):
            await chat.play(bytes(size), media_type)
        assert not any(method.startswith("send") for method, _ in api.calls)


async def test_an_upload_that_fails_is_tried_again_but_not_for_ever() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        api.faults.append(Fault(method="sendVoice", kind="cut"))
        assert await chat.play(b"disguised", OGG) is not None
        api.faults.append(Fault(method="sendVoice", status=502, times=PREVIEW_TRIES))
        with pytest.raises(CannotPlay) as caught:
            await chat.play(b"disguised", OGG)
        assert TOKEN not in repr(caught.value.__context__)


async def test_a_preview_waits_its_turn_like_every_message() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        api.faults.append(Fault(method="sendVoice", status=429, retry_after=1))
        assert await chat.play(b"disguised", OGG) is not None
        api.faults.append(Fault(method="sendVoice", status=429, retry_after=500))
        with pytest.raises(TooManyRequests):
            await chat.play(b"disguised", OGG)


async def test_whoever_blocked_the_bot_hears_nothing() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        api.blocked.add(1)
        assert await chat.play(b"disguised", OGG) is None


async def test_an_upload_takes_a_bounded_multiple_of_its_size() -> None:
    async with TelegramApi() as api, talking(api) as chat:
        content = bytes(8 << 20)
        tracemalloc.start()
        try:
            await chat.play(content, MP4)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        # The stand-in is in this process, too: it holds the body, and the file that it makes of it.
        assert peak < 4 * len(content)

"""Talks to the Bot API through python-telegram-bot, which only this folder imports.

Of the library it uses `Bot` and its HTTP client; updates are fetched raw and read by `inbound`, so that one
that nobody can parse stops nobody. Source: https://core.telegram.org/bots/api. The library's exceptions
can hold the token, ids and whole answers: they end here, and one of ours, which holds none of it, goes on.
"""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing, suppress
from typing import Any, TypeVar, cast

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else a 429 makes the library warn

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)
from telegram.error import InvalidToken
from telegram.request import RequestData

from bot.channels.events import FILE_BYTES, TAKEN_AWAY, Button, CannotPlay, DownloadError, TooBig
from bot.channels.telegram.contents import Raw
from bot.channels.telegram.errors import (
    BAD_TOKEN,
    BAD_WEBHOOK,
    Misshapen,
    Refused,
    Rejected,
    Unavailable,
    Unreachable,
)
from bot.channels.telegram.http import CALL_SECONDS, Upload, connection, translated
from bot.channels.telegram.policy import ALLOWED_UPDATES
from bot.channels.telegram.profile import Profiles, introduce

UPLOAD_SECONDS = 1800.0
"""For a whole document: 32 MiB through Tor on a bad day. No single write waits longer than `CALL_SECONDS`."""
DOWNLOADS = 40
"""At once, with a few in reserve for previews that are made again."""
PREVIEW_SECONDS = 120.0
PREVIEW_BYTES = 49_000_000
"""Of the 50 MB that a bot may send (https://core.telegram.org/bots/api#sendvideo), with the form."""
PREVIEW_NAMES = {"audio/ogg": "voice.ogg", "video/mp4": "video.mp4", "image/png": "place.png"}

R = TypeVar("R")
Rows = Sequence[Sequence[Button]]

_log = logging.getLogger(__name__)


class Client:
    """The methods of the Bot API that Silbo uses, with one small family of errors.

    Unavailable, TooManyRequests, Unreachable, Rejected, Refused: no token, id or word of anybody is in one.
    """

    def __init__(self, token: str, base_url: str, proxy: str | None) -> None:
        self._proxied = proxy is not None
        self._request = connection(proxy, connections=24)
        self._files = connection(proxy, connections=DOWNLOADS)  # slow files keep no answer from going out
        self._polling = connection(proxy, connections=2)
        try:
            self._bot = Bot(
                token,
                base_url=f"{base_url}/bot",
                base_file_url=f"{base_url}/file/bot",
                request=self._request,
                get_updates_request=self._polling,
            )
        except InvalidToken:
            raise Refused(BAD_TOKEN) from None

    async def start(self) -> str:
        """Connect, check the token, and return the bot's username."""
        await self._ask(self._bot.initialize())
        return self._bot.username

    async def close(self) -> None:
        # `Bot.shutdown` forgets them after a failed start.
        for request in (self._request, self._files, self._polling):
            await request.shutdown()

    async def introduce(
        self,
        profiles: Profiles,
        persist: Callable[[Callable[[], Coroutine[Any, Any, None]]], Awaitable[None]],
        head: str = "",
    ) -> None:
        """See `bot.channels.telegram.profile`."""
        await introduce(self._bot, self.call, profiles, persist, head)

    async def use_polling(self) -> None:
        await self._ask(self._bot.delete_webhook())

    async def webhook(self) -> tuple[str, bool]:
        """Where Telegram sends updates ("" for nowhere: they are fetched), and whether that failed."""
        info = await self._ask(self._bot.get_webhook_info())
        return info.url or "", info.last_error_date is not None

    async def use_webhook(self, url: str, secret: str) -> None:
        try:
            await self.call(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))
        except Rejected:
            raise Refused(BAD_WEBHOOK) from None

    async def fetch(self, offset: int | None, seconds: int) -> list[Raw]:
        """Return the raw updates from `offset` on, waiting up to `seconds` for one."""
        wanted = {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        # Spelled so, the library sends "getUpdates" and leaves the answer raw; the plain name makes it warn.
        request = self._bot.do_api_request("get__updates", wanted, read_timeout=seconds + CALL_SECONDS)
        updates = await self._ask(request, seconds + 2 * CALL_SECONDS)
        if not isinstance(updates, list):
            raise Unavailable
        return [update for update in updates if isinstance(update, dict)]  # one that is none stops nobody

    async def answer(self, query: str) -> None:
        """End the spinner on a pressed button. Raises what `call` raises."""
        await self.call(self._bot.answer_callback_query(query))

    async def leave(self, chat: int) -> None:
        with suppress(Rejected, Unreachable):  # we are out already
            await self.call(self._bot.leave_chat(chat))

    async def send(self, chat: int, text: str, rows: Rows, hidden: str = "", answering: int = 0) -> int:
        """Send `text`, and `hidden` under a spoiler below it; entities count UTF-16 units (MessageEntity). It
        answers message `answering`, if that is still there.
        """
        start = f"{text}\n\n" if hidden else text
        answered = ReplyParameters(answering, allow_sending_without_reply=True) if answering else None
        cover = [MessageEntity(MessageEntity.SPOILER, _units(start), _units(hidden))] if hidden else None
        return await self._sent(
            self._bot.send_message(
                chat,
                start + hidden,
                entities=cover,
                reply_markup=_markup(rows),
                protect_content=True,
                disable_notification=True,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_parameters=answered,
            )
        )

    async def play(self, chat: int, content: bytes, media_type: str) -> int:
        """Send a sound, a video or a picture of ours. Raises CannotPlay for one that Telegram will not take.

        A person can forbid voice messages; a document that holds the sound can still be played then.
        """
        name = PREVIEW_NAMES.get(media_type)
        if name is None or len(content) > PREVIEW_BYTES:
            raise CannotPlay
        send = self._sender(media_type)
        try:
            return await self._upload(send, chat, InputFile(content, name))
        except Rejected:
            pass
        try:
            return await self._upload(self._bot.send_document, chat, InputFile(content, name))
        except Rejected:
            raise CannotPlay from None

    def _sender(self, media_type: str) -> Callable[..., Coroutine[Any, Any, Message]]:
        if media_type == "image/png":
            return self._bot.send_photo
        return self._bot.send_voice if media_type == "audio/ogg" else self._bot.send_video

    async def _upload(self, send: Callable[..., Coroutine[Any, Any, Message]], *what: object) -> int:
        patience = {"write_timeout": PREVIEW_SECONDS, "read_timeout": PREVIEW_SECONDS}
        sending = send(*what, protect_content=True, disable_notification=True, **patience)
        return await self._sent(sending, PREVIEW_SECONDS)

    async def _sent(self, sending: Coroutine[Any, Any, Message], seconds: float = 2 * CALL_SECONDS) -> int:
        """The message's id; 0 if it was sent and Telegram told something else: it is not sent twice."""
        try:
            message = getattr(await self.call(sending, seconds), "message_id", 0)
        except Misshapen:
            return 0
        return message if type(message) is int else 0

    async def edit(self, chat: int, message: int, text: str, rows: Rows) -> bool:
        """Return False when the message can't be edited any more."""
        preview = LinkPreviewOptions(is_disabled=True)
        try:
            await self.call(
                self._bot.edit_message_text(
                    text, chat, message, reply_markup=_keyboard(rows), link_preview_options=preview
                )
            )
        except Rejected as error:
            return error.reason == "same"
        return True

    async def delete(self, chat: int, messages: Sequence[int]) -> bool:
        """Delete 1-100 messages; return False when one of them can't be. One that is gone already counts
        as gone.
        """
        try:
            if len(messages) == 1:
                await self.call(self._bot.delete_message(chat, messages[0]))
            else:
                await self.call(self._bot.delete_messages(chat, messages))
        except Rejected as error:
            return error.reason == "not_found" and len(messages) == 1
        return True

    async def download(self, file: str) -> AsyncGenerator[bytes, None]:
        """Yield a file's bytes as they come. Raises DownloadError or TooBig, and through an outage or a limit
        Unavailable or TooManyRequests: the file is not lost by it, its update waits.
        """
        try:
            found = await self.call(self._bot.get_file(file))
        except Rejected as error:
            raise (TooBig if error.reason == "too_big" else DownloadError) from None
        except Unreachable:
            raise DownloadError from None
        if not isinstance(found.file_path, str):
            raise DownloadError
        arrived = 0
        async with aclosing(self._files.stream(found.file_path)) as chunks:
            async for chunk in chunks:
                arrived += len(chunk)
                if arrived > FILE_BYTES:
                    raise TooBig
                yield chunk
        if type(found.file_size) is int and arrived != found.file_size:  # a page in place of a file is longer
            raise DownloadError

    async def send_document(self, chat: int, name: str, size: int, content: AsyncIterator[bytes]) -> None:
        """Send a file of `size` bytes to a chat, streamed as `content` comes; `name` is plain ASCII.

        Raises Unreachable too where Telegram says that the bot may not send files there. What `content`
        raises is passed on.
        """
        upload = Upload({"chat_id": str(chat), "disable_notification": "true"}, name, size, content)
        url = f"{self._bot.base_url}/sendDocument"
        try:
            await self.call(self._request.post(url, cast(RequestData, upload)), UPLOAD_SECONDS)
        except Rejected:
            raise Unreachable from None
        except Unavailable:
            if upload.failed is not None:
                raise upload.failed from None
            raise

    async def _ask(self, request: Coroutine[Any, Any, R], seconds: float = 2 * CALL_SECONDS) -> R:
        """Like `call`, for requests about no chat: there, any "no" is trouble that passes."""
        try:
            return await self.call(request, seconds)
        except (Rejected, Unreachable):
            raise Unavailable from None

    async def call(self, request: Coroutine[Any, Any, R], seconds: float = 2 * CALL_SECONDS) -> R:
        """Await a request of the library, and raise our own error for any of its."""
        try:
            async with asyncio.timeout(seconds):
                return await request
        except Exception as error:
            problem = translated(error, proxied=self._proxied)
        # Out here it has no context: not even a debugger that prints one finds the token.
        raise problem


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _markup(rows: Rows) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """A button that opens a page stands below the input field: every other button of a messenger that does so
    hands the page its presser's name and number.
    """
    if any(button == TAKEN_AWAY for row in rows for button in row):
        return ReplyKeyboardRemove()
    if any(button.page for row in rows for button in row):
        opening = [[KeyboardButton(b.label, web_app=WebAppInfo(b.page)) for b in row] for row in rows]
        return ReplyKeyboardMarkup(opening, resize_keyboard=True, one_time_keyboard=True)
    return _keyboard(rows)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.action) for b in row] for row in rows]
    )

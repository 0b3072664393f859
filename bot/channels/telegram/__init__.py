"""Talks to the Bot API: the only module that imports python-telegram-bot.

Of the library it uses `Bot` and its HTTP client; updates are fetched raw and read by `inbound`, so that one
that nobody can parse stops nobody. Source: https://core.telegram.org/bots/api. The library's exceptions
can hold the token, ids and whole answers: they end here, and one of ours, which holds none of it, goes on.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else a 429 makes the library warn

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest, RequestData

from bot.channels.events import FILE_BYTES, Button, CannotPlay, DownloadError, TooBig
from bot.channels.telegram.inbound import ALLOWED_UPDATES, Raw
from bot.channels.telegram.outbox import TooManyRequests, Unavailable, Unreachable
from bot.channels.telegram.socks import SocksTransport

CALL_SECONDS = 20.0
UPLOAD_SECONDS = 1800.0
"""For a whole document: 32 MiB through Tor on a bad day. No single write waits longer than `CALL_SECONDS`."""
PREVIEW_SECONDS = 120.0
PREVIEW_BYTES = 49_000_000
"""Of the 50 MB that a bot may send (https://core.telegram.org/bots/api#sendvideo), with the form."""
PREVIEW_NAMES = {"audio/ogg": "voice.ogg", "video/mp4": "video.mp4"}

BAD_TOKEN = "Telegram does not accept the bot token; put the valid one into the token file."  # noqa: S105
BAD_WEBHOOK = (
    "Telegram does not accept the webhook: its address is https:// on port 443, 80, 88 or 8443; "
    "its secret has 1-256 of A-Z a-z 0-9 _ and -."
)
TWO_INSTANCES = "Another program is fetching this bot's updates; stop one of the two."

R = TypeVar("R")
Rows = Sequence[Sequence[Button]]
Commands = Mapping[str, Sequence[tuple[str, str]]]
"""Two-letter language code ("": everybody else) -> (command, description)."""

_log = logging.getLogger(__name__)

_REASONS = {
    "message is not modified": "same",
    "not found": "not_found",
    "file is too big": "too_big",
}
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid")


class Refused(Exception):
    """Telegram will not serve this bot until the operator changes something; the text is for the operator."""


class Rejected(Exception):
    """Telegram says that this request can't be carried out; `reason` is a word of ours, or "other"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Client:
    """The methods of the Bot API that Silbo uses, with one small family of errors.

    Unavailable, TooManyRequests, Unreachable, Rejected, Refused: no token, id or word of anybody is in one.
    """

    def __init__(self, token: str, base_url: str, proxy: str | None) -> None:
        self._request = _connection(proxy, connections=24)
        self._polling = _connection(proxy, connections=2)
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
        for request in (self._request, self._polling):  # `Bot.shutdown` forgets them after a failed start
            await request.shutdown()

    async def introduce(self, commands: Commands) -> None:
        """Show the commands in the messenger's menu, per language."""
        for language, list_ in commands.items():
            menu = [BotCommand(command, description) for command, description in list_]
            try:
                await self.call(self._bot.set_my_commands(menu, language_code=language or None))
            except Rejected as error:
                _log.warning("the menu of commands was not accepted (%s)", error.reason)

    async def use_polling(self) -> None:
        await self._ask(self._bot.delete_webhook())

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
        if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
            raise Unavailable
        return updates

    async def answer(self, query: str) -> None:
        """End the spinner on a pressed button. Raises what `call` raises."""
        await self.call(self._bot.answer_callback_query(query))

    async def leave(self, chat: int) -> None:
        with suppress(Rejected, Unreachable):  # we are out already
            await self.call(self._bot.leave_chat(chat))

    async def send(self, chat: int, text: str, rows: Rows) -> int:
        message = await self.call(
            self._bot.send_message(
                chat,
                text,
                reply_markup=_keyboard(rows),
                protect_content=True,
                disable_notification=True,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return message.message_id

    async def play(self, chat: int, content: bytes, media_type: str) -> int:
        """Send a sound or a video of ours. Raises CannotPlay for one that Telegram will not take.

        A person can forbid voice messages; a document that holds the sound can still be played then.
        """
        name = PREVIEW_NAMES.get(media_type)
        if name is None or len(content) > PREVIEW_BYTES:
            raise CannotPlay
        send = self._bot.send_voice if media_type == "audio/ogg" else self._bot.send_video
        try:
            return await self._upload(send, chat, InputFile(content, name))
        except Rejected:
            pass
        try:
            return await self._upload(self._bot.send_document, chat, InputFile(content, name))
        except Rejected:
            raise CannotPlay from None

    async def _upload(self, send: Callable[..., Coroutine[Any, Any, Message]], *what: object) -> int:
        patience = {"write_timeout": PREVIEW_SECONDS, "read_timeout": PREVIEW_SECONDS}
        sending = send(*what, protect_content=True, disable_notification=True, **patience)
        return (await self.call(sending, PREVIEW_SECONDS)).message_id

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
        """Yield a file's bytes as they come. Raises DownloadError or TooBig."""
        try:
            found = await self.call(self._bot.get_file(file))
        except Rejected as error:
            raise (TooBig if error.reason == "too_big" else DownloadError) from None
        except (Unavailable, TooManyRequests, Unreachable):
            raise DownloadError from None
        if found.file_path is None:
            raise DownloadError
        arrived = 0
        async with aclosing(self._request.stream(found.file_path)) as chunks:
            async for chunk in chunks:
                arrived += len(chunk)
                if arrived > FILE_BYTES:
                    raise TooBig
                yield chunk
        if found.file_size is not None and arrived < found.file_size:
            raise DownloadError

    async def send_document(self, chat: int, name: str, size: int, content: AsyncIterator[bytes]) -> None:
        """Send a file of `size` bytes to a chat, streamed as `content` comes; `name` is plain ASCII.

        Raises Unreachable too where Telegram says that the bot may not send files there. What `content`
        raises is passed on.
        """
        upload = _Upload({"chat_id": str(chat), "disable_notification": "true"}, name, size, content)
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
        except (TelegramError, TimeoutError) as error:
            problem = _translated(error)
        # Out here it has no context: not even a debugger that prints one finds the token.
        raise problem


def _from_elsewhere(error: BaseException | None) -> bool:
    """Whether the answer was not Telegram's: a proxy's or a captive portal's page says 403 and 404 too."""
    while error is not None:
        if isinstance(error, TelegramError) and error.message == "Invalid server response":
            return True
        error = error.__cause__
    return False


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.action) for b in row] for row in rows]
    )


def _translated(error: Exception) -> Exception:
    if _from_elsewhere(error):
        return Unavailable()
    match error:
        case RetryAfter():
            wait = error.retry_after
            return TooManyRequests(wait if isinstance(wait, int) else wait.total_seconds())
        case Forbidden() | ChatMigrated():  # a group that is now another chat: the old one is gone
            return Unreachable()
        case InvalidToken() | EndPointNotFound():
            return Refused(BAD_TOKEN)
        case Conflict():
            return Refused(TWO_INSTANCES)
        case BadRequest():
            said = error.message.lower()
            if any(gone in said for gone in _GONE):
                return Unreachable()
            return Rejected(next((word for text, word in _REASONS.items() if text in said), "other"))
        case _:
            return Unavailable()


class _Upload:
    """A form with one file, whose bytes are sent as they come. The library's own would hold all of it.

    Source: RFC 7578. `failed` is what `content` raised, which the library would wrap.
    """

    def __init__(
        self, fields: Mapping[str, str], name: str, size: int, content: AsyncIterator[bytes]
    ) -> None:
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in fields.items()
        ]
        disposition = f'form-data; name="document"; filename="{name}"'
        opening = f"--{boundary}\r\nContent-Disposition: {disposition}\r\n"
        self._before = "".join((*parts, opening, "Content-Type: application/octet-stream\r\n\r\n")).encode()
        self._after = f"\r\n--{boundary}--\r\n".encode()
        self._content = content
        self.failed: Exception | None = None
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._before) + size + len(self._after)),
        }

    async def body(self) -> AsyncGenerator[bytes, None]:
        yield self._before
        try:
            async for piece in self._content:
                yield piece
        except Exception as error:
            self.failed = error
            raise
        yield self._after


class _Request(HTTPXRequest):
    """The library's HTTP client, which can also send a body as it comes, and hand one out as it arrives."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        upload: object = request_data
        if not isinstance(upload, _Upload):
            return await super().do_request(url, method, request_data, *args, **kwargs)
        # Errors of the HTTP client become the library's NetworkError in its caller.
        answer = await self._client.post(url, headers=upload.headers, content=upload.body())
        return answer.status_code, answer.content

    async def stream(self, url: str) -> AsyncGenerator[bytes, None]:
        """Yield the chunks of a body. Raises DownloadError for anything but a complete 200."""
        broken = False
        try:
            # As it is, not compressed: what is counted is then what arrives.
            async with self._client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
                broken = answer.status_code != 200
                if not broken:
                    async for chunk in answer.aiter_raw():
                        yield chunk
        except (
            Exception
        ):  # the HTTP client's errors are many, and the URL with the token is in their requests
            broken = True
        if broken:
            raise DownloadError


def _connection(proxy: str | None, connections: int) -> _Request:
    """Return a pool of connections. A proxy is only ever the one that the operator wrote down.

    A SOCKS proxy is given the name of the server, not its address: nothing is looked up here.
    """
    options: dict[str, Any] = {"trust_env": False}
    try:
        if proxy is not None and proxy.startswith("socks5"):
            where = urlsplit(proxy)
            options["transport"] = SocksTransport(where.hostname or "", where.port or 0, connections)
            proxy = None
        return _Request(
            connection_pool_size=connections,
            connect_timeout=CALL_SECONDS,
            read_timeout=CALL_SECONDS,
            write_timeout=CALL_SECONDS,
            pool_timeout=CALL_SECONDS,
            proxy=proxy,
            httpx_kwargs=options,
        )
    except (RuntimeError, ValueError, ImportError):
        raise Refused("The proxy can't be used; write http://host:port or socks5://host:port.") from None

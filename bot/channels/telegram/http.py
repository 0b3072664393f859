"""The library's HTTP client, with bodies that come and go in pieces, a shorter way for calls without a file,
and no proxy but the operator's; and an error of ours for each of the library's, which can hold the token, ids
and whole answers: they end here.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.channels.events import DownloadError
from bot.channels.telegram.direct import Direct, Unanswered
from bot.channels.telegram.errors import (
    BAD_TOKEN,
    NO_ANSWER,
    NO_CONNECTION,
    NO_PROXY,
    NOT_TELEGRAM,
    TWO_INSTANCES,
    Misshapen,
    Refused,
    Rejected,
    TooManyRequests,
    Unavailable,
    Unreachable,
)
from bot.channels.telegram.socks import SocksTransport

CALL_SECONDS = 20.0
LONGEST_SILENCE = 3600.0
"""Seconds; whatever an answer says, after them it is tried again."""
NOT_TELEGRAMS = "Invalid server response"
"""The library's word for an answer that is no JSON."""
_REASONS = {
    "message is not modified": "same",
    "not found": "not_found",
    "file is too big": "too_big",
}
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid")


class Upload:
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


class Request(HTTPXRequest):
    """The library's HTTP client, which can also send a body as it comes, and hand one out as it arrives.

    So many `calls` at once, for which files wait as little as these for files. They go by `direct`, unless
    that is None: there is a proxy.
    """

    def __init__(self, *args: Any, calls: int, direct: Direct | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turns = asyncio.Semaphore(calls)
        self._direct = direct

    async def shutdown(self) -> None:
        await super().shutdown()
        if self._direct is not None:
            await self._direct.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        upload: object = request_data
        if not isinstance(upload, Upload):
            if request_data is not None and request_data.contains_files:
                return await super().do_request(url, method, request_data, *args, **kwargs)
            async with self._turns:
                if self._direct is None:
                    return await super().do_request(url, method, request_data, *args, **kwargs)
                return await self._call(self._direct, url, request_data, kwargs.get("read_timeout"))
        # Errors of the HTTP client become the library's NetworkError in its caller.
        answer = await self._client.post(url, headers=upload.headers, content=upload.body())
        return answer.status_code, answer.content

    async def _call(
        self, direct: Direct, url: str, request_data: RequestData | None, patience: object
    ) -> tuple[int, bytes]:
        form = urlencode(request_data.json_parameters).encode() if request_data else b""
        seconds = float(patience) if isinstance(patience, int | float) else CALL_SECONDS
        try:
            return await direct.post(url, form, self.USER_AGENT, seconds)
        except TimeoutError:
            raise TimedOut from None
        except Unanswered:
            raise NetworkError(NO_CONNECTION) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Raise TelegramError too for JSON that is no answer of the Bot API: a proxy's own, for one."""
        answer: Any = BaseRequest.parse_json_payload(payload)
        if not isinstance(answer, dict) or not _is_answer(answer):
            raise TelegramError(NOT_TELEGRAMS)
        return answer

    async def stream(self, url: str) -> AsyncGenerator[bytes, None]:
        """Yield the chunks of a body. Raises DownloadError for anything but a complete 200; while Telegram
        can't be reached, or doesn't serve anybody, Unavailable or TooManyRequests.
        """
        problem: Exception = DownloadError()
        began = False
        try:
            # As it is, not compressed: what is counted is then what arrives.
            async with self._client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
                began = True
                if answer.status_code == 200:
                    async for chunk in answer.aiter_raw():
                        yield chunk
                    return
                problem = _refusal(answer.status_code, answer.headers.get("Retry-After", ""))
        except Exception:  # they are many, and the URL with the token is in their requests
            problem = problem if began else Unavailable()
        raise problem


def _is_answer(answer: Mapping[str, Any]) -> bool:
    """Whether it has the form of https://core.telegram.org/bots/api#making-requests."""
    if answer.get("ok") is True:
        return "result" in answer
    parameters, told = answer.get("parameters", {}), answer.get("description", "")
    if answer.get("ok") is not False or not isinstance(parameters, dict) or not isinstance(told, str):
        return False
    return all(type(value) is int for value in parameters.values())


def _refusal(status: int, untrusted_wait: str) -> Exception:
    if status == 429:
        return TooManyRequests(float(untrusted_wait[:5]) if untrusted_wait.isdecimal() else CALL_SECONDS)
    return Unavailable() if status >= 500 else DownloadError()


def connection(proxy: str | None, connections: int) -> Request:
    """Return a pool of connections. A proxy is only ever the one that the operator wrote down.

    A SOCKS proxy is given the name of the server, not its address: nothing is looked up here.
    """
    options: dict[str, Any] = {"trust_env": False}
    direct = None
    if proxy is None:
        options["verify"] = tls = httpx.create_ssl_context(trust_env=False)
        direct = Direct(tls, connecting=CALL_SECONDS)
    try:
        if proxy is not None and proxy.startswith("socks5"):
            where = urlsplit(proxy)
            options["transport"] = SocksTransport(where.hostname or "", where.port or 0, connections)
            proxy = None
        return Request(
            connection_pool_size=connections,
            calls=connections,
            direct=direct,
            connect_timeout=CALL_SECONDS,
            read_timeout=CALL_SECONDS,
            write_timeout=CALL_SECONDS,
            pool_timeout=CALL_SECONDS,
            proxy=proxy,
            httpx_kwargs=options,
        )
    except (RuntimeError, ValueError, ImportError):
        raise Refused("The proxy can't be used; write http://host:port or socks5://host:port.") from None


def translated(error: Exception, *, proxied: bool = False) -> Exception:
    """Our error for one of the library's; `proxied`: it went by way of the operator's proxy."""
    if not isinstance(error, TelegramError | TimeoutError):
        return Misshapen()
    if _from_elsewhere(error):
        return Unavailable(NOT_TELEGRAM)
    match error:
        case RetryAfter():
            wait = error.retry_after
            seconds = wait if isinstance(wait, int) else wait.total_seconds()
            return TooManyRequests(min(max(0.0, seconds), LONGEST_SILENCE))
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
            return Unavailable(_why(error, proxied=proxied))


def _why(error: BaseException, *, proxied: bool) -> str:
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return NO_PROXY if proxied else NO_CONNECTION
    return NO_ANSWER if isinstance(error, TimedOut | TimeoutError) else NO_CONNECTION


def _from_elsewhere(error: BaseException | None) -> bool:
    """Whether the answer was not Telegram's: a proxy's or a captive portal's page says 403 and 404 too."""
    while error is not None:
        if isinstance(error, TelegramError) and error.message == NOT_TELEGRAMS:
            return True
        error = error.__cause__
    return False

"""An HTTP server that Telegram calls for each update, and that says 200 only when the update is done.

Source: https://core.telegram.org/bots/api#setwebhook. Any other answer makes Telegram send the update again;
it sends the updates of one chat one after the other, and waits for each answer.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.listening import IDLE_SECONDS, TooLarge, TooSlow, body_of, bound, listening

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
BODY_BYTES = 1 << 20
"""An update is text: 4096 characters of it at most, and a few kilobytes around it."""
WAIT_SECONDS = 50.0
"""Telegram gives up on an answer after about a minute."""

MARK = "m"

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

Accept = Callable[[Mapping[str, Any]], asyncio.Future[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Hook:
    """`url` is the public address that Telegram calls, `secret` what it sends along (1-256 of A-Z a-z 0-9 _
    -).

    `host`, `port` and `path` are where we listen, perhaps `with_others` that share the chats; a reverse proxy
    with a certificate stands in between. `mark` is that of those who share the chats: a call that has another
    one is for a server with the same token, address and secret, and other drops (docs/adr/0418).
    """

    url: str
    secret: str
    host: str
    port: int
    path: str
    with_others: bool = False
    mark: str = ""

    @property
    def address(self) -> str:
        """What Telegram is given."""
        return f"{self.url}{'&' if '?' in self.url else '?'}{MARK}={self.mark}" if self.mark else self.url


class Entrance:
    """One port for all bots that are called there, each at its path and with its secret."""

    def __init__(self, *, wait: float = WAIT_SECONDS, idle: float = IDLE_SECONDS) -> None:
        self._wait, self._idle = wait, idle
        self._hooks: dict[str, tuple[Hook, Accept]] = {}

    @contextmanager
    def taking(self, hook: Hook, accept: Accept) -> Iterator[None]:
        """While this is open the bot of `hook` takes calls. `accept` is its `Delivery.accept`."""
        self._hooks[hook.path] = hook, accept
        try:
            yield
        finally:
            del self._hooks[hook.path]

    @asynccontextmanager
    async def listening(self, hook: Hook) -> AsyncIterator[int]:
        """Listen where this hook does while the context is open; yields the port. Raises OSError."""
        app = Starlette(routes=[Route("/{path:path}", self._receive, methods=METHODS)])
        address = bound(hook.host, hook.port, with_others=hook.with_others)
        async with listening(app, [address], idle=self._idle):
            yield int(address.getsockname()[1])

    async def _receive(self, request: Request) -> Response:
        sent = request.headers.get(SECRET_HEADER, "")
        hook, accept = self._hooks.get(request.url.path, (None, None))
        known = hmac.compare_digest(sent.encode("utf-8", "replace"), hook.secret.encode() if hook else b"")
        if accept is None or request.method != "POST" or not known:
            return PlainTextResponse("404: Not Found", 404)  # like any other address: nothing to probe
        if hook is not None and hook.mark and request.query_params.get(MARK, hook.mark) != hook.mark:
            return Response(status_code=503)  # Telegram brings it again, to whom it is for
        try:
            untrusted = json.loads(await body_of(request, BODY_BYTES, self._wait))
        except (TooLarge, RecursionError):
            # No update is like that. Any other answer brings it again for a day, before that chat's next one.
            return Response(status_code=200)
        except TooSlow:
            return Response(status_code=408)
        except ValueError:
            return Response(status_code=400)
        if not isinstance(untrusted, dict):
            return Response(status_code=400)
        done = accept(untrusted)
        # Not `wait_for`: the update goes on when we stop waiting, and its redelivery joins it.
        await asyncio.wait([done], timeout=self._wait)
        return Response(status_code=200 if done.done() and not done.cancelled() else 500)


@asynccontextmanager
async def serving(
    hook: Hook, accept: Accept, *, wait: float = WAIT_SECONDS, idle: float = IDLE_SECONDS
) -> AsyncIterator[int]:
    """An entrance for one bot while the context is open; yields the port. Raises OSError."""
    entrance = Entrance(wait=wait, idle=idle)
    async with entrance.listening(hook) as port:
        with entrance.taking(hook, accept):
            yield port

"""An HTTP server that Telegram calls for each update, and that says 200 only when the update is done.

Source: https://core.telegram.org/bots/api#setwebhook. Any other answer makes Telegram send the update again;
it sends the updates of one chat one after the other, and waits for each answer.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
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

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

Accept = Callable[[Mapping[str, Any]], asyncio.Future[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Hook:
    """`url` is the public address that Telegram calls, `secret` what it sends along (1-256 of A-Z a-z 0-9 _
    -).

    `host`, `port` and `path` are where we listen, perhaps `with_others` that share the chats; a reverse proxy
    with a certificate stands in between.
    """

    url: str
    secret: str
    host: str
    port: int
    path: str
    with_others: bool = False


@asynccontextmanager
async def serving(
    hook: Hook, accept: Accept, *, wait: float = WAIT_SECONDS, idle: float = IDLE_SECONDS
) -> AsyncIterator[int]:
    """Listen while the context is open; yields the port. `accept` is `Delivery.accept`. Raises OSError."""

    async def receive(request: Request) -> Response:
        sent = request.headers.get(SECRET_HEADER, "")
        known = hmac.compare_digest(sent.encode("utf-8", "replace"), hook.secret.encode())
        if request.url.path != hook.path or request.method != "POST" or not known:
            return PlainTextResponse("404: Not Found", 404)  # like any other address: nothing to probe
        try:
            untrusted = json.loads(await body_of(request, BODY_BYTES, wait))
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
        await asyncio.wait([done], timeout=wait)
        return Response(status_code=200 if done.done() and not done.cancelled() else 500)

    app = Starlette(routes=[Route("/{path:path}", receive, methods=METHODS)])
    address = bound(hook.host, hook.port, with_others=hook.with_others)
    async with listening(app, [address], idle=idle):
        yield int(address.getsockname()[1])

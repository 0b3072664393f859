"""An HTTP server that Telegram calls for each update, and that says 200 only when the update is done.

Source: https://core.telegram.org/bots/api#setwebhook. Any other answer makes Telegram send the update again;
it sends the updates of one chat one after the other, and waits for each answer.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
BODY_BYTES = 1 << 20
"""An update is text: 4096 characters of it at most, and a few kilobytes around it."""
WAIT_SECONDS = 50.0
"""Telegram gives up on an answer after about a minute."""

IDLE_SECONDS = 60.0
"""So long a connection may ask nothing, or half of something."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Accept = Callable[[Mapping[str, Any]], asyncio.Future[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Hook:
    """`url` is the public address that Telegram calls, `secret` what it sends along (1-256 of A-Z a-z 0-9 _
    -).

    `host`, `port` and `path` are where we listen; a reverse proxy with a certificate stands in between.
    """

    url: str
    secret: str
    host: str
    port: int
    path: str


@asynccontextmanager
async def serving(
    hook: Hook, accept: Accept, *, wait: float = WAIT_SECONDS, idle: float = IDLE_SECONDS
) -> AsyncIterator[int]:
    """Listen while the context is open; yields the port. `accept` is `Delivery.accept`. Raises OSError."""

    async def receive(request: web.Request) -> web.Response:
        sent = request.headers.get(SECRET_HEADER, "")
        known = hmac.compare_digest(sent.encode("utf-8", "replace"), hook.secret.encode())
        if request.method != "POST" or not known:
            raise web.HTTPNotFound  # like any other address here: nothing to probe
        try:
            async with asyncio.timeout(wait):
                body = await request.read()
            untrusted = json.loads(body)
        except (web.HTTPRequestEntityTooLarge, RecursionError):
            # No update is like that. Any other answer brings it again for a day, before that chat's next one.
            return web.Response(status=200)
        except TimeoutError:
            return web.Response(status=408)
        except ValueError:
            return web.Response(status=400)
        if not isinstance(untrusted, dict):
            return web.Response(status=400)
        done = accept(untrusted)
        # Not `wait_for`: the update goes on when we stop waiting, and its redelivery joins it.
        await asyncio.wait([done], timeout=wait)
        return web.Response(status=200 if done.done() and not done.cancelled() else 500)

    @web.middleware
    async def busy(request: web.Request, handler: Handler) -> web.StreamResponse:
        answering.add(request.protocol)
        try:
            return await handler(request)
        finally:
            answering.discard(request.protocol)

    async def nameless(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.pop("Server", None)  # it names the library and its version

    answering: set[web.RequestHandler] = set()
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[busy])
    app.on_response_prepare.append(nameless)
    app.router.add_route("*", hook.path, receive)
    # No access log: it would hold addresses and times.
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, hook.host, hook.port)
        await site.start()
        closing = asyncio.create_task(_close_idle(runner, answering, idle))
        try:  # no task group: it would wrap what ends the bot
            yield runner.addresses[0][1]
        finally:
            closing.cancel()
            await asyncio.wait([closing])
    finally:
        await runner.cleanup()


async def _close_idle(runner: web.AppRunner, answering: set[web.RequestHandler], idle: float) -> None:
    """Close the connections on which nothing was asked for `idle` seconds, in full: the library waits for an
    hour after a request and for ever before it, until there is no socket left for Telegram.
    """
    since: dict[web.RequestHandler, float] = {}
    while True:
        await asyncio.sleep(idle / 4)
        now = asyncio.get_running_loop().time()
        open_now = () if runner.server is None else runner.server.connections
        since = {each: now if each in answering else since.get(each, now) for each in open_now}
        for each, start in since.items():
            if now - start >= idle:
                each.force_close()

"""The HTTP server that channels share: Starlette's requests on uvicorn, without a log, a name or a patience
that an attacker can use up.

Source: issue 17, item 6. uvicorn closes a connection that is quiet after an answer, but waits for ever for a
first request, and passes over a body without end behind an answer that is given. Both are closed here.
"""

import asyncio
import socket
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

T = TypeVar("T")
IDLE_SECONDS = 60.0
"""So long a connection may ask nothing, or half of something."""
MOST_CONNECTIONS = 600
"""Above it, the one that has asked nothing for the longest time is closed: no socket is kept from others."""
HEAD_BYTES = 16 * 1024
CHUNK_SECONDS = 30.0
"""So long the next bytes of a body are waited for."""
CLOSING_SECONDS = 5
AHEAD_BYTES = 64 * 1024
"""So much a body that begins is taken to have brought already: it isn't the slowest at once."""


def is_foreign(request: Request) -> bool:
    """Whether the browser says that another website asks."""
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


class TooLarge(Exception):
    """A body is longer than what is taken here."""


class TooSlow(Exception):
    """A body did not come in time, ended early, or was the slowest where others needed its place."""


class NoPlace(TooSlow):
    """There is no place for another body."""


class Coming:
    """A body on its way here: how much of it came, and how long it was waited for."""

    def __init__(self) -> None:
        self._size = 0
        self._waited = 0.0
        self._since: float | None = None
        self._waiting: asyncio.Timeout | None = None
        self.cut_off = False

    @property
    def rate(self) -> float | None:
        """Bytes a second; None while nothing is waited for, or where it was cut off."""
        if self._since is None or self.cut_off:
            return None
        waited = self._waited + asyncio.get_running_loop().time() - self._since
        return (self._size + AHEAD_BYTES) / (waited + 1)

    def cut(self) -> None:
        """Let go of it: who waits for it gets TooSlow."""
        self.cut_off = True
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def next_of(self, stream: AsyncIterator[bytes], seconds: float) -> bytes | None:
        """Its next piece; None at its end. Raises TooSlow."""
        chunk = await self._within(lambda: anext(stream, None), seconds)
        self._size += len(chunk or b"")
        return chunk

    async def given(self, send: Callable[[], Awaitable[None]], size: int) -> None:
        """A piece of what goes back, taken by who asked. Raises TooSlow."""
        await self._within(send, CHUNK_SECONDS)
        self._size += size

    def turn(self) -> None:
        """All of it came: from here on what goes back is measured."""
        self._size, self._waited = 0, 0.0

    async def _within(self, work: Callable[[], Awaitable[T]], seconds: float) -> T:
        loop = asyncio.get_running_loop()
        if self.cut_off:
            raise TooSlow
        self._since = loop.time()
        try:
            async with asyncio.timeout(seconds) as self._waiting:
                return await work()
        except (TimeoutError, ClientDisconnect):
            raise TooSlow from None
        finally:
            self._waited += loop.time() - self._since
            self._since = self._waiting = None


class Bodies:
    """So many bodies come in at once, at `most`. Where there is one more, the slowest goes, if it brings less
    than `least` bytes a second: who holds a place has to bring something for it.
    """

    def __init__(self, most: int, least: float = float("inf")) -> None:
        self._most = most
        self._least = least
        self._here: set[Coming] = set()

    @contextmanager
    def place(self, coming: Coming) -> Iterator[None]:
        """Hold a place. Raises NoPlace."""
        if sum(not each.cut_off for each in self._here) >= self._most:
            rates = {each: rate for each in self._here if (rate := each.rate) is not None}
            slowest = min(rates, key=rates.__getitem__, default=None)
            if slowest is None or rates[slowest] >= self._least:
                raise NoPlace
            slowest.cut()
        self._here.add(coming)
        try:
            yield
        finally:
            self._here.discard(coming)


async def chunks_of(
    request: Request, limit: int, seconds: float, coming: Coming | None = None
) -> AsyncIterator[bytes]:
    """The body as it comes, in pieces of any length. Raises TooLarge before more than `limit` bytes are
    passed on, TooSlow after `seconds` in all or `CHUNK_SECONDS` without a byte, or once `coming` was cut.
    """
    coming = coming or Coming()
    length = request.headers.get("content-length", "")
    if length.isdecimal() and len(length) > 15:
        raise TooLarge
    if length.isdecimal() and int(length) > limit:
        raise TooLarge
    end = asyncio.get_running_loop().time() + seconds
    stream, size = request.stream(), 0
    while True:
        left = min(end - asyncio.get_running_loop().time(), CHUNK_SECONDS)
        chunk = await coming.next_of(stream, left)
        if chunk is None:
            return
        size += len(chunk)
        if size > limit:
            raise TooLarge
        if chunk:
            yield chunk


async def body_of(request: Request, limit: int, seconds: float, bodies: Bodies | None = None) -> bytes:
    """The body as a whole, which has a place among `bodies`. Raises as `chunks_of` and `Bodies.place`."""
    body, coming = bytearray(), Coming()
    with nullcontext() if bodies is None else bodies.place(coming):
        async for chunk in chunks_of(request, limit, seconds, coming):
            body += chunk
    return bytes(body)


class _Crowd:
    """The connections on which nothing is asked, the quietest first."""

    def __init__(self, idle: float, most: int) -> None:
        self.idle = idle
        self._most = most
        self._quiet: OrderedDict[_Connection, float] = OrderedDict()

    def quiet(self, connection: "_Connection", now: float) -> None:
        """From now on nothing is asked there."""
        self._quiet[connection] = now
        self._quiet.move_to_end(connection)

    def gone(self, connection: "_Connection") -> None:
        self._quiet.pop(connection, None)

    def make_room(self, open_now: int) -> None:
        """One came in: the one that has been quiet for longest goes where there are too many."""
        if open_now > self._most and self._quiet:
            next(iter(self._quiet)).abort()

    def close_quiet(self, now: float) -> None:
        for connection, since in list(self._quiet.items()):
            if now - since < self.idle:
                return
            connection.abort()


class _Connection(H11Protocol):
    """uvicorn's, which tells the crowd when it is asked something and when it has answered."""

    crowd: _Crowd

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self.crowd.quiet(self, self.loop.time())
        self.crowd.make_room(len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.gone(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._look()

    def pause_writing(self) -> None:
        """What was answered is not fetched: as good as nothing asked."""
        super().pause_writing()
        self.crowd.quiet(self, self.loop.time())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._look()

    def on_response_complete(self) -> None:
        self.crowd.quiet(self, self.loop.time())
        super().on_response_complete()
        self._look()  # the next one may have waited

    def _look(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete and not self.flow.write_paused:
            self.crowd.gone(self)

    def abort(self) -> None:
        self.crowd.gone(self)
        self.transport.abort()


@asynccontextmanager
async def listening(
    app: ASGIApp,
    sockets: Sequence[socket.socket],
    *,
    idle: float = IDLE_SECONDS,
    most: int = MOST_CONNECTIONS,
) -> AsyncIterator[None]:
    """Serve `app` on bound sockets while the context is open; what is being answered then gets its end."""
    crowd = _Crowd(idle, most)
    protocol = type("_Ours", (_Connection,), {"crowd": crowd})
    config = Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,  # the process has its own rules (`bot.redact`)
        access_log=False,  # it would hold addresses and times
        server_header=False,  # it names the library
        date_header=False,
        proxy_headers=False,  # nobody asks where somebody is
        timeout_keep_alive=max(1, int(idle)),
        timeout_graceful_shutdown=CLOSING_SECONDS,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    # Not `serve`: that takes the signals of the process, which has handlers of its own.
    await server.startup(sockets=list(sockets))
    closing = asyncio.create_task(_close_quiet(crowd))
    try:  # no task group: it would wrap what ends the bot
        yield
    finally:
        closing.cancel()
        await asyncio.wait([closing])
        await server.shutdown(sockets=list(sockets))


def bound(host: str, port: int, *, with_others: bool = False) -> socket.socket:
    """A socket that listens at an address of this machine; `with_others` of this user, among whom the kernel
    shares out who calls. Raises OSError.
    """
    mine = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if with_others:
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        mine.bind((host, port))  # a number is not looked up
        mine.listen(256)
        mine.setblocking(False)
    except BaseException:
        mine.close()
        raise
    return mine


def bound_to(path: Path) -> socket.socket:
    """A socket file that this user and its group may speak to; what a killed process left there goes. Raises
    OSError.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError("something else is there")
        path.unlink()
    mine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        mine.bind(str(path))
        path.chmod(0o660)
        mine.listen(256)
        mine.setblocking(False)
    except BaseException:
        mine.close()
        raise
    return mine


async def _close_quiet(crowd: _Crowd) -> None:
    while True:
        await asyncio.sleep(crowd.idle / 4)
        crowd.close_quiet(asyncio.get_running_loop().time())

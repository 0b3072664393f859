"""Calls to the Bot API over connections of its own: the general HTTP client was most of what an answer cost.

For calls without a file and without a proxy. h11 reads and writes HTTP, asyncio does the rest: docs/adr/0290.
"""

import asyncio
import ssl
import time
from typing import cast
from urllib.parse import urlsplit

import h11

KEPT_SECONDS = 5.0
"""An idle connection is not used after that: what lies between us and Telegram forgets it without a word."""
EYEBALLS_SECONDS = 0.25
"""So long a first address has before the next one is tried beside it (RFC 8305)."""
LONGEST_ANSWER = 64 << 20
"""Bytes; a hundred updates with the longest messages are a twentieth of it."""

Where = tuple[bool, str, int]
Answer = tuple[int, bytes]


class Unanswered(Exception):
    """No connection, or one that broke. It holds nothing: the address has the token in it."""


class Direct:
    """Connections that are used again, as many as there are calls at once: the caller limits them.

    `tls` is for https addresses. `connecting` is how many seconds a connection may take to stand.
    """

    def __init__(self, tls: ssl.SSLContext, *, connecting: float) -> None:
        self._tls = tls
        self._connecting = connecting
        self._resting: dict[Where, list[_Line]] = {}

    async def post(self, url: str, form: bytes, agent: str, seconds: float) -> Answer:
        """Send a form; return the status and the body, which may take `seconds` to come.

        Raises Unanswered, or TimeoutError. The call may have been carried out after either.
        """
        parts = urlsplit(url)
        safe = parts.scheme == "https"
        where = safe, parts.hostname or "", parts.port or (443 if safe else 80)
        request = h11.Request(
            method="POST",
            target=parts.path,
            headers=[
                ("Host", parts.netloc.rpartition("@")[2]),
                ("User-Agent", agent),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", str(len(form))),
            ],
        )
        line = self._rested(where) or await self._new(where)
        try:
            async with asyncio.timeout(seconds):
                return await line.exchange(request, form)
        finally:
            if line.rest():
                self._resting.setdefault(where, []).append(line)

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        for lines in self._resting.values():
            for line in lines:
                line.end()
        self._resting.clear()
        await asyncio.sleep(0)  # for the sockets to be closed

    def _rested(self, where: Where) -> "_Line | None":
        """The connection that was used last, if it still stands; the others get old and go."""
        lines = self._resting.get(where, [])
        fresh = time.monotonic() - KEPT_SECONDS
        while lines and (lines[0].used < fresh or lines[0].ended):
            lines.pop(0).end()
        while lines:
            line = lines.pop()
            if not line.ended:
                return line
        return None

    async def _new(self, where: Where) -> "_Line":
        safe, host, port = where
        tls = self._tls if safe else None
        delay = EYEBALLS_SECONDS
        try:
            async with asyncio.timeout(self._connecting):
                return (
                    await asyncio.get_running_loop().create_connection(
                        _Line, host, port, ssl=tls, happy_eyeballs_delay=delay
                    )
                )[1]
        except (OSError, ValueError):  # a timeout is an OSError; a name can be none
            raise Unanswered from None


class _Line(asyncio.Protocol):
    """One connection, with one call on it or none."""

    def __init__(self) -> None:
        self.used = 0.0
        self._lost = False  # of one with TLS the transport would not say it any more
        self._http = h11.Connection(h11.CLIENT)
        self._answer: asyncio.Future[Answer] | None = None
        self._status, self._body = 0, bytearray()

    def __repr__(self) -> str:
        return "_Line()"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    @property
    def ended(self) -> bool:
        return self._lost or self._transport.is_closing()

    def end(self) -> None:
        self._transport.abort()

    async def exchange(self, request: h11.Request, form: bytes) -> Answer:
        """Return what answers the request. Raises Unanswered."""
        self._answer = asyncio.get_running_loop().create_future()
        self._status, self._body = 0, bytearray()
        sent = [self._http.send(part) for part in (request, h11.Data(form), h11.EndOfMessage())]
        self._transport.write(b"".join(part for part in sent if part))
        return await self._answer

    def rest(self) -> bool:
        """Let go of the call. False, and the end, for a connection on which one broke off, or that the other
        side ends.
        """
        self._answer, self._body = None, bytearray()
        clean = self._http.our_state is self._http.their_state is h11.DONE and not self._http.trailing_data[0]
        if not clean or self.ended:
            self.end()
            return False
        self._http.start_next_cycle()
        self.used = time.monotonic()
        return True

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # nobody asked: it must not become the answer to what is asked next
            return self.end()
        try:
            self._http.receive_data(data)
            while (event := self._http.next_event()) is not h11.NEED_DATA and event is not h11.PAUSED:
                if isinstance(event, h11.Response):
                    self._status = event.status_code
                elif isinstance(event, h11.Data):
                    self._body += event.data
                    if len(self._body) > LONGEST_ANSWER:
                        return self._fail()
                elif isinstance(event, h11.EndOfMessage):
                    return self._succeed()
                elif isinstance(event, h11.ConnectionClosed):
                    return self._fail()
        except h11.ProtocolError:
            self._fail()

    def eof_received(self) -> None:
        """It closes then; an answer that has no length ends here."""
        self._lost = True
        if self._answer is not None:
            self.data_received(b"")

    def connection_lost(self, _error: Exception | None) -> None:
        self._lost = True
        self._fail()

    def _succeed(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._status, bytes(self._body)))

    def _fail(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unanswered())

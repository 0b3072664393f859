"""HTTP through a SOCKS5 proxy (RFC 1928) such as Tor's port, which is told names and looks them up itself.

The HTTP library has a SOCKS client of its own, with which a bot does not outlive a bad day of Tor: its
handshake has no timeout, a cancelled one keeps its place in the pool for ever (two of them end the polling),
and a refused one leaves its connection open. Here the handshake is part of connecting, which the library ends
tidily.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

HANDSHAKE_SECONDS = 30.0
"""Tor answers when the circuit stands or has failed; it may have to try several."""

_VERSION, _NO_PASSWORD, _CONNECT, _NAME, _GRANTED = 5, 0, 1, 3, 0
_ADDRESS_BYTES = {1: 4, 4: 16}


class SocksTransport(httpx.AsyncHTTPTransport):
    """A pool of at most `connections` connections, every one of them through the proxy."""

    def __init__(self, host: str, port: int, connections: int) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            network_backend=_Through(host, port),
        )


class _Through(httpcore.AsyncNetworkBackend):
    """Connects to the proxy, whatever host is wanted, and asks it for that one."""

    def __init__(self, host: str, port: int) -> None:
        self._proxy = host, port
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the library's own name
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._network.connect_tcp(*self._proxy, timeout=timeout, socket_options=socket_options)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await _handshake(stream, host, port)
        except TimeoutError:
            await stream.aclose()
            raise httpcore.ConnectTimeout from None
        except BaseException:
            await stream.aclose()
            raise
        return stream

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _handshake(stream: httpcore.AsyncNetworkStream, host: str, port: int) -> None:
    """Ask the proxy for a connection to a host by its name. Raises httpcore.ConnectError if it refuses."""
    await stream.write(bytes((_VERSION, 1, _NO_PASSWORD)))
    if await _exactly(stream, 2) != bytes((_VERSION, _NO_PASSWORD)):
        raise httpcore.ConnectError
    name = host.encode("ascii")
    await stream.write(bytes((_VERSION, _CONNECT, 0, _NAME, len(name))) + name + port.to_bytes(2, "big"))
    version, answer, _, kind = await _exactly(stream, 4)
    if (version, answer) != (_VERSION, _GRANTED):
        raise httpcore.ConnectError
    length = _ADDRESS_BYTES.get(kind) or (await _exactly(stream, 1))[0]
    await _exactly(stream, length + 2)  # where the proxy is bound, which is nothing to us


async def _exactly(stream: httpcore.AsyncNetworkStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = await stream.read(count - len(data), timeout=HANDSHAKE_SECONDS)
        if not piece:
            raise httpcore.ConnectError
        data += piece
    return data

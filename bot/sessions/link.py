"""The way to the Redis: short waits, no second try after a failure, and one family of errors.

Its client is loaded here and nowhere else. Each call waits in the event loop, as one to the runtime folder
does: tens of microseconds by a socket. So a server that is away must cost a moment, not a minute: after a
failure nobody asks again for a second.
"""

import re
import time
from collections.abc import Callable
from socket import socket
from typing import Any, TypeVar, cast

from redis import Redis, SSLConnection, UnixDomainSocketConnection
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError
from redis.exceptions import ConnectionError as Unconnected
from redis.retry import Retry

from bot.runtime import RuntimeFolderError
from bot.sessions.address import SessionsAddress
from bot.sessions.naming import Named, Names

WAIT_SECONDS = 1.0
QUIET_SECONDS = 1.0

_RUN = re.compile(rb"\brun_id:([0-9a-f]{40})\b")

R = TypeVar("R")


class Away(OSError):
    """The shared memory can't be reached, or was emptied, or another bot has the turn. It will pass."""


class Link:
    """One server. `clock` returns seconds that never go back."""

    def __init__(self, address: SessionsAddress, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._quiet_until = float("-inf")
        self._server = ""
        self._redis = Redis(connection_pool=_pool(address, self._met))

    @property
    def server(self) -> str:
        """Which run of which server was met last: another one after a restart, and when a standby has taken
        over, which may have half of what was there. Raises Away where none was met yet.
        """
        if not self._server:
            self.ask(lambda redis: redis.ping())
        return self._server

    def _met(self, connection: Any) -> None:
        """On each new connection."""
        connection.on_connect()
        connection.send_command("INFO", "server")
        said = connection.read_response()
        found = _RUN.search(said) if isinstance(said, bytes) else None
        if found is None:
            raise Unconnected("nothing that a Redis says")
        self._server = found[1].decode()

    def __repr__(self) -> str:
        return "Link()"

    def close(self) -> None:
        """Let go of every connection."""
        self._redis.close()
        self._redis.connection_pool.disconnect()  # a client closes no pool that it was given

    def ask(self, call: Callable[["Redis"], Any]) -> Any:
        """Return what `call` makes of the client. Raises Away."""
        if self._clock() < self._quiet_until:
            raise Away("the shared memory is away")
        try:
            return call(self._redis)
        except Exception:  # also what its client makes of answers that are no Redis's
            self._quiet_until = self._clock() + QUIET_SECONDS
            raise Away("the shared memory is away") from None

    def run(self, script: str, keys: tuple[str, ...], *arguments: str | bytes | int) -> int:
        """Return the number that a script of `scripts` answers. Raises Away."""
        return cast(int, self.ask(lambda redis: redis.eval(script, len(keys), *keys, *arguments)))

    def get(self, name: str) -> bytes | None:
        """What is under a name. Raises Away."""
        found = self.ask(lambda redis: redis.get(name))
        if found is not None and not isinstance(found, bytes):
            raise Away("the shared memory answers nonsense")
        return found

    def look(self) -> None:
        """Judge the server before anything is put there. Raises RuntimeFolderError: one sentence."""
        try:
            self._redis.ping()
            role = self._redis.info("replication").get("role")
            cluster = self._redis.info("cluster").get("cluster_enabled")
            asked = ("save", "appendonly", "maxmemory-policy")
            found = cast("dict[str, str]", self._redis.config_get(*asked))
        except (AuthenticationError, NoPermissionError, ResponseError):
            raise RuntimeFolderError(
                "The Redis of [sessions] refuses the user or the password, or what Silbo asks of it "
                "(CONFIG GET, INFO, EVAL)."
            ) from None
        except (RedisError, OSError):
            raise RuntimeFolderError("The Redis of [sessions] can't be reached.") from None
        if cluster:
            raise RuntimeFolderError("The Redis of [sessions] is a cluster: name one that stands alone.")
        if role != "master":
            raise RuntimeFolderError("The Redis of [sessions] is a copy of another one: name that.")
        if found.get("save") != "" or found.get("appendonly") != "no":
            raise RuntimeFolderError(
                'The Redis of [sessions] writes to a disk: set `save ""` and `appendonly no` there.'
            )
        if found.get("maxmemory-policy") != "noeviction":
            raise RuntimeFolderError(
                "The Redis of [sessions] forgets what it likes: set `maxmemory-policy noeviction` there."
            )


class _Hasty:
    """A socket that waits for the whole answer to what was sent last as long as for a piece of it: one that
    drips bytes would keep the event loop for hours.
    """

    def __init__(self, plain: socket) -> None:
        self._plain = plain
        self._timeout = plain.gettimeout()
        self._until = time.monotonic() + WAIT_SECONDS

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds
        self._plain.settimeout(seconds)

    def sendall(self, data: bytes) -> None:
        self._until = time.monotonic() + WAIT_SECONDS
        self._plain.settimeout(WAIT_SECONDS)  # for all of it
        self._plain.sendall(data)

    def recv(self, size: int) -> bytes:
        left = self._until - time.monotonic()
        if self._timeout != 0 and left <= 0:
            raise TimeoutError
        self._plain.settimeout(0 if self._timeout == 0 else left)
        return self._plain.recv(size)


class _Hurried:
    def _connect(self) -> Any:
        return _Hasty(super()._connect())  # type: ignore[misc]  # of the class that stands behind this one


class _Socket(_Hurried, UnixDomainSocketConnection):
    pass


class _Tcp(_Hurried, Named):
    pass


class _Tls(_Hurried, SSLConnection, Named):
    pass


def _pool(address: SessionsAddress, met: Callable[[Any], None]) -> ConnectionPool:
    kind: type[Named | UnixDomainSocketConnection] = _Socket
    more: dict[str, Any] = {"path": address.path}
    if address.path is None:
        kind, more = _Tcp, {"host": address.host, "port": address.port}
        more["names"] = Names(address.host, WAIT_SECONDS)
        more["socket_connect_timeout"] = WAIT_SECONDS
        more["socket_keepalive"] = True
    if address.tls:
        kind = _Tls
        more |= {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
        more["ssl_ca_certs"] = None if address.certificates is None else str(address.certificates)
    if address.password is not None:
        more |= {"username": address.user, "password": address.password}
    return ConnectionPool(
        connection_class=kind,
        max_connections=8,
        socket_timeout=WAIT_SECONDS,
        redis_connect_func=met,
        retry=Retry(NoBackoff(), 1),  # a connection that was closed meanwhile; all our calls may come twice
        **more,
    )

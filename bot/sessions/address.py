"""Where the shared memory is: a Redis that `[sessions]` names.

With the standard library alone, so that settings are checked before its client is loaded. What this module
guards against: a password that gets into silbo.toml and so into backups, and a server elsewhere that did not
prove who it is.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

EXPECTED = "should be like unix:///run/redis/redis.sock, redis://127.0.0.1:6379 or rediss://HOST:6379"
_HERE = ("localhost", "127.0.0.1", "::1")
_PORT = 6379


@dataclass(frozen=True, slots=True)
class SessionsAddress:
    """`path` of a socket, or `host` and `port`, with TLS or not; `user` and `password` where it wants them,
    `certificates` the file of who signs its certificate, if that is nobody whom this machine knows.
    """

    path: str | None
    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None = field(default=None, repr=False)
    certificates: Path | None = None


def problem(untrusted_url: str) -> str | None:
    """What is wrong with an address, in words that repeat nothing of it; None if nothing is."""
    try:
        parts = urlsplit(untrusted_url)
        host = parts.hostname
        parts.port  # noqa: B018  # raises for what is no number
    except ValueError:
        return EXPECTED
    if parts.password is not None:
        return (
            "should have no password in it: put that alone into a file of mode 600, "
            "and name the file as password_file"
        )
    if parts.query or parts.fragment or parts.scheme not in ("unix", "redis", "rediss"):
        return EXPECTED
    if parts.scheme == "unix":
        return None if parts.path.startswith("/") and not parts.netloc else EXPECTED
    if not host or parts.path not in ("", "/"):
        return EXPECTED
    if parts.scheme == "redis" and host not in _HERE:
        return "should be rediss://...: a server elsewhere has to prove who it is"
    return None


def parsed(url: str, password: str | None, certificates: Path | None) -> SessionsAddress:
    """What a url says that has no `problem`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return SessionsAddress(parts.path, "", 0, tls=False, user=None, password=password)
    tls = parts.scheme == "rediss"
    found = parts.hostname or "", parts.port or _PORT
    return SessionsAddress(None, *found, tls, parts.username or None, password, certificates)

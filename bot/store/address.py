"""Where a database is: the file in the state folder, or the PostgreSQL that `[store]` names.

With the standard library alone, so that settings are checked before any database is loaded. What this module
guards against: a password that gets into silbo.toml and so into backups, and a connection over a network to a
server that did not prove who it is.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

POSTGRESQL = "postgresql+psycopg"
_ALLOWED = frozenset(
    ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "channel_binding")
)
_PROVEN = ("verify-full", "verify-ca")
_HERE = ("localhost", "127.0.0.1", "::1")
EXPECTED = (
    f"should be like {POSTGRESQL}://USER@HOST/DATABASE, or {POSTGRESQL}://USER@/DATABASE?host=/run/postgresql"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A SQLAlchemy `url` without a password, and the password apart from it; None where there is none."""

    url: str
    password: str | None = field(default=None, repr=False)

    @property
    def is_postgresql(self) -> bool:
        return self.url.startswith(POSTGRESQL)


def of_file(path: Path) -> Address:
    """The database in a file."""
    return Address(f"sqlite+aiosqlite:///{path}")


def problem(untrusted_url: str) -> str | None:
    """What is wrong with an address of PostgreSQL, in words that repeat nothing of it; None if nothing is."""
    try:
        parts = urlsplit(untrusted_url)
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        named = parts.hostname
        parts.port  # noqa: B018  # raises for what is no number
    except ValueError:
        return EXPECTED
    if parts.scheme != POSTGRESQL or parts.fragment:
        return EXPECTED
    if parts.password is not None or "password" in query:
        return (
            "should have no password in it: put that alone into a file of mode 600, "
            "and name the file as password_file"
        )
    if not set(query) <= _ALLOWED:
        return f"should have nothing after the ? but {', '.join(sorted(_ALLOWED))}"
    hosts = [_without_port(host) for host in query.get("host", [])] + ([named] if named else [])
    database = unquote(parts.path.removeprefix("/"))
    if not parts.username or not hosts or not all(hosts) or not database or "/" in database:
        return EXPECTED
    elsewhere = [host for host in hosts if not host.startswith("/") and host not in _HERE]
    if elsewhere and query.get("sslmode", ["verify-full"])[-1] not in _PROVEN:
        return "should have sslmode=verify-full (or verify-ca): a server elsewhere has to prove who it is"
    return None


def hosts_of(url: str) -> list[str]:
    """The servers that a valid address of PostgreSQL names: addresses, names, or folders of a socket."""
    parts = urlsplit(url)
    hosts = [_without_port(host) for host in parse_qs(parts.query).get("host", [])]
    return hosts + ([parts.hostname] if parts.hostname else [])


def is_local(url: str) -> bool:
    """Whether every server that a valid address of PostgreSQL names is on this machine."""
    return all(host.startswith("/") or host in _HERE for host in hosts_of(url))


def _without_port(host: str) -> str:
    return host if host.count(":") > 1 else host.rpartition(":")[0] or host

"""What is PostgreSQL's own: how it is reached, settings of a connection, one writer at a time, its errors.

Source: https://www.postgresql.org/docs/current/libpq-connect.html. What this module guards against: libpq's
environment, which would lead to another server than the settings name; a server that answers before a commit
is durable; two processes that write at once, each by what the other has not committed yet.
"""

import os
from typing import Any

from sqlalchemy import URL, Connection

from bot.store.address import is_local
from bot.store.errors import SharedElsewhere, StoreError

LOCK = 0x73696C626F  # "silbo"
DUTY = LOCK + 1
RUNNING = LOCK + 2
MEMORY = LOCK & 0x7FFFFFFF
TURN = LOCK + 3
"""Of the one export, purge or backup that is at work (`bot.duty`); with the connection it goes."""
CLAIM = f"SELECT pg_advisory_lock({RUNNING})"
"""Of the one `silbo run` whose conversations go on in this database: the lock goes with the connection that
writes, so whoever lost that writes nothing before it has the lock again.
"""
SHARE = f"SELECT pg_advisory_lock_shared({RUNNING})"
"""Of those that share their conversations: there may be several, and none that has them alone."""
SHARED_IN = "SELECT pg_advisory_lock_shared({lock}, {place})"
"""Each also says where they are shared, and looks whether another says otherwise."""
ELSEWHERE = """
SELECT min(objid::bigint) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = {lock} AND objid <> {place}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
WRITE = f"SELECT pg_advisory_xact_lock({LOCK})"
"""One writer at a time among all processes, as on SQLite: what a transaction has looked up stays true until
its commit. The lock goes with the transaction, however it ends.
"""

WRITING = {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
"""Each statement sees what was committed before it: so the first one after the lock sees all."""

READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""One consistent view."""

_LEADING_ELSEWHERE = ("PGHOSTADDR", "PGSERVICE")
_OPTIONS = {
    "lock_timeout": "20s",  # as SQLite's busy_timeout
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": "0",
    "TimeZone": "UTC",
    "tcp_keepalives_idle": "10",  # s, as the next: the locks of a machine that died go with its connections
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
LOOK = (
    "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on', "
    "current_setting('server_version_num')::int < 130000, "
    "current_setting('server_encoding') <> 'UTF8'"
)
_REFUSED = "The PostgreSQL server refuses the user or the password."
_NO_DATABASE = "There is no such database on that PostgreSQL server."
_BY_WORDS = (
    (("write init file", "No space left"), "The disk of the database is full, or can't be written."),
    (("read-only", "hot standby"), "No PostgreSQL server of [store] takes writes now."),
    (("password", "authentication", 'role "', "pg_hba.conf"), _REFUSED),
    (('database "',), _NO_DATABASE),
    (
        ("starting up", "shutting down", "recovery"),
        "The PostgreSQL server is stopping, starting or recovering.",
    ),
    (("too many", "remaining connection slots"), "The PostgreSQL server has no connection left for Silbo."),
    (
        ("certificate", "SSL"),
        "The PostgreSQL server does not prove who it is; look at sslmode and sslrootcert.",
    ),
)
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)


def arguments(address: URL) -> dict[str, Any]:
    """Arguments of the driver: each that libpq would take from the environment is said here, or refused.

    Raises StoreError.
    """
    for name in _LEADING_ELSEWHERE:
        if os.environ.get(name):
            raise StoreError(f"The environment variable {name} would lead to another database; unset it.")
    found: dict[str, Any] = {
        "connect_timeout": 10,  # s
        "application_name": "silbo",  # else the name of the program
        "client_encoding": "utf8",
        "options": " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items()),
        "target_session_attrs": "read-write" if len(_hosts(address)) > 1 else "any",
        "gssencmode": "disable",
        "keepalives": 1,
        "keepalives_idle": 10,  # s, as the next
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,  # ms
    }
    if "sslmode" not in address.query:
        found["sslmode"] = "prefer" if is_local(address.render_as_string()) else "verify-full"
    if not address.port and all(":" not in host for host in _hosts(address)):
        found["port"] = 5432
    return found


def _hosts(address: URL) -> tuple[str, ...]:
    named = address.query.get("host", ())
    return (named,) if isinstance(named, str) else named


def set_up(connection: Any) -> None:
    """An answer to COMMIT means that it is on the disk, whatever the role's or the database's settings are.
    More than that (`remote_apply`) stays.
    """
    cursor = connection.cursor()
    cursor.execute(_DURABLE)
    cursor.close()
    connection.commit()


def claim(connection: Any, _record: object) -> None:
    """Wait until no other `silbo run` has this database, for 20 s at most. Raises what the driver does."""
    _lock(connection, CLAIM)


def share(connection: Any, _record: object, *, place: int) -> None:
    """Wait until none has it alone, as `claim`. `place` (31 bits) names the memory in which the conversations
    are shared; raises SharedElsewhere where others share theirs in another one.
    """
    numbers = {"lock": MEMORY, "place": place}
    _lock(connection, SHARE, SHARED_IN.format(**numbers))
    cursor = connection.cursor()
    (others,) = cursor.execute(ELSEWHERE.format(**numbers)).fetchone()
    cursor.close()
    connection.commit()
    if others is not None:
        connection.close()  # and with it what it says
        raise SharedElsewhere(others)


def _lock(connection: Any, *statements: str) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
    connection.commit()


def hold(connection: Connection, *, alone: bool) -> None:
    """Keep the transaction that is open however long nothing is asked in it, for a copy reads the other side
    back meanwhile. Where it is to be `alone`, raises StoreError beside a `silbo run`, on whatever machine.
    """
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    mine = f"SELECT pg_try_advisory_xact_lock({RUNNING})"
    if alone and not connection.exec_driver_sql(mine).scalar_one():
        raise StoreError("A silbo run uses that PostgreSQL, here or on another machine: stop it first.")


def refuse(row: Any) -> None:
    """Judge the one row of `LOOK`. Raises StoreError for a server that we can't write to."""
    in_recovery, read_only, too_old, other_letters = row
    if in_recovery:
        raise StoreError(
            "That PostgreSQL is a standby or in recovery: it takes nothing. Name the one that does."
        )
    if read_only:
        raise StoreError("That PostgreSQL database is read-only for this user.")
    if too_old:
        raise StoreError("That PostgreSQL is older than version 13.")
    if other_letters:
        raise StoreError("That PostgreSQL database is not in UTF-8.")


def speaks(error: BaseException | None) -> bool:
    """Whether an error is one of this driver."""
    return hasattr(error, "sqlstate")


def sentence(error: BaseException | None) -> str:
    """What an error of the driver means to the operator. Its words stay here: they name hosts and keys of
    rows.
    """
    state = getattr(error, "sqlstate", None) or ""
    match state[:2], state:
        case _, "25006":
            return "The PostgreSQL database is read-only now: a standby, or one that was made so."
        case _, "53100":
            return "The disk of the database is full."
        case _, "53300":
            return "The PostgreSQL server has no connection left for Silbo."
        case _, ("55P03" | "40P01" | "40001"):
            return "The database is locked by another program."
        case _, ("57P01" | "57P02" | "57P03"):
            return "The PostgreSQL server is stopping, starting or recovering."
        case _, "3D000":
            return _NO_DATABASE
        case _, "42501":
            return "The PostgreSQL user may not do that; the database should belong to it."
        case "28", _:
            return _REFUSED
        case "58" | "XX", _:
            return "The database is damaged, or its disk is."
        case (("08" | ""), _):
            return _unreached(str(error))
        case _:
            return "The database cannot be read or written."


def _unreached(words: str) -> str:
    """The driver has no code for what failed before a connection was there, only words: those of libpq are
    English, those of a server may be in another language.
    """
    for found, said in _BY_WORDS:
        if any(word in words for word in found):
            return said
    return "The PostgreSQL server can't be reached, or refuses Silbo."

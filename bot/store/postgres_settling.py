"""What PostgreSQL keeps of deleted rows and of the order in which rows came: both leave its files at night.

A row has the number of its transaction (`xmin`) and its place (`ctid`), what lies outside it a number that
only grows; a deleted row's bytes stay in its page. So complete drops are written again by lot, in one
transaction, and then the tables are, whole. ADR 263 says what that leaves: above all the write-ahead log.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, column, insert, table, text

from bot.store.postgres import DUTY, WRITE
from bot.store.settling import FOLLOWING
from bot.store.tables import metadata

_log = logging.getLogger(__name__)

NIGHTLY = (("replies", "true"), ("ended", "true"), ("uploads", "done IS NOT NULL"))
"""Which rows are written again each night besides those of drops: else they tell in which order mailboxes
were emptied, and pages sent. They hold no ciphertext.
"""

SMALL = (
    *("drops", "items", "receipts", "replies", "ended", "uploads", "upload_items", "upload_parts"),
    *("batches", "desks"),
)
WHOLE = 512 << 20
"""Up to how many bytes of ciphertext `chunks` is written anew each night: nobody writes meanwhile."""

_BLOBS = (
    "SELECT blob_id FROM items JOIN drops ON drops.id = drop_id "
    "WHERE drops.state = 'complete' AND NOT settled AND day <= :newest"
)
_DROPS = "SELECT id FROM drops WHERE state = 'complete' AND NOT settled AND day <= :newest"
_COPY = (
    "INSERT INTO chunks (blob_id, number, pad, data) SELECT new, number, pad, data "
    "FROM moved JOIN chunks ON blob_id = old ORDER BY place, number"
)
_GONE = "DELETE FROM chunks USING moved WHERE blob_id = new AND old NOT IN (SELECT blob_id FROM items)"
_OF_A_DROP = (("drops", "id"), *((name, "drop_id") for name in FOLLOWING))
_SET_ASIDE = "CREATE TEMP TABLE new_$T ON COMMIT DROP AS SELECT * FROM $T"
_DELETE = "DELETE FROM $T"
_CHOSEN = "$KEY IN (SELECT id FROM chosen)"
_PUT_BACK = "INSERT INTO $T SELECT * FROM new_$T ORDER BY gen_random_uuid()"


def settle(connection: Connection, newest: date, over: date) -> int:
    """Shuffle the complete drops of days up to `newest`, those of days before `over` for the last time.

    In the transaction that is open, which others see whole or not at all; they write meanwhile, until the
    rows that name the ciphertext are written. Returns how many drops were shuffled.
    """
    _do(connection, f"SELECT pg_advisory_xact_lock({DUTY})")  # one process at a time
    blobs = _column(connection, _BLOBS, newest=newest)
    drops = _column(connection, _DROPS, newest=newest)
    nightly = newest >= over
    if not drops and not nightly:
        return 0
    secrets.SystemRandom().shuffle(blobs)
    _table(connection, "moved", "old text PRIMARY KEY, new text, place integer")
    _fill(
        connection,
        "moved",
        [{"old": old, "new": secrets.token_hex(16), "place": place} for place, old in enumerate(blobs)],
    )
    _table(connection, "chosen", "id text PRIMARY KEY")
    _fill(connection, "chosen", [{"id": drop} for drop in drops])
    _do(connection, _COPY)
    _do(connection, WRITE)
    _do(connection, _GONE)  # its source or a sweep was faster
    for name, key in _OF_A_DROP:
        mine = f"{_SET_ASIDE} WHERE {_CHOSEN}".replace("$KEY", key)
        _do(connection, mine.replace("$T", name))
    _do(connection, "UPDATE new_items SET blob_id = new FROM moved WHERE blob_id = old")
    _do(connection, "UPDATE new_drops SET settled = day < :over", over=over)
    _do(connection, "DELETE FROM drops WHERE id IN (SELECT id FROM chosen)")
    _do(connection, "DELETE FROM chunks USING moved WHERE blob_id = old")
    again = [name for name, _ in _OF_A_DROP]
    if nightly:
        for name, which in NIGHTLY:
            _do(connection, f"{_SET_ASIDE} WHERE {which}".replace("$T", name))
            _do(connection, f"{_DELETE} WHERE {which}".replace("$T", name))
        again += [name for name, _ in NIGHTLY]
    for name in again:
        _do(connection, _PUT_BACK.replace("$T", name))
    return len(drops)


def keep_no_samples(connection: Connection) -> None:
    """Let no value of a row stand in the statistics of the planner, where it would stay after the row."""
    for each in metadata.tables.values():
        for of in each.columns:
            _do(connection, f'ALTER TABLE {each.name} ALTER COLUMN "{of.name}" SET STATISTICS 0')


def clear(connection: Connection) -> None:
    """Let others use the room of what was deleted. `connection` begins no transaction, as in `rewrite`."""
    _do(connection, f"VACUUM {', '.join((*SMALL, 'chunks'))}")


def rewrite(connection: Connection) -> None:
    """Write the tables anew, so that the bytes of what was deleted leave their files. Says in the log if
    there is too much ciphertext for that, whose room is then used again in time.
    """
    for name in SMALL:
        _do(connection, f"VACUUM (FULL) {name}")
    ((size,),) = connection.execute(text("SELECT pg_total_relation_size('chunks')")).all()
    if size > WHOLE:
        _do(connection, "VACUUM chunks")
        _log.warning(
            "there is too much in the PostgreSQL database to write it anew: bytes of what was deleted stay "
            "in its files until their room is used again"
        )
        return
    _do(connection, "VACUUM (FULL) chunks")


def _column(connection: Connection, query: str, **values: object) -> list[str]:
    return list(connection.execute(text(query), values).scalars())


def _do(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(text(statement), values)


def _table(connection: Connection, name: str, columns: str) -> None:
    _do(connection, f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")


def _fill(connection: Connection, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        into = table(name, *(column(key) for key in rows[0]))
        connection.execute(insert(into), rows)

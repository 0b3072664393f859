"""The order of arrival leaves SQLite's files: what complete drops are made of is written anew, by lot.

The number of a row, the page that its bytes lie on and its place on a page of an index tell when it came. So
each blob is copied to a new place under a new name, then the rows of drops and items are written again, then
their indexes are built again: in steps, each a short transaction with a rest as long behind it, so that a
source who sends meanwhile waits for one step at most. ADR 170 says what was measured, and what is left.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

FOLLOWING = ("items", "receipts")
"""The tables whose rows hang on a drop, and go with it."""

STEP_CHUNKS = 4
"""How many chunks of at most 1 MiB one transaction moves."""

STEP_DROPS = 1_000
"""Of how many drops one transaction writes the rows."""

SPARSE = 30
"""Where the drops at hand are fewer than one in so many, under three of them share a page of an index (it has
some eighty entries), which is left as it is: building it anew would keep sources waiting. The index of
`chunks` always is: its old entries are names that nothing has any more.
"""

_CHUNK = 1 << 20
_BLOBS = (
    "SELECT blob_id, size FROM items JOIN drops ON drops.id = drop_id "
    "WHERE drops.state = 'complete' AND NOT settled AND day <= ?"
)
_DROPS = "SELECT id FROM drops WHERE state = 'complete' AND NOT settled AND day <= ?"
_COPY = (
    "INSERT INTO chunks (blob_id, number, pad, data) SELECT :new, number, pad, data FROM chunks "
    "WHERE blob_id = :old AND number >= :first AND number < :end "
    "AND EXISTS (SELECT 1 FROM items WHERE blob_id = :old)"
)
_SWITCH = (
    "UPDATE items SET blob_id = :new WHERE blob_id = :old AND (SELECT count(*) FROM chunks WHERE "
    "blob_id = :new) = (SELECT count(*) FROM chunks WHERE blob_id = :old)"
)
_DELETE = (
    "DELETE FROM chunks WHERE blob_id = :old AND number >= :first AND number < :end "
    "AND NOT EXISTS (SELECT 1 FROM items WHERE blob_id = :old)"
)
_OF_A_DROP = (("drops", "id"), *((table, "drop_id") for table in FOLLOWING))
_SET_ASIDE = "CREATE TEMP TABLE new_$T AS SELECT * FROM main.$T WHERE $KEY IN chosen ORDER BY random()"
_PUT_BACK = "INSERT INTO main.$T SELECT * FROM new_$T ORDER BY rowid"

_UPLOADS = (  # marks of what came by the page, until they end: a number of a row each, and the drop's id
    "CREATE TEMP TABLE new_uploads AS SELECT * FROM main.uploads WHERE done IS NOT NULL ORDER BY random()",
    "DELETE FROM main.uploads WHERE done IS NOT NULL",
    "INSERT INTO main.uploads SELECT * FROM new_uploads ORDER BY rowid",
    "DROP TABLE new_uploads",
)

Part = dict[str, str | int]
Rest = Callable[[float], None]


def settle(database: sqlite3.Connection, newest: date, over: date, *, rest: Rest = time.sleep) -> int:
    """Shuffle the complete drops of days up to `newest`; those of days before `over` for the last time.

    `database` sends no BEGIN by itself. `rest` gets the seconds that a step took, and may end it all by an
    exception: the next run does what is left. Returns how many drops were shuffled. Raises what sqlite3
    raises.
    """
    lot = secrets.SystemRandom()
    blobs = database.execute(_BLOBS, (newest.isoformat(),)).fetchall()
    drops = [drop for (drop,) in database.execute(_DROPS, (newest.isoformat(),))]
    lot.shuffle(blobs)
    lot.shuffle(drops)
    for together in _together(blobs):
        _move(database, together, rest)
    for start in range(0, len(drops), STEP_DROPS):
        with _step(database, rest):
            _rewrite(database, drops[start : start + STEP_DROPS], over)
    if drops:
        with _step(database, rest):
            for statement in _UPLOADS:
                database.execute(statement)
    for index in _indexes(database, len(drops)):
        with _step(database, rest):
            database.execute(f'REINDEX "{index}"')
    return len(drops)


def _together(blobs: Iterable[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Blobs (a name, how many chunks) that fill a step, or one that is more than a step."""
    step: list[tuple[str, int]] = []
    left = 0
    for name, size in blobs:
        left -= size
        if step and left < 0:
            yield step
            step = []
        if not step:
            left = STEP_CHUNKS * _CHUNK - size
        step.append((name, -(-size // _CHUNK)))
    if step:
        yield step


def _move(database: sqlite3.Connection, blobs: Sequence[tuple[str, int]], rest: Rest) -> None:
    """Copy, switch, delete: in one step, or each in steps of its own for a large blob.

    Where its source or a sweep was faster, the copy is what is deleted.
    """
    names: list[Part] = [{"old": name, "new": secrets.token_hex(16)} for name, _ in blobs]
    both: list[Part] = names + [{"old": name["new"]} for name in names]
    chunks = max(count for _, count in blobs)
    parts: list[Part] = [{"first": n, "end": n + STEP_CHUNKS} for n in range(0, chunks, STEP_CHUNKS)]
    copying = [(_COPY, [name | part for name in names]) for part in parts]
    deleting = [(_DELETE, [name | part for name in both]) for part in parts]
    changes = [*copying, (_SWITCH, names), *deleting]
    for step in [changes] if len(parts) == 1 else [[change] for change in changes]:
        with _step(database, rest):
            for statement, rows in step:
                database.executemany(statement, rows)


def _rewrite(database: sqlite3.Connection, drops: Sequence[str], over: date) -> None:
    """Write the rows of these drops again, and of what hangs on them, each table by lot."""
    database.execute("CREATE TEMP TABLE chosen (id TEXT PRIMARY KEY)")
    database.executemany("INSERT INTO chosen VALUES (?)", [(drop,) for drop in drops])
    for table, key in _OF_A_DROP:
        database.execute(_SET_ASIDE.replace("$T", table).replace("$KEY", key))
    database.execute("UPDATE new_drops SET settled = day < ?", (over.isoformat(),))
    database.execute("DELETE FROM main.drops WHERE id IN chosen")
    for table, _ in _OF_A_DROP:
        database.execute(_PUT_BACK.replace("$T", table))
        database.execute(f"DROP TABLE new_{table}")
    database.execute("DROP TABLE chosen")


def _indexes(database: sqlite3.Connection, moved: int) -> list[str]:
    """Those to build again after so many drops were moved; always those that hold no others."""
    if not moved:
        return []
    ((total,),) = database.execute("SELECT count(*) FROM drops")
    found = database.execute(
        "SELECT name, tbl_name, sql LIKE '% WHERE %' FROM sqlite_master WHERE type = 'index' ORDER BY name"
    )
    many = moved * SPARSE >= total
    return [name for name, table, few in found if table in dict(_OF_A_DROP) and (many or few)]


@contextmanager
def _step(database: sqlite3.Connection, rest: Rest) -> Iterator[None]:
    """One transaction, and the rest after it."""
    began = time.monotonic()
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
    rest(time.monotonic() - began)

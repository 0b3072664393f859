#!/usr/bin/env bash
# SQLite as in apsw 3.54.1.0. `PRAGMA journal_mode = WAL` on a database that isn't in WAL mode yet doesn't honour the busy timeout
# beside a connection that has the write lock: "database is locked" comes at once, the busy handler
# isn't called a single time. A plain BEGIN IMMEDIATE at the same moment calls it and waits; so does the pragma itself beside a
# mere reader. So programs that make one new database together can be refused, however long the timeout each has set before.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0
cat >"$place/look.py" <<'PY'
import sys

import apsw

print("SQLite", apsw.sqlite_lib_version())


def asked(name: str, holder: str, statement: str) -> int:
    """How often the busy handler of who runs `statement` is called before it is refused, beside `holder`."""
    path = f"{sys.argv[1]}/{name}.db"
    first = apsw.Connection(path)
    first.execute("CREATE TABLE letters (words TEXT); INSERT INTO letters VALUES ('one')")
    first.execute("BEGIN")
    first.execute(holder).fetchall()
    second = apsw.Connection(path)
    calls: list[int] = []

    def busy(count: int) -> bool:
        calls.append(count)
        return len(calls) < 5

    second.set_busy_handler(busy)
    try:
        second.execute(statement).fetchall()
    except apsw.BusyError as error:
        print(f"{statement} beside {holder!r}: {error}, handler called {len(calls)} times")
    else:
        raise SystemExit("it was not refused")
    first.execute("ROLLBACK")
    assert second.execute("PRAGMA journal_mode = WAL").fetchall() == [("wal",)]
    return len(calls)


LOCK = "DELETE FROM letters WHERE words = 'nothing'"
assert asked("begin", LOCK, "BEGIN IMMEDIATE") == 5
assert asked("reader", "SELECT * FROM letters", "PRAGMA journal_mode = WAL") == 5
assert asked("writer", LOCK, "PRAGMA journal_mode = WAL") == 0
print("as seen: beside a write lock a change to WAL is refused without waiting")
PY
"$place/venv/bin/python" "$place/look.py" "$place"

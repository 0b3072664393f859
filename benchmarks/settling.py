"""What the nightly shuffle costs a source who sends: `python -m benchmarks.settling [DROPS NIGHT [EACH]]`.

A database, in the folder this runs in, of DROPS settled drops (rows as many as there would be, ciphertext of
512 bytes each, so that a small disk stands for a large one: a step moves the same number of bytes either way)
and NIGHT drops of the day, of 100 KB each. With EACH, both hold so many bytes: `4800 200 10000000` are 50 GB.
A writer stores an item twenty times a second in a process of its own; what is told is its longest wait, alone
beside the shuffle, and beside the sweep that deletes as much.
"""

import asyncio
import os
import random
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from bot.store import settling, sqlite
from bot.store.store import Store, Swept

MIB = 1 << 20
OLD, DAY, NEXT = date(2026, 11, 1), date(2026, 11, 21), date(2026, 11, 22)
WRITER = """
import secrets, signal, sqlite3, sys, time
from bot.store import sqlite as settings
database = sqlite3.connect(sys.argv[1])
settings.set_up(database)
waits, going = [0.0], [True]
signal.signal(signal.SIGTERM, lambda *_: going.clear())
print("ready", flush=True)
while going:
    began = time.monotonic()
    database.execute("BEGIN IMMEDIATE")
    row = "INSERT INTO chunks VALUES (?, 0, zeroblob(4096), zeroblob(16384))"
    database.execute(row, (secrets.token_hex(16),))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    waits.append(time.monotonic() - began)
    time.sleep(0.05)
print(f"longest of {len(waits)} waits {max(waits):.3f} s, median {sorted(waits)[len(waits) // 2]:.3f} s")
"""


def fill(database: sqlite3.Connection, count: int, size: int, day: date, settled: bool) -> None:
    letters = random.randbytes(MIB)
    database.execute("BEGIN")
    for _ in range(count):
        drop = secrets.token_hex(16)
        database.execute(
            "INSERT INTO drops (id, day, state, settled) VALUES (?, ?, 'complete', ?)", (drop, day, settled)
        )
        for position, part in ((1, size), (2, 512 if settled else 16384)):
            blob = secrets.token_hex(16)
            for number, start in enumerate(range(0, part, MIB)):
                database.execute(
                    "INSERT INTO chunks (blob_id, number, pad, data) VALUES (?, ?, zeroblob(4096), ?)",
                    (blob, number, letters[: part - start]),
                )
            database.execute(
                "INSERT INTO items (id, drop_id, position, size, sha256, state, blob_id) "
                "VALUES (?, ?, ?, ?, ?, 'kept', ?)",
                (secrets.token_hex(16), drop, position, part, bytes(32), blob),
            )
    database.execute("COMMIT")


@contextmanager
def writer(path: Path, when: str) -> Iterator[None]:
    """A source's process, which says in the end how long it waited."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    yield
    process.terminate()
    print(f"{when}: {process.stdout.read().strip()}")


async def new_database(path: Path) -> None:
    await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()


async def sweep(path: Path) -> Swept:
    """What the bot does every night, with as many drafts that are over as there were drops of the day."""
    store = await Store.open(sqlite.address(path))
    swept = await store.sweep(NEXT, retention=30)
    await store.close()
    return swept


def main(drops: int, night: int, each: int | None = None) -> None:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / "silbo.db"
        asyncio.run(new_database(path))
        with closing(sqlite3.connect(path)) as database:
            sqlite.set_up(database)
            database.execute("PRAGMA journal_mode = OFF")  # faster while nobody else is there
            database.execute("PRAGMA synchronous = OFF")
            fill(database, drops, each or 512, OLD, settled=True)
            fill(database, night, each or 100_000, DAY, settled=False)
            sqlite.set_up(database)
            os.sync()
            print(f"{drops + night} drops, {night} of the day; {path.stat().st_size / 1e9:.1f} GB")
            with writer(path, "alone"):
                time.sleep(10)
            steps: list[float] = []

            def rest(seconds: float) -> None:
                steps.append(seconds)
                time.sleep(seconds)

            with writer(path, "beside the shuffle"):
                began = time.monotonic()
                settling.settle(database, DAY, NEXT, rest=rest)
                took = time.monotonic() - began
            print(f"{took:.1f} s in {len(steps)} steps, the longest {max(steps):.3f} s")
            database.execute(
                "UPDATE drops SET state = 'draft' WHERE id IN (SELECT id FROM drops WHERE day = ? LIMIT ?)",
                (OLD, night),
            )
        with writer(path, "beside the rest of the night"):
            began = time.monotonic()
            swept = asyncio.run(sweep(path))
            took = time.monotonic() - began
        print(f"{took:.1f} s, {swept.drafts} drops of {swept.blobs} parcels deleted, their room given back")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:] or ("100000", "2000")))

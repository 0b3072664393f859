"""For deploy.sh upgrade: copies and compares databases without this or any other release's schema.

python database.py copy FROM TO     a consistent copy, beside a running bot
python database.py open FILE        bring it to this release's schema, as its start would
python database.py mark FILE        a line that differs when a drop, an item or the schema does
"""

import asyncio
import hashlib
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.store import Store, StoreError


def copy(source: Path, target: Path) -> None:
    """Write a new file of mode 600."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(source, timeout=20)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=-1)
        new.execute("PRAGMA journal_mode = DELETE")


def open_here(path: Path) -> None:
    """Raises StoreError."""

    async def work() -> None:
        await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()

    asyncio.run(work())


def mark(path: Path) -> str:
    """Schema and content: two hashes, because content that is new must not be lost by going back."""
    with closing(sqlite3.connect(path, timeout=20)) as database:
        schema = database.execute("SELECT version_num FROM alembic_version").fetchall()
        digest = hashlib.sha256()
        for query in ("SELECT id, state FROM drops ORDER BY id", "SELECT id, state FROM items ORDER BY id"):
            for row in database.execute(query):
                digest.update(repr(row).encode())
    return f"{schema[0][0]} {digest.hexdigest()}"


def main(arguments: list[str]) -> int:
    """Run one of the three; 1 and a sentence for what is wrong."""
    try:
        match arguments:
            case ["copy", source, target]:
                copy(Path(source), Path(target))
            case ["open", file]:
                open_here(Path(file))
            case ["mark", file]:
                print(mark(Path(file)))
            case _:
                return 2
    except StoreError as error:
        print(f"deploy.sh: {error}", file=sys.stderr)
        return 1
    except (sqlite3.Error, OSError):
        print("deploy.sh: the database can't be copied or read; is the disk full?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""For deploy.sh upgrade: copies and compares databases without this or any other release's schema.

python database.py copy FROM TO     a consistent copy, beside a running bot
python database.py open FILE        bring it to this release's schema, as its start would
python database.py mark FILE        a line that differs when a drop, an item or the schema does
"""

import asyncio
import sys
from pathlib import Path

from bot.files import create
from bot.store.copies import copy, mark
from bot.store.errors import StoreError
from bot.store.sqlite import address
from bot.store.store import Store

REFUSED = "the database can't be copied or read; is the disk full?"


def open_here(path: Path) -> None:
    """Raises StoreError."""

    async def work() -> None:
        await (await Store.open(address(path))).close()

    asyncio.run(work())


def main(arguments: list[str]) -> int:
    """Run one of the three; 1 and a sentence for what is wrong."""
    try:
        match arguments:
            case ["copy", source, target]:
                create(Path(target)).close()
                copy(Path(source), Path(target))
            case ["open", file]:
                open_here(Path(file))
            case ["mark", file]:
                print(mark(Path(file)))
            case _:
                return 2
    except (StoreError, OSError) as error:
        told = isinstance(error, StoreError) and arguments[0] == "open"
        print(f"deploy.sh: {error if told else REFUSED}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

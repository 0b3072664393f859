"""A door in a process of its own, for tests that kill it. Arguments: folder, port."""

import asyncio
import sys
from pathlib import Path

from tests.bot.channels.page.door import door


async def main(folder: Path, port: int) -> None:
    async with door(folder, port=port) as page:
        print(page.desk, flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

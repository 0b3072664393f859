"""A door in a process of its own, for tests that kill it. Arguments: folder, port, 1 for any size."""

import asyncio
import sys
from pathlib import Path

from bot.intake.door import DoorLimits
from tests.bot.channels.page.door import door


async def main(folder: Path, port: int, *, wide: bool) -> None:
    limits = DoorLimits(10**10, 10**12) if wide else None
    async with door(folder, port=port, limits=limits) as page:
        print(page.desk, flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), wide=len(sys.argv) > 3))

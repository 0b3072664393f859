"""Photos of 12 megapixels sent at once: how long the last of them waits for its acknowledgement.

    python -m benchmarks.album

Twenty photos with a colour profile, from twenty chats and then from one, through the tests' stand-in of the
Bot API, as a source's own telephone would send them as files. Told in seconds from the moment when Telegram
has the last byte of all. To compare two builds, run it in the folder of each, in turn.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scrub import encoded, make_photo, wide_profile
from demo.commands import SILBO, Reviewer, Server
from tests.telegram_api import TelegramApi

PHOTOS = 20
ENVIRONMENT = dict(os.environ)


async def acknowledged(api: TelegramApi, chats: list[int], photos: list[bytes]) -> list[float]:
    """When each chat had its last message, in seconds, ascending; all photos are stored then."""
    said = {chat: len(api.sent[chat]) for chat in chats}
    for number, photo in enumerate(photos):
        api.document(chats[number % len(chats)], photo, name=f"IMG_{number}.jpg")
    began = time.perf_counter()
    ended: dict[int, float] = {}
    downloads = api.downloads
    while time.perf_counter() - began < 300:
        await asyncio.sleep(0.01)
        for chat in chats:
            if len(api.sent[chat]) > said[chat]:
                said[chat] = len(api.sent[chat])
                ended[chat] = time.perf_counter() - began
        quiet = not ended or time.perf_counter() - began - max(ended.values()) > 3
        if len(ended) == len(chats) and api.downloads - downloads >= len(photos) and quiet:
            return sorted(ended.values())
    sys.exit("not all photos were answered")


async def measure(photos: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server.create(folder, [Reviewer.create(folder, "one"), Reviewer.create(folder, "two")])
        async with TelegramApi() as api:
            token = folder / "token"
            token.touch(mode=0o600)
            token.write_text(api.token)
            with server.config.open("a") as config:
                config.write(f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n')
            bot = await asyncio.create_subprocess_exec(
                *(SILBO, "run", "--config", str(server.config)), stderr=asyncio.subprocess.DEVNULL
            )
            try:
                for _ in range(1200):  # until it polls
                    await asyncio.sleep(0.05)
                    if any(method == "getUpdates" for method, _ in api.calls):
                        break
                await asyncio.sleep(2)
                apart = await acknowledged(api, list(range(1, PHOTOS + 1)), photos)
                together = await acknowledged(api, [PHOTOS + 1], photos)
            finally:
                bot.terminate()
                await bot.wait()
                api.calls.clear()
    middle = apart[len(apart) // 2]
    print(f"{PHOTOS} chats: worst {apart[-1]:.2f} s, median {middle:.2f} s; one chat: {together[-1]:.2f} s")


def main() -> None:
    few = [encoded(make_photo((4000, 3000), seed), icc_profile=wide_profile()) for seed in range(4)]
    asyncio.run(measure([few[number % len(few)] for number in range(PHOTOS)]))


if __name__ == "__main__":
    main()

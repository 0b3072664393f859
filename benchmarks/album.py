"""Photos of 12 megapixels sent at once: how long the last of them waits for its acknowledgement.

    python -m benchmarks.album

Twenty photos with a colour profile, from twenty chats and then from one, through the tests' stand-in of the
Bot API, as a source's own telephone would send them as files. Told in seconds from the moment when Telegram
has the last byte of all. To compare two builds, run it in the folder of each, in turn.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scrub import encoded, make_photo, wide_profile
from demo.commands import SILBO, Reviewer, Server
from tests.telegram_api import TelegramApi

PHOTOS = 20
ENVIRONMENT = dict(os.environ)


def kept(texts: list[str]) -> int:
    """How many files a chat was told are kept, in the first language; what only says that one is being
    cleaned tells none.
    """
    found = (re.match(r"Bajo llave: (\d+)", text) for text in texts)
    return max((int(each[1]) for each in found if each), default=0)


async def acknowledged(api: TelegramApi, chats: list[int], photos: list[bytes]) -> list[float]:
    """When each chat was told that all its files are kept, in seconds, ascending."""
    for number, photo in enumerate(photos):
        api.document(chats[number % len(chats)], photo, name=f"IMG_{number}.jpg")
    began = time.perf_counter()
    ended: dict[int, float] = {}
    while time.perf_counter() - began < 300:
        await asyncio.sleep(0.01)
        for chat in chats:
            # A receipt may take the place of what said that the file is being cleaned.
            said = kept([message.get("text", "") for message in api.sent[chat]])
            if chat not in ended and said == len(photos) // len(chats):
                ended[chat] = time.perf_counter() - began
        if len(ended) == len(chats):
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

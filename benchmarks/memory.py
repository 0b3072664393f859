"""Peak memory while eight 19 MB files are taken in at once, beside python-telegram-bot alone doing the same.

    .venv/bin/python -m benchmarks.memory

Both bots talk to the tests' stand-in of the Bot API, in this process. The bar: Silbo at most 64 MB over idle.
"""

import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from demo.commands import SILBO, Reviewer, Server
from tests.telegram_api import TelegramApi

FILES, SIZE = 8, 19 * 1000 * 1000
LIBRARY = """
import asyncio, sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def take(update, context):
    content = await (await update.message.document.get_file()).download_as_bytearray()
    await update.message.reply_text(str(len(content)))

token, url = sys.argv[1:]
builder = ApplicationBuilder().token(token).base_url(url + "/bot").base_file_url(url + "/file/bot")
app = builder.concurrent_updates(True).build()
app.add_handler(MessageHandler(filters.Document.ALL, take))
app.run_polling()
"""


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


async def measure(api: TelegramApi, *command: str) -> tuple[int, int]:
    """Run a bot; return its resident memory at rest and the most it held during the eight files, in bytes."""
    before = {chat: len(api.sent[chat]) for chat in range(1, FILES + 1)}
    bot = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        for _ in range(400):  # until it polls
            await asyncio.sleep(0.05)
            if any(name == "getUpdates" for name, _ in api.calls):
                break
        await asyncio.sleep(2)
        idle = peak = resident(bot.pid)
        for chat in before:
            api.document(chat, secrets.token_bytes(SIZE))
        for _ in range(60_000):
            peak = max(peak, resident(bot.pid))
            if all(len(api.sent[chat]) > said for chat, said in before.items()):
                break
            await asyncio.sleep(0.005)
        else:
            sys.exit("the files were not answered")
        return idle, peak
    finally:
        bot.terminate()
        await bot.wait()
        api.calls.clear()


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server.create(folder, [Reviewer.create(folder, "one"), Reviewer.create(folder, "two")])
        rows = []
        async with TelegramApi() as api:
            token = folder / "token"
            token.touch(mode=0o600)
            token.write_text(api.token)
            with server.config.open("a") as config:
                config.write(f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n')
            rows.append(("silbo", *await measure(api, SILBO, "run", "--config", str(server.config))))
        async with TelegramApi() as api:
            rows.append(
                ("library alone", *await measure(api, sys.executable, "-c", LIBRARY, api.token, api.url))
            )
    print(f"{FILES} files of {SIZE / 1e6:.0f} MB at once; MB")
    for label, idle, peak in rows:
        over = (peak - idle) / 1e6
        print(f"{label:14} idle {idle / 1e6:6.1f}   peak {peak / 1e6:6.1f}   over idle {over:6.1f}")


if __name__ == "__main__":
    asyncio.run(main())

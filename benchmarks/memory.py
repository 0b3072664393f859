"""Peak memory while eight 19 MB files are taken in at once, beside python-telegram-bot alone doing the same.

    .venv/bin/python -m benchmarks.memory [--chats N]

Both bots talk to the tests' stand-in of the Bot API, in this process. The bar: Silbo at most 64 MB over idle.
With `--chats 50` it is fifty chats that send 19 MB at once, and what is told is the whole tree of Silbo's
processes, a shared page counted once; the bar (issue 14): at most 400 MB over idle.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from demo.commands import SILBO, Reviewer, Server
from tests.telegram_api import TelegramApi

FILES, SIZE = 8, 19 * 1000 * 1000
TREE_MB = 400
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


def tree(pid: int) -> int:
    """Return the memory of a process and of all below it in bytes, each shared page once (PSS)."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        with suppress(OSError, ValueError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(text.split("Pss:")[1].split()[0]) * 1024
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return total


async def measure(
    api: TelegramApi,
    *command: str,
    chats: int = FILES,
    memory: Callable[[int], int] = resident,
    pause: float = 0.005,
) -> tuple[int, int]:
    """Run a bot; return its `memory` at rest and the most it held during the files, in bytes."""
    before = {chat: len(api.sent[chat]) for chat in range(1, chats + 1)}
    bot = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        for _ in range(400):  # until it polls
            await asyncio.sleep(0.05)
            if any(name == "getUpdates" for name, _ in api.calls):
                break
        await asyncio.sleep(2)
        idle = peak = memory(bot.pid)
        for chat in before:
            api.document(chat, secrets.token_bytes(SIZE))
        for _ in range(60_000):
            peak = max(peak, await asyncio.to_thread(memory, bot.pid))
            said_all = all(len(api.sent[chat]) > said for chat, said in before.items())
            if said_all and api.pending() == 0:  # what is said first is that it is being cleaned
                break
            await asyncio.sleep(pause)
        else:
            sys.exit("the files were not answered")
        return idle, peak
    finally:
        bot.terminate()
        await bot.wait()
        api.calls.clear()


async def main(chats: int) -> int:
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
            command = SILBO, "run", "--config", str(server.config)
            if chats != FILES:
                idle, peak = await measure(api, *command, chats=chats, memory=tree, pause=0.2)
                over = (peak - idle) / 1e6
                print(f"{chats} chats send {SIZE / 1e6:.0f} MB at once; the whole tree of processes, MB")
                print(f"idle {idle / 1e6:.1f}   peak {peak / 1e6:.1f}   over {over:.1f} (at most {TREE_MB})")
                return 0 if over <= TREE_MB else 1
            rows.append(("silbo", *await measure(api, *command)))
        async with TelegramApi() as api:
            rows.append(
                ("library alone", *await measure(api, sys.executable, "-c", LIBRARY, api.token, api.url))
            )
    print(f"{FILES} files of {SIZE / 1e6:.0f} MB at once; MB")
    for label, idle, peak in rows:
        over = (peak - idle) / 1e6
        print(f"{label:14} idle {idle / 1e6:6.1f}   peak {peak / 1e6:6.1f}   over idle {over:6.1f}")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--chats", type=int, default=FILES)
    sys.exit(asyncio.run(main(parser.parse_args().chats)))

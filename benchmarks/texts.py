"""What a text costs the server: 1,000 texts of 1,000 people by long polling, beside its peers, in one run.

    .venv/bin/python -m benchmarks.texts [--texts N] [--before CHECKOUT] [--peers VENV] [--profile FILE]

The stand-in of the Bot API runs in this process, each bot in its own with all that it starts. `--before` is
a checkout of 956e56d, `--peers` an environment with aiogram 3.31 and python-telegram-bot 22.8 (made in a
temporary folder without it): their applications commit each text to SQLite (WAL, FULL) before they answer.
Bars (issue 14): processor a text at most 0.35 of 956e56d's and 1.6 of python-telegram-bot's, texts a second
at least 0.8 of its. The runtime folder is in memory, as it has to be.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.telegram_api import TelegramApi, until

ROOT = Path(__file__).parents[1]
PEERS = ("aiogram==3.31.0", "python-telegram-bot==22.8")
TICK = os.sysconf("SC_CLK_TCK")
STORE = """
import asyncio, sqlite3, sys
token, url, path = sys.argv[1:]
store = sqlite3.connect(path, isolation_level=None)
for setting in ("journal_mode = WAL", "synchronous = FULL"):
    store.execute("PRAGMA " + setting)
store.execute("CREATE TABLE IF NOT EXISTS items (chat INTEGER, message INTEGER, content TEXT)")

def keep(message):
    row = message.chat.id, message.message_id, message.text
    store.execute("INSERT INTO items VALUES (?, ?, ?)", row)

"""
SET_UP = """
import sys
from pathlib import Path
sys.path.insert(0, "")
from demo.commands import Reviewer, Server
folder = Path(sys.argv[1])
Server.create(folder, [Reviewer.create(folder, "one"), Reviewer.create(folder, "two")])
"""
PTB = """
from telegram.ext import Application, MessageHandler, filters

async def take(update, context):
    keep(update.effective_message)
    await update.effective_message.reply_text("received")

builder = Application.builder().token(token).base_url(url + "/bot").concurrent_updates(True)
app = builder.build()
app.add_handler(MessageHandler(filters.ALL, take))
app.run_polling()
"""
AIOGRAM = """
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

dispatcher = Dispatcher()

@dispatcher.message()
async def take(message):
    keep(message)
    await message.answer("received")

async def main():
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    await dispatcher.start_polling(Bot(token, session=session))

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor a text, and texts a second."""

    processor: float
    rate: float


def processor(pid: int) -> float:
    """Seconds of a process and of all below it, those that ended among them."""
    total = 0.0
    parents: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        total += ticks.get(one, 0) / TICK
        waiting += parents.get(one, [])
    return total


async def measure(
    command: Sequence[str], api: TelegramApi, texts: int, environment: Mapping[str, str]
) -> Cost:
    """Run a bot until it has answered `texts` people."""
    bot = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: bot.returncode is not None or any(name == "getUpdates" for name, _ in api.calls))
        api.text(1, "a first one, which loads what is loaded late")
        await until(lambda: api.pending() == 0)
        await asyncio.sleep(2)
        before, began = processor(bot.pid), time.perf_counter()
        for chat in range(10_000, 10_000 + texts):
            api.text(chat, f"Nos filman en casa mientras trabajamos, y nadie nos preguntó. {chat}")
        await until(lambda: all(api.sent[chat] for chat in range(10_000, 10_000 + texts)), 900)
        rate = texts / (time.perf_counter() - began)
        await until(lambda: api.pending() == 0)
        return Cost(1000 * (processor(bot.pid) - before) / texts, rate)
    finally:
        with suppress(ProcessLookupError):
            bot.terminate()
        await bot.wait()


async def silbo(checkout: Path, texts: int, profile: Path | None = None) -> Cost:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        folder = Path(name)
        # By the checkout's own commands: a database of today is nothing to an older Silbo.
        set_up = [sys.executable, "-c", SET_UP, name]
        await asyncio.to_thread(subprocess.run, set_up, cwd=checkout, check=True)
        async with TelegramApi() as api:
            token = folder / "token"
            token.touch(mode=0o600)
            token.write_text(api.token)
            settings = (folder / "silbo.toml").read_text().replace('"runtime"', f'"{memory}/runtime"')
            with (folder / "silbo.toml").open("w") as config:
                config.write(settings)
                config.write(f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n')
            command = [str(checkout / "bin" / "silbo")]
            if profile is not None:
                command = [sys.executable, "-P", "-m", "cProfile", "-o", str(profile), "-m", "bot"]
            command += ["run", "--config", str(folder / "silbo.toml")]
            return await measure(command, api, texts, {"PYTHONPATH": str(checkout)})


async def peer(python: Path, program: str, texts: int) -> Cost:
    with tempfile.TemporaryDirectory() as name:
        async with TelegramApi() as api:
            command = [str(python), "-c", STORE + program, api.token, api.url, str(Path(name) / "peer.db")]
            try:
                return await measure(command, api, texts, {"PTB_TIMEDELTA": "true"})
            finally:
                api.violations.clear()


def peers(folder: Path) -> Path:
    """The Python of an environment with the peers, made if it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "-q", "install", *PEERS], check=True)
    return python


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--profile", type=Path)
    options = parser.parse_args()
    if options.profile is not None:
        print(await silbo(ROOT, options.texts, options.profile))
        return
    print(
        f"{options.texts} texts of {options.texts} people by polling; ms of processor a text, texts a second"
    )
    with tempfile.TemporaryDirectory() as name:
        python = await asyncio.to_thread(peers, options.peers or Path(name) / "peers")
        ours = await silbo(ROOT, options.texts)
        tell("silbo", ours, ours)
        tell("python-telegram-bot", await peer(python, PTB, options.texts), ours)
        tell("aiogram", await peer(python, AIOGRAM, options.texts), ours)
    if options.before is not None:
        tell("956e56d", await silbo(options.before, options.texts), ours)


def tell(label: str, cost: Cost, ours: Cost) -> None:
    """Print a row, and how many times as much ours is."""
    processor_of, rate_of = ours.processor / cost.processor, ours.rate / cost.rate
    print(
        f"{label:20} {cost.processor:6.2f} (x{processor_of:.2f})   {cost.rate:6.1f} (x{rate_of:.2f})",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main())

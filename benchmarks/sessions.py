"""What one chat's turn costs where several bots share their chats, beside the runtime folder and PostgreSQL.

`python -m benchmarks.sessions`: microseconds a call, for a session of 2 KB, all by sockets of this machine.
The other candidate is an unlogged table in a tablespace on tmpfs, through the driver of the store; beside the
Redis the same values go through its bare client.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.runtime import RuntimeFolder
from bot.sessions.address import parsed
from bot.sessions.opening import shared
from tests import postgres, redis_server

CALLS = 2000
SESSION = bytes(range(256)) * 8


def timed(call: Callable[[], object]) -> float:
    """Microseconds a call: the best of three rounds, for this machine has other work."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(CALLS):
            call()
        best = min(best, (time.perf_counter() - began) / CALLS)
    return best * 1e6


def row(what: str, load: float, save: float) -> None:
    print(f"{what:36}{load:9.0f}{save:9.0f}", flush=True)


async def main() -> None:
    print(f"{'':36}{'load':>9}{'save':>9}   microseconds")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        folder = RuntimeFolder.open(Path(memory) / "runtime")
        tag = folder.tag("chat", "1")
        folder.save(tag, SESSION)
        row("runtime folder", timed(lambda: folder.load(tag)), timed(lambda: folder.save(tag, SESSION)))
        with redis_server.running() as server:
            bare = server.client()
            bare.set("x", SESSION)
            row("Redis, bare", timed(lambda: bare.get("x")), timed(lambda: bare.set("x", SESSION)))
            async with shared(Path(memory) / "bot", parsed(server.url, None, None), "token") as bot:
                tag = bot.tag("chat", "1")
                await bot.take_turn(tag)
                bot.save(tag, SESSION)
                row(
                    "Redis, locked and with its turn",
                    timed(lambda: bot.load(tag)),
                    timed(lambda: bot.save(tag, SESSION)),
                )
        with postgres.running(postgres.DURABLE) as cluster:
            place = Path(memory) / "tablespace"
            place.mkdir(mode=0o777)
            place.chmod(0o777)
            with closing(cluster.connect("postgres")) as database:
                database.execute(f"CREATE TABLESPACE memory LOCATION '{place}'".encode())
                table = "sessions (tag text PRIMARY KEY, data bytea)"
                database.execute(f"CREATE UNLOGGED TABLE {table} TABLESPACE memory".encode())
                load = "SELECT data FROM sessions WHERE tag = %s"
                save = "INSERT INTO sessions VALUES (%s, %s) ON CONFLICT (tag) DO UPDATE SET data = %s"
                database.execute(save, ("x", SESSION, SESSION))
                row(
                    "PostgreSQL, unlogged, bare",
                    timed(lambda: database.execute(load, ("x",)).fetchone()),
                    timed(lambda: database.execute(save, ("x", SESSION, SESSION))),
                )


if __name__ == "__main__":
    asyncio.run(main())

"""How fast the page's door takes parts, beside a bare Starlette app that writes each to a file with fsync.

python -m benchmarks.page_server [--clients 100] [--parts 2] [--size BYTES] [--folder DIR]

Beside both stands what rows of SQLite cost with nothing around them: the floor of a store that keeps its
ciphertext in a database. `--size` is 8 MiB, what the page sends. Each runs in a process of its own on the
same uvicorn, one after the other. The clients, as many at once, each send their parts over one connection and
count what is answered. At the end every part of the door is looked for in its database: 0 may be missing.
`DIR` is on the disk that is to be measured. Bar: 0.6 of the bare app, and memory that does not grow with the
number of parts: what the process had at most while the first N came, and then the next N, three times.
"""

import argparse
import asyncio
import hashlib
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.ports import free_port

BARE = """
import os, sys
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
import uvicorn, asyncio

async def take(request: Request) -> Response:
    path = os.path.join(sys.argv[1], request.path_params["item"] + "." + request.path_params["number"])
    with open(path, "wb") as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return Response("ok")

app = Starlette(routes=[Route("/door/{upload}/{item}/{number}", take, methods=["PUT"])])
print("bare", flush=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False, http="h11")
"""


ROWS = """
import asyncio, os, queue, sqlite3, sys, threading
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
import uvicorn

waiting = queue.SimpleQueue()

def write():
    database = sqlite3.connect(os.path.join(sys.argv[1], "rows.db"), isolation_level=None)
    for setting in "auto_vacuum=INCREMENTAL", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON":
        database.execute("PRAGMA " + setting)
    database.execute("CREATE TABLE chunks (item, number, pad, data, PRIMARY KEY (item, number))")
    while True:
        some = [waiting.get()]
        while len(some) < 32 and not waiting.empty():
            some.append(waiting.get())
        database.execute("BEGIN IMMEDIATE")
        for row, _, _ in some:
            database.execute("INSERT INTO chunks VALUES (?, ?, ?, ?)", row)
        database.execute("COMMIT")
        for _, done, loop in some:
            loop.call_soon_threadsafe(done.set_result, None)

async def put(row):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    waiting.put((row, done, loop))
    await done

async def take(request: Request) -> Response:
    pieces, size, number = [], 0, 0
    async for chunk in request.stream():
        pieces.append(chunk)
        size += len(chunk)
        if size >= 1 << 20:
            await put((request.path_params["item"], number, bytes(4096), b"".join(pieces)))
            pieces, size, number = [], 0, number + 1
    if pieces:
        await put((request.path_params["item"], number, bytes(4096), b"".join(pieces)))
    return Response("ok")

threading.Thread(target=write, daemon=True).start()
app = Starlette(routes=[Route("/door/{upload}/{item}/{number}", take, methods=["PUT"])])
print("rows", flush=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False, http="h11")
"""
"""The floor: nothing but rows of 1 MiB in SQLite with the store's settings, many written as one."""


@contextmanager
def serving(arguments: list[str], port: int) -> Iterator[tuple[int, str]]:
    """A server's process id and its first line, once it listens."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process.pid, line
    finally:
        process.kill()
        process.wait()


def peak(pid: int, what: str = "VmHWM") -> int:
    """MiB that the process had at most, since its beginning or `forget`; `VmRSS`: that it has."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) >> 10


def forget(pid: int) -> None:
    """From now on a peak is one of what comes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def processor(pid: int) -> float:
    """Seconds of processor that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], head: str, body: bytes) -> int:
    """The status of an answer, read to its end."""
    reader, writer = streams
    writer.write(f"{head} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n".encode())
    writer.write(b"Content-Type: application/octet-stream\r\n\r\n" if head[0] == "P" else b"\r\n")
    writer.write(body)
    await writer.drain()
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(answer.partition("content-length: ")[2].partition("\r")[0])
    await reader.readexactly(length)
    return int(answer.split()[1])


async def client(port: int, upload: str, parts: list[tuple[str, bytes]]) -> list[str]:
    """Send parts, each the only one of its item; those that were said to be there."""
    streams = await asyncio.open_connection("127.0.0.1", port)
    there = []
    for item, body in parts:
        if await ask(streams, f"PUT /door/{upload}/{item}/0", body) == 200:
            there.append(item)
    streams[1].close()
    return there


async def opened(port: int, desk: str, uploads: list[str], room: int) -> None:
    """Open an upload for each client."""
    for upload in uploads:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = f'{{"desk":"{desk}","size":{room},"nonce":""}}'.encode()
        head = f"PUT /door/{upload} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n"), "the door took no upload"
        writer.close()


async def run(port: int, uploads: list[str], work: list[list[tuple[str, bytes]]]) -> tuple[float, set[str]]:
    """Seconds for all clients at once, and which parts were answered."""
    began = time.perf_counter()
    found = await asyncio.gather(*(client(port, *each) for each in zip(uploads, work, strict=True)))
    return time.perf_counter() - began, {item for each in found for item in each}


TURNS = 4


def main() -> None:
    """Measure all, and say the ratio and whether memory grew."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--parts", type=int, default=2)
    parser.add_argument("--size", type=int, default=8 << 20)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    body = os.urandom(options.size)
    uploads = [secrets.token_hex(16) for _ in range(options.clients)]
    turns = [
        [[(secrets.token_hex(16), body) for _ in range(options.parts)] for _ in uploads] for _ in range(TURNS)
    ]
    work = turns[0]
    total = options.clients * options.parts * options.size / 1e6
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        bare, door = Path(folder, "bare"), Path(folder, "door")
        bare.mkdir()
        door.mkdir()
        port = free_port()
        with serving(["-c", BARE, str(bare), str(port)], port) as (pid, _):
            plain, answered = asyncio.run(run(port, uploads, work))
            told = f"{total / plain:8.1f} MB/s  {len(answered)} parts  {peak(pid)} MiB"
            print(
                f"bare Starlette, fsync    {told}  {1000 * processor(pid) / total:.1f} ms of processor a MB"
            )
        bare_rows = Path(folder, "rows")
        bare_rows.mkdir()
        port = free_port()
        with serving(["-c", ROWS, str(bare_rows), str(port)], port) as (pid, _):
            floor, answered = asyncio.run(run(port, uploads, work))
            told = f"{total / floor:8.1f} MB/s  {len(answered)} parts  {peak(pid)} MiB"
            spent = 1000 * processor(pid) / total
            print(f"bare rows in SQLite      {told}  {spent:.1f} ms of processor a MB")
        port = free_port()
        arguments = ["-m", "tests.bot.channels.page.serve", str(door), str(port), "1"]
        with serving(arguments, port) as (pid, desk):
            asyncio.run(opened(port, desk, uploads, TURNS * options.parts * options.size))
            before, idle = peak(pid), processor(pid)
            ours, answered = asyncio.run(run(port, uploads, work))
            told = f"{total / ours:8.1f} MB/s  {len(answered)} parts  {peak(pid)} MiB"
            spent = 1000 * (processor(pid) - idle) / total
            print(f"the page's door          {told}  {spent:.1f} ms of processor a MB")
            print(f"  before the first part  {before} MiB")
            count = len(answered)
            for turn, more in enumerate(turns):
                if turn:
                    forget(pid)
                    answered |= asyncio.run(run(port, uploads, more))[1]
                at_most, now = peak(pid), peak(pid, "VmRSS")
                print(
                    f"  {'after the next' if turn else 'after'} {count} parts  {now} MiB, {at_most} at most"
                )
        with closing(sqlite3.connect(door / "silbo.db")) as database:
            rows = database.execute(
                "SELECT name FROM upload_items JOIN upload_parts USING (blob_id) WHERE sha256 = ?",
                (hashlib.sha256(body).digest(),),
            )
            lost = answered - {name for (name,) in rows}
        print(f"lost {len(lost)}, ratio {plain / ours:.2f} (bar 0.6), of the rows {floor / ours:.2f}")


if __name__ == "__main__":
    main()

"""`silbo status`: how the server does, in numbers that name nobody."""

import argparse
import asyncio
import socket
import time
from contextlib import suppress
from pathlib import Path

from bot.clock import today
from bot.settings import Settings, SettingsError, load_settings
from bot.status import TYPE, as_prometheus, as_text, measure

LONGEST_REQUEST = 8192
PATIENCE_SECONDS = 10
FRESH_SECONDS = 60
"""So long an answer is given again: who asks often learns nothing more."""


def options(parser: argparse.ArgumentParser) -> None:
    """For a screen, for a file of Prometheus's collector, or on a socket."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--prometheus", action="store_true", help="in the text format of Prometheus")
    how.add_argument(
        "--serve", type=Path, metavar="SOCKET", help="answer HTTP on this socket of the file system, for ever"
    )


def run(options: argparse.Namespace) -> int:
    """Print the numbers once, or serve them."""
    settings = load_settings(options.config)
    if options.serve is not None:
        listening = _listening(options.serve)  # what lies there and is no socket stays as it is
        try:
            asyncio.run(serve(settings, listening))
        finally:
            options.serve.unlink(missing_ok=True)
        return 0
    metrics = measure(settings, today(), time.time())
    print(
        as_prometheus(metrics) if options.prometheus else as_text(metrics),
        end="" if options.prometheus else "\n",
    )
    return 0


async def serve(settings: Settings, listening: socket.socket) -> None:
    """Answer whoever opens the socket until we are stopped."""
    last: tuple[float, bytes] | None = None

    def answer() -> bytes:
        nonlocal last
        if last is None or time.monotonic() - last[0] >= FRESH_SECONDS:
            body = as_prometheus(measure(settings, today(), time.time())).encode()
            head = f"HTTP/1.0 200 OK\r\nContent-Type: {TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
            last = time.monotonic(), head.encode() + body
        return last[1]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.LimitOverrunError, asyncio.IncompleteReadError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
                known = request.startswith((b"GET /metrics ", b"GET / "))
                said = await asyncio.to_thread(answer) if known else b"HTTP/1.0 404 Not Found\r\n\r\n"
                writer.write(said)
                await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(talk, sock=listening, limit=LONGEST_REQUEST) as server:
        await server.serve_forever()


def _listening(path: Path) -> socket.socket:
    """A socket that its owner and group may open. Raises SettingsError."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket():  # of a run before
            path.unlink()
        made.bind(str(path))
        path.chmod(0o660)
        made.listen()
    except (OSError, ValueError):
        made.close()
        raise SettingsError("--serve: the socket can't be made there") from None
    return made

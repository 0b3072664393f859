"""A machine whose only way out is a SOCKS5 proxy, in a network namespace of its own; run by `test_tor.py`.

Started by `unshare`, so that there is no network but the loopback. Here are the stand-in of the Bot API and
the proxy, which alone knows the name `telegram.example`. The bot and the export are processes that report
every connection and every look-up they try (audit events of CPython), whether or not it could succeed.

    python no_way_out.py FOLDER polling|webhook      writes FOLDER/seen.json
"""

import asyncio
import fcntl
import json
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from tests.telegram_api import TelegramApi, buttons, until

NAME = b"telegram.example"
GROUP = -1001234567890
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

WATCHED = """
import os, sys

def note(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        os.write(out, f"look-up {args[0]}\\n".encode())
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg") and args[1] is not None:
        os.write(out, f"connection {args[1]}\\n".encode())

out = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
sys.addaudithook(note)
from bot.cli import main
sys.exit(main())
"""


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = fcntl.ioctl(handle, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        (flags,) = struct.unpack_from("H", request, 16)
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


class Socks:
    """A SOCKS5 server (RFC 1928) without authentication, like Tor's port; `asked` are the hosts by name."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        version, command, _, kind = await reader.readexactly(4)
        if kind == 3:  # a domain name; addresses are never looked up here
            (length,) = await reader.readexactly(1)
            host = await reader.readexactly(length)
        else:
            host = await reader.readexactly(4 if kind == 1 else 16)
        await reader.readexactly(2)
        self.asked.append(host.decode() if kind == 3 else f"address {host.hex()}")
        known = (version, command, kind, host) == (5, 1, 3, NAME)
        writer.write(b"\x05" + (b"\x00" if known else b"\x04") + b"\x00\x01" + bytes(6))
        await writer.drain()
        if known:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
            await asyncio.gather(pump(reader, forth), pump(back, writer), return_exceptions=True)
        writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


async def silbo(folder: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WATCHED, str(folder / "tried"), *words, "--config", str(folder / "silbo.toml")
    )


async def ended(process: asyncio.subprocess.Process) -> None:
    assert await asyncio.wait_for(process.wait(), 240) == 0


async def talk(folder: Path, api: TelegramApi) -> None:
    """A person sends words and a picture, and lets them go; then an export goes to the reviewers' chat."""
    running = await silbo(folder, "run")
    try:
        api.text(1, "Nos filman")
        api.photo(1, (folder / "photo").read_bytes())
        await until(lambda: api.pending() == 0 and bool(api.sent[1]), 120)
        api.text(1, "/send")
        await until(lambda: any("send" in buttons(message) for message in api.sent[1]), 120)
        api.press(1, "send")
        await until(lambda: api.pending() == 0, 120)
        api.added_to_group(GROUP, "supergroup")
        await until(lambda: api.pending() == 0, 120)
    finally:
        running.send_signal(signal.SIGTERM)
    await ended(running)
    api.open_group(GROUP)
    await ended(await silbo(folder, "export"))


async def main(folder: Path) -> None:
    raise_loopback()
    async with TelegramApi() as api:
        socks = Socks(int(api.url.rpartition(":")[2]))
        server = await asyncio.start_server(socks.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        config = folder / "silbo.toml"
        config.write_text(config.read_text().replace("PROXY", f"socks5://127.0.0.1:{port}"))
        await ended(await silbo(folder, "init"))
        os.rename(folder / "reviewers", folder / "state" / "reviewers")
        await talk(folder, api)
        server.close()
        seen: dict[str, Any] = {
            "proxy": f"connection ('127.0.0.1', {port})",
            "tried": sorted(set((folder / "tried").read_text().splitlines())),
            "asked": sorted(set(socks.asked)),
            "methods": sorted({method for method, _ in api.calls}),
            "downloads": api.downloads,
            "documents": len(api.documents[GROUP]),
        }
    (folder / "seen.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

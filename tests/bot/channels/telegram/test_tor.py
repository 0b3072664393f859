"""With `[telegram] proxy`, nothing leaves the machine but through the proxy, which also looks names up."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.telegram.client import Client
from bot.channels.telegram.errors import Refused, Unavailable
from crypto.age import X25519Identity
from tests.bot.conftest import Pin
from tests.ports import free_port
from tests.telegram_api import TOKEN, until

ROOT = Path(__file__).resolve().parents[4]
NO_WAY_OUT = Path(__file__).with_name("no_way_out.py")
UNSHARE = ["unshare", "--map-root-user", "--net"]

CONFIG = """
state = "state"
runtime = "runtime"
[desk]
name = "Union"
[telegram]
token_file = "token"
base_url = "http://telegram.example"
proxy = "PROXY"
[export]
chat = -1001234567890
"""


def in_a_namespace(*command: str) -> "subprocess.CompletedProcess[str]":
    shifted = ("LD_PRELOAD", "DATEFUDGE")  # by tests/test_clock.py
    clock = {name: os.environ[name] for name in shifted if name in os.environ}
    environment = clock | {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    words = [*UNSHARE, *command]
    return subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=240, env=environment, cwd=ROOT
    )


@pytest.fixture(scope="module")
def namespace() -> None:
    if shutil.which("unshare") is None or in_a_namespace("true").returncode != 0:
        pytest.skip("left out: this machine makes no network namespaces")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_a_bot_with_no_other_way_out_works_through_the_proxy_and_tries_nothing_else(
    namespace: None, tmp_path: Path, pin: Pin, photo: bytes, mode: str
) -> None:
    pin([X25519Identity.generate(), X25519Identity.generate()], datetime.now(UTC).date())
    (tmp_path / "photo").write_bytes(photo)
    config = CONFIG
    secrets = {"token": TOKEN}
    if mode == "webhook":
        port = free_port()
        config = config.replace("proxy =", 'mode = "webhook"\nproxy =')
        config += f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/t"\nsecret_file = "secret"\n'
        config += f"port = {port}\n"
        secrets["secret"] = "s3cret"
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "silbo.toml").write_text(config)
    done = in_a_namespace(sys.executable, str(NO_WAY_OUT), str(tmp_path))
    assert done.returncode == 0, done.stderr
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["tried"] == [seen["proxy"]], "something went another way, or looked a name up"
    assert seen["asked"] == ["telegram.example"]
    fetched = {"getUpdates", "deleteWebhook"} if mode == "polling" else {"setWebhook"}
    assert {"getMe", "getFile", "sendMessage", "sendDocument", *fetched} <= set(seen["methods"])
    assert "leaveChat" not in seen["methods"], "it left the reviewers' chat"
    assert seen["downloads"] >= 1
    assert seen["documents"] >= 1


@pytest.mark.parametrize(
    "answer",
    [None, b"", b"\x05\xff", b"\x05\x00\x05\x01\x00\x01" + bytes(6), b"HTTP/1.1 400"],
    ids=["silent", "gone", "wants a password", "refuses", "no SOCKS"],
)
async def test_a_bad_day_of_the_proxy_leaves_no_connection_and_takes_no_place(
    answer: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool of two that polls must be free again, or nobody is heard any more."""
    monkeypatch.setattr("bot.channels.telegram.socks.HANDSHAKE_SECONDS", 0.5)
    closed = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal closed
        if answer is not None:
            writer.write(answer)
        while answer != b"" and await reader.read(4096):
            pass
        closed += 1
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        proxy = f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = Client(TOKEN, "http://telegram.example", proxy)
        for _ in range(5):
            with pytest.raises(Unavailable):
                await client.fetch(None, 0)
        await until(lambda: closed == 5)
        await client.close()


async def test_a_call_that_is_cut_off_in_the_handshake_gives_its_place_back() -> None:
    opened, closed = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.release()
        await reader.read()
        writer.close()
        closed.release()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        proxy = f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = Client(TOKEN, "http://telegram.example", proxy)
        for _ in range(5):
            call = asyncio.create_task(client.fetch(None, 0))
            await asyncio.wait_for(opened.acquire(), 240)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await asyncio.wait_for(closed.acquire(), 240)
        await client.close()


def test_a_proxy_of_another_kind_is_refused() -> None:
    for proxy in ("socks4://127.0.0.1:9050", "socks5://127.0.0.1:99999"):
        with pytest.raises(Refused, match="socks5://host:port"):
            Client(TOKEN, "http://telegram.example", proxy)

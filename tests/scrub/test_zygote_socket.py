"""The zygotes behind a socket of systemd's (deploy/units/silbo-scrub.socket), served by the real service."""

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from scrub.isolation.zygote_process import ScrubberError
from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.telegram_api import until

COMMAND = "exec {} -I -B -X utf8 -m scrub.isolation.listening {} 3<&0 </dev/null"
"""As systemd starts it: the listening socket is descriptor 3."""


@contextmanager
def service(
    listening: socket.socket, *arguments: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    command = COMMAND.format(sys.executable, " ".join(arguments))
    null = subprocess.DEVNULL
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=listening.fileno(), stdout=null, stderr=null, env=environment
    )
    try:
        yield process
        assert process.poll() is None, "it stays, whatever becomes of its children"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(tmp_path / "scrub"))
        listening.listen()
        with service(listening, "zygotes") as process:
            yield process


def children(process: subprocess.Popen[bytes]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in found.split()]


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).save(out, "JPEG", comment=b"CANARY")
    return out.getvalue()


async def test_a_zygote_behind_a_socket_cleans_and_is_as_confined(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    async with Scrubber() as own, Scrubber(socket_path=tmp_path / "scrub") as scrubber:
        clean = await scrubber.scrub(picture())
        assert isinstance(clean, Clean)
        assert b"CANARY" not in clean.content
        assert set(own.isolation) - {"bubblewrap"} == set(scrubber.isolation)
        assert "bubblewrap" not in scrubber.missing_isolation  # systemd's unit takes its place
    await until(lambda: children(started) == [])  # each ends with its connection


async def test_a_zygote_that_is_killed_is_replaced_by_the_next_connection(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    async with Scrubber(socket_path=tmp_path / "scrub") as scrubber:
        assert isinstance(await scrubber.scrub(picture()), Clean)
        (zygote,) = children(started)
        os.kill(zygote, signal.SIGKILL)
        assert isinstance(await scrubber.scrub(picture()), Clean)
        await until(lambda: zygote not in children(started))  # the service has to notice its end, too


async def test_nobody_behind_the_socket_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScrubberError, match="scrub_socket"):
        async with Scrubber(socket_path=tmp_path / "nobody"):
            pass

"""A zygote that somebody else starts behind a socket, as systemd does (deploy/units/silbo-scrub.socket)."""

import asyncio
import io
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from scrub.isolation.zygote_process import ScrubberError
from scrub.report import Clean
from scrub.scrubber import Scrubber

COMMAND = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "scrub.isolation.zygote", "0")


@contextmanager
def service_manager(path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Starts one zygote a connection, with the connection as its standard input (Accept=yes)."""
    started: list[subprocess.Popen[bytes]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(path))
        listening.listen()

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    null = subprocess.DEVNULL
                    started.append(
                        subprocess.Popen(COMMAND, stdin=connection.fileno(), stdout=null, stderr=null, env={})
                    )

        thread = Thread(target=accept)
        thread.start()
        try:
            yield started
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for process in started:
                process.wait(20)


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[list[subprocess.Popen[bytes]]]:
    with service_manager(tmp_path / "scrub") as processes:
        yield processes


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).save(out, "JPEG", comment=b"CANARY")
    return out.getvalue()


async def test_a_zygote_behind_a_socket_cleans_and_is_as_confined(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    async with Scrubber() as own, Scrubber(socket_path=tmp_path / "scrub") as scrubber:
        clean = await scrubber.scrub(picture())
        assert isinstance(clean, Clean)
        assert b"CANARY" not in clean.content
        assert set(own.isolation) - {"bubblewrap"} == set(scrubber.isolation)
        assert "bubblewrap" not in scrubber.missing_isolation  # systemd's unit takes its place
    assert [process.wait(20) for process in started] == [0]


async def test_a_zygote_that_is_killed_is_replaced_by_the_next_connection(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    async with Scrubber(socket_path=tmp_path / "scrub") as scrubber:
        assert isinstance(await scrubber.scrub(picture()), Clean)
        started[0].kill()
        await asyncio.to_thread(started[0].wait)
        assert isinstance(await scrubber.scrub(picture()), Clean)
    assert len(started) == 2


async def test_nobody_behind_the_socket_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScrubberError, match="scrub_socket"):
        async with Scrubber(socket_path=tmp_path / "nobody"):
            pass

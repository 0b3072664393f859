"""A real Redis for the tests, on a socket in a folder of its own, in memory alone."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

ROOT = Path(__file__).resolve().parents[1]


def program() -> str:
    """What deploy.sh fetched, or this machine's."""
    fetched = ROOT / ".tools" / "bin" / "redis-server"
    found = str(fetched) if fetched.exists() else shutil.which("redis-server")
    return found or pytest.skip("left out: no Redis here; ./deploy.sh test fetches Debian's")


class Server:
    """One Redis. `changed` are settings that differ from what Silbo asks for."""

    def __init__(self, folder: Path, changed: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.socket = folder / "redis.sock"
        self._settings = {"save": "", "appendonly": "no", "port": "0", **(changed or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        options = [part for name, value in self._settings.items() for part in (f"--{name}", value)]
        options += ["--unixsocket", str(self.socket), "--dir", str(self.folder), "--logfile", "log"]
        self._process = subprocess.Popen([program(), *options], cwd=self.folder)
        for _ in range(600):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                self.client().ping()
            except (RedisError, OSError):
                time.sleep(0.02)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def pause(self) -> None:
        """It takes calls and answers none, as behind a network that is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """As of a power cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def running(changed: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="silbo-redis-"))
    server = Server(folder, changed)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

"""The page of the demo's desk, built from the sources and served by this server, on this machine alone."""

import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from demo.commands import ROOT, SILBO, DemoError, Server

SECONDS = 60


def build_page() -> None:
    """Raises DemoError where Node is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "page"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DemoError(done.stderr.strip())


@contextmanager
def served(server: Server) -> Iterator[str]:
    """The page's address on loopback while this is open: `silbo run` with the page alone. A browser is asked
    to go there. Raises DemoError.
    """
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    before = server.config.read_text()
    server.config.write_text(f"{before}\n[page]\nport = {port}\n")
    running = subprocess.Popen(
        [SILBO, "run", "--config", str(server.config)], stderr=subprocess.PIPE, text=True
    )
    try:
        _wait(port, running)
        address = f"http://127.0.0.1:{port}/"
        webbrowser.open(address)
        yield address
    finally:
        running.terminate()
        running.communicate()
        server.config.write_text(before)


def _wait(port: int, running: subprocess.Popen[str]) -> None:
    """Until somebody listens there."""
    for _ in range(SECONDS * 10):
        if running.poll() is not None:
            raise DemoError(f"the page is not served: {running.communicate()[1].strip()}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise DemoError("the page is not served")

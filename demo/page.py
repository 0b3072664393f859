"""The page of the demo's desk, built from the sources and shown on this machine alone."""

import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from demo.commands import ROOT, DemoError, Server


def page_of(server: Server, folder: Path) -> Path:
    """Build the page and put the desk's keys into it. Raises DemoError where Node is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "page"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DemoError(done.stderr.strip())
    file = folder / "page.html"
    print(server.run("page", str(file)).rstrip())
    return file


@contextmanager
def shown(file: Path) -> Iterator[str]:
    """The page's address on loopback while this is open; a browser is asked to go there."""
    page = file.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(page) if found else 0))
            self.end_headers()
            self.wfile.write(page if found else b"")

        def log_message(self, *_: object) -> None:
            """Nothing is written about anybody."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/"
            webbrowser.open(address)
            yield address
        finally:
            server.shutdown()
            thread.join()

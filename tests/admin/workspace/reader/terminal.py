"""A real terminal with the reader in it, as a process of its own."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR

START = f"""
import sys
from datetime import date
from admin.cli import main
sys.exit(main(today=lambda: date.fromisoformat("{TODAY}"), work_factor={WORK_FACTOR}))
"""


class Terminal:
    """A terminal with the reader in it, or another program. `got` is every byte that it was sent."""

    def __init__(
        self,
        home: Path,
        *words: str,
        first: str = "",
        program: list[str] | None = None,
        size: tuple[int, int] = (80, 24),
        **environment: str,
    ) -> None:
        self.got = ""
        self._from = 0
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.environ.pop("NO_COLOR", None)
            os.environ |= {
                "TERM": "xterm-256color",
                "LC_ALL": "C.UTF-8",
                "HOME": str(home.parent),
            } | environment
            started = program or [sys.executable, "-c", f"HOME = {str(home)!r}\n{first}{START}"]
            os.execv(started[0], [*started, "--home", str(home), *(words or ("read",))])
        self.resize(*size)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, words: str) -> None:
        """Waits until the terminal was sent these words since the last time."""
        end = time.monotonic() + 120
        while words not in self.got[self._from :]:
            assert time.monotonic() < end, self.got[self._from :]
            assert self._read(), self.got[self._from :]
        self._from = len(self.got)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def unlock(self) -> None:
        self.until("Passphrase: ")
        self.type(f"{PASSPHRASE}\n")
        self.until("unread")
        self.until("Enter opens")  # from then on keys work

    def end(self) -> int:
        """Waits for the end of it; its exit status."""
        while self._read():
            pass
        self.hang_up()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def hang_up(self) -> None:
        os.close(self._terminal)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], 60)
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # the program has closed it
            return False
        self.got += data.decode("utf-8", "replace")
        return data != b""

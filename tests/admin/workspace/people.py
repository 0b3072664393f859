"""Sessions as a person types them: `silbo-admin work` in a process of its own, with a quick scrypt."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Outcome, pipe_with

START = f"""
import sys
from datetime import date
from admin.cli import main
today = date.fromisoformat(sys.argv.pop(1))
sys.exit(main(today=lambda: today, work_factor={WORK_FACTOR}))
"""

WATCHED = """
import os, socket, sys
def fail(event, args):
    if event.startswith("socket."):
        if event == "socket.__new__" and args[1] == socket.AF_UNIX:
            return
        if event in ("socket.sendmsg",):
            return
        os.write(2, b"NETWORK " + event.encode() + b"\\n")
        os._exit(99)
sys.addaudithook(fail)
"""
"""Ends the process at any look-up, bind or connect and at any socket but pairs within this machine."""


def session(home: Path, *lines: str, today: date = TODAY, watched: bool = False) -> Outcome:
    """One session, with these lines on a pipe."""
    return run(home, ["work"], "".join(f"{line}\n" for line in lines), today=today, watched=watched)


def run(
    home: Path, words: Sequence[str], typed: str = "", *, today: date = TODAY, watched: bool = False
) -> Outcome:
    """One command, the passphrase on a pipe; `watched`: without a network, and every socket is looked at."""
    handle = pipe_with(PASSPHRASE)
    program = (WATCHED if watched else "") + START
    start = [sys.executable, "-c", program, today.isoformat(), "--home", str(home), *words]
    apart = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False) if watched else None
    if apart is not None and apart.returncode == 0:
        start = ["unshare", "-rn", *start]
    try:
        done = subprocess.run(
            [*start, "--passphrase-fd", str(handle)],
            input=typed,
            capture_output=True,
            text=True,
            pass_fds=(handle,),
            check=False,
        )
    finally:
        os.close(handle)
    return Outcome(done.returncode, done.stdout, done.stderr)

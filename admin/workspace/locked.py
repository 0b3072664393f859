"""How a session locks: the process starts itself anew and waits, with nothing in its memory (ADR 0164)."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from admin.context import Context
from admin.words import tr

IDLE_MINUTES = 10
_WIPE = "\x1b[H\x1b[2J\x1b[3J"
"""Home, the screen, and what was scrolled off it (xterm's)."""

LOCKED = "SILBO_ADMIN_LOCKED"
"""Says to the fresh process that a session was locked; nothing else."""


def start_anew(context: Context) -> int:
    """Wipes the terminal and replaces this process by a fresh one that waits, with nothing in its memory."""
    context.out.flush()
    if context.out.isatty():
        print(_WIPE, end="", file=context.out, flush=True)
    os.environ[LOCKED] = "1"
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 -- the same program with the same words


def wait_unlocked(context: Context) -> bool:
    """Where a session was locked: waits for a person. Whether one came.

    What is typed is not shown: a tired person types the passphrase at once.
    """
    if os.environ.pop(LOCKED, None) is None:
        return True
    with _unseen(context):
        context.tell(
            tr("Locked, because nobody typed. Press Enter to open it again with the passphrase; 'q' ends.")
        )
        line = context.stdin.readline()
    return line != "" and line.strip().lower() not in {"q", "quit", "exit"}


@contextlib.contextmanager
def _unseen(context: Context) -> Iterator[None]:
    if not context.terminal:
        yield
        return
    import termios  # noqa: PLC0415 -- here alone

    before = termios.tcgetattr(context.stdin)
    quiet = termios.tcgetattr(context.stdin)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(context.stdin, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(context.stdin, termios.TCSADRAIN, before)

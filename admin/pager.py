"""A long drop stays in sight: on a terminal it goes through `less`, which leaves nothing in the scrollback.

`less` runs without its history file, its shell, its editor and other files (LESSSECURE); it gets the words
by a pipe. Where there is none, the words fit, or PAGER is "cat" or empty, they are printed. In a session, a
page that nobody turns locks it like a prompt at which nobody types.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator

from admin.display import terminal_columns
from admin.errors import Idle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_OURS = re.compile("\x1b\\[[0-9;]*m")
_FIND = "/usr/bin:/bin:/usr/local/bin"
"""Never the PATH of whoever called: a pager reads everything."""


_LOOK = 5.0
"""Seconds between two looks at when a key was last pressed; the kernel tells it to eight."""


def page(lines: list[str], out: TextIO, say: Callable[..., None], *, idle: float | None = None) -> None:
    """Shows lines (with colours of ours at most). Returns when the person has read them; raises `Idle` when
    nobody has pressed a key for so many seconds.
    """
    if not out.isatty() or os.environ.get("PAGER", "less") in {"", "cat"} or _rows(lines) < _height():
        say(*lines)
        return
    import shutil  # noqa: PLC0415 -- it loads every compressor

    program = shutil.which("less", path=_FIND)
    if program is None:
        say(*lines)
        return
    out.flush()
    ours = {"LESSSECURE": "1", "LESSHISTFILE": "-", "LESSCHARSET": "utf-8", "LESS": "", "LESSOPEN": ""}
    kept = {name: os.environ[name] for name in ("TERM", "LANG", "LC_ALL", "LC_CTYPE") if name in os.environ}
    text = "".join(f"{line}\n" for line in lines).encode(out.encoding or "utf-8", "backslashreplace")
    prompt = "-Ps(q ends, space goes on, b goes back)"
    with _terminal_as_it_was(out.fileno()):
        _view([program, "-R", prompt], kept | ours, text, out.fileno(), idle)


def _view(
    program: list[str], environment: dict[str, str], text: bytes, terminal: int, idle: float | None
) -> None:
    import subprocess  # noqa: PLC0415 -- only here
    import time  # noqa: PLC0415

    begun = time.time()
    rest: bytes | None = text
    viewer = subprocess.Popen(program, stdin=subprocess.PIPE, env=environment)
    try:
        while True:
            try:
                viewer.communicate(rest, timeout=None if idle is None else min(_LOOK, idle))
            except subprocess.TimeoutExpired:
                rest = None  # it knows the rest
            else:
                return
            if idle is not None and time.time() - max(begun, _last_key(terminal)) > idle:
                raise Idle
    finally:
        if viewer.poll() is None:  # asked first: it puts the screen back
            viewer.terminate()
            try:
                viewer.wait(2)
            except subprocess.TimeoutExpired:
                viewer.kill()
                viewer.wait()


def _last_key(terminal: int) -> float:
    """When something was typed, by the kernel's clock; before Linux 6.4 only the name that `less` has opened
    tells it.
    """
    try:
        return max(os.fstat(terminal).st_atime, os.stat("/dev/tty").st_atime)
    except OSError:
        return 0.0


@contextlib.contextmanager
def _terminal_as_it_was(terminal: int) -> Iterator[None]:
    """Whatever ends the pager, what is typed afterwards is seen. Ctrl-C is the pager's own key: it stops a
    search in the text, and nothing of ours.
    """
    import signal  # noqa: PLC0415
    import termios  # noqa: PLC0415

    before = termios.tcgetattr(terminal)
    handler = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        signal.signal(signal.SIGINT, handler)


def _rows(lines: list[str]) -> int:
    width = terminal_columns()
    return sum(1 + max(0, len(_OURS.sub("", line)) - 1) // width for line in lines)


def _height() -> int:
    try:
        return os.get_terminal_size(1).lines or 24
    except OSError:
        return 24

"""Shows QR codes on a terminal, one after the other and again from the first, until a key is typed."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Iterator, Sequence
from typing import TextIO

from admin.errors import AdminError, Idle
from admin.keys import qr
from admin.words import tr

MOST_A_SECOND = 20
_SCREEN, _BACK = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _CLEAR = "\x1b[H", "\x1b[2J"


def version_for(out: TextIO) -> int:
    """The largest code that this terminal has room for, with a line below it. Raises `AdminError`."""
    try:
        size = os.get_terminal_size(out.fileno())
    except (OSError, ValueError):
        size = None
    if size is None or not out.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        raise AdminError(tr("Codes are shown on a terminal; '--png DIR' writes them as pictures."))
    if (out.encoding or "").lower().replace("-", "") != "utf8":
        raise AdminError(
            tr("This terminal has no half blocks (UTF-8); '--png DIR' writes the codes as pictures.")
        )
    version = qr.largest_version(size.columns, size.lines - 1)
    if version is None:
        raise AdminError(
            tr("This terminal is too small for a code: make it at least 40 columns and 20 lines.")
        )
    return version


def show(
    parts: Sequence[bytes], version: int, out: TextIO, source: TextIO, *, rate: float, idle: float | None
) -> int:
    """Shows them until a key is typed, or nobody has typed one for `idle` seconds (raises `Idle`). Returns
    how often all were shown.
    """
    drawn: dict[int, str] = {}
    shown = 0
    started = due = time.monotonic()
    with _screen(out), _keys(source):
        while True:
            number = shown % len(parts)
            if number not in drawn:
                drawn[number] = qr.terminal(qr.encode_bytes(parts[number], version), colour=True)
            place = tr("Part {number} of {total}. Any key ends it.", number=number + 1, total=len(parts))
            print(f"{_HOME}{drawn[number]}\n{place}\x1b[K", end="", file=out, flush=True)
            shown += 1
            due = max(due + 1 / rate, time.monotonic())
            ready, _, _ = select.select([source], [], [], max(0.0, due - time.monotonic()))
            if ready:
                os.read(source.fileno(), 64)
                return shown // len(parts)
            if idle is not None and time.monotonic() - started > idle:
                raise Idle


@contextlib.contextmanager
def _screen(out: TextIO) -> Iterator[None]:
    """A screen of its own: what stood there comes back."""
    print(_SCREEN + _CLEAR, end="", file=out, flush=True)
    try:
        yield
    finally:
        print(_BACK, end="", file=out, flush=True)


@contextlib.contextmanager
def _keys(source: TextIO) -> Iterator[None]:
    """A key counts without Enter, and is not written on the code."""
    if not source.isatty():
        yield
        return
    import termios  # noqa: PLC0415 -- here alone

    before = termios.tcgetattr(source)
    quiet = termios.tcgetattr(source)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(source, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)

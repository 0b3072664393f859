"""The screens before the reader: the passphrase is asked, and the list is drawn as soon as it is known.

Drawn with a few commands of our own, so that they are there at once and nothing but `getpass` sees what is
typed. What the list needs is loaded behind the question, then Textual, piece by piece: whoever types faster
than it loads sees the list first and waits for the keys alone.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from importlib import import_module

from admin.context import Context
from admin.errors import AdminError, sentence
from admin.home import Home
from admin.words import tr
from admin.workspace.second_file import load_libraries
from crypto.errors import CryptoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.workspace.reader.jobs import Jobs, Listed

_NAME = "Silbo"
_ENTER, _LEAVE = "\x1b[?1049h\x1b[2J\x1b[H", "\x1b[?25h\x1b[?1049l"
"""xterm's other screen, which has no scrollback; wiped, and from the top. At its end the cursor is there."""

_PIECES: tuple[Callable[[], object], ...] = (
    lambda: import_module("admin.workspace.reader.jobs"),
    lambda: import_module("admin.workspace.reader.rows"),
    lambda: import_module("admin.workspace.reader.drop"),
    lambda: import_module("rich.console"),
    lambda: import_module("textual.color"),
    lambda: import_module("textual.css.model"),
    lambda: import_module("textual.widget"),
    lambda: import_module("textual.app"),
    lambda: import_module("admin.workspace.reader.app"),
)
"""What is loaded behind the question, in this order, as far as there is time."""

_MARGIN = 2
"""Columns that stay free, as in the reader."""


class Opened:
    """`jobs` with an open workspace, or locked if the passphrase didn't open it; `said` is to be told."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self._told: list[str] = []

    @property
    def said(self) -> str:
        return "\n".join(self._told)

    def warn(self, sentence: str) -> None:
        self._told.append(sentence)

    def working(self, what: str, done: int, total: int) -> None:
        """Nothing is said of it: it takes a second."""


def open_first(context: Context, home: Home) -> Opened:
    """Asks, unlocks and draws the list; the reader's libraries are loaded when it returns. Raises what the
    asking raises.
    """
    load_libraries()
    enough = threading.Event()
    loading = threading.Thread(target=_load, args=(enough,), daemon=True)
    loading.start()
    with _other_screen(context):
        try:
            passphrase = context.ask(tr("Passphrase: ") if context.typed else "")
        finally:
            enough.set()
        if context.typed:
            context.say("", tr("Unlocking..."))
            context.out.flush()
        opened = _unlocked(context, home, passphrase)
        with _unseen(context):
            if context.typed and not opened.jobs.locked:
                draw(context, opened.jobs.first(os.get_terminal_size(context.out.fileno()).lines))
            loading.join()
            import_module("admin.workspace.reader.app")
    return opened


def _load(enough: threading.Event) -> None:
    """What is wrong with it is told when it is loaded in earnest."""
    for piece in _PIECES:
        if enough.is_set():
            return
        try:
            piece()
        except ImportError:
            return


def _unlocked(context: Context, home: Home, passphrase: bytes) -> Opened:
    from admin.workspace.reader.jobs import Jobs  # noqa: PLC0415 -- it was loaded behind the question

    opened = Opened(Jobs(context, home))
    opened.jobs.hear(opened)
    try:
        soon = opened.jobs.unlock(passphrase, read_new=False)
    except (AdminError, CryptoError, OSError) as error:
        opened.warn(sentence(error))
    else:
        if soon is not None:
            opened.warn(soon)
    return opened


def draw(context: Context, listed: Listed) -> None:
    """The list as the reader begins with it; nothing on it can be chosen yet."""
    from admin.workspace.reader import rows  # noqa: PLC0415 -- as above
    from admin.workspace.reader.lines import padded, printed  # noqa: PLC0415

    columns, height = os.get_terminal_size(context.out.fileno())
    columns = max(columns - _MARGIN, 1)
    paint = context.paint.replaced(on=True)
    lines = [paint.bold(padded(f"{_NAME}   {listed.counts}", columns)), " " + rows.title(columns - 1)]
    lines += [" " + rows.line(row, columns - 1, paint) for row in listed.rows[: max(height - 3, 0)]]
    lines[height - 1 :] = []
    placed = (f"\x1b[{at};1H\x1b[K{printed(line)}" for at, line in enumerate(lines, start=1))
    soon = tr("The keys work in a moment; where a . stands, traps are still looked for.")
    last = f"\x1b[{height};1H\x1b[K{printed(padded(soon, columns))}"
    print("\x1b[?25l\x1b[2J" + "".join(placed) + last, end="", file=context.out, flush=True)


@contextlib.contextmanager
def _other_screen(context: Context) -> Iterator[None]:
    if not context.typed:
        yield
        return
    print(_ENTER + context.paint.bold(_NAME), end="\n\n", file=context.out, flush=True)
    try:
        yield
    finally:
        print(_LEAVE, end="", file=context.out, flush=True)


@contextlib.contextmanager
def _unseen(context: Context) -> Iterator[None]:
    """What is typed ahead waits for the reader, and is not shown."""
    if not context.typed:
        yield
        return
    import termios  # noqa: PLC0415 -- here alone

    before = termios.tcgetattr(context.stdin)
    quiet = termios.tcgetattr(context.stdin)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(context.stdin, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(context.stdin, termios.TCSANOW, before)

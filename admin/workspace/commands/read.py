"""`silbo-admin read`: the drops on a full screen.

What is heavy is loaded while the passphrase is typed.
"""

from __future__ import annotations

import argparse
import os
import signal
import time

from admin.context import Context
from admin.errors import DONE, FAILED, AdminError, Idle
from admin.words import tr
from admin.workspace.locked import IDLE_MINUTES, start_anew, wait_unlocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.workspace.opened import Workspace
    from admin.workspace.reader.jobs import Jobs

_LONGEST = 120
_PATIENCE = 2.0
"""Seconds after a signal: Textual waits for ever for a terminal that was closed."""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--idle",
        type=int,
        default=IDLE_MINUTES,
        metavar="MINUTES",
        help=tr("lock after so many minutes without a key (%(default)s)"),
    )
    parser.add_argument("--plain", action="store_true", help=tr("line by line, for a screen reader"))
    parser.add_argument(
        "--passphrase-fd", type=int, metavar="N", help=tr("read the passphrase from this descriptor")
    )


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    """In a session, with its keys: nothing is asked."""
    context = workspace.context
    if _is_plain(context, options):
        from admin.workspace.reader import plain  # noqa: PLC0415 -- as below

        workspace.context = plain.aloud(context)
        try:
            return plain.read(workspace)
        finally:
            workspace.context = context
    from admin.workspace.second_file import load_libraries  # noqa: PLC0415 -- here alone

    load_libraries()
    from admin.workspace.reader.jobs import Jobs  # noqa: PLC0415 -- as below

    try:
        return _read(context, Jobs(context, workspace.home, workspace), context.idle)
    finally:
        workspace.context = context


def run(context: Context, options: argparse.Namespace) -> int:
    if not 1 <= options.idle <= _LONGEST:
        raise AdminError(tr("--idle must be between 1 and {longest} minutes.", longest=_LONGEST))
    plainly = _is_plain(context, options)
    if not wait_unlocked(context):
        return DONE
    try:
        if plainly:
            from admin.workspace.opened import opened  # noqa: PLC0415 -- as below
            from admin.workspace.reader import plain  # noqa: PLC0415

            idle = options.idle * 60 if context.terminal else None
            with opened(plain.aloud(context.replaced(idle=idle))) as workspace:
                return plain.read(workspace)
        from admin.workspace.reader import lock  # noqa: PLC0415 -- not for the help

        home, _ = context.open_home()
        with home.workspace_lock():
            opened_first = lock.open_first(context, home)
            return _read(context, opened_first.jobs, options.idle * 60, opened_first.said)
    except Idle:
        return start_anew(context)


def _is_plain(context: Context, options: argparse.Namespace) -> bool:
    """Whether it is read line by line: by wish, or because this terminal can't draw."""
    if options.plain:
        return True
    if not (context.terminal and context.out.isatty()):
        raise AdminError(tr("'read' draws on a terminal: 'read --plain' goes line by line."))
    if os.environ.get("TERM", "dumb") == "dumb":
        context.note(tr("This terminal (TERM is dumb) has no full screen: it goes line by line."))
        return True
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]  # logs, screenshots, another driver: none of it for a reader of secrets
    return False


def _read(context: Context, jobs: Jobs, idle: float | None, said: str = "") -> int:
    """Raises `Idle`, and `AdminError` for what nobody can be told on the screen any more."""
    from admin.workspace.reader import app  # noqa: PLC0415 -- with it comes Textual

    if jobs.locked and not context.typed:
        raise AdminError(said)
    reader = app.Reader(
        jobs,
        paint=context.paint.replaced(on=True),
        idle=idle,
        clock=lambda: time.clock_gettime(time.CLOCK_BOOTTIME),  # it goes on while the lid is closed
        asks=context.typed,
        said=said,
    )

    def end(_number: int, _frame: object) -> None:
        reader.end_by_signal()
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)

    kept = {number: signal.getsignal(number) for number in _TAKEN}
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    signal.signal(signal.SIGALRM, lambda _number, _frame: os._exit(FAILED))
    try:
        how = reader.run()
    finally:
        reader.engine.close()
        jobs.close()
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)
    if reader.bug is not None:
        raise AdminError(_where(reader.bug))
    if how == app.IDLE:
        raise Idle
    if reader.wrong:
        raise AdminError(reader.wrong)
    return DONE if how == app.LEFT else FAILED


_TAKEN = (
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGALRM,
    signal.SIGTSTP,
    signal.SIGCONT,
    signal.SIGWINCH,
    signal.SIGTTIN,
    signal.SIGTTOU,
)
"""What Textual or we have a handler for meanwhile."""


def _where(bug: BaseException) -> str:
    """A sentence on a mistake of ours: what kind and where, and no value that it was about."""
    frame = bug.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    file = "" if frame is None else os.path.basename(frame.tb_frame.f_code.co_filename)
    return tr(
        "The reader had to stop: {what} in {file}:{line}. Nothing was lost; tell us these words.",
        what=type(bug).__name__,
        file=file,
        line=0 if frame is None else frame.tb_lineno,
    )

"""What may be written to a log: our own sentences without tokens, and of the libraries only that they spoke.

python-telegram-bot, its HTTP client and the database driver log tokens, ids and whole updates, at levels up
to CRITICAL. The rule therefore sits where every record of the process is made, whatever levels and handlers
somebody sets later: a record of a library keeps its logger's name and its level, nothing more.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

TOKEN = re.compile(r"(?<!\d)\d{5,}:[\w-]{5,}")
"""A bot token (numeric id, colon, secret), wherever it stands: also inside a URL, after `/bot`."""

OURS = ("bot", "silbo")
NOISY = ("telegram", "httpx", "httpcore", "aiosqlite", "uvicorn", "sqlalchemy", "alembic", "asyncio", "PIL")

_log = logging.getLogger(__name__)


def redact(text: str) -> str:
    """Return `text` with every bot token replaced."""
    return TOKEN.sub("[token]", text)


def locate(error: BaseException) -> str:
    """Return the class of `error` and where it was raised, never its message: that may quote a source."""
    name = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return name
    return f"{name} at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}"


def install() -> Callable[[], None]:
    """Guard every log record and uncaught exception of this process from now on; return what undoes it."""
    factory = logging.getLogRecordFactory()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    raising = logging.raiseExceptions

    def guarded(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = factory(*args, **kwargs)
        _guard(record)
        return record

    def uninstall() -> None:
        logging.setLogRecordFactory(factory)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.raiseExceptions = raising
        logging.captureWarnings(False)

    logging.setLogRecordFactory(guarded)
    # A formatting error makes logging print the record's arguments to stderr.
    logging.raiseExceptions = False
    logging.captureWarnings(True)  # as records of a library, not as text on stderr
    sys.excepthook = _uncaught
    threading.excepthook = lambda thread: _uncaught(thread.exc_type, thread.exc_value, thread.exc_traceback)
    sys.unraisablehook = lambda late: _uncaught(late.exc_type, late.exc_value, late.exc_traceback)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return uninstall


@contextmanager
def counting(count: Callable[[BaseException | None], None]) -> Iterator[None]:
    """While messages are handled, what libraries say and what fails beside them is counted, never written.

    One message may cause it, and the line would keep the second. `count` gets the error, where there is one.
    Holds for the handlers that the root logger has now, and for the loop that runs.
    """

    def ours(record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] in OURS:
            return True
        count(None)
        return False

    from asyncio import get_running_loop  # noqa: PLC0415 -- it is loaded, and whoever needs no loop waits for none

    hooks = threading.excepthook, sys.unraisablehook
    handlers = list(logging.getLogger().handlers)
    loop = get_running_loop()
    for handler in handlers:
        handler.addFilter(ours)
    threading.excepthook = lambda thread: count(thread.exc_value)
    sys.unraisablehook = lambda late: count(late.exc_value)
    loop.set_exception_handler(lambda _, context: count(context.get("exception")))
    try:
        yield
    finally:
        loop.set_exception_handler(None)
        threading.excepthook, sys.unraisablehook = hooks
        for handler in handlers:
            handler.removeFilter(ours)


def _guard(record: logging.LogRecord) -> None:
    """Rewrite a record before any handler or filter can see it."""
    if record.name.partition(".")[0] in OURS:
        record.msg = redact(_message(record))
    else:
        record.msg = "(a library's message is withheld)"
    record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None


def _message(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except Exception:  # whatever a broken format string raises, the log goes on
        message = "(a message that could not be put together)"
    error = record.exc_info[1] if record.exc_info else None
    return message if error is None else f"{message} ({locate(error)})"


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    where = kind.__name__ if error is None else locate(error)
    _log.critical("stopped by an error that nobody handled (%s)", where)

"""The session: one process, one passphrase, one command after the other, until it is closed or nobody types.

Keys, words and notes are in the memory of this process alone: in no file, no agent and no other process.
After some minutes without a line it wipes the terminal and starts itself anew (`execve`): the kernel takes
the memory back with all that was in it, which no program can promise of its own objects.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import shlex
import signal
from collections.abc import Callable, Iterator
from importlib import import_module

from admin.context import Context
from admin.display import folded, terminal_columns
from admin.errors import DONE, FAILED, AdminError, Idle, sentence
from admin.overview import purposes
from admin.pager import page
from admin.second import COMMANDS
from admin.words import SpokenParser, mark, tr
from admin.workspace.filters import counts, due_soon
from admin.workspace.opened import Workspace, opened
from crypto.errors import CryptoError

PROMPT = "silbo> "
_OURS = {"list", *COMMANDS} - {"work"}
_NOT_HERE = {"work", "keygen", "passphrase", "restore", "forget"}
_CHUNK = 4096


class Ended(BaseException):
    """A shutdown, a closed terminal: it ends the session from wherever it is, as Ctrl-C ends a command."""


def hold(context: Context, idle_minutes: int, lock: Callable[[Context], int]) -> int:
    """Runs a session and returns its exit status. `lock` is what happens when nobody types."""
    try:
        attended = context.replaced(idle=idle_minutes * 60 if context.terminal else None)
        with ends_by_signals(), opened(attended) as workspace:
            _greet(workspace)
            for line in lines(attended):
                if line in {"quit", "exit", "q"}:
                    break
                status = _perform(workspace, line)
                if status is not None and not context.terminal and status != DONE:
                    return status
    except Idle:
        return lock(context)
    except Ended:
        return FAILED
    if context.terminal:
        context.tell(tr("Closed."))
    return DONE


@contextlib.contextmanager
def ends_by_signals() -> Iterator[None]:
    """At the prompt Ctrl-C takes back a line and no more; what `admin.cli` has made like it is told apart."""

    def end(_number: int, _frame: object) -> None:
        raise Ended

    tidily = [number for number in (signal.SIGTERM, signal.SIGHUP) if callable(signal.getsignal(number))]
    before = {number: signal.signal(number, end) for number in tidily}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _greet(workspace: Workspace) -> None:
    context = workspace.context
    if context.terminal:
        context.tell(counts(workspace.standings.values(), workspace))
        if (soon := due_soon(workspace)) is not None:
            context.warn(soon)
        context.tell(tr("'list', 'search WORDS', 'show ID', 'help', 'quit'."))


def _perform(workspace: Workspace, line: str) -> int | None:
    """The exit status of one line; None for an empty one. What goes wrong is told and ends nothing."""
    context = workspace.context
    if not line.replace("\t", " ").isprintable():
        context.note(tr("That line holds an arrow or another key that is no letter. Type it again."))
        return None
    try:
        words = _words(line)
    except ValueError:
        context.note(tr("A quotation mark is left open."))
        return None
    if not words:
        return None
    name = words[0]
    try:
        if name in {"help", "?"}:
            return _help(context)
        if name in _NOT_HERE:
            raise AdminError(tr("'{name}' is not for a session; close it first ('quit').", name=name))
        if name in _OURS:
            module = import_module(f"admin.workspace.commands.{name.replace('-', '_')}")
            parser = SpokenParser(prog=name, allow_abbrev=False, formatter_class=_formatter)
            module.options(parser)
            workspace.catch_up()
            return int(module.act(workspace, parser.parse_args(words[1:])))
        if context.perform is None:
            raise AdminError(tr("There is no such command; 'help' lists them."))
        status = context.perform(["--home", str(workspace.home.path), *words], workspace.ring, context.idle)
        workspace.refresh()
        return status
    except SystemExit as end:  # a call for help, or a mistake that argparse has told
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        context.note(tr("Stopped; nothing half done was left."))
        return None
    except (AdminError, CryptoError, OSError) as error:
        context.out.flush()
        context.note(f"{name}: {sentence(error)}")
        return 1
    finally:
        with contextlib.suppress(OSError):
            context.out.flush()


def _words(line: str) -> list[str]:
    """As a shell takes them, but for the apostrophe, which is a letter here: l'usine, her's. Raises
    ValueError for a quotation mark that is left open.
    """
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.quotes, lexer.commenters = True, '"', ""
    return list(lexer)


def _help(context: Context) -> int:
    known = {"list": mark("what there is, with filters"), **COMMANDS}
    rest = tr(
        "Each tells more with --help. The other commands of silbo-admin (show, extract, thread, "
        "reply, import, receipt, rotate, ...) work here, too, without the passphrase. 'quit' "
        "closes the session."
    )
    lines = purposes({name: known[name] for name in known if name != "work"})
    page([*lines, "", folded(rest, context.out)], context.out, context.say, idle=context.idle)
    return DONE


def lines(context: Context) -> Iterator[str]:
    """What is typed, line by line. On a terminal raises `Idle` when nobody has typed for so long; Ctrl-D
    ends, Ctrl-C takes back the line.
    """
    source = context.stdin.fileno()
    buffer = b""
    while True:
        try:
            if context.terminal:
                print(PROMPT, end="", file=context.err, flush=True)
            while b"\n" not in buffer:
                ready, _, _ = select.select([source], [], [], context.idle)
                if not ready:
                    raise Idle
                piece = os.read(source, _CHUNK)
                if not piece:
                    if buffer.strip():
                        yield buffer.decode("utf-8", "backslashreplace").strip()
                    return
                buffer += piece
        except KeyboardInterrupt:
            print(file=context.err)
            buffer = b""
            continue
        line, _, buffer = buffer.partition(b"\n")
        yield line.decode("utf-8", "backslashreplace").strip()


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=terminal_columns() - 2)

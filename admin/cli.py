"""`silbo-admin`: the command line of the offline decryptor.

Only the command that is called is imported, with what it needs: a list of drops needs no cryptography.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from types import ModuleType

from admin import second
from admin.commands import Parser, add_home
from admin.context import Context
from admin.display import folded, paint_for
from admin.errors import FAILED, AdminError, sentence
from admin.home import default_path
from admin.keys.passphrase import WORK_FACTOR, asker
from admin.words import add_language, mark, speak, tr, wanted
from crypto.errors import CryptoError
from crypto.hardening import harden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

    from _typeshed import SupportsWrite

    from admin.keys.keyring import KeyRing

COMMANDS = {
    "init": mark("begin: keys, words and a practice drop, step by step"),
    "keygen": mark("make a root and its weekly period keys"),
    "passphrase": mark("change the passphrase of all secrets"),
    "publish": mark("copy the signed key list out, for the server"),
    "rotate": mark("extend the key list and destroy secrets past their time"),
    "fingerprint": mark("ten words and a QR code of the root key"),
    "revocation": mark("show or copy out what ends the sealing to these keys for ever"),
    "recovery": mark("word cards for colleagues, that bring the keys back after a loss"),
    "import": mark("take batches from a stick or a chat, and which replies were read, after checking them"),
    "receipt": mark("sign which drops are here, so that the server may delete them"),
    "list": mark("what was imported"),
    "show": mark("open a drop and show what was written"),
    "extract": mark("write a drop's texts and files into a new folder"),
    "delete": mark("remove drops from this machine for ever"),
    "reply": mark("write to the source of a drop, for its codename alone"),
    "outbox": mark("write the replies onto the operator's stick"),
    "thread": mark("show the drops of one codename and the replies to it, in order"),
    "announce": mark("sign words of a desk for everybody who asks"),
    "open-original": mark("open a sealed original with the custodian's key"),
    "backup": mark("copy the whole home into one file, under the passphrase"),
    "restore": mark("make a home of what 'backup' wrote"),
    "age": mark("encrypt and decrypt plain age files, and make keys for them"),
}
"""Each is a module of `admin.commands`, and what it does."""

_WRONG_USAGE = 2
_INTERRUPTED = 130
_EXIT_STATUS = mark("Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but something was found wrong.")


def _utc_today() -> date:
    return datetime.now(UTC).date()


def main(
    argv: Sequence[str] | None = None,
    *,
    today: Callable[[], date] = _utc_today,
    work_factor: int = WORK_FACTOR,
) -> int:
    """Runs one command and returns its exit status. `today` and `work_factor` (scrypt, log2 N) are for
    tests.
    """
    harden()
    _stop_tidily()
    arguments = sys.argv[1:] if argv is None else argv
    speak(wanted(arguments, os.environ))
    try:
        command, options = read(arguments)
    except AdminError as error:  # of the second file
        print(folded(f"silbo-admin: {error}", sys.stderr), file=sys.stderr)
        return FAILED
    if argv is None:  # the program itself: what it has loaded is no garbage, not at its end either
        gc.freeze()
        gc.enable()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        _never_fail_on_a_character(stream)
    try:
        context = _context(options, today(), work_factor)
        status: int = command.run(
            context.replaced(perform=partial(_perform, context.replaced(known={}))), options
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\n" + tr("Stopped; nothing half done was left."), file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (AdminError, CryptoError, OSError) as error:
        print(folded(f"silbo-admin: {sentence(error)}", sys.stderr), file=sys.stderr)
        return FAILED
    except RuntimeError as error:
        if "thread" not in str(error):  # the only sign of it that Python gives
            raise
        told = tr("This machine has no room for another thread: close other programs, and try again.")
        print(folded(f"silbo-admin: {told}", sys.stderr), file=sys.stderr)
        return FAILED
    return status


def _perform(context: Context, arguments: Sequence[str], ring: KeyRing, idle: float | None) -> int:
    """Another command, in the session that this context is of, with the keys that are unlocked.

    Raises what a command raises, `AdminError` if there is none of that name, and SystemExit for a call for
    help or a mistake.
    """
    name = _first_word(arguments) or ""
    if not name.startswith("-") and name not in COMMANDS and name not in second.COMMANDS:
        raise AdminError(tr("There is no such command; 'help' lists them."))
    command, options = read(arguments)
    status: int = command.run(context.replaced(held=ring, idle=idle), options)
    return status


def read(arguments: Sequence[str]) -> tuple[ModuleType, argparse.Namespace]:
    """The module of the command that is called, and its options. Leaves by SystemExit, as argparse does."""
    name = _first_word(arguments)
    if name and not name.startswith("-") and name not in COMMANDS and name not in second.COMMANDS:
        _end(tr("There is no such command; '{every}' lists them.", every=_typed("--help")))
    if (
        name not in COMMANDS and name not in second.COMMANDS
    ):  # a call for help or a mistake: both are answered with all commands
        name = None
    module = None if name is None else load(name)
    if name == "list" and _asks_more(arguments):
        module = second.command(name)
    parser = _parser(name, module)
    if name == "age" and module is not None:  # its own spelling, `-d -i KEY FILE`
        start = list(arguments).index(name) + 1
        arguments = [*arguments[:start], *module.as_words(arguments[start:])]
    if _first_word(arguments) is None:
        print(_at_a_glance(parser), file=sys.stderr)
        parser.exit(_WRONG_USAGE)
    options, unknown = parser.parse_known_args(arguments)
    if any(word.partition("=")[0] == "--language" for word in unknown):
        _end(tr("--language stands before the command: {typed}", typed=_typed(f"--language es {name}")))
    if unknown:
        parser.error(tr("unrecognized arguments: %s") % " ".join(unknown))
    if module is None:
        parser.error(tr("the following arguments are required: %s") % tr("COMMAND"))
    return module, options


def _typed(words: str) -> str:
    from admin.program import command as as_typed  # noqa: PLC0415 -- a command without a mistake needs none

    return as_typed(words)


def _end(mistake: str) -> NoReturn:
    """One sentence, without the usage of all commands."""
    print(folded(f"silbo-admin: {mistake}", sys.stderr), file=sys.stderr)
    raise SystemExit(_WRONG_USAGE)


def load(name: str) -> ModuleType:
    """The module of a command. Raises `AdminError` if it is in a file that is not there."""
    if name in second.COMMANDS:
        return second.command(name)
    return import_module(f"admin.commands.{'import_' if name == 'import' else name.replace('-', '_')}")


def _first_word(arguments: Sequence[str]) -> str | None:
    """The first argument that is not about the home or the language; None if there is none."""
    return next(iter(_from_first_word(arguments)), None)


def _from_first_word(arguments: Sequence[str]) -> Sequence[str]:
    skip = False
    for place, word in enumerate(arguments):
        if skip:
            skip = False
        elif word in {"--home", "--language"}:
            skip = True
        elif not word.startswith(("--home=", "--language=")):
            return arguments[place:]
    return ()


def _asks_more(arguments: Sequence[str]) -> bool:
    """Whether a list is asked for what only the workspace knows, by any option of its own; or for what it
    knows better, and is there.
    """
    words = iter(_from_first_word(arguments))
    better = False
    for word in words:
        if word in {"--home", "--passphrase-fd"}:
            next(words, None)
        elif word in {"-h", "--help", "--words"}:
            better = True
        elif word.startswith("-") and not word.startswith(("--home=", "--passphrase-fd=")):
            return True
    return better and second.is_here()


class _Root(Parser):
    """`--help` without a command: what each does, group by group, a page at a time on a terminal."""

    def format_help(self) -> str:
        from admin import overview  # noqa: PLC0415 -- a command that is known needs none

        head, _, rest = super().format_help().partition("\n\n")
        description, _, rest = rest.partition("\n\n")
        options = rest[rest.index(f"{tr('options')}:") :]
        return "\n".join([head, "", description, *overview.purposes(_known()), "", options])

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        from admin.pager import page  # noqa: PLC0415 -- here alone

        if file is not None:
            super().print_help(file)
        else:
            page(self.format_help().splitlines(), sys.stdout, partial(print, sep="\n"))


def _at_a_glance(parser: argparse.ArgumentParser) -> str:
    """For who gives no command: all names on one small screen, and where each is told of."""
    from admin import overview  # noqa: PLC0415 -- as above

    hint = tr(
        "'{every}' says what each does, '{one}' more of one.",
        every=_typed("--help"),
        one=_typed(tr("COMMAND") + " --help"),
    )
    lines = [parser.format_usage(), parser.description or "", "", *overview.names(_known())]
    return "\n".join([*lines, "", folded(hint, sys.stderr)])


def _known() -> dict[str, str]:
    """Each command that is here, and what it does in English."""
    return {**COMMANDS, **second.COMMANDS} if second.is_here() else COMMANDS


def _parser(name: str | None, module: ModuleType | None) -> argparse.ArgumentParser:
    root = (_Root if name is None else Parser)(
        prog="silbo-admin",
        description=tr("Reads what was sent to a Silbo desk, on a machine without a network."),
        epilog=tr(_EXIT_STATUS),
    )
    add_home(root)
    add_language(root)
    commands = root.add_subparsers(required=True, metavar=tr("COMMAND"), prog=root.prog)
    known = {**COMMANDS, **second.COMMANDS}
    names = [name] if name is not None else list(_known())
    for each in names:
        purpose = tr(known[each])
        text = purpose if each == "age" else purpose[:1].upper() + purpose[1:] + "."
        added = commands.add_parser(each, help=purpose, description=text)
        if module is not None:
            add_home(added)
            module.options(added)
    return root


def _context(options: argparse.Namespace, today: date, work_factor: int) -> Context:
    terminal = _is_terminal(sys.stdin)
    descriptor = getattr(options, "passphrase_fd", None)
    return Context(
        home=getattr(options, "home", None) or default_path(os.environ),
        today=today,
        out=sys.stdout,
        err=sys.stderr,
        stdin=sys.stdin,
        terminal=terminal,
        typed=terminal and descriptor is None,
        paint=paint_for(sys.stdout),
        paint_err=paint_for(sys.stderr),
        ask=asker(descriptor, on_terminal=terminal),
        work_factor=work_factor,
    )


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _stop_tidily() -> None:
    """A shutdown or a closed terminal stops like Ctrl-C, which leaves no half of a plaintext on the disk."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores the second
            signal.signal(number, signal.default_int_handler)


def _never_fail_on_a_character(stream: TextIO) -> None:
    """What a terminal cannot draw, or types wrongly, gives an escape instead of an exception."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")

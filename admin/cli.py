"""`silbo-admin`: the command line of the offline decryptor. Words are read here and carried out in
`commands`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from admin import commands, rotation
from admin.age import cli as age_cli
from admin.case import originals
from admin.context import Context
from admin.display import folded, paint_for
from admin.errors import FAILED, AdminError, sentence
from admin.home import default_path
from admin.keys import WEEKS_AHEAD, revocations
from admin.keys.keyring import WORK_FACTOR
from admin.keys.passphrase import asker
from crypto.errors import CryptoError
from crypto.hardening import harden

_INTERRUPTED = 130
_EXIT_STATUS = "Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but something was found wrong."


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
    args = parser().parse_args(argv)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        _never_fail_on_a_character(stream)
    try:
        context = _context(args, today(), work_factor)
        status: int = args.run(context, args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\nStopped; nothing half done was left.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (AdminError, CryptoError, OSError) as error:
        print(folded(f"silbo-admin: {sentence(error)}", sys.stderr), file=sys.stderr)
        return FAILED
    return status


def _context(args: argparse.Namespace, today: date, work_factor: int) -> Context:
    terminal = _is_terminal(sys.stdin)
    descriptor = getattr(args, "passphrase_fd", None)
    return Context(
        home=args.home or default_path(os.environ),
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


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = argparse.ArgumentParser(
        prog="silbo-admin",
        description="Reads what was sent to a Silbo desk, on a machine without a network.",
        epilog=_EXIT_STATUS,
        allow_abbrev=False,
    )
    root.add_argument("--home", type=Path, metavar="DIR", help="where keys and drops rest (XDG data folder)")
    sub = root.add_subparsers(required=True, metavar="COMMAND")

    keygen = _command(sub, "keygen", commands.keygen, "make a root and its weekly period keys")
    keygen.add_argument(
        "--label", default="reviewer", metavar="NAME", help="a name the server's operator will see"
    )
    keygen.add_argument("--weeks", type=int, default=WEEKS_AHEAD, help="how many weeks of keys (%(default)s)")
    keygen.add_argument("--start", type=_day, metavar="DATE", help="first day, YYYY-MM-DD (today)")
    keygen.add_argument("--x25519", action="store_true", help="classic keys, without post-quantum protection")
    keygen.add_argument("--suggest", action="store_true", help="only print a good passphrase of six words")
    _passphrase(keygen)

    publish = _command(sub, "publish", commands.publish, "copy the signed key list out, for the server")
    publish.add_argument("folder", type=Path, metavar="DIR")

    rotate = _command(
        sub, "rotate", rotation.rotate, "extend the key list and destroy secrets past their time"
    )
    rotate.add_argument("--weeks", type=int, default=WEEKS_AHEAD, help="how far ahead (%(default)s)")
    rotate.add_argument(
        "--destroy-unread",
        action="store_true",
        help="in a script: destroy also keys of drops that never were opened",
    )
    _passphrase(rotate)

    fingerprint = _command(
        sub, "fingerprint", commands.fingerprint, "ten words and a QR code of the root key"
    )
    fingerprint.add_argument("--png", type=Path, metavar="FILE", help="also write the QR code as PNG")
    fingerprint.add_argument("--words", action="store_true", help="print the ten words only")

    revocation = _command(
        sub,
        "revocation",
        revocations.command,
        "show or copy out what ends the sealing to these keys for ever",
    )
    revocation.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help="write the text and the QR code as PNG there"
    )
    _passphrase(revocation)

    import_ = _command(
        sub, "import", commands.import_, "take batches from a stick or a chat, after checking them"
    )
    import_.add_argument(
        "folder", type=Path, metavar="DIR", help="a batch folder, or a folder of batch folders"
    )
    import_.add_argument("--server", metavar="KEY", help="the server's public key, or its ten words")
    _passphrase(import_)

    receipt = _command(
        sub, "receipt", commands.receipt, "sign which drops are here, so that the server may delete them"
    )
    receipt.add_argument("folder", type=Path, metavar="DIR", help="where the receipt is written to")
    receipt.add_argument(
        "--drop", action="append", default=[], metavar="ID", help="confirm this one too, though never opened"
    )
    receipt.add_argument("--all", action="store_true", help="confirm also what was never opened; asks first")
    receipt.add_argument("--without-asking", action="store_true", help="with --all, in a script")
    _passphrase(receipt)

    _command(sub, "list", commands.list_, "what was imported")

    show = _command(sub, "show", commands.show, "open a drop and show what was written")
    show.add_argument("id", metavar="ID", help="the drop's id, or the beginning of it")
    _passphrase(show)

    extract = _command(sub, "extract", commands.extract_, "write a drop's texts and files into a new folder")
    extract.add_argument("id", metavar="ID", help="the drop's id, or the beginning of it")
    extract.add_argument("folder", type=Path, metavar="DIR", help="where the new folder is made")
    _passphrase(extract)

    original = _command(
        sub, "open-original", originals.open_original, "open a sealed original with the custodian's key"
    )
    original.add_argument("file", type=Path, metavar="FILE", help="the sealed file, such as 0003.age")
    original.add_argument("folder", type=Path, metavar="DIR", help="where the original is written")
    original.add_argument(
        "-i", "--identity", type=Path, required=True, metavar="KEY", help="the custodian's identity file"
    )
    _passphrase(original)

    age_cli.register(sub)
    return root


def _command(
    sub: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Context, argparse.Namespace], int],
    purpose: str,
) -> argparse.ArgumentParser:
    command = sub.add_parser(
        name, help=purpose, description=purpose[:1].upper() + purpose[1:] + ".", allow_abbrev=False
    )
    command.set_defaults(run=run)
    return command


def _passphrase(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help="read the passphrase from this descriptor, not the terminal",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("it must be a date written as YYYY-MM-DD") from None


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

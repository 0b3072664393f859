"""`silbo restore`: a backup that passes every check, into an empty folder."""

import argparse
import os
from functools import partial
from pathlib import Path

from bot.backup import CONFIG, BackupError
from bot.backup.present import Present
from bot.backup.restore import unpack
from bot.backup.shown import Shown
from crypto.age import Identity, parse_identities
from crypto.words import fingerprint, same

_IDENTITY_LIMIT = 1 << 16


def options(parser: argparse.ArgumentParser) -> None:
    """What `silbo restore` takes; it needs no silbo.toml, which is in the backup."""
    parser.add_argument("file", metavar="FILE", help="the backup, or - for standard input")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="an empty folder")
    parser.add_argument(
        "--identity", required=True, metavar="FILE", help="of the operator's age key, or fd:N"
    )
    parser.add_argument("--words", help="the ten words of the server's key; asked for without them")
    parser.add_argument(
        "--accept",
        metavar="WORDS",
        help="the ten words of what would be put in place; asked for without them",
    )
    parser.add_argument(
        "--over",
        type=Path,
        metavar="DIR",
        help="the state folder that will be replaced: whom it removed stays out",
    )
    parser.add_argument(
        "--over-settings", type=Path, metavar="FILE", help="the silbo.toml that will be replaced, to compare"
    )
    parser.add_argument(
        "--settings-to", type=int, metavar="N", help="write silbo.toml to this open descriptor, not into DIR"
    )


def run(options: argparse.Namespace) -> int:
    """Unpack a backup that passes every check and that the operator accepts as it is shown."""
    if not options.into.is_dir():
        raise BackupError("The folder to restore into (--into) is not there; make it first: mkdir -m 700 DIR")
    identities = _identities(options.identity)
    over = None if options.over is None else Present.look(options.over, options.over_settings)
    accept = partial(_accept, options.accept)
    try:
        with open(0 if options.file == "-" else options.file, "rb", closefd=options.file != "-") as file:
            key = unpack(
                file,
                identities,
                options.into,
                accept=accept,
                words=options.words,
                confirm=_confirm,
                over=over,
            )
    except OSError as error:
        raise BackupError(f"The backup can't be read: {error.strerror or 'the system refused'}.") from None
    if options.settings_to is not None:
        _pass_settings(options.into / CONFIG, options.settings_to)
    print(f"Restored; the server's key: {' '.join(fingerprint(key))}")
    return 0


def _pass_settings(settings: Path, descriptor: int) -> None:
    """Move silbo.toml to where the caller wants it: root holds its folder. Raises BackupError."""
    try:
        with open(descriptor, "wb") as target:
            target.write(settings.read_bytes())
        settings.unlink()
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise BackupError(f"The backup was read, but its silbo.toml can't be passed on: {reason}.") from None


def _identities(place: str) -> list[Identity]:
    """Read them from a file, or from a descriptor that root opened: another user may not open it again."""
    try:
        descriptor = int(place.removeprefix("fd:")) if place.startswith("fd:") else None
        with open(place if descriptor is None else os.dup(descriptor), "rb") as file:
            content = file.read(_IDENTITY_LIMIT).decode("ascii")
    except (OSError, ValueError):
        raise BackupError("The file of the identity can't be read.") from None
    if content.startswith(("age-encryption.org/", "-----BEGIN AGE")):
        raise BackupError("The identity is itself locked; open it first with age -d.")
    return list(parse_identities(content))


def _confirm(words: tuple[str, ...]) -> bool:
    return _asked(f"The server key in the backup: {' '.join(words)}\nIs it yours? Type yes: ") is True


def _accept(words: str | None, shown: Shown) -> bool:
    """Whether the words are of these lines, or a person at a terminal says yes. Raises BackupError."""
    if words is None:
        answer = _asked(f"{shown}\nIs every line right: who can read, and where things go? Type yes: ")
        if answer is not None:
            return answer
    elif same(words, shown.words):
        return True
    print(shown, flush=True)
    again = f'If every line above is right, run it again with --accept "{" ".join(shown.words)}".'
    if words is None:
        raise BackupError(f"Nothing was restored. {again}")
    raise BackupError(f"The words of --accept are of something else, and nothing was restored. {again}")


def _asked(question: str) -> bool | None:
    """Whether the person at the terminal typed yes; None where there is no terminal."""
    try:
        with open("/dev/tty", "r+b", buffering=0) as terminal:
            terminal.write(question.encode())
            return terminal.readline(64).strip().lower() == b"yes"  # a habitual y is not enough here
    except OSError:
        return None

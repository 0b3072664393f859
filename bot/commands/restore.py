"""`silbo restore`: a backup that passes every check, into an empty folder."""

import argparse
import os
import sys
from pathlib import Path
from typing import BinaryIO

from bot.backup import BackupError
from bot.backup.restore import unpack
from crypto.age import Identity, parse_identities
from crypto.minisign import PublicKey
from crypto.words import fingerprint

_IDENTITY_LIMIT = 1 << 16


def options(parser: argparse.ArgumentParser) -> None:
    """What `silbo restore` takes; it needs no silbo.toml, which is in the backup."""
    parser.add_argument("file", metavar="FILE", help="the backup, or - for standard input")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="an empty folder")
    parser.add_argument(
        "--identity", required=True, metavar="FILE", help="of the operator's age key, or fd:N"
    )
    parser.add_argument("--words", help="the ten words of the server's key; asked for without them")
    parser.add_argument("--same-as", metavar="KEY", help="the public key that this server has now")


def run(options: argparse.Namespace) -> int:
    """Unpack a backup that passes every check."""
    identities = _identities(options.identity)
    known = PublicKey.parse(options.same_as) if options.same_as else None
    try:
        if options.file == "-":
            key = _unpack(sys.stdin.buffer, identities, options, known)
        else:
            with open(options.file, "rb") as file:
                key = _unpack(file, identities, options, known)
    except OSError as error:
        raise BackupError(f"The backup can't be read: {error.strerror or 'the system refused'}.") from None
    print(f"Restored; the server's key: {' '.join(fingerprint(key))}")
    return 0


def _unpack(
    file: BinaryIO, identities: list[Identity], options: argparse.Namespace, known: PublicKey | None
) -> PublicKey:
    return unpack(file, identities, options.into, words=options.words, known=known, confirm=_confirm)


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
    try:
        with open("/dev/tty", "r+", encoding="utf-8") as terminal:
            terminal.write(f"The server key in the backup: {' '.join(words)}\nIs it yours? Type yes: ")
            terminal.flush()
            return terminal.readline(64).strip().lower() == "yes"
    except OSError:
        return False

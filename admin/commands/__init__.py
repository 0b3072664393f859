"""The commands of `silbo-admin`, a module each with `options` and `run`.

`admin.cli` imports the one that is called. `run` takes the context and the options, and returns the exit
status.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.display import terminal_columns
from admin.words import SpokenParser, tr


class Parser(SpokenParser):
    """Takes no abbreviation, and starts at once: argparse makes a formatter for every option, which would ask
    `shutil` for the width, and that loads every compressor.
    """

    def __init__(self, *, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=lambda prog: argparse.HelpFormatter(prog, width=terminal_columns() - 2),
        )


def add_home(parser: argparse.ArgumentParser) -> None:
    """`--home`, which stands before a command, behind it, or behind an action of it."""
    parser.add_argument(
        "--home",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help=tr("where keys and drops rest (XDG data folder)"),
    )


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """`--passphrase-fd`, for scripts."""
    parser.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help=tr("read the passphrase from this descriptor, not the terminal"),
    )


def add_hashes(parser: argparse.ArgumentParser) -> None:
    """`--hashes`, which nobody gets who does not ask."""
    parser.add_argument(
        "--hashes",
        action="store_true",
        help=tr(
            "also the SHA-256 of each content; by that of an unchanged one its sender's device can be found"
        ),
    )


def add_drop(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """`ID`, which drop; with `several`, `ids`, at least one."""
    if several:
        parser.add_argument("ids", nargs="+", metavar="ID", help=tr("a drop's id, or the beginning of it"))
    else:
        parser.add_argument("id", metavar="ID", help=tr("the drop's id, or the beginning of it"))

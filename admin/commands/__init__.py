"""The commands of `silbo-admin`, a module each with `options` and `run`.

`admin.cli` imports the one that is called. `run` takes the context and the options, and returns the exit
status.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_home(parser: argparse.ArgumentParser) -> None:
    """`--home`, which stands before a command, behind it, or behind an action of it."""
    parser.add_argument(
        "--home",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="where keys and drops rest (XDG data folder)",
    )


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """`--passphrase-fd`, for scripts."""
    parser.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help="read the passphrase from this descriptor, not the terminal",
    )


def add_drop(parser: argparse.ArgumentParser) -> None:
    """`ID`, which drop."""
    parser.add_argument("id", metavar="ID", help="the drop's id, or the beginning of it")

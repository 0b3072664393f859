"""The commands of `silbo`, a module each with `options` and `run`; `bot.cli` imports the one that is called.

`run` returns the exit status. What it may raise for the operator to read is in `bot.cli.problems`.
"""

import argparse
from pathlib import Path


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config`, which stands before a command, behind it, or behind an action of it."""
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="silbo.toml")


def add_desk(parser: argparse.ArgumentParser) -> None:
    """`--desk`, for a command or an action that is about one desk; not needed where there is one only."""
    parser.add_argument("--desk", metavar="NAME", help="which desk, where silbo.toml has several")

"""The commands of `silbo`, a module each with `options` and `run`; `bot.cli` imports the one that is called.

`run` returns the exit status. What it may raise for the operator to read is in `bot.cli.problems`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path


def is_yes(typed: str) -> bool:
    """Whether a person answered a question with yes."""
    return typed.strip().lower() in {"y", "yes"}


def in_two_lines(words: Sequence[str]) -> str:
    """Ten words for a terminal that is 80 columns wide, none of them broken: five and five."""
    return f"  {' '.join(words[:5])}\n  {' '.join(words[5:])}"


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config`, which stands before a command, behind it, or behind an action of it."""
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="silbo.toml")


def add_desk(parser: argparse.ArgumentParser) -> None:
    """`--desk`, for a command or an action that is about one desk; not needed where there is one only."""
    parser.add_argument("--desk", metavar="NAME", help="which desk, where silbo.toml has several")

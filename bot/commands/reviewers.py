"""`silbo reviewers`: who can read what is sealed from the next item on."""

import argparse
import sys
from pathlib import Path

from bot.clock import today
from bot.commands import add_config
from bot.keys import Reviewers
from bot.settings import load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """An action, and whom it is about."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="pin a reviewer, or take a newer key list of one")
    adding.add_argument("list", type=Path, metavar="KEYS", help="keys.json (or its folder), as published")
    adding.add_argument("--words", help="the fingerprint as the reviewer read it out; asked for without it")
    removing = actions.add_parser("remove", help="the next item is no longer sealed to this reviewer")
    removing.add_argument("who", help="the label or the ten words")
    listing = actions.add_parser("list", help="labels, fingerprints, and until when there are keys")
    for action, work in ((adding, _add), (removing, _remove), (listing, _list)):
        action.set_defaults(work=work)
        add_config(action)


def run(options: argparse.Namespace) -> int:
    """Carry the action out, and say what it means."""
    print(options.work(Reviewers(load_settings(options.config).reviewers), options))
    return 0


def _add(reviewers: Reviewers, options: argparse.Namespace) -> str:
    keys = options.list / "keys.json" if options.list.is_dir() else options.list
    added = reviewers.add(keys, today=today(), words=options.words, confirm=_confirm)
    return f"{added.keys.label} can read from the next item on, by key list {added.keys.serial}."


def _confirm(words: tuple[str, ...], untrusted_label: str) -> bool:
    """Have the operator compare the fingerprint with what the reviewer reads out."""
    if not sys.stdin.isatty():
        return False
    print(f"The key list says it is of: {untrusted_label}\nIts fingerprint: {' '.join(words)}")
    return input("Did the reviewer read out these ten words to you? Type yes: ").strip().lower() == "yes"


def _remove(reviewers: Reviewers, options: argparse.Namespace) -> str:
    reviewers.remove(options.who)
    return "Removed: what is sealed from now on is not for this reviewer; older drops stay readable to them."


def _list(reviewers: Reviewers, _: argparse.Namespace) -> str:
    return "\n".join(reviewers.lines(today())) or "There is no reviewer yet."

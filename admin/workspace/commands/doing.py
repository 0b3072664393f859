"""What the commands share that do something with drops."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from admin.context import Context, count
from admin.display import visible
from admin.workspace import colleagues
from admin.workspace.opened import Workspace
from crypto.events import Event
from crypto.minisign import PublicKey
from crypto.words import fingerprint


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """`--passphrase-fd`, for scripts; a session has it already."""
    parser.add_argument(
        "--passphrase-fd", type=int, metavar="N", help="read the passphrase from this descriptor"
    )


def say_words(context: Context, root: PublicKey, title: str) -> None:
    """The ten words of a root, to be compared by voice."""
    words = fingerprint(root)
    context.tell(title)
    context.say(f"  {' '.join(words[:5])}", f"  {' '.join(words[5:])}")


def chosen(workspace: Workspace, prefixes: Sequence[str]) -> list[str]:
    """Ids, each once. Raises `AdminError` for one that is none, before anything is done."""
    return list(dict.fromkeys(workspace.drop(prefix).drop.id for prefix in prefixes))


def say_done(workspace: Workspace, done: Sequence[Event], drops: Sequence[str], how: str) -> None:
    """What was done, and with how many nothing had to be."""
    before = len(drops) - len(done)
    rest = "" if not before else f" ({before} before)" if done else " before: nothing changed"
    number = len(done) or before
    workspace.context.tell(f"{count(number, 'drop')} {how}{rest}.")


def name_of(workspace: Workspace, author: PublicKey) -> str:
    """The label of a reviewer, or the first two of her ten words."""
    if author == workspace.root:
        return "you"
    known = colleagues.titles(colleagues.load(workspace.home), workspace.label)
    return visible(known.get(author) or " ".join(fingerprint(author)[:2]))

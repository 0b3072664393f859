"""What the commands share that do something with drops."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from admin.context import Context
from admin.display import visible
from admin.words import tr, trn
from admin.workspace import colleagues
from admin.workspace.opened import Workspace
from crypto.events import Event
from crypto.minisign import PublicKey
from crypto.words import fingerprint


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """`--passphrase-fd`, for scripts; a session has it already."""
    parser.add_argument(
        "--passphrase-fd", type=int, metavar="N", help=tr("read the passphrase from this descriptor")
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
    counted = trn("{n} drop", "{n} drops", len(done) or before)
    if not done:
        said = tr("{counted} {how} before: nothing changed.", counted=counted, how=how)
    elif before:
        said = tr("{counted} {how} ({before} before).", counted=counted, how=how, before=before)
    else:
        said = tr("{counted} {how}.", counted=counted, how=how)
    workspace.context.tell(said)


def name_of(workspace: Workspace, author: PublicKey) -> str:
    """The label of a reviewer, or the first two of her ten words."""
    if author == workspace.root:
        return tr("you")
    known = colleagues.titles(colleagues.load(workspace.home), workspace.label)
    return visible(known.get(author) or " ".join(fingerprint(author)[:2]))

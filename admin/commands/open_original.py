"""`silbo-admin open-original`, the custodian's one command: opening a sealed original, which no reviewer can.

A custodian has one identity file and no home: no drops, no batches, no period keys. What arrives is the age
file that `extract` or `tar` took out of a drop. Whether it is the one that a drop names, its hash tells: the
reviewers' report has it as that of what arrived.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from admin.age.identities import read_identities
from admin.case.exchange import refuse_clear_text
from admin.case.filenames import extension
from admin.commands import add_passphrase
from admin.context import Context
from admin.errors import DONE, AdminError, sentence
from admin.files import new_file, sync_folder, temporary_folder
from crypto.age import Identity
from crypto.errors import CryptoError, NoMatch
from crypto.item import Item, open_item


def options(parser: argparse.ArgumentParser) -> None:
    """What, where to, and whose key."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the sealed file, such as 0003.age")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the original is written")
    parser.add_argument(
        "-i", "--identity", type=Path, required=True, metavar="KEY", help="the custodian's identity file"
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    """Writes the original that `options.file` holds into `options.folder`, under a name made of its hash."""
    folder: Path = options.folder
    if not folder.is_dir():
        raise AdminError("The folder to write to does not exist.")
    refuse_clear_text(folder, context.home)
    identities = _identities(context, options.identity)
    with options.file.open("rb") as src, temporary_folder(folder) as temporary:
        content = temporary / "content"
        try:
            with new_file(content) as dst:
                item = open_item(src, dst, identities)
        except NoMatch:
            raise AdminError("That key does not open it: it is sealed for somebody else.") from None
        except CryptoError as error:
            raise AdminError(f"The original cannot be opened. {sentence(error)}") from None
        if item.cleaning != "original":
            raise AdminError("That is an item for the reviewers, not an original; nothing was written.")
        target = folder / _name(item)
        if os.path.lexists(target):
            raise AdminError("That original was written there before; choose another folder.")
        content.rename(target)
    sync_folder(folder)
    context.tell(str(target), f"{item.media_type}, {item.size} bytes, arrived on {item.day}.")
    context.say("SHA-256, which the reviewers' report must name as that of what arrived:", item.sha256.hex())
    context.warn(
        "This is the file as the source sent it. It can name the source, and attack the program that "
        "opens it: open it only on this machine."
    )
    return DONE


def _identities(context: Context, path: Path) -> Sequence[Identity]:
    try:
        return read_identities([str(path)], context.ask)
    except NoMatch:
        raise AdminError("The passphrase does not open the identity file.") from None
    except CryptoError as error:
        raise AdminError(f"The identity file cannot be used. {sentence(error)}") from None


def _name(item: Item) -> str:
    return f"{item.sha256.hex()[:16]}-ORIGINAL.{extension(item)}"

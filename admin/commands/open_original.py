"""`silbo-admin open-original`, the custodian's one command: opening a sealed original, which no reviewer can.

A custodian has one identity file and no home: no drops, no batches, no period keys. What arrives is the age
file that `extract` or `tar` took out of a drop. Whether it is the one that a drop names, the hash of this
sealed file tells, which the reviewers' report has. That of the original, by which it is found on its sender's
device, is shown only to who asks for it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from admin.age.identities import read_identities
from admin.case.exchange import refuse_clear_text
from admin.case.filenames import extension
from admin.commands import add_hashes, add_passphrase
from admin.context import Context
from admin.errors import DONE, AdminError, sentence
from admin.files import new_file, sync_folder, temporary_folder
from admin.words import tr
from crypto.age import Identity
from crypto.errors import CryptoError, NoMatch
from crypto.item import open_item


def options(parser: argparse.ArgumentParser) -> None:
    """What, where to, and whose key."""
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("the sealed file, such as 0003.age"))
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("where the original is written"))
    parser.add_argument(
        "-i", "--identity", type=Path, required=True, metavar="KEY", help=tr("the custodian's identity file")
    )
    add_hashes(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    """Writes the original that `options.file` holds into `options.folder`, under a name made of the sealed
    file's hash.
    """
    folder: Path = options.folder
    if not folder.is_dir():
        raise AdminError(tr("The folder to write to does not exist."))
    refuse_clear_text(folder, context.home)
    if options.file.exists() and not options.file.is_file():  # a pipe on a stick would never end
        raise AdminError(tr("A pipe, a device or a folder is no sealed file; nothing was read."))
    identities = _identities(context, options.identity)
    with options.file.open("rb") as src, temporary_folder(folder) as temporary:
        content = temporary / "content"
        sealed_sha256 = hashlib.file_digest(src, "sha256").hexdigest()
        src.seek(0)
        try:
            with new_file(content) as dst:
                item = open_item(src, dst, identities)
        except NoMatch:
            raise AdminError(tr("That key does not open it: it is sealed for somebody else.")) from None
        except CryptoError as error:
            raise AdminError(tr("The original cannot be opened. {reason}", reason=sentence(error))) from None
        if item.cleaning != "original":
            raise AdminError(tr("That is an item for the reviewers, not an original; nothing was written."))
        target = folder / f"{sealed_sha256[:16]}-ORIGINAL.{extension(item)}"
        if os.path.lexists(target):
            raise AdminError(tr("That original was written there before; choose another folder."))
        content.rename(target)
    sync_folder(folder)
    context.tell(
        str(target),
        tr(
            "{media_type}, {size} bytes, arrived on {day}.",
            media_type=item.media_type,
            size=item.size,
            day=item.day,
        ),
    )
    context.say(tr("SHA-256 of the sealed file, which the reviewers' report must have:"), sealed_sha256)
    if options.hashes:
        context.say(tr("SHA-256 of the original itself:"), item.sha256.hex())
    context.warn(
        tr(
            "This is the file as the source sent it. It can name the source, and attack the program "
            "that opens it: open it only on this machine."
        )
    )
    return DONE


def _identities(context: Context, path: Path) -> Sequence[Identity]:
    try:
        return read_identities([str(path)], context.ask)
    except NoMatch:
        raise AdminError(tr("The passphrase does not open the identity file.")) from None
    except CryptoError as error:
        raise AdminError(tr("The identity file cannot be used. {reason}", reason=sentence(error))) from None

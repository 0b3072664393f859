"""`silbo-admin publish`: the signed key list, copied out for the server."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.errors import DONE, AdminError
from admin.files import require_writable
from admin.keys import keylists
from admin.keys.revoked import is_revoked
from admin.words import tr


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    published = keylists.load(home)
    if is_revoked(home, published.keys.root):
        raise AdminError(
            tr("These keys were revoked: no server takes a list of them. Make new ones in a new home.")
        )
    require_writable(options.folder)
    context.tell(*(str(path) for path in keylists.publish(home, published, options.folder)))
    context.tell(tr("Key list number {serial}, {span}.", serial=published.keys.serial, span=published.span))
    return DONE

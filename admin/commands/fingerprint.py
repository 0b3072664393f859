"""`silbo-admin fingerprint`: the ten words and the QR code of the root key."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.commands.ten_words import say_words
from admin.context import Context
from admin.errors import DONE
from admin.files import write_atomic
from admin.keys import keylists, qr
from admin.words import tr
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--png", type=Path, metavar="FILE", help=tr("also write the QR code as PNG"))
    parser.add_argument("--words", action="store_true", help=tr("print the ten words only"))


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    root = keylists.load(home).keys.root
    if options.words:
        context.say(" ".join(fingerprint(root)))
        return DONE
    modules = qr.encode(str(root))
    if options.png is not None:
        write_atomic(options.png, qr.png(modules))
    say_words(context, root, tr("Ten words of this reviewer's root key:"))
    context.say(str(root))
    if (context.out.encoding or "").lower().replace("-", "") == "utf8":
        context.say(qr.terminal(modules, colour=context.paint.on))
    if options.png is not None:
        context.say(tr("QR code: {png}", png=options.png))
    return DONE

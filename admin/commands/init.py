"""`silbo-admin init`: leads a new reviewer through keys, words and a practice drop, step by step.

The practice drop is made here, sealed to the reviewer's own key and opened again, in memory: nothing of it is
kept, and no server is needed. Called again it takes up where it ended.
"""

from __future__ import annotations

import argparse
import io

from admin.case.report import quoted
from admin.commands import add_passphrase, keygen
from admin.commands.ten_words import say_words
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.home import Home
from admin.keys import keylists, rotation
from admin.keys.keyring import KeyRing
from admin.keys.periods import period_files
from admin.program import command
from admin.words import mark, tr
from crypto.age import parse_recipient
from crypto.item import open_item, seal_item
from crypto.keylist import period_for
from crypto.slots import Slots

PRACTICE = mark("This is a practice drop. No worker wrote it, and nothing of it is kept.")


def options(parser: argparse.ArgumentParser) -> None:
    """For whom, and for how long, as `keygen` has it."""
    parser.add_argument(
        "--label", default="reviewer", metavar="NAME", help=tr("a name the server's operator will see")
    )
    parser.add_argument(
        "--weeks", type=int, default=rotation.WEEKS_AHEAD, help=tr("how many weeks of keys (%(default)s)")
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    if options.passphrase_fd is not None:  # a script gives it once, and it is needed twice
        given = context.ask("")
        context = context.replaced(ask=lambda _prompt: given)
    home, _ = context.open_home(create=True)
    if _has_keys(home):
        context.tell(tr("Step 1 of 3, keys: they are here already."))
        say_words(context, keylists.load(home).keys.root, tr("Their ten words:"))
    else:
        context.tell(
            tr(
                "Step 1 of 3, keys. Choose a passphrase that is written on paper and nowhere else; "
                "'{command}' makes a good one. It is asked for twice, and nothing appears while you type.",
                command=command("keygen --suggest"),
            )
        )
        context.out.flush()
        keygen.run(context, argparse.Namespace(**vars(options), start=None, x25519=False, suggest=False))
    context.say("")
    context.tell(
        tr(
            "Step 2 of 3, words. Write the ten words on paper. You will read them to the operator by "
            "telephone: only if they are the same on both sides is what workers send sealed to you "
            "and to nobody else."
        )
    )
    context.say("")
    context.tell(
        tr(
            "Step 3 of 3, a practice drop: a few words are sealed to your key of this week, as a "
            "server would do it, and opened again. Take your passphrase from the paper."
        )
    )
    context.out.flush()
    sealed, opened = _practise(context, home, context.ring())
    context.tell(
        tr("Sealed: {sealed} bytes, which nobody reads without your key. Opened again:", sealed=sealed)
    )
    context.say("", *quoted(opened, context.paint, context.columns), "")
    context.tell(
        tr(
            "That is all that you need. Next: '{publish}' writes your public keys onto the stick for "
            "the operator; '{import_}' takes what the stick brings back, '{list_}' and '{show}' read it.",
            publish=command(f"publish {tr('DIR')}"),
            import_=command(f"import {tr('DIR')}"),
            list_=command("list"),
            show=command("show ID"),
        )
    )
    return DONE


def _has_keys(home: Home) -> bool:
    try:
        rotation.require_no_keys(home)
    except AdminError:
        return True
    return False


def _practise(context: Context, home: Home, ring: KeyRing) -> tuple[int, str]:
    """How many bytes the sealed item has, and the words that came out of it. Raises `AdminError`."""
    period = period_for(keylists.load(home).keys, context.today)
    if period is None:
        raise AdminError(
            tr("None of these keys is valid today; '{command}' makes new ones.", command=command("rotate"))
        )
    sealed = seal_item(
        Slots([parse_recipient(period.recipient)]),
        PRACTICE.encode(),
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=context.today,
        cleaning="text",
    )
    content = io.BytesIO()
    open_item(io.BytesIO(sealed), content, ring.identities(context.today, period_files(home.keys)))
    return len(sealed), content.getvalue().decode()

"""`silbo-admin dossier`: clean files of drops in a signed folder that a third party can check."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.keys.root import unlock_root
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.dossier import chosen, layout, wording
from admin.workspace.dossier.aggregate import tables
from admin.workspace.dossier.chosen import Asked, Wish
from admin.workspace.dossier.exhibits import LEFT_OUT, WORDS_ALONE
from admin.workspace.dossier.making import Order, make
from admin.workspace.dossier.papers import Maker
from admin.workspace.files import require_new_folder
from admin.workspace.opened import Workspace, opened
from admin.workspace.second_file import paper_setter, redactor
from admin.workspace.written import text_of

_LONGEST_TITLE = 120


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drops", metavar="ID", nargs="+", required=True, help=tr("drops, or items of one as ID:2,5")
    )
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help=tr("the new folder"))
    parser.add_argument("--title", default="", metavar="WORDS", help=tr("what stands on the cover"))
    parser.add_argument(
        "--redactions",
        type=Path,
        metavar="FILE",
        help=tr(
            "what to cover, a line each: 'ID:2 word Ana Ruiz = a colleague', 'ID:2 area 3:10,20,60,25 = a "
            "signature' (page 3, from the left and from the top, in per cent), 'ID:1 line 4-6 = a place'"
        ),
    )
    parser.add_argument(
        "--time-stamp", action="store_true", help=tr("with a request that somebody online can have stamped")
    )
    parser.add_argument(
        "--aggregate",
        action="store_true",
        help=tr(
            "with counts by workplace and kind of each month that is over; none under five can be worked out"
        ),
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home = workspace.context, workspace.home
    title, redactions, asked = _ready(home.path, options)
    setter = paper_setter()
    counts = tables(workspace) if options.aggregate else ()
    order = Order(asked, redactions, options.time_stamp, counts)
    root = unlock_root(home, workspace.ring)
    maker = Maker(title, workspace.label, root.public(), workspace.today)
    with redactor(context.warn) as redact:
        made = make(
            home,
            workspace.ring,
            root,
            options.out,
            maker=maker,
            order=order,
            redact=redact,
            setter=setter,
        )
    context.tell(
        trn(
            "{place}: {n} exhibit, signed with your key.",
            "{place}: {n} exhibits, signed with your key.",
            len(made.exhibits),
            place=visible(str(options.out)),
        )
    )
    for code, number in sorted(made.left_out.items()):
        context.warn(
            trn(
                "{n} item left out: {why}.",
                "{n} items left out: {why}.",
                number,
                why=tr(LEFT_OUT.get(code, code)),
            )
        )
    if any(of.kind == "words" for each in made.exhibits if each.kind == "file" for of in each.covers):
        context.tell(tr(WORDS_ALONE))
    for told in made.unread:
        context.warn(told)
    if order.time_stamp:
        context.tell(
            tr(
                "To have it stamped, take {digest} or {query}, and nothing else, to a machine with a "
                "network; put "
                "what comes back beside it as {proof} or {reply}.",
                digest=layout.DIGEST,
                query=layout.QUERY,
                proof=layout.OTS,
                reply=layout.REPLY,
            )
        )
    context.tell(
        tr("Look at every exhibit before it leaves this machine: faces, names and manners identify.")
    )
    return DONE_WITH_FINDINGS if made.left_out or made.unread else DONE


def _ready(
    home: Path, options: argparse.Namespace
) -> tuple[str, dict[tuple[str, int], list[Wish]], list[Asked]]:
    """The title, what to cover and what goes in. Raises `AdminError` for what can't be meant."""
    title = options.title.strip() or tr(wording.TITLE)
    if not title or len(title) > _LONGEST_TITLE or not title.isprintable():
        raise AdminError(tr("A title has 1 to {most} letters, on one line.", most=_LONGEST_TITLE))
    redactions = {} if options.redactions is None else chosen.redactions(text_of(options.redactions))
    asked = chosen.asked(options.drops)
    require_new_folder(home, options.out)
    return title, redactions, asked


def run(context: Context, options: argparse.Namespace) -> int:
    _ready(context.home, options)  # before a passphrase is asked
    with opened(context) as workspace:
        return act(workspace, options)

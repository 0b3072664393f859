"""`silbo-admin redact`: covers words and areas of one clean file for good, and lists them with their
reasons.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from admin.case.exchange import refuse_clear_text
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import require_writable, temporary_folder, write_atomic
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.dossier.chosen import Wish, wish, wishes_of
from admin.workspace.dossier.exhibits import WORDS_ALONE, covers_of
from admin.workspace.dossier.making import with_the_day
from admin.workspace.files import clean_files
from admin.workspace.opened import Workspace, opened
from admin.workspace.second_file import redactor
from codes.kinds import CLEAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.context import Context

LIST = "redactions.json"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("an item of a drop as ID:2, or a clean file"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=tr("a new folder"))
    for name, spelled, purpose in (
        ("word", '"WORDS = WHY"', tr("words to cover wherever they stand, and why; begin* for a beginning")),
        ("area", '"PAGE:L,T,R,B = WHY"', tr("an area, from the left and from the top in per cent, and why")),
        ("line", '"N-M = WHY"', tr("lines of a plain text, and why")),
    ):
        parser.add_argument(f"--{name}", action="append", default=[], metavar=spelled, help=purpose)
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home = workspace.context, workspace.home
    wanted = _wanted(options)
    if os.path.lexists(options.out):
        raise AdminError(
            tr("{place} is there already; name a folder that is not.", place=visible(str(options.out)))
        )
    refuse_clear_text(options.out, home.path)
    require_writable(options.out.parent)
    files, _ = clean_files(workspace, options.file)
    if len(files) != 1:
        raise AdminError(tr("That drop has several clean files: name one, as ID:2."))
    wishes, origin = wishes_of(wanted)
    with redactor(context.warn) as redact:
        done = redact(files[0].media_type, files[0].content, wishes)
    covers = covers_of(done.places, origin, wanted, files[0].name)
    listed = [{"place": each.place, "covered": each.kind, "why": each.reason} for each in covers]
    with temporary_folder(options.out.parent) as folder:
        write_atomic(folder / f"redacted.{CLEAN[files[0].media_type]}", done.content)
        write_atomic(folder / LIST, json.dumps(listed, indent=1).encode("ascii") + b"\n")
        with_the_day(folder, workspace.today)
        folder.rename(options.out)
    context.tell(
        trn(
            "{place}: redacted in {n} place, and a list of what and why.",
            "{place}: redacted in {n} places, and a list of what and why.",
            len(covers),
            place=visible(str(options.out)),
        )
    )
    if wishes.words and files[0].media_type == "application/pdf":
        context.tell(tr(WORDS_ALONE))
    if done.unread:
        pages = ", ".join(map(str, done.unread[:10]))
        context.warn(
            tr(
                "{label}: page {pages} is a picture in which no word can be looked for: look at it yourself.",
                label=files[0].name,
                pages=pages,
            )
        )
        return DONE_WITH_FINDINGS
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)


def _wanted(options: argparse.Namespace) -> Sequence[Wish]:
    found = []
    for kind in ("word", "area", "line"):
        for text in getattr(options, kind):
            what, sign, why = text.rpartition(" = ")
            made = wish(kind, what.strip(), why.strip()) if sign else None
            if made is None:
                raise AdminError(
                    tr(
                        'Say what to cover and why, as --word "Ana Ruiz = a colleague", --area '
                        '"3:10,20,60,25 = a signature" or --line "4-6 = a place".'
                    )
                )
            found.append(made)
    if not found:
        raise AdminError(tr("Say what to cover: --word, --area or --line."))
    return found

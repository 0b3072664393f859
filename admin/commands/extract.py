"""`silbo-admin extract`: a drop's texts and files, written into a new folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.case import casefile, opening
from admin.case.extract import extract, new_folder
from admin.case.filenames import sealed_name
from admin.commands import add_drop, add_hashes, add_passphrase, reminders
from admin.context import Context, count
from admin.errors import DONE, DONE_WITH_FINDINGS


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the new folder is made")
    add_hashes(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drop = casefile.find(reminders.case_file(context, home).drops, options.id)
    new_folder(home, options.folder, drop)  # before the passphrase is asked
    ring = context.ring()
    case = opening.open_case(home, drop, ring)
    folder = extract(home, case, ring, options.folder, hashes=options.hashes)
    home.note_opened(drop.id, case.opened_by)
    home.note("extracted", [drop.id])
    items = [entry.item for entry in case.entries if entry.item is not None]
    context.tell(f"{folder}: {count(len(items), 'item')} and a report.")
    for entry in case.entries:
        if entry.sealed_original:
            context.tell(f"For the custodian, still sealed: {sealed_name(entry)}")
    for cleaning in ("uncleaned", "original"):
        if number := sum(item.cleaning == cleaning for item in items):
            context.warn(
                f"{count(number, 'file')} {cleaning.upper()}: opening can reveal or attack; "
                "open only on this machine."
            )
    for problem in case.problems:
        context.warn(problem)
    return DONE if case.intact else DONE_WITH_FINDINGS

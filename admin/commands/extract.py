"""`silbo-admin extract`: a drop's texts and files, written into a new folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.case import casefile, opening, parcels, withdrawals
from admin.case.extract import extract, new_folder, parcel_folder
from admin.case.filenames import sealed_name
from admin.case.resent import Before, remember
from admin.commands import add_drop, add_hashes, add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser)
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("where the new folder is made"))
    add_hashes(parser)
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drops = reminders.case_file(context, home).drops
    drop = casefile.find(drops, options.id)
    new_folder(home, options.folder, drop)  # before the passphrase is asked
    ring = context.ring()
    compared = withdrawals.comparing(home, drops, ring)
    case = compared(opening.open_case(home, drop, ring))
    with parcels.opened(
        home,
        case,
        ring,
        compared,
        context.once(("before", casefile.stamp(home)), lambda: Before(home, drops)),
    ) as inside:
        folder = extract(home, case, inside, ring, options.folder, hashes=options.hashes)
    home.note_opened(drop.id, inside.opened_by(case))
    remember(home, drop.id, inside.seen)
    home.note("extracted", [drop.id])
    entries = [entry for of in (case, *inside.cases) for entry in of.entries]
    items = [entry.item for entry in entries if entry.item is not None and not parcels.is_sealed(entry)]
    context.tell(
        tr(
            "{folder}: {counted} and a report.",
            folder=folder,
            counted=trn("{n} item", "{n} items", len(items)),
        )
    )
    for of in (case, *inside.cases):
        place = f"{parcel_folder(of)}/" if of.parcel else ""
        for entry in of.entries:
            if entry.sealed_original:
                context.tell(
                    tr(
                        "For the custodian, still sealed: {place}{sealed_name}",
                        place=place,
                        sealed_name=sealed_name(entry),
                    )
                )
    sealed = [of for of in (case, *inside.cases) if of.sealed_by_source]
    claimed = [entry.item for of in sealed for entry in of.entries if entry.item is not None]
    if number := sum(item.cleaning == "clean" for item in claimed):
        context.warn(
            tr(
                "{counted} UNCHECKED: clean, says the source's own device; opening can reveal or attack; "
                "open only on this machine.",
                counted=trn("{n} file", "{n} files", number),
            )
        )
    for cleaning in ("uncleaned", "original"):
        if number := sum(item.cleaning == cleaning for item in items):
            context.warn(
                tr(
                    "{counted} {how}: opening can reveal or attack; open only on this machine.",
                    counted=trn("{n} file", "{n} files", number),
                    how=tr(cleaning.upper()),
                )
            )
    for problem in inside.all_problems(case):
        context.warn(problem)
    return DONE if inside.intact(case) else DONE_WITH_FINDINGS

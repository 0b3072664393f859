"""`silbo-admin delete`: removes drops from this machine, and for ever (docs/adr/0202)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from admin.case import casefile
from admin.case.casefile import StoredDrop
from admin.commands import add_drop, reminders
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.files import overwrite, sync_folder
from admin.home import Home
from admin.words import mark, tr, trn

WORD = mark("delete")


def options(parser: argparse.ArgumentParser) -> None:
    add_drop(parser, several=True)
    parser.add_argument("--yes", action="store_true", help=tr("in a script: delete without asking"))


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drops = reminders.case_file(context, home).drops
    chosen = list({drop.id: drop for drop in (casefile.find(drops, each) for each in options.ids)}.values())
    deleted = home.noted("deleted")
    if gone := [drop.id for drop in chosen if drop.id in deleted and not _is_here(home, drop)]:
        listed = ", ".join(drop[:12] for drop in gone)
        context.tell(tr("Deleted on this machine before: {drops}.", drops=listed))
        chosen = [drop for drop in chosen if drop.id not in gone]
        if not chosen:
            return DONE
    if not context.terminal and not options.yes:
        raise AdminError(tr("In a script --yes is needed, too; nothing was deleted."))
    if not options.yes and not _is_meant(context, chosen):
        context.tell(tr("Nothing was deleted."))
        return DONE
    with home.lock(wait=True):
        # What is noted first is finished by the next command (`Home.sweep`); a file that is gone without
        # its note would come back.
        home.note("deleted", [drop.id for drop in chosen])
        for drop in chosen:
            _destroy(home, drop)
    context.tell(
        trn("{n} drop was deleted.", "{n} drops were deleted.", len(chosen)),
        tr(
            "The index forgets its words when the workspace is opened next. Not deleted: what you extracted, "
            "your notes and tags of it, your replies, copies made before by 'backup', the copy on the "
            "server, and those of other reviewers."
        ),
    )
    return DONE


def _is_meant(context: Context, chosen: list[StoredDrop]) -> bool:
    for drop in chosen:
        context.say(
            tr(
                "  {id}  {day}  batch {sequence}  {words}",
                id=drop.id[:12],
                day=drop.day,
                sequence=drop.sequence,
                words="",
            ).rstrip()
        )
    context.tell(
        tr(
            "No receipt of yours will name it from now on, so the server keeps its copy until its own time "
            "is over; and no import brings it back. Write a receipt first if the server shall delete it, too."
        )
    )
    return context.type_word(
        trn(
            "To delete {n} drop for ever, type the word {word}; anything else keeps it:",
            "To delete {n} drops for ever, type the word {word}; anything else keeps them:",
            len(chosen),
            word=tr(WORD),
        ),
        WORD,
    )


def _files(home: Home, drop: StoredDrop) -> tuple[Path, Path]:
    return home.handed / f"{drop.id}.age", drop.path


def _is_here(home: Home, drop: StoredDrop) -> bool:
    """Whether something of one that was deleted lies here all the same: the disk did not let it be."""
    return any(map(os.path.lexists, _files(home, drop)))


def _destroy(home: Home, drop: StoredDrop) -> None:
    """The file, and what opens it where another reviewer has handed it over."""
    for path in _files(home, drop):
        overwrite(path)
    sync_folder(home.drops)

"""`silbo-admin verify-dossier`: checks a dossier as a third party would; it asks for no home and no key."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.context import Context
from admin.errors import DONE, FAILED
from admin.words import tr, trn
from admin.workspace.dossier.checking import check
from admin.workspace.opened import Workspace
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help=tr("the folder that holds bagit.txt"))
    parser.add_argument(
        "--reviewer", metavar="KEY", help=tr("who must have signed it: the key or its ten words")
    )
    parser.add_argument(
        "--server", metavar="KEY", help=tr("who must have signed the batches, in the same way")
    )


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    return run(workspace.context, options)


def run(context: Context, options: argparse.Namespace) -> int:
    done = check(options.folder, options.reviewer, options.server)
    for told in done.told:
        context.tell(told)
    if done.faults:
        for fault in done.faults:
            context.warn(fault)
        context.warn(
            trn(
                "Do not rely on this dossier: {n} fault.",
                "Do not rely on this dossier: {n} faults.",
                len(done.faults),
            )
        )
        return FAILED
    context.tell(
        trn(
            "Every file is as it was signed, and none is too many. {n} exhibit, with its statement; {proven} "
            "proven to be of a batch that the server signed.",
            "Every file is as it was signed, and none is too many. {n} exhibits, each with its statement; "
            "{proven} proven to be of a batch that the server signed.",
            done.exhibits,
            proven=done.proven,
        )
    )
    reviewer = tr("It says that these are the ten words of the reviewer's key; compare them by voice:")
    server = tr("It says that these are the ten words of the server's key; compare them by voice:")
    keys = [] if options.reviewer or done.reviewer is None else [(reviewer, done.reviewer)]
    keys += [] if options.server else [(server, key) for key in done.servers]
    for said, key in keys:
        words = fingerprint(key)
        context.tell(said)
        context.say(f"  {' '.join(words[:5])}", f"  {' '.join(words[5:])}")
    return DONE

"""`silbo receipts`: what every reviewer has leaves the server for good."""

import argparse
import asyncio
from pathlib import Path

from bot.clock import today
from bot.commands import add_desk
from bot.desks import chosen, desks_of
from bot.duty import duty
from bot.keys import Reviewers
from bot.retention.purge import purge
from bot.retention.receipts import take
from bot.settings import load_settings
from bot.store.store import Store

WITH_FINDINGS = 3
"""The exit status when receipts were refused: what was right was done."""


def options(parser: argparse.ArgumentParser) -> None:
    """Where the receipts are."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="where the reviewers' receipts are")
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Take the receipts of a folder, then delete what every reviewer has. Exit status 3: one was refused."""

    settings = load_settings(options.config)

    async def work() -> int:
        desk = chosen(desks_of(settings), options.desk)
        store = await Store.open(settings.database_url)
        try:
            taken = await take(store, Reviewers(desk.reviewers), options.directory, desk=desk.key)
            purged = await purge(store, settings, today())
        finally:
            await store.close()
        print(*taken.notes, purged, *(f"! {finding}" for finding in taken.findings), sep="\n")
        return WITH_FINDINGS if taken.findings else 0

    with duty(settings):
        return asyncio.run(work())

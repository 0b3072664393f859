"""`silbo import-replies`: what reviewers wrote lies where its source finds it, or everybody."""

import argparse
import asyncio
from pathlib import Path

from bot.announcements import Announcements
from bot.clock import today
from bot.keys import Reviewers
from bot.replies import take
from bot.settings import load_settings
from bot.store.store import Store

WITH_FINDINGS = 3
"""The exit status when something was refused: what was right was done."""


def options(parser: argparse.ArgumentParser) -> None:
    """Where the outboxes are."""
    parser.add_argument(
        "directory", type=Path, metavar="DIR", help="where the reviewers' outboxes and announcements are"
    )


def run(options: argparse.Namespace) -> int:
    """Take the outboxes of a folder. Exit status 3: something was refused."""

    async def work() -> int:
        settings = load_settings(options.config)
        store = await Store.open(settings.database_url)
        try:
            reviewers = Reviewers(settings.reviewers)
            desk_id = await store.mailboxes.desk_id()
            announcements = Announcements(settings.announcements, reviewers, desk_id)
            taken = await take(store, reviewers, announcements, options.directory, today())
        finally:
            await store.close()
        print(*taken.notes, *(f"! {finding}" for finding in taken.findings), sep="\n")
        return WITH_FINDINGS if taken.findings else 0

    return asyncio.run(work())

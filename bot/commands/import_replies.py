"""`silbo import-replies`: what reviewers wrote lies where its source finds it, or everybody."""

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path

from bot.announcements import Announcements
from bot.clock import today
from bot.commands import add_desk
from bot.desks import Desk, chosen, desks_of
from bot.keys import Reviewers, ReviewersError
from bot.replies import Taken, take
from bot.settings import Settings, load_settings
from bot.store.store import Store

WITH_FINDINGS = 3
"""The exit status when something was refused: what was right was done."""


def options(parser: argparse.ArgumentParser) -> None:
    """Where the outboxes are."""
    parser.add_argument(
        "directory", type=Path, metavar="DIR", help="where the reviewers' outboxes and announcements are"
    )
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Take the outboxes of a folder. Exit status 3: something was refused."""

    async def work() -> int:
        settings = load_settings(options.config)
        desk = chosen(desks_of(settings), options.desk)
        store = await Store.open(settings.database_url)
        try:
            taken = await _take(settings, store, desk, options.directory)
        finally:
            await store.close()
        print(*taken.notes, *(f"! {finding}" for finding in taken.findings), sep="\n")
        return WITH_FINDINGS if taken.findings else 0

    return asyncio.run(work())


async def _take(settings: Settings, store: Store, desk: Desk, directory: Path) -> Taken:
    day = today()
    closed = (await store.closed_desks()).get(desk.key)
    if closed is not None and closed < day - timedelta(days=desk.retention_days):
        raise ReviewersError(
            f"This desk was closed on {closed}, and the time for which it keeps answers is over: nothing was "
            "delivered."
        )
    reviewers, desk_id = Reviewers(desk.reviewers), await store.mailboxes.desk_id(desk.key)
    announcements = Announcements(settings.announcements, reviewers, desk_id)
    return await take(store, reviewers, announcements, directory, day, desk=desk.key)

"""`silbo purge` and `silbo receipts`: what leaves the server for good, and on whose word."""

import argparse
import asyncio
from pathlib import Path

from bot.keys import Reviewers
from bot.retention.purge import purge
from bot.retention.receipts import take
from bot.server import today
from bot.settings import load_settings
from bot.store import Store

WITH_FINDINGS = 3
"""The exit status when receipts were refused: what was right was done."""


def run_purge(options: argparse.Namespace) -> int:
    """Delete what is over, and say what was."""

    async def work() -> int:
        settings = load_settings(options.config)
        store = await Store.open(settings.database_url)
        try:
            print(await purge(store, settings, today()))
        finally:
            await store.close()
        return 0

    return asyncio.run(work())


def receipts_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="where the reviewers' receipts are")


def run_receipts(options: argparse.Namespace) -> int:
    """Take the receipts of a folder, then delete what every reviewer has. Exit status 3: one was refused."""

    async def work() -> int:
        settings = load_settings(options.config)
        store = await Store.open(settings.database_url)
        try:
            taken = await take(store, Reviewers(settings.reviewers), options.directory)
            purged = await purge(store, settings, today())
        finally:
            await store.close()
        print(*taken.notes, purged, *(f"! {finding}" for finding in taken.findings), sep="\n")
        return WITH_FINDINGS if taken.findings else 0

    return asyncio.run(work())

"""`silbo purge`: what is over leaves the server for good."""

import argparse
import asyncio

from bot.clock import today
from bot.duty import duty
from bot.retention.purge import purge
from bot.settings import load_settings
from bot.store.store import Store


def options(parser: argparse.ArgumentParser) -> None:
    """It takes --config alone."""


def run(options: argparse.Namespace) -> int:
    """Delete what is over, and say what was."""

    settings = load_settings(options.config)

    async def work() -> int:
        store = await Store.open(settings.database_url)
        try:
            print(await purge(store, settings, today()))
        finally:
            await store.close()
        return 0

    with duty(settings):
        return asyncio.run(work())

"""`silbo run`: the Telegram bot, until it is told to stop."""

import argparse
import asyncio

from bot.server import run_telegram
from bot.settings import load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """It takes --config alone."""


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(run_telegram(load_settings(options.config)))
    return 0

"""`silbo chat`: the conversation in this terminal."""

import argparse
import asyncio
import os

from bot.server import run_console
from bot.settings import load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """It takes --config alone."""


def run(options: argparse.Namespace) -> int:
    """Talk until the lines end, in the language of the terminal where there is a catalogue for it."""
    language = os.environ.get("LANG", "").partition(".")[0] or None
    asyncio.run(run_console(load_settings(options.config), language))
    return 0

"""`silbo page-hash`: the numbers by which anybody knows the page of this server again."""

import argparse

from bot.commands.page import add_built, page_of
from bot.page import digest, read_built
from bot.settings import load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """Where the built page lies."""
    add_built(parser)


def run(options: argparse.Namespace) -> int:
    """Print both: without the desks, as everybody can build it, and as people get it here."""
    settings = load_settings(options.config)
    print(f"{digest(read_built(options.built))}  as built from the sources, without desks")
    print(f"{digest(page_of(settings, options.built))}  with the desks and keys of this server, as of now")
    return 0

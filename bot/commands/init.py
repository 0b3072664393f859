"""`silbo init`: the folder for all that the server keeps, and the key that signs batches."""

import argparse

from bot.commands.server_key import show
from bot.desks import desks_of
from bot.keys.signing import create_signing_key
from bot.settings import SettingsError, load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """It takes --config alone."""


def run(options: argparse.Namespace) -> int:
    """Make what is missing, and show the key."""
    settings = load_settings(options.config)
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_signing_key(settings.signing_key)
    except OSError:
        raise SettingsError("state: the folder can't be made or written") from None
    return show(desks_of(settings)[0])

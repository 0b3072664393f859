"""`silbo server-key`: the public key that reviewers check batches with, and its ten words."""

import argparse

from bot.keys.signing import load_signing_key
from bot.settings import Settings, load_settings
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    """It takes --config alone."""


def run(options: argparse.Namespace) -> int:
    """Show the key that signs."""
    return show(load_settings(options.config))


def show(settings: Settings) -> int:
    """Print the key and its words; return the exit status."""
    public = load_signing_key(settings.signing_key).public()
    print(public)
    print(" ".join(fingerprint(public)))
    return 0

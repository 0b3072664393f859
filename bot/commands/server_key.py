"""`silbo server-key`: the public key that reviewers check batches with, and its ten words."""

import argparse

from bot.commands import add_desk
from bot.desks import Desk, chosen, desks_of
from bot.keys.signing import load_signing_key
from bot.settings import load_settings
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    """Whose key."""
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Show the key that signs."""
    return show(chosen(desks_of(load_settings(options.config)), options.desk))


def show(desk: Desk) -> int:
    """Print the key and its words; return the exit status."""
    public = load_signing_key(desk.signing_key).public()
    print(public)
    print(" ".join(fingerprint(public)))
    return 0

"""`silbo scrub`: files without their metadata, without a bot."""

import argparse

from scrub import command


def options(parser: argparse.ArgumentParser) -> None:
    """Those of `python -m scrub`."""
    command.options(parser)


def run(options: argparse.Namespace) -> int:
    """Clean the files; return the exit status."""
    return command.run(options)

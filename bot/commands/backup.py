"""`silbo backup`: what a lost server needs again, encrypted to the operator."""

import argparse
import sys

from bot.backup import BackupError, backup_to_folder, write_backup
from bot.clock import today
from bot.duty import duty
from bot.settings import Settings, load_settings
from crypto.age import parse_recipient


def options(parser: argparse.ArgumentParser) -> None:
    """What `silbo backup` takes besides --config."""
    parser.add_argument(
        "--stdout", action="store_true", help="write it there, not into the folder of [backup]"
    )


def run(options: argparse.Namespace) -> int:
    """Make a backup and say where it is."""
    settings = load_settings(options.config)
    with duty(settings):
        return _backup(settings, options)


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    if not options.stdout:
        print(backup_to_folder(settings, options.config, today()))
        return 0
    if settings.backup is None:
        raise BackupError("silbo.toml has no section [backup]; it needs directory and recipient.")
    if sys.stdout.isatty():
        raise BackupError("A backup is not for a terminal; send it to a file.")
    write_backup(
        settings, options.config, sys.stdout.buffer, parse_recipient(settings.backup.recipient), today()
    )
    sys.stdout.buffer.flush()
    return 0

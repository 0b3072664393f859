"""`silbo store copy`: everything into another database, every drop read back, while the bot stands still."""

import argparse
import asyncio
from pathlib import Path

from bot.alone import alone
from bot.commands import add_config
from bot.settings import SettingsError, load_settings, read_secret
from bot.store.address import Address, of_file, problem
from bot.store.moving import move


def options(parser: argparse.ArgumentParser) -> None:
    """One action, and where to."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    copying = actions.add_parser(
        "copy", help="fill an empty database with all that is in the one of silbo.toml"
    )
    copying.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="as url in [store], or the path of a file that is not there",
    )
    copying.add_argument("--password-file", type=Path, metavar="FILE", help="the password for --to")
    copying.add_argument(
        "--from-file",
        type=Path,
        metavar="FILE",
        help="from this file, as a restored one, not from silbo.toml's",
    )
    add_config(copying)


def run(options: argparse.Namespace) -> int:
    """Copy, and say what is there now and what comes next."""
    settings = load_settings(options.config)
    source = settings.database_url
    if options.from_file is not None:
        if not options.from_file.is_file():
            raise SettingsError("--from-file: there is no such file")
        source = of_file(options.from_file.absolute())
    target = _target(options)
    with alone(settings.state):
        moved = asyncio.run(move(source, target))
    print(
        f"Copied: drops {moved.drops}, drafts {moved.drafts}, items {moved.items}. "
        "Each was read back, and is as its hash says.\n"
        "The old database is as it was. Next: name the new one in silbo.toml, start Silbo, "
        "run silbo doctor.\n"
        "Then delete the old one: it holds everything."
    )
    return 0


def _target(options: argparse.Namespace) -> Address:
    if "://" not in options.to:
        return of_file(Path(options.to).absolute())
    if (wrong := problem(options.to)) is not None:
        raise SettingsError(f"--to: {wrong}")
    if options.password_file is None:
        return Address(options.to)
    return Address(options.to, read_secret(options.password_file, "--password-file"))

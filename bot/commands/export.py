"""`silbo export`: what leaves the server, and where to."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot.bots import bot_of
from bot.clock import today
from bot.commands import add_desk
from bot.desks import Desk, chosen, desks_of
from bot.duty import duty
from bot.export import ExportReport, Target, export, export_again
from bot.export.batch_bytes import NotNow
from bot.export.disk import mounted_disk
from bot.export.folder import FolderTarget
from bot.export.marks import marks_files
from bot.keys import Reviewers, ShutOut
from bot.keys.signing import server_keys
from bot.settings import Settings, SettingsError, load_settings
from bot.store.store import Store
from crypto.words import fingerprint

NOT_NOW = 75
"""The exit status when the disk is not there: EX_TEMPFAIL of sysexits(3). To a timer it is no failure."""


def options(parser: argparse.ArgumentParser) -> None:
    """Where to, if not as silbo.toml says."""
    parser.add_argument(
        "directory", type=Path, nargs="?", help="the folder to write to; [export] in silbo.toml without it"
    )
    parser.add_argument("--again", type=int, metavar="N", help="write batch N, which was lost, once more")
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Export what is new, and say what was. Exit status 75: the disk is not there, nothing is wrong."""
    settings = load_settings(options.config)
    desks = desks_of(settings)
    exporting = [desk for desk in desks if desk.export is not None]
    with duty(settings):
        if options.desk is not None or options.directory is not None or options.again or len(exporting) < 2:
            return _one(settings, chosen(desks, options.desk), options, "")
        return max([_one(settings, desk, options, f"{desk.short}: ") for desk in exporting])


def _one(settings: Settings, desk: Desk, options: argparse.Namespace, head: str) -> int:
    try:
        report = asyncio.run(_export(settings, desk, options.directory, options.again))
    except NotNow as why:
        print(f"{head}{why}")
        return NOT_NOW
    if report is None:
        print(f"{head}Nothing new to export.")
        return 0
    if report.batches:
        drops = "1 drop" if report.drops == 1 else f"{report.drops} drops"
        print(f"{head}{', '.join(report.batches)}: {drops}, {report.size} bytes of ciphertext")
    if report.successor is not None:
        print(f"{head}The new key signs from now on: {' '.join(fingerprint(report.successor))}")
    return 0


async def _export(
    settings: Settings, desk: Desk, directory: Path | None, again: int | None
) -> ExportReport | None:
    with server_keys(desk.signing_key) as keys:
        async with _target(settings, desk, directory, today()) as target:
            store = await Store.open(settings.database_url)
            try:
                if again is not None:
                    return await export_again(store, keys, target, again, desk=desk.key)
                report = await export(store, keys, target, today(), desk=desk.key)
                if isinstance(target, FolderTarget) and (marks := await store.mailboxes.marks(desk=desk.key)):
                    target.put(*marks_files(marks, keys.current))  # handed over, it is the new key by now
                return report
            finally:
                await store.close()


@asynccontextmanager
async def _target(settings: Settings, desk: Desk, directory: Path | None, day: date) -> AsyncIterator[Target]:
    place = desk.export
    revocations = [gone.signed for gone in ShutOut(desk.reviewers).revoked() if gone.signed is not None]
    if directory is not None:
        yield FolderTarget(directory, revocations)
    elif place is None:
        raise SettingsError("export: name a folder to export to, or write this section into silbo.toml")
    elif place.directory is not None:
        yield FolderTarget(place.directory, revocations)
    elif place.label is not None:
        yield FolderTarget(mounted_disk(place.label), revocations)
    elif place.chat is not None:
        telegram, bot = settings.telegram, bot_of(settings, desk)
        if telegram is None or bot is None:
            raise SettingsError("telegram: this section is needed to export to a chat")
        slots = Reviewers(desk.reviewers).slots(day)
        from bot.channels.telegram.client import Client  # noqa: PLC0415 -- Telegram's library, for this alone
        from bot.export.chat import ChatTarget  # noqa: PLC0415

        client = Client(bot.token(), telegram.base_url, telegram.proxy)
        try:
            yield ChatTarget(client.send_document, place.chat, slots)
        finally:
            await client.close()

"""`silbo export`: what leaves the server, and where to."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot.clock import today
from bot.export import ExportReport, Target, export, export_again
from bot.export.batch_bytes import NotNow
from bot.export.disk import mounted_disk
from bot.export.folder import FolderTarget
from bot.export.marks import marks_files
from bot.keys import Reviewers, ShutOut
from bot.keys.signing import server_keys
from bot.settings import Settings, SettingsError, load_settings, read_secret
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


def run(options: argparse.Namespace) -> int:
    """Export what is new, and say what was. Exit status 75: the disk is not there, nothing is wrong."""
    settings = load_settings(options.config)
    try:
        report = asyncio.run(_export(settings, options.directory, options.again))
    except NotNow as why:
        print(why)
        return NOT_NOW
    if report is None:
        print("Nothing new to export.")
        return 0
    if report.batches:
        drops = "1 drop" if report.drops == 1 else f"{report.drops} drops"
        print(f"{', '.join(report.batches)}: {drops}, {report.size} bytes of ciphertext")
    if report.successor is not None:
        print(f"The new key signs from now on: {' '.join(fingerprint(report.successor))}")
    return 0


async def _export(settings: Settings, directory: Path | None, again: int | None) -> ExportReport | None:
    with server_keys(settings.signing_key) as keys:
        async with _target(settings, directory, today()) as target:
            store = await Store.open(settings.database_url)
            try:
                if again is not None:
                    return await export_again(store, keys, target, again)
                report = await export(store, keys, target, today())
                if isinstance(target, FolderTarget) and (marks := await store.mailboxes.marks()):
                    target.put(*marks_files(marks, keys.current))  # handed over, it is the new key by now
                return report
            finally:
                await store.close()


@asynccontextmanager
async def _target(settings: Settings, directory: Path | None, day: date) -> AsyncIterator[Target]:
    chosen = settings.export
    revocations = [gone.signed for gone in ShutOut(settings.reviewers).revoked() if gone.signed is not None]
    if directory is not None:
        yield FolderTarget(directory, revocations)
    elif chosen is None:
        raise SettingsError("export: name a folder to export to, or write this section into silbo.toml")
    elif chosen.directory is not None:
        yield FolderTarget(chosen.directory, revocations)
    elif chosen.label is not None:
        yield FolderTarget(mounted_disk(chosen.label), revocations)
    elif chosen.chat is not None:
        telegram = settings.telegram
        if telegram is None:
            raise SettingsError("telegram: this section is needed to export to a chat")
        slots = Reviewers(settings.reviewers).slots(day)
        from bot.channels.telegram.client import Client  # noqa: PLC0415 -- Telegram's library, for this alone
        from bot.export.chat import ChatTarget  # noqa: PLC0415

        token = read_secret(telegram.token_file, "telegram.token_file")
        client = Client(token, telegram.base_url, telegram.proxy)
        try:
            yield ChatTarget(client.send_document, chosen.chat, slots)
        finally:
            await client.close()

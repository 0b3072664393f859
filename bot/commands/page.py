"""`silbo page`: the page on which people seal what they send, as one file to give away."""

import argparse
import asyncio
from pathlib import Path

from bot.desks import desks_of
from bot.files import whole
from bot.keys import Reviewers
from bot.page import BUILT, PageDesk, digest, page_desk, read_built, with_desks
from bot.settings import Settings, load_settings
from bot.store.store import Store


def options(parser: argparse.ArgumentParser) -> None:
    """Where it goes, and where the built page lies."""
    parser.add_argument("out", type=Path, metavar="FILE", help="where to write it: an .html file")
    add_built(parser)


def add_built(parser: argparse.ArgumentParser) -> None:
    """`--built`, for a page that was built on another machine."""
    parser.add_argument(
        "--built", type=Path, default=BUILT, metavar="FILE", help="what ./deploy.sh page built"
    )


def run(options: argparse.Namespace) -> int:
    """Write the page of this server's desks, and say its number."""
    page = page_of(load_settings(options.config), options.built)
    with whole(options.out) as file:
        file.write(page.encode())
    options.out.chmod(0o644)
    print(f"{digest(page)}  {options.out}")
    print("Give away this number by another way than the page: docs/verify-page.md")
    return 0


def page_of(settings: Settings, built: Path) -> str:
    """The page with all desks that are open. Raises PageError, ReviewersError, StorageError."""
    return with_desks(read_built(built), asyncio.run(_desks(settings)))


async def _desks(settings: Settings) -> list[PageDesk]:
    store = await Store.open(settings.database_url)
    try:
        closed = await store.closed_desks()
        return [
            page_desk(
                desk.short,
                desk.name,
                await store.mailboxes.desk_id(desk.key),
                Reviewers(desk.reviewers),
                desk.questions,
            )
            for desk in desks_of(settings)
            if desk.key not in closed
        ]
    finally:
        await store.close()

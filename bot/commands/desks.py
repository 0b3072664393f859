"""`silbo desks`: the desks of this server, one more of them, and the end of one."""

import argparse
import asyncio

from bot.clock import today
from bot.commands import add_config
from bot.desks import Desk, chosen, desks_of
from bot.keys import Reviewers
from bot.keys.signing import create_signing_key, load_signing_key
from bot.settings import Settings, SettingsError, load_settings
from bot.store.store import Store
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    """An action, and which desk."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="make the key of a desk that silbo.toml has, or open it again")
    closing = actions.add_parser("close", help="take nothing new for a desk; its answers still reach people")
    listing = actions.add_parser("list", help="every desk: its name, its reviewers, whether it is open")
    for action, work in ((adding, _add), (closing, _close), (listing, _list)):
        if action is not listing:
            action.add_argument("name", metavar="NAME", help="the short name: [desks.NAME] in silbo.toml")
        action.set_defaults(work=work)
        add_config(action)


def run(options: argparse.Namespace) -> int:
    """Carry the action out, and say what it means."""
    settings = load_settings(options.config)
    print(asyncio.run(options.work(settings, options)))
    return 0


async def _add(settings: Settings, options: argparse.Namespace) -> str:
    desks = desks_of(settings)
    if all(desk.short != options.name for desk in desks):
        raise SettingsError(
            f'desks: write a section [desks.NAME] with name = "..." for it into silbo.toml first, NAME being '
            f"its short name; now there are: {', '.join(desk.short for desk in desks)}"
        )
    desk = chosen(desks, options.name)
    try:
        desk.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_signing_key(desk.signing_key)
    except OSError:
        raise SettingsError("state: the folder can't be made or written") from None
    public = load_signing_key(desk.signing_key).public()
    store = await Store.open(settings.database_url)
    try:
        await store.reopen_desk(desk.key)
    finally:
        await store.close()
    return (
        f"{public}\n{' '.join(fingerprint(public))}\n"
        "These ten words are of this desk alone; its reviewers need them by another way than this server.\n"
        f"Next: silbo reviewers add KEYS --desk {desk.short}; then restart the bot."
    )


async def _close(settings: Settings, options: argparse.Namespace) -> str:
    desk = chosen(desks_of(settings), options.name)
    store = await Store.open(settings.database_url)
    try:
        day = await store.close_desk(desk.key, today())
    finally:
        await store.close()
    return (
        f"{desk.short} is closed since {day}: the bot takes nothing new for it, from now on. What sources "
        "had begun they can still send, so export it until nothing comes. Answers reach their sources for "
        f"{desk.retention_days} days after that day; then they are deleted."
    )


async def _list(settings: Settings, _: argparse.Namespace) -> str:
    store = await Store.open(settings.database_url)
    try:
        closed = await store.closed_desks()
        named = {desk.key for desk in desks_of(settings)}
        lines = [_line(desk, closed.get(desk.key)) for desk in desks_of(settings)]
        lines += [
            f"{key}: NOT in silbo.toml any more, with drops here: put its section back to export them"
            for key in sorted(await store.desks_with_drops() - named)
        ]
    finally:
        await store.close()
    return "\n".join(lines)


def _line(desk: Desk, closed: object) -> str:
    pinned = len(Reviewers(desk.reviewers).pinned())
    reviewers = "1 reviewer" if pinned == 1 else f"{pinned} reviewers"
    state = "open" if closed is None else f"closed since {closed}"
    if not desk.signing_key.exists():
        state = f"NOT ready: silbo desks add {desk.short}"
    elif not pinned and closed is None:
        state = f"NOT ready: silbo reviewers add KEYS --desk {desk.short}"
    return f'{desk.short}: "{desk.name}", {reviewers}, {desk.retention_days} days, {state}'

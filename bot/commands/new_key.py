"""`silbo new-key`: the key that signs batches, replaced by a signed hand-over."""

import argparse
import asyncio

from bot.commands import add_desk
from bot.desks import Desk, chosen, desks_of
from bot.export.batch_bytes import ExportError
from bot.keys.signing import create_signing_key, load_signing_key, server_keys
from bot.settings import Settings, load_settings
from bot.store.store import Store
from crypto.words import fingerprint


def options(parser: argparse.ArgumentParser) -> None:
    """Whether the old key is lost."""
    parser.add_argument(
        "--lost", action="store_true", help="the key that signed is gone: sign with signing.key as it is now"
    )
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Make the next key; with `--lost`, let the chain forget the key that nobody has any more."""
    settings = load_settings(options.config)
    desk = chosen(desks_of(settings), options.desk)
    if options.lost:
        return asyncio.run(_forget(settings, desk))
    with server_keys(desk.signing_key) as keys:
        public = keys.prepare()
    print(public)
    print(" ".join(fingerprint(public)))
    print("The next export hands over to this key; tell the reviewers its ten words by another way.")
    return 0


async def _forget(settings: Settings, desk: Desk) -> int:
    create_signing_key(desk.signing_key)
    with server_keys(desk.signing_key) as keys:
        if keys.waiting is not None:
            raise ExportError("A new key waits in signing.key.next; the next export can use that.")
        store = await Store.open(settings.database_url)
        try:
            await store.forget_keys(desk=desk.key)
        finally:
            await store.close()
    public = load_signing_key(desk.signing_key).public()
    print(public)
    print(" ".join(fingerprint(public)))
    print(
        "This key signs from now on without a hand-over: each reviewer must compare its ten words with you, "
        "and import into a new home (silbo-admin --home)."
    )
    return 0

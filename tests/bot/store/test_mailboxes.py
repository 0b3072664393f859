"""Replies on real SQLite files: delivered once, found by their mailbox alone, gone when read."""

import os
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.store.mailboxes import NewReply, SealedReply
from bot.store.store import Store
from bot.store.tables import CHUNK
from crypto.codename import generate, root
from tests.bot.store.databases import Database
from tests.bot.store.test_store import DAY, DROP, OTHER, bytes_on_disk, put, rows

ROOT = root(generate("en"))
MAILBOX = ROOT.mailbox(bytes(16))
TOKEN = b"sixteen  bytes !"


def new(ciphertext: bytes, address: bytes = MAILBOX.address) -> NewReply:
    return NewReply(sha256(ciphertext).digest(), address, sha256(TOKEN).digest())


async def complete(store: Store, drop: str = DROP, day: date = DAY, tag: bytes | None = None) -> None:
    await put(store, f"{drop}-item", b"x" * 5000, drop)
    await store.commit_manifest(drop, f"{drop}-m", b"manifest", day, withdrawal=tag)


async def test_a_desk_keeps_its_id(store: Store, database: Database) -> None:
    first = await store.mailboxes.desk_id()
    assert len(first) == 16
    assert await store.mailboxes.desk_id() == first
    assert await store.mailboxes.desk_id("other") != first
    again = await Store.open(database.url)
    assert await again.mailboxes.desk_id() == first
    await again.close()


@pytest.mark.parametrize("size", [28_942, CHUNK, 2 * CHUNK + 1])
async def test_a_reply_is_delivered_once_and_found_by_its_mailbox(store: Store, size: int) -> None:
    sealed, other = os.urandom(size), os.urandom(100)
    assert await store.mailboxes.deliver(new(sealed), sealed, DAY)
    assert not await store.mailboxes.deliver(new(sealed), sealed, DAY)
    assert await store.mailboxes.deliver(new(other, bytes(32)), other, DAY)
    assert await store.mailboxes.waiting(MAILBOX.address) == (sha256(sealed).digest(),)
    assert (await store.mailboxes.sealed(sha256(sealed).digest())) == SealedReply(
        sealed, sha256(TOKEN).digest(), MAILBOX.address
    )
    await store.sweep(DAY, retention=90)  # nothing of it is rubbish
    assert (await store.mailboxes.sealed(sha256(sealed).digest())) == SealedReply(
        sealed, sha256(TOKEN).digest(), MAILBOX.address
    )


async def test_a_reply_that_was_read_leaves_no_trace_but_a_mark_and_never_comes_again(
    store: Store, path: Path
) -> None:
    sealed = b"a reply nobody needs any more " * 3000
    digest = sha256(sealed).digest()
    await store.mailboxes.deliver(new(sealed), sealed, DAY)
    assert await store.mailboxes.read(digest, TOKEN, DAY + timedelta(days=1))
    assert not await store.mailboxes.read(digest, TOKEN, DAY + timedelta(days=2))
    assert await store.mailboxes.waiting(MAILBOX.address) == ()
    assert await store.mailboxes.sealed(digest) is None
    (mark,) = await store.mailboxes.marks()
    assert (mark.sha256, mark.token, mark.day) == (digest, TOKEN, DAY + timedelta(days=1))
    assert not await store.mailboxes.deliver(new(sealed), sealed, DAY)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT size, address, blob_id FROM replies").fetchall() == [(0, None, None)]
    files = bytes_on_disk(path)
    assert sealed[:60] not in files
    assert MAILBOX.address not in files


async def test_replies_and_marks_end_with_the_desks_retention(store: Store, path: Path) -> None:
    for number, sealed in enumerate((b"unread" * 99, b"read" * 99)):
        await store.mailboxes.deliver(new(sealed), sealed, DAY)
        if number:
            await store.mailboxes.read(sha256(sealed).digest(), TOKEN, DAY)
    await store.sweep(DAY + timedelta(days=90), retention=90)
    assert rows(path, "replies") == 2
    await store.sweep(DAY + timedelta(days=91), retention=90)
    assert rows(path, "replies") == rows(path, "chunks") == 0
    assert b"unreadunread" not in bytes_on_disk(path)


async def test_only_the_codename_withdraws_and_only_what_no_export_has(
    store: Store, database: Database
) -> None:
    third = "f" * 32
    for drop, tag in ((DROP, ROOT.withdrawal_tag(DROP)), (OTHER, os.urandom(32)), (third, None)):
        await complete(store, drop, tag=tag)
    (mine,) = await store.mailboxes.own_drops(ROOT.withdrawal_tag)
    assert (mine.id, mine.day, mine.exported) == (DROP, DAY, False)
    assert await store.mailboxes.own_drops(root(generate("es")).withdrawal_tag) == ()
    assert await store.mailboxes.withdraw(DROP)
    assert not await store.mailboxes.withdraw(DROP)
    assert database.rows("drops") == 2
    late = "a" * 32
    await complete(store, late, tag=ROOT.withdrawal_tag(late))
    await store.plan_batch(DAY)
    assert not await store.mailboxes.withdraw(late)
    (mine,) = await store.mailboxes.own_drops(ROOT.withdrawal_tag)
    assert (mine.id, mine.exported) == (late, True)


async def test_a_drafts_tag_is_none_and_no_two_drops_have_one(store: Store) -> None:
    """A thief of the disk can't tell which drops are of one source: a tag hangs on the drop's id, too."""
    await complete(store, DROP, tag=ROOT.withdrawal_tag(DROP))
    await complete(store, OTHER, tag=ROOT.withdrawal_tag(OTHER))
    assert ROOT.withdrawal_tag(DROP) != ROOT.withdrawal_tag(OTHER)
    assert {drop.id for drop in await store.mailboxes.own_drops(ROOT.withdrawal_tag)} == {DROP, OTHER}

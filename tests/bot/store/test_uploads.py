"""Uploads in parts on both kinds of database: the same part twice at once, two commits, a race."""

import asyncio
import os
from datetime import timedelta

import pytest

from bot.store.errors import UploadError
from bot.store.part_rows import PART
from bot.store.store import Store
from bot.store.uploads import File
from tests.bot.store.uploading import DAY, UPLOAD, body, check, file

OTHER = "2" * 32


async def test_parts_and_commits_at_once_make_one_drop_and_a_race_leaves_no_doubt(store: Store) -> None:
    content, manifest = os.urandom(PART + 2_500_000), os.urandom(20_000)
    files = file("a", content), file("b", manifest)

    async def take(upload: str, name: str, number: int, data: bytes) -> str:
        try:
            await store.uploads.take(upload, name, number, body(data))
        except UploadError as error:
            return error.code
        return "ok"

    async def commit(tag: bytes) -> str:
        try:
            await store.uploads.commit(UPLOAD, files[:1], files[1], DAY, withdrawal=tag, check=check)
        except UploadError as error:
            return error.code
        return "ok"

    await store.uploads.open(UPLOAD, "", 30_000_000, DAY, most=1 << 30)
    parts = (
        ("a" * 32, 1, content[PART:]),
        ("a" * 32, 0, content[:PART]),
        ("b" * 32, 0, manifest),
        ("b" * 32, 0, manifest),
    )
    assert {*await asyncio.gather(*(take(UPLOAD, *part) for part in parts))} <= {"ok", "later"}
    assert [await take(UPLOAD, *part) for part in parts] == ["ok"] * 4
    assert await take(UPLOAD, "b" * 32, 0, bytes(20_000)) == "other"
    codes = await asyncio.gather(*(commit(tag * 32) for tag in (b"x", b"y", b"x", b"y")))
    assert sorted(codes) == ["ok", "ok", "other", "other"]
    items = await store.items(UPLOAD)
    assert [b"".join([piece async for piece in store.read(item.id)]) for item in items] == [content, manifest]
    await asyncio.gather(store.mailboxes.withdraw(UPLOAD), store.plan_batch(DAY))
    (standing,) = await store.uploads.standing([UPLOAD])
    assert standing in ("gone", "exported")


async def test_what_is_not_its_hash_goes_and_an_old_upload_ends(store: Store) -> None:
    manifest = os.urandom(20_000)
    await store.uploads.open(OTHER, "", 100_000, DAY, most=1 << 30)
    await store.uploads.take(OTHER, "b" * 32, 0, body(manifest))
    wrong = File("b" * 32, len(manifest), bytes(32))
    with pytest.raises(UploadError):
        await store.uploads.commit(OTHER, (), wrong, DAY, withdrawal=None, check=check)
    here = await store.uploads.here(OTHER)
    assert here is not None
    assert here.parts == {}
    assert await store.uploads.asked() == {"": 100_000}
    await store.purge(DAY + timedelta(days=2), retention=90, reviewers={})
    assert await store.uploads.here(OTHER) is None

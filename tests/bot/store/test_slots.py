"""The file in which large parts wait: nothing of one is another's, nothing is left, what is lost is told."""

import asyncio
import os
import stat
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.errors import StorageError, UploadError
from bot.store.part_rows import PART
from bot.store.parts import taken
from bot.store.slots import SLOT
from bot.store.store import Store
from bot.store.uploads import File
from tests.bot.store.uploading import DAY, UPLOAD, body, check, file


def parts_of(path: Path) -> Path:
    return path.with_name(path.name + "-parts")


def data(path: Path) -> bytes:
    """What is in the file, without its holes."""
    found, at = b"", 0
    with parts_of(path).open("rb") as file:
        while True:
            try:
                start = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                return found.strip(b"\0")
            at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            found += os.pread(file.fileno(), at - start, start)


async def opened(path: Path) -> Store:
    return await Store.open(f"sqlite+aiosqlite:///{path}")


async def upload(store: Store, *contents: bytes, drop: str = UPLOAD, name: str = "a") -> None:
    await store.uploads.open(drop, "", 60_000_000, DAY, most=1 << 30)
    for number, content in enumerate(contents):
        await store.uploads.take(drop, name * 32, number, body(content))


async def commit(store: Store, *files: File) -> None:
    await store.uploads.commit(UPLOAD, files[:-1], files[-1], DAY, withdrawal=None, check=check)


async def test_a_large_part_waits_in_the_file_and_leaves_it_with_the_commit(path: Path) -> None:
    content, manifest = os.urandom(PART + 700_000), os.urandom(20_000)
    store = await opened(path)
    await upload(store, content[:PART], content[PART:])
    await store.uploads.take(UPLOAD, "b" * 32, 0, body(manifest))
    assert content[500:1000] in data(path), "what begins with a zero has no beginning there"
    assert stat.S_IMODE(parts_of(path).stat().st_mode) == 0o600
    await store.close()
    store = await opened(path)  # as after a power cut: the database tells what lies where
    await commit(store, file("a", content), file("b", manifest))
    assert data(path) == b""
    item, _ = await store.items(UPLOAD)
    assert b"".join([piece async for piece in store.read(item.id)]) == content
    await store.sweep(DAY, retention=90)
    assert parts_of(path).stat().st_size == 0
    await store.close()


async def test_what_a_killed_process_left_in_the_file_is_nobodys_and_goes(path: Path) -> None:
    store = await opened(path)
    content = os.urandom(PART)
    await upload(store, content)
    await store.close()
    with parts_of(path).open("r+b") as file:
        file.seek(3 * SLOT, os.SEEK_END)
        file.write(os.urandom(1000))
    store = await opened(path)
    await store.sweep(DAY, retention=90)
    assert data(path) == content.strip(b"\0")
    await store.purge(DAY + timedelta(days=2), retention=90, reviewers={})
    assert data(path) == b""
    await store.close()


async def test_a_part_that_is_not_what_it_was_is_asked_for_again_and_never_passed_on(path: Path) -> None:
    """A disk that forgot, a file that came from elsewhere."""
    store = await opened(path)
    content = os.urandom(PART)
    await upload(store, content)
    with parts_of(path).open("r+b") as damaged:
        damaged.truncate(0)
    with pytest.raises(UploadError) as caught:
        await commit(store, file("a", content))
    assert caught.value.code == "missing"
    here = await store.uploads.here(UPLOAD)
    assert here is not None
    assert here.parts == {}
    await store.uploads.take(UPLOAD, "a" * 32, 0, body(content))
    await commit(store, file("a", content))
    assert data(path) == b""
    await store.close()


async def test_beside_another_process_parts_go_to_the_database(path: Path) -> None:
    first, second = await opened(path), await opened(path)
    mine, theirs = os.urandom(PART), os.urandom(PART)
    await upload(first, mine)
    await upload(second, theirs, drop="2" * 32)
    assert theirs[:1000] not in data(path)
    await second.purge(DAY, retention=90, reviewers={})
    await commit(first, file("a", mine))
    await first.close()
    await second.close()


async def test_what_another_process_let_expire_is_emptied_by_the_one_that_has_the_file(path: Path) -> None:
    bot, purge = await opened(path), await opened(path)
    await upload(bot, os.urandom(PART))
    later = DAY + timedelta(days=2)
    await purge.purge(later, retention=90, reviewers={})
    for _ in range(2):
        await bot.sweep(later, retention=90)
    assert data(path) == b""
    await bot.close()
    await purge.close()


async def test_a_disk_that_fails_once_acknowledges_nobodys_part(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel tells one of them, and calls the pages of all clean."""
    store = await opened(path)
    await upload(store, os.urandom(PART))
    real, began, failed = os.fdatasync, asyncio.Event(), asyncio.Event()

    def fails(_file: int) -> None:
        raise OSError(5, "")

    async def slow(data: bytes) -> AsyncIterator[bytes]:
        yield data
        began.set()  # it has its place
        await failed.wait()

    others = asyncio.create_task(store.uploads.take(UPLOAD, "b" * 32, 0, slow(os.urandom(600_000))))
    await began.wait()
    monkeypatch.setattr(os, "fdatasync", fails)
    with pytest.raises(StorageError):
        await store.uploads.take(UPLOAD, "c" * 32, 0, body(os.urandom(600_000)))
    monkeypatch.setattr(os, "fdatasync", real)
    failed.set()
    with pytest.raises(StorageError):
        await others
    await upload(store, os.urandom(600_000), name="d")
    await store.close()


async def test_a_sender_that_goes_away_in_the_middle_leaves_nothing_in_the_file(path: Path) -> None:
    store = await opened(path)
    await upload(store, os.urandom(PART))
    before = data(path)

    async def torn() -> AsyncIterator[bytes]:
        yield os.urandom(3_000_000)
        yield os.urandom(3_000_000)
        raise UploadError("later")

    with pytest.raises(UploadError):
        await store.uploads.take(UPLOAD, "b" * 32, 0, torn())
    with pytest.raises(UploadError, match=r"not taken"):
        await store.uploads.take("9" * 32, "b" * 32, 0, body(os.urandom(PART)))
    assert data(path) == before
    await store.close()


async def test_who_could_not_ask_the_database_what_is_taken_gives_and_empties_no_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error or a cancelled caller at the first use after a start: places of others looked empty."""
    store = await opened(path)
    content = os.urandom(PART)
    await upload(store, content)
    await store.close()
    store = await opened(path)
    real, failing = store._reader.run, True

    async def fails(work: Any) -> Any:
        if failing and work is taken:
            raise StorageError("The database is locked by another program.")
        return await real(work)

    monkeypatch.setattr(store._reader, "run", fails)
    for _ in range(2):
        with pytest.raises(StorageError):
            await store.sweep(DAY, retention=90)
    failing = False
    await store.sweep(DAY, retention=90)
    await commit(store, file("a", content))
    await store.close()


async def test_a_process_that_has_not_the_file_forgets_no_part_that_waits_in_it(path: Path) -> None:
    """`silbo purge` may have the lock for a moment when a commit comes."""
    first, second = await opened(path), await opened(path)
    content = os.urandom(PART)
    await upload(first, content)
    await commit(second, file("a", content))
    for _ in range(2):
        await first.sweep(DAY, retention=90)
    assert data(path) == b""
    await first.close()
    await second.close()


async def test_what_a_cancelled_sender_wrote_late_is_in_nobody_elses_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(path)
    await upload(store, os.urandom(600_000))
    real, began, go = os.pwrite, threading.Event(), threading.Event()

    def slow(file: int, piece: memoryview, at: int) -> int:
        began.set()
        go.wait(10)
        return real(file, piece, at)

    before = data(path)
    monkeypatch.setattr(os, "pwrite", slow)
    task = asyncio.create_task(store.uploads.take(UPLOAD, "b" * 32, 0, body(os.urandom(PART))))
    await asyncio.to_thread(began.wait, 10)
    task.cancel()
    await asyncio.sleep(0.05)
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert data(path) == before
    await store.close()


async def test_a_planted_file_is_not_followed_and_keeps_nothing_from_being_deleted(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    elsewhere.write_bytes(b"")
    store = await opened(path)
    plants: tuple[Callable[[], object], ...] = (
        lambda: parts_of(path).symlink_to(elsewhere),
        lambda: os.mkfifo(parts_of(path), 0o666),
        lambda: parts_of(path).mkdir(),
    )
    for plant in plants:
        plant()
        with pytest.raises(StorageError, match=r"can't be opened"):
            await upload(store, os.urandom(PART), drop="3" * 32)
        await store.open_draft("4" * 32, DAY)
        with pytest.raises(StorageError, match=r"can't be opened"):
            await store.purge(DAY + timedelta(days=3), retention=90, reviewers={})
        assert await store.drop_state("4" * 32) is None
        if parts_of(path).is_dir():
            parts_of(path).rmdir()
        else:
            parts_of(path).unlink()
    assert elsewhere.read_bytes() == b""
    parts_of(path).touch(0o666)
    await upload(store, os.urandom(PART), drop="3" * 32)
    assert stat.S_IMODE(parts_of(path).stat().st_mode) == 0o600
    await store.close()


@pytest.mark.parametrize("in_rows", [False, True])
async def test_many_bodies_at_once_have_no_more_of_the_disk_than_their_upload_asked_for(
    path: Path, in_rows: bool
) -> None:
    """Each of them is within the room; together they would be twelve times as much."""
    first, store = await opened(path), await opened(path)
    if in_rows:  # the first one has the file
        await upload(first, os.urandom(300_000), drop="2" * 32)
    room, many = 3_000_000, 12
    await store.uploads.open(UPLOAD, "", room, DAY, most=1 << 30)
    content = os.urandom(room)
    coming, most = dict.fromkeys(range(many), 0), 0
    waiting, ended, all_there = set[int](), set[int](), asyncio.Event()

    def look_around() -> None:
        if len(waiting | ended) == many:
            all_there.set()

    async def counted(name: int) -> AsyncIterator[bytes]:
        nonlocal most
        async for piece in body(content):
            if coming[name] + len(piece) == room:
                waiting.add(name)
                look_around()
                await all_there.wait()
            coming[name] += len(piece)
            yield piece
            most = max(most, sum(coming.values()))

    async def one(name: int) -> str:
        try:
            await store.uploads.take(UPLOAD, f"{name:032x}", 0, counted(name))
        except UploadError as error:
            return error.code
        finally:
            coming.pop(name)
            ended.add(name)
            look_around()
        return "ok"

    codes = await asyncio.gather(*(one(name) for name in range(many)))
    assert set(codes) <= {"ok", "later"}
    assert codes.count("ok") <= 1
    assert most <= room + many * 400_000  # what each has in memory before it is looked at
    if "ok" not in codes:
        await store.uploads.take(UPLOAD, "e" * 32, 0, body(content))
    with pytest.raises(UploadError) as refused:
        await store.uploads.take(UPLOAD, "f" * 32, 0, body(bytes(300_000)))
    assert refused.value.code == "too_big"
    await store.close()
    await first.close()


async def test_attack_small_parts_beside_one_that_is_kept_open_have_no_room_of_their_own(path: Path) -> None:
    """Else an upload has its room twice: once on its way, once in small pieces that are there."""
    store = await opened(path)
    await store.uploads.open(UPLOAD, "", 600_000, DAY, most=1 << 30)
    written, torn = asyncio.Event(), asyncio.Event()

    async def kept_open() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield os.urandom(100_000)
        written.set()
        await torn.wait()
        raise UploadError("later")

    large = asyncio.create_task(store.uploads.take(UPLOAD, "d" * 32, 0, kept_open()))
    await written.wait()
    small = os.urandom(60_000)
    await store.uploads.take(UPLOAD, "e" * 32, 0, body(small))
    with pytest.raises(UploadError) as refused:
        await store.uploads.take(UPLOAD, "f" * 32, 0, body(small))
    assert refused.value.code == "later"
    torn.set()
    with pytest.raises(UploadError):
        await large
    await store.uploads.take(UPLOAD, "f" * 32, 0, body(small))
    await store.close()

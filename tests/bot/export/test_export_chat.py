"""Batches that go through the reviewers' chat: Telegram sees padded sizes, and nothing is lost or doubled."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.telegram.client import Client
from bot.channels.telegram.errors import Unavailable
from bot.export import ExportReport, export
from bot.export.batch_bytes import ExportError
from bot.export.chat import ChatTarget
from bot.keys.signing import server_keys
from bot.store.errors import StorageError
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from crypto import parcel, tar
from crypto.envelope import Sealing
from crypto.padding import padded_size
from crypto.slots import Slots
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer
from tests.bot.export.exporting import DAY, SERVER, submit, write_key
from tests.telegram_api import TOKEN, Fault, TelegramApi

GROUP = -1001234567890
SLICE = 24 * 1024 - 4096


@dataclass
class Scene:
    """A server with its database and key, the reviewers' chat, and one reviewer's offline machine."""

    folder: Path
    store: Store
    key: Path
    api: TelegramApi
    reviewer: Reviewer

    async def export(self, chat: int = GROUP) -> ExportReport | None:
        client = Client(self.api.token, self.api.url, None)
        try:
            slots = Slots(self.reviewer.recipients())
            with server_keys(self.key) as keys:
                target = ChatTarget(client.send_document, chat, slots, first_pause=0.01)
                return await export(self.store, keys, target, DAY)
        finally:
            await client.close()

    def download(self) -> Path:
        """Save what is in the chat, each file under a name of its own, as a program for people does."""
        folder = self.folder / "downloads"
        folder.mkdir(exist_ok=True)
        for number, (name, content) in enumerate(self.api.documents[GROUP]):
            (folder / f"{name} ({number})").write_bytes(content)
        return folder

    def take(self, folder: Path | None = None, reviewer: Reviewer | None = None) -> Outcome:
        words = ("import", folder or self.download(), "--server", str(SERVER.public()))
        return (reviewer or self.reviewer).run(*words, passphrase=PASSPHRASE)

    def have(self) -> set[str]:
        return {path.stem for path in (self.reviewer.home / "drops").iterdir()}

    def names(self) -> list[str]:
        return [name for name, _ in self.api.documents[GROUP]]


@pytest.fixture
async def scene(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Scene]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}")
    reviewer = Reviewer(tmp_path / "home", capsys, DAY)
    reviewer.keygen("--weeks", "1", "--x25519")
    async with TelegramApi() as api:
        api.open_group(GROUP)
        yield Scene(tmp_path, store, write_key(tmp_path / "signing.key", SERVER), api, reviewer)
    await store.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 24 KiB, so that a small batch has several."""
    monkeypatch.setattr(parcel, "SLICE_SIZE", SLICE)


async def test_a_batch_goes_through_the_chat_and_is_read_offline(scene: Scene, small: None) -> None:
    drops = {await submit(scene.store, number, b"text", os.urandom(20_000)) for number in (1, 2, 3)}
    report = await scene.export()
    assert report is not None
    assert (report.batches, report.drops) == (("batch-000001",), 3)
    count = len(scene.names())
    assert count > 5
    assert scene.names()[:2] == [f"batch-000001.part-{n:03}-of-{count:03}.age" for n in (1, 2)]
    done = scene.take()
    assert (done.status, done.err) == (0, ""), done
    assert scene.have() == drops
    assert os.listdir(scene.reviewer.home).count("drops") == 1
    assert not list(scene.reviewer.home.glob(".partial-*"))
    assert await scene.export() is None
    await submit(scene.store, 4, b"later")
    await scene.export()
    assert scene.take().status == 0
    assert len(scene.have()) == 4


async def test_telegram_sees_size_classes_and_none_of_the_batch(scene: Scene) -> None:
    """`batch.json` is signed, not secret; but ids, hashes and sizes of drops are nobody's business."""
    drop = await submit(scene.store, 1, b"one", b"two")
    await scene.export()
    ((_, content),) = scene.api.documents[GROUP]
    assert content.startswith(b"age-encryption.org/v1\n")
    for inside in (drop.encode(), b"batch.json", b"silbo", b"manifest"):
        assert inside not in content
    header = content.index(b"\n---") + 5 + 43 + 1
    payload = len(content) - header - 16
    chunks = -(-payload // (65536 + 16))
    assert padded_size(payload - 16 * chunks) == payload - 16 * chunks
    assert content.count(b"\n-> X25519 ") == 8
    ((method, params),) = scene.api.calls
    assert (method, sorted(params)) == ("sendDocument", ["chat_id", "disable_notification", "document"])


async def test_an_export_that_was_interrupted_goes_on_at_the_next_part(scene: Scene, small: None) -> None:
    drop = await submit(scene.store, 1, os.urandom(60_000))
    scene.api.faults.append(Fault(method="sendDocument", status=502, times=5))
    with pytest.raises(ExportError, match="what was sent is remembered"):
        await scene.export()
    assert scene.names() == []
    real = scene.store.mark_sent

    async def stop_after_two(sequence: int, chat: int, parts: int, *, desk: str = FIRST_DESK) -> None:
        await real(sequence, chat, parts, desk=desk)
        if parts == 2:
            raise StorageError("stopped")

    scene.store.mark_sent = stop_after_two  # type: ignore[method-assign]
    with pytest.raises(StorageError):
        await scene.export()
    scene.store.mark_sent = real  # type: ignore[method-assign]
    assert len(scene.names()) == 2
    incomplete = scene.take()
    assert incomplete.status == 1
    assert "of its 6 parts, 3 to 6 missing" in incomplete.err
    await scene.export()
    assert len(scene.names()) == len(set(scene.names())) == 6
    assert scene.take().status == 0
    assert scene.have() == {drop}


async def test_a_part_that_arrived_twice_is_one_part(scene: Scene, small: None) -> None:
    """Telegram took it, and the answer was lost: so it is sent again, sealed anew."""
    drop = await submit(scene.store, 1, os.urandom(30_000))
    scene.api.faults.append(Fault(method="sendDocument", kind="cut after"))
    await scene.export()
    assert scene.names()[0] == scene.names()[1]
    assert scene.api.documents[GROUP][0][1] != scene.api.documents[GROUP][1][1]
    assert scene.take().status == 0
    assert scene.have() == {drop}


async def test_too_many_requests_are_waited_for_and_a_long_silence_ends_the_export(scene: Scene) -> None:
    await submit(scene.store, 1, b"one")
    scene.api.faults.append(Fault(method="sendDocument", status=429, retry_after=3600))
    with pytest.raises(ExportError, match="long silence"):
        await scene.export()
    scene.api.faults.append(Fault(method="sendDocument", status=429, retry_after=1))
    assert await scene.export() is not None


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendDocument", status=403),
        Fault(method="sendDocument", status=400),
        Fault(method="sendDocument", status=400, migrated_to=-5),
    ],
    ids=["thrown out", "no right to send files", "became another chat"],
)
async def test_a_chat_that_cannot_be_written_is_one_sentence(scene: Scene, fault: Fault) -> None:
    await submit(scene.store, 1, b"one")
    scene.api.faults.append(fault)
    with pytest.raises(ExportError, match="cannot be written: is the bot in it"):
        await scene.export()


async def test_another_chat_gets_the_batch_from_its_first_part(scene: Scene, small: None) -> None:
    drop = await submit(scene.store, 1, os.urandom(30_000))
    plan = await scene.store.plan_batch(DAY)
    assert plan is not None
    await scene.store.mark_sent(plan.sequence, GROUP - 1, 2)
    await scene.export()
    assert scene.take().status == 0
    assert scene.have() == {drop}


async def test_a_damaged_item_is_not_sent_as_if_it_were_whole(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was intact when the batch was hashed, and is not when it is sent: the request is never completed."""
    await submit(scene.store, 1, b"one")
    real, reads = Store.read, 0

    async def read(self: Store, item_id: str) -> AsyncIterator[bytes]:
        nonlocal reads
        reads += 1
        async for piece in real(self, item_id):
            yield piece
        if reads > 2:
            raise StorageError("An item in the database is damaged.")

    monkeypatch.setattr(Store, "read", read)
    with pytest.raises(StorageError, match="damaged"):
        await scene.export()
    assert scene.names() == []


async def test_a_part_is_sent_as_it_is_read(scene: Scene) -> None:
    """Bounded memory: the end of a document is asked for only when its beginning has arrived."""
    half_arrived = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].split()[0])
        await reader.readexactly(1 << 20)
        half_arrived.set()
        await reader.readexactly(length - (1 << 20))
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}\n')
        writer.close()

    async def content() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield bytes(1 << 16)
        await half_arrived.wait()
        yield bytes(1 << 16)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        client = Client(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", None)
        await asyncio.wait_for(client.send_document(GROUP, "a.age", 33 << 16, content()), 240)
        await client.close()


@pytest.mark.parametrize("wrong", [-1, 1])
async def test_a_document_that_is_not_as_long_as_announced_is_not_taken(scene: Scene, wrong: int) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield bytes(1 << 16)

    client = Client(scene.api.token, scene.api.url, None)
    with pytest.raises(Unavailable):
        await client.send_document(GROUP, "a.age", (1 << 16) + wrong, content())
    await client.close()
    assert scene.names() == []


# What a hostile reviewer, or a bad line, does to the downloads


@pytest.fixture
async def downloads(scene: Scene, small: None) -> Path:
    await submit(scene.store, 1, os.urandom(60_000))
    await scene.export()
    return scene.download()


def remove(folder: Path) -> None:
    for part in ("part-002", "part-004", "part-005"):
        next(folder.glob(f"*{part}*")).unlink()


def cut(folder: Path) -> None:
    part = next(folder.glob("*part-003*"))
    part.write_bytes(part.read_bytes()[:-100])


def not_a_part(folder: Path) -> None:
    next(folder.glob("*part-003*")).write_bytes(b"age-encryption.org/v1\nno, it is not")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (remove, ["of its 6 parts, 2, 4 to 5 missing"]),
        (cut, ["damaged or cut short", "of its 6 parts, 3 missing"]),
        (not_a_part, ["damaged or cut short", "of its 6 parts, 3 missing"]),
    ],
)
async def test_parts_that_are_not_all_there_are_told_and_nothing_is_imported(
    scene: Scene, downloads: Path, spoil: Callable[[Path], None], said: list[str]
) -> None:
    spoil(downloads)
    done = scene.take(downloads)
    assert done.status == 1
    for words in (*said, "Nothing was imported"):
        assert words in done.err.replace("\n", " ")
    assert scene.have() == set()
    assert not list(scene.reviewer.home.glob(".partial-*"))


async def test_a_forged_part_beside_the_true_one_is_not_chosen(scene: Scene, downloads: Path) -> None:
    """Only a reviewer or the server can know the batch's hash; the choice is not made by chance."""
    assert scene.take(downloads).status == 0
    (record,) = (scene.reviewer.home / "batches").glob("*.json")
    part = parcel.Part(1, hashlib.sha256(record.read_bytes()).digest(), 2, 6)
    sealing = Sealing(Slots(scene.reviewer.recipients()))
    forged = sealing.update(parcel.part_opening(part, SLICE) + bytes(SLICE) + bytes(-SLICE % 512))
    (downloads / "forged.age").write_bytes(forged + b"".join(sealing.finish()))
    done = scene.take(downloads)
    assert "two different files claim to be the same part" in done.err.replace("\n", " ")
    assert done.status == 1


async def test_parcels_that_share_a_batch_and_differ_in_their_drops_do_not_stop_the_import(
    scene: Scene, downloads: Path
) -> None:
    """Who knows one `batch.json` can seal any number of parcels around it: the keys are public."""
    assert scene.take(downloads).status == 0
    (record,) = (scene.reviewer.home / "batches").glob("*.json")
    listed, signature = record.read_bytes(), record.with_name(record.name + ".minisig").read_bytes()
    for count in (1, 2, 3):
        content = b""
        files = {"batch.json": listed, "batch.json.minisig": signature, "server.pub": b"x"}
        for name, data in (files | {f"{'f' * 32}.tar": bytes((count - 1) * SLICE + 1)}).items():
            content += tar.member_header(name, len(data)) + data + tar.member_padding(len(data))
        content += tar.END
        assert parcel.count_parts(len(content)) == count
        for number in range(1, count + 1):
            start, length = parcel.slice_of(len(content), number)
            part = parcel.Part(1, hashlib.sha256(listed).digest(), number, count)
            sealing = Sealing(Slots(scene.reviewer.recipients()))
            piece = content[start : start + length] + tar.member_padding(length)
            sealed = sealing.update(parcel.part_opening(part, length) + piece) + b"".join(sealing.finish())
            (downloads / f"forged-{count}-{number}.age").write_bytes(sealed)
    done = scene.take(downloads)
    assert "exists" not in done.err
    assert done.out.count("Batch 1 of") == 4, "each was looked at, the true one among them"
    assert len(scene.have()) == 1


async def test_one_part_of_a_million_is_told_at_once(scene: Scene, small: None) -> None:
    """Whoever knows the public keys can claim any number: what is missing is told without counting."""
    folder = scene.folder / "hostile"
    folder.mkdir()
    for number in (5, 5, 700_000):
        part = parcel.Part(1, bytes(32), number, parcel.MAX_PARTS)
        sealing = Sealing(Slots(scene.reviewer.recipients()))
        head = sealing.update(parcel.part_opening(part, parcel.SLICE_SIZE))
        body = sealing.update(bytes(parcel.SLICE_SIZE + -parcel.SLICE_SIZE % 512))
        (folder / f"{len(list(folder.iterdir()))}.age").write_bytes(head + body + b"".join(sealing.finish()))
    done = scene.take(folder)
    assert done.status == 1
    words = " ".join(done.err.split())
    assert "of its 1000000 parts, 1 to 4, 6 to 699999, 700001 to 1000000 missing" in words


async def test_parts_for_somebody_else_are_told(scene: Scene, downloads: Path) -> None:
    other = Reviewer(scene.folder / "other", scene.reviewer.capture, DAY)
    other.keygen("--weeks", "1", "--x25519")
    done = scene.take(downloads, other)
    assert done.status == 1
    assert done.err.count("opens with no key of this home") == 6


async def test_a_parcel_with_a_file_from_outside_a_batch_is_refused(scene: Scene) -> None:
    """A reviewer's home is written to by names of ours alone: `../keys/root.age` is none."""
    for name in ("../keys/root.age", "keys.json", f"{'A' * 32}.tar"):
        content = b""
        for member in ("batch.json", "batch.json.minisig", "server.pub", name):
            content += tar.member_header(member, 1) + b"x" + tar.member_padding(1)
        content += tar.END
        part = parcel.Part(1, hashlib.sha256(b"x").digest(), 1, 1)
        sealing = Sealing(Slots(scene.reviewer.recipients()))
        opening = parcel.part_opening(part, len(content))
        folder = scene.folder / "hostile"
        folder.mkdir(exist_ok=True)
        (folder / "a.age").write_bytes(sealing.update(opening + content) + b"".join(sealing.finish()))
        before = sorted(scene.reviewer.home.rglob("*"))
        done = scene.take(folder)
        assert done.status == 1
        assert "do not make up a batch" in done.err
        assert sorted(scene.reviewer.home.rglob("*")) == before


EXPORTER = """
import asyncio, sys
from datetime import date
from pathlib import Path
from bot.export import export
from bot.export.chat import ChatTarget
from bot.keys.signing import server_keys
from bot.store.store import Store
from bot.channels.telegram.client import Client
from crypto import parcel
from crypto.age import parse_recipient
from crypto.slots import Slots

parcel.SLICE_SIZE = int(sys.argv[1])

async def main(database, key, url, token, chat, recipient):
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    client = Client(token, url, None)
    target = ChatTarget(client.send_document, int(chat), Slots([parse_recipient(recipient)]))
    with server_keys(Path(key)) as keys:
        await export(store, keys, target, date(2026, 11, 21))
    await client.close()
    await store.close()

asyncio.run(main(*sys.argv[2:]))
"""


async def check_after_kills(scene: Scene, kills: int) -> None:
    """Killed before Telegram has a part, in the middle of one, and between its answer and our record."""
    recipient = str(scene.reviewer.recipients()[0])
    where = (
        str(scene.folder / "silbo.db"),
        str(scene.key),
        scene.api.url,
        scene.api.token,
        str(GROUP),
        recipient,
    )
    drops = {await submit(scene.store, number, os.urandom(30_000)) for number in range(3)}
    process: asyncio.subprocess.Process | None = None
    left, moment_of_death, killed = 0, "done", 0

    def watch(method: str, moment: str) -> bool:
        nonlocal left
        left -= moment == moment_of_death
        if left == 0 and moment == moment_of_death and process is not None:
            process.send_signal(signal.SIGKILL)
        return False

    scene.api.watch = watch
    for kill in range(kills + 1):
        left = 1 + kill % 3 if kill < kills else 10**6
        moment_of_death = "done" if kill % 2 else "asked"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", EXPORTER, str(SLICE), *where)
        code = await asyncio.wait_for(process.wait(), 240)
        assert code in (0, -signal.SIGKILL)
        assert kill < kills or code == 0
        killed += code != 0
        drops.add(await submit(scene.store, 100 + kill, os.urandom(20_000)))
    process = None
    assert killed >= kills // 2
    await scene.export()
    done = scene.take()
    assert (done.status, done.err) == (0, ""), done
    assert scene.have() == drops


async def test_killed_while_sending_nothing_is_lost_or_doubled(scene: Scene, small: None) -> None:
    await check_after_kills(scene, 4)


@pytest.mark.long
async def test_killed_many_times_while_sending_nothing_is_lost_or_doubled(scene: Scene, small: None) -> None:
    await check_after_kills(scene, 25)

"""Receipts: a drop leaves the server when every reviewer has signed that it is safe, and not before."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import bot.store.sqlite
from bot.cli import main
from bot.export.batch_bytes import hash_drop
from bot.keys import Reviewers, ReviewersError
from bot.retention.purge import purge
from bot.retention.receipts import Taken, take
from bot.settings import load_settings
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.keylist import KeyList, Period, keylist_bytes, monday_of
from crypto.minisign import SigningKey
from crypto.receipt import Receipt, ReceivedBatch, ReceivedDrop, receipt_bytes
from crypto.words import fingerprint
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer
from tests.bot.export.exporting import DAY, SERVER, run_export, submit, write_key

ALL = ("--all", "--without-asking")
"""These reviewers read nothing: each test says who confirms, not what was opened."""


@dataclass
class Scene:
    """A server with two reviewers, and their offline machines."""

    folder: Path
    config: Path
    store: Store
    people: tuple[Reviewer, Reviewer]

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    async def export(self, *numbers: int) -> list[str]:
        drops = [await submit(self.store, number, b"text") for number in numbers]
        await run_export(self.store, self.folder / "state" / "signing.key", self.stick, DAY)
        return drops

    def carry(self, person: Reviewer, back: Path | None = None) -> Outcome:
        """The stick goes to a reviewer, who imports it, and comes back with a receipt."""
        done = person.run("import", self.stick, "--server", str(SERVER.public()))
        assert done.status == 0, done.err
        return person.run("receipt", back or self.stick, *ALL, passphrase=PASSPHRASE)

    async def take(self, folder: Path | None = None) -> Taken:
        return await take(self.store, Reviewers(self.folder / "state" / "reviewers"), folder or self.stick)

    async def left(self) -> int:
        """How many drops are on the server after a purge."""
        await purge(self.store, load_settings(self.config), DAY)
        with closing(sqlite3.connect(self.folder / "state" / "silbo.db")) as database:
            (count,) = database.execute("SELECT count(*) FROM drops").fetchone()
        return int(count)

    def copy_to(self, backup: Path) -> None:
        with closing(sqlite3.connect(self.folder / "state" / "silbo.db")) as database:
            database.execute("VACUUM INTO ?", (str(backup),))

    async def come_back_from(self, backup: Path) -> None:
        await self.store.close()
        self._put_back(backup)
        self.store = await Store.open(load_settings(self.config).database_url)

    def _put_back(self, backup: Path) -> None:
        for file in (self.folder / "state").glob("silbo.db*"):
            file.unlink()
        backup.rename(self.folder / "state" / "silbo.db")

    def receipt(self, person: Reviewer) -> Path:
        """Where the receipt of a reviewer is on the stick."""
        signer = person.run("fingerprint").out.splitlines()[3]
        return next(path for path in self.stick.glob("receipt-*.json") if signer in path.read_text())


@pytest.fixture
async def scene(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Scene]:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "stick").mkdir()
    write_key(tmp_path / "state" / "signing.key", SERVER)
    config = tmp_path / "silbo.toml"
    config.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n')
    store = await Store.open(load_settings(config).database_url)
    people = Reviewer(tmp_path / "one", capsys, DAY), Reviewer(tmp_path / "two", capsys, DAY)
    for person in people:
        person.keygen("--weeks", "1", "--x25519", "--label", person.home.name)
        words = person.run("fingerprint", "--words").out.strip()
        person.run("publish", tmp_path / "published")
        reviewers = Reviewers(tmp_path / "state" / "reviewers")
        reviewers.add(tmp_path / "published" / "keys.json", today=DAY, words=words)
    yield Scene(tmp_path, config, store, people)
    await store.close()


async def test_a_drop_goes_when_both_reviewers_have_it(scene: Scene) -> None:
    await scene.export(1, 2)
    done = scene.carry(scene.people[0])
    assert (done.status, done.err) == (0, "")
    assert "Receipt for 2 drops" in done.out
    taken = await scene.take()
    assert taken.findings == []
    assert taken.notes[0].endswith("confirms 2 drops not confirmed before.")
    assert await scene.left() == 2, "the other reviewer has not read them yet"
    await scene.export(3)
    scene.carry(scene.people[1])
    taken = await scene.take()
    assert taken.findings == []
    assert await scene.left() == 1, "the third drop was confirmed by one only"
    scene.carry(scene.people[0])
    await scene.take()
    assert await scene.left() == 0
    assert await scene.export(4), "the chain goes on"


async def test_a_replayed_receipt_changes_nothing(scene: Scene) -> None:
    await scene.export(1)
    scene.carry(scene.people[0])
    first = await scene.take()
    again = await scene.take()
    assert "1 drop " in first.notes[0]
    assert "0 drops" in again.notes[0]
    assert again.findings == []
    assert await scene.left() == 1


async def test_the_commands_say_what_they_did(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    await scene.export(1)
    for person in scene.people:
        scene.carry(person)
    assert (await scene.take()).findings == []
    await scene.store.close()
    capsys.readouterr()
    command = ["receipts", str(scene.stick), "--config", str(scene.config)]
    assert await asyncio.to_thread(main, command) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Deleted 1 exported drop."
    (scene.stick / "receipt-0.json").write_bytes(b"{}")
    (scene.stick / "receipt-0.json.minisig").write_text("")
    assert await asyncio.to_thread(main, command) == 3
    assert capsys.readouterr().out.splitlines()[-1].startswith("! A receipt was refused.")


async def test_a_receipt_for_another_server_confirms_nothing(scene: Scene) -> None:
    await scene.export(1)
    scene.carry(scene.people[0])
    with closing(sqlite3.connect(scene.folder / "state" / "silbo.db")) as database, database:
        database.execute("UPDATE batches SET sha256 = x'00'")
        database.execute("UPDATE drops SET id = ?", ("e" * 32,))
    taken = await scene.take()
    assert taken.findings == ["Batch 1 in a receipt is not one of this server's."]
    assert await scene.left() == 1


async def test_a_batch_that_was_never_made_is_told(scene: Scene) -> None:
    root = SigningKey.generate()
    receipt = Receipt(root.public(), (ReceivedBatch(7, bytes(32), ()),))
    write(scene.stick, receipt, root)
    assert (await scene.take()).findings == ["A receipt is from nobody who is a reviewer of this desk."]


def write(folder: Path, receipt: Receipt, root: SigningKey) -> None:
    data = receipt_bytes(receipt)
    (folder / "receipt-1.json").write_bytes(data)
    (folder / "receipt-1.json.minisig").write_text(root.sign(data, "receipt"))


async def test_a_forged_or_changed_receipt_is_refused(scene: Scene) -> None:
    """The stick was in other hands: whoever had it wants drops to vanish unread."""
    await scene.export(1, 2)
    scene.carry(scene.people[0])
    path = scene.receipt(scene.people[0])
    signature = path.with_name(f"{path.name}.minisig")
    root = Reviewers(scene.folder / "state" / "reviewers").find("one").keys.root
    path.write_bytes(path.read_bytes().replace(b'"sequence":1', b'"sequence":2'))
    assert "The signature does not fit" in (await scene.take()).findings[0]
    path.write_bytes(receipt_bytes(Receipt(root, (ReceivedBatch(1, bytes(32), ()),))))
    signature.write_text(SigningKey.generate().sign(path.read_bytes(), "receipt"))
    assert "made by another key" in (await scene.take()).findings[0]
    os.unlink(signature)
    assert "no signature beside it" in (await scene.take()).findings[0]
    assert await scene.left() == 2


async def test_a_key_list_or_a_batch_is_no_receipt(scene: Scene) -> None:
    """All three are signed documents; what one says must never pass for another."""
    await scene.export(1)
    published = scene.folder / "published"
    for name in ("keys.json", "keys.json.minisig"):
        (scene.stick / name.replace("keys", "receipt-1")).write_bytes((published / name).read_bytes())
    (finding,) = (await scene.take()).findings
    assert finding.startswith("A receipt was refused.")


async def test_a_drop_that_is_damaged_at_the_reviewers_is_not_confirmed(scene: Scene) -> None:
    first, second = await scene.export(1, 2)
    person = scene.people[0]
    scene.carry(person)
    file = person.home / "drops" / f"{first}.tar"
    file.write_bytes(file.read_bytes()[:-1])
    done = person.run("receipt", scene.stick, *ALL, passphrase=PASSPHRASE)
    assert done.status == 3
    assert "not whole here: not confirmed" in done.err.replace("\n", " ")
    scene.carry(scene.people[1])
    await scene.take()
    assert await scene.left() == 1
    assert await scene.store.drop_state(first) == "complete"
    assert await scene.store.drop_state(second) is None


async def test_a_batch_on_a_stick_that_the_server_has_not_marked_is_not_deleted_from(scene: Scene) -> None:
    """The export was stopped right before its last step: it would come again, and miss the drop."""
    await scene.export(1)
    scene.carry(scene.people[0])
    with closing(sqlite3.connect(scene.folder / "state" / "silbo.db")) as database, database:
        database.execute("UPDATE batches SET written = 0")
    (finding,) = (await scene.take()).findings
    assert "run the export again, then the receipts" in finding
    assert await scene.left() == 1


async def test_a_receipt_that_names_another_hash_confirms_nothing(scene: Scene) -> None:
    (drop,) = await scene.export(1)
    root = SigningKey.generate()
    pin(scene, root)
    exported = await scene.store.exported(1)
    assert exported is not None
    assert exported.sha256 is not None
    batch = ReceivedBatch(
        1, exported.sha256, (ReceivedDrop(drop, bytes(32)), ReceivedDrop("f" * 32, bytes(32)))
    )
    write(scene.stick, Receipt(root.public(), (batch,)), root)
    assert (await scene.take()).findings == ["Batch 1: a receipt names a drop with another hash."]
    assert await scene.left() == 1


def pin(scene: Scene, root: SigningKey) -> None:
    """A third reviewer, whose root key is at hand."""
    start = monday_of(DAY)
    period = Period(start, start + timedelta(days=14), str(X25519Identity.generate().recipient()))
    data = keylist_bytes(KeyList(root.public(), 1, DAY, "third", (period,)))
    folder = scene.folder / "third"
    folder.mkdir()
    (folder / "keys.json").write_bytes(data)
    (folder / "keys.json.minisig").write_text(root.sign(data, "keys"))
    words = " ".join(fingerprint(root.public()))
    Reviewers(scene.folder / "state" / "reviewers").add(folder / "keys.json", today=DAY, words=words)


async def test_nothing_goes_while_a_reviewers_list_is_damaged_or_nobody_is_there(scene: Scene) -> None:
    """Whose list it is cannot be told, so who has not confirmed cannot be told either."""
    await scene.export(1)
    scene.carry(scene.people[0])
    await scene.take()
    reviewers = scene.folder / "state" / "reviewers"
    second = Reviewers(reviewers).find(scene.people[1].run("fingerprint", "--words").out)
    listed = next(reviewers.glob(f"{second.tag}.*")) / "keys.json"
    good = listed.read_bytes()
    listed.write_bytes(good + b" ")
    assert await scene.left() == 1
    listed.write_bytes(good)
    Reviewers(reviewers).remove(second.tag)
    assert await scene.left() == 0, "who was removed is not waited for"


async def test_nobody_is_no_reason_to_delete(scene: Scene) -> None:
    await scene.export(1)
    reviewers = Reviewers(scene.folder / "state" / "reviewers")
    for reviewer in reviewers.pinned():
        reviewers.remove(reviewer.tag)
    assert await scene.left() == 1


async def test_a_folder_without_receipts_is_one_sentence(scene: Scene) -> None:
    for folder in (scene.stick, scene.folder / "nowhere"):
        with pytest.raises(ReviewersError, match="no receipt"):
            await scene.take(folder)


async def test_a_reviewer_without_a_drop_has_nothing_to_confirm(scene: Scene) -> None:
    done = scene.people[0].run("receipt", scene.stick, passphrase=PASSPHRASE)
    assert done.status == 1
    assert "no drop here to confirm" in done.err
    assert not list(scene.stick.iterdir())


async def test_pipes_and_links_on_the_stick_hold_nobody_up(scene: Scene) -> None:
    """The stick was in other hands: opening a pipe would wait for ever, and a link leads where they like."""
    await scene.export(1)
    scene.carry(scene.people[0])
    os.mkfifo(scene.stick / "receipt-0.json")
    (scene.stick / "receipt-1.json").symlink_to("/proc/kmsg")
    (scene.stick / "receipt-2.json").write_text("{}")
    os.mkfifo(scene.stick / "receipt-2.json.minisig")
    taken = await asyncio.wait_for(scene.take(), 240)
    assert taken.findings == ["A receipt has no signature beside it (NAME.minisig)."]
    assert "1 drop " in taken.notes[0]


async def test_a_receipt_for_one_batch_deletes_nothing_of_the_next(scene: Scene) -> None:
    """Signed by a true reviewer who lies: the drops of batch 2, named under batch 1."""
    await scene.export(1)
    (second,) = await scene.export(2)
    root = SigningKey.generate()
    pin(scene, root)
    for person in scene.people:
        Reviewers(scene.folder / "state" / "reviewers").remove(
            Reviewers(scene.folder / "state" / "reviewers").find(person.home.name).tag
        )
    first = await scene.store.exported(1)
    assert first is not None
    assert first.sha256 is not None
    held = (await hash_drop(scene.store, second)).sha256
    batch = ReceivedBatch(1, first.sha256, (ReceivedDrop(second, held),))
    write(scene.stick, Receipt(root.public(), (batch,)), root)
    taken = await scene.take()
    assert taken.findings == []
    assert "confirms 0 drops" in taken.notes[0]
    assert await scene.left() == 2


async def test_a_receipt_does_not_reach_a_batch_that_a_restored_server_made_anew(
    scene: Scene, tmp_path: Path
) -> None:
    """Receipts for batch 1 lie on the stick; the server comes back from a backup that is older than batch 1,
    and makes a batch 1 with another drop in it."""
    backup = tmp_path / "older.db"
    scene.copy_to(backup)
    await scene.export(1)
    for person in scene.people:
        scene.carry(person)
    await scene.come_back_from(backup)
    await submit(scene.store, 1, b"text")  # the same id, as if the backup had held it
    await submit(scene.store, 2, b"never read")
    other = tmp_path / "other"
    other.mkdir()
    await run_export(scene.store, scene.folder / "state" / "signing.key", other, DAY)
    taken = await scene.take()
    assert taken.findings == ["Batch 1: a receipt names a drop with another hash."] * 2
    assert await scene.left() == 2
    await scene.store.close()


async def test_receipts_count_for_a_server_that_was_restored_from_a_backup(
    scene: Scene, tmp_path: Path
) -> None:
    """The backup holds the first drop, but not that it was exported: the chain forks, by accident. What the
    reviewers have is theirs all the same, whichever of the two batches they imported."""
    kept = await submit(scene.store, 1, b"text")
    backup = tmp_path / "older.db"
    scene.copy_to(backup)
    await scene.export(2)
    for person in scene.people:
        scene.carry(person)
    await scene.come_back_from(backup)
    never_read = await submit(scene.store, 3, b"never read")
    other = tmp_path / "other"
    other.mkdir()
    await run_export(scene.store, scene.folder / "state" / "signing.key", other, DAY)
    taken = await scene.take()
    assert taken.findings == []
    assert await scene.left() == 1
    assert await scene.store.drop_state(kept) is None
    assert await scene.store.drop_state(never_read) == "complete"
    for person in scene.people:
        done = person.run("import", other)
        assert (done.status, "restored from a backup" in done.err) == (3, True)
        assert person.run("receipt", other, *ALL, passphrase=PASSPHRASE).status == 0
    taken = await scene.take(other)
    assert await scene.left() == 0
    assert taken.findings == ["Batch 1 in a receipt is not one of this server's."] * 2, "the one of before"
    await scene.store.close()


async def test_a_purged_drop_does_not_come_back_by_exporting_again(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.export(1, 2)
    for person in scene.people:
        scene.carry(person)
    await scene.take()
    assert await scene.left() == 0
    await scene.store.close()
    fresh = scene.folder / "fresh"
    fresh.mkdir()
    command = ["export", str(fresh), "--again", "1", "--config", str(scene.config)]
    capsys.readouterr()
    assert await asyncio.to_thread(main, command) == 1
    assert "were deleted here since" in capsys.readouterr().err
    assert list(fresh.iterdir()) == []


@pytest.mark.parametrize("command", ["purge", "receipts"])
async def test_a_database_that_another_program_holds_is_one_sentence(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    await scene.export(1)
    for person in scene.people:
        scene.carry(person)
    await scene.store.close()
    settings = ("PRAGMA busy_timeout = 50", *bot.store.sqlite.SETTINGS[1:])
    monkeypatch.setattr("bot.store.sqlite.SETTINGS", settings)
    words = [command, *([str(scene.stick)] if command == "receipts" else []), "--config", str(scene.config)]
    capsys.readouterr()
    with closing(sqlite3.connect(scene.folder / "state" / "silbo.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await asyncio.to_thread(main, words) == 1
        said = capsys.readouterr()
        assert said.err.strip() == "silbo: The database is locked by another program."
    assert await asyncio.to_thread(main, words) == 0


async def test_receipts_stopped_half_way_are_taken_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two reviewers, and again between the confirmations and the purge."""
    await scene.export(1, 2)
    for person in scene.people:
        scene.carry(person)
    confirm, calls = scene.store.confirm, 0

    async def die(drop_ids: list[str], reviewer: str) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return await confirm(drop_ids, reviewer)

    with monkeypatch.context() as patch:
        patch.setattr(scene.store, "confirm", die)
        with pytest.raises(KeyboardInterrupt):
            await scene.take()
    assert await scene.left() == 2
    taken = await scene.take()
    assert sorted(note.split("confirms ")[1][:1] for note in taken.notes) == ["0", "2"]
    assert await scene.left() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="left out: only root can give a folder to another user")
def test_a_folder_of_receipts_that_is_closed_is_not_called_empty(tmp_path: Path) -> None:
    closed = tmp_path / "stick"
    closed.mkdir(mode=0o700)
    (closed / "receipt-12345678.json").touch()
    os.chown(closed, 12345, 12345)
    program = "import sys; from pathlib import Path; from bot.retention.receipts import _files; "
    program += "_files(Path(sys.argv[1]))"
    as_another = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    words = [*as_another, sys.executable, "-c", program, str(closed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "That folder cannot be read by this user" in done.stderr

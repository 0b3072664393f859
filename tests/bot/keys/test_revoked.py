"""A lost laptop: once revoked nothing is sealed to its keys, and no list or backup brings it back."""

import asyncio
import errno
import io
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

import bot.files
import bot.keys.keyfolder
from bot.backup import write_backup
from bot.backup.restore import unpack
from bot.channels.events import Command, Press, Text
from bot.cli import main
from bot.doctor import data as doctor
from bot.keys import NoValidKey, Reviewers, ReviewersError, ShutOut
from bot.keys.keyfolder import KeyFolder, tag_of
from bot.retention.receipts import take
from bot.settings import load_settings
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.errors import CryptoError
from crypto.item import open_item
from crypto.minisign import SigningKey
from crypto.receipt import Receipt, ReceivedBatch, receipt_bytes
from crypto.revocation import FIRST_LINE, make_revocation
from crypto.words import fingerprint
from tests.bot.conftest import House
from tests.bot.export.exporting import SERVER, write_key
from tests.bot.keys.test_reviewers import DAY, Person, snapshot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "reviewers"


@pytest.fixture
def ana(tmp_path: Path, folder: Path) -> Person:
    return _added("Ana", tmp_path, folder)


@pytest.fixture
def ben(tmp_path: Path, folder: Path) -> Person:
    return _added("Ben", tmp_path, folder)


def _added(label: str, tmp_path: Path, folder: Path) -> Person:
    person = Person(label, weeks=2, kind=X25519Identity.generate)
    Reviewers(folder).add(person.publish(tmp_path / label), today=DAY, words=person.words)
    return person


def revocation(person: Person, tmp_path: Path) -> Path:
    path = tmp_path / f"{person.label}.txt"
    path.write_text(make_revocation(person.root, DAY).text)
    return path


def test_the_next_slots_are_made_without_a_revoked_reviewer_beside_a_running_bot(
    ana: Person, ben: Person, folder: Path, tmp_path: Path
) -> None:
    running = Reviewers(folder)
    assert len(running.recipients(DAY)) == 2
    revoked = ShutOut(folder).revoke(revocation(ana, tmp_path))
    assert (revoked.label, revoked.signed) == ("Ana", make_revocation(ana.root, DAY))
    period = next(p for p in reversed(ben.keys.periods) if p.start <= DAY)
    assert [str(recipient) for recipient in running.recipients(DAY)] == [period.recipient]
    assert [reviewer.keys.label for reviewer in running.pinned()] == ["Ben"]
    assert not list(folder.glob("*.1"))[1:]


def test_a_revocation_twice_changes_nothing(ana: Person, folder: Path, tmp_path: Path) -> None:
    first = ShutOut(folder).revoke(revocation(ana, tmp_path))
    before = snapshot(folder)
    again = tmp_path / "another day.txt"
    again.write_text(make_revocation(ana.root, DAY - timedelta(days=9)).text)
    assert ShutOut(folder).revoke(again) == first
    assert snapshot(folder) == before


def test_a_revocation_by_somebody_else_changes_nothing(ana: Person, folder: Path, tmp_path: Path) -> None:
    before = snapshot(folder)
    stranger = Person("Eve", weeks=1, kind=X25519Identity.generate)
    with pytest.raises(ReviewersError, match="no reviewer of this desk"):
        ShutOut(folder).revoke(revocation(stranger, tmp_path))
    document = make_revocation(ana.root, DAY).text.splitlines()[2].removeprefix("trusted comment: ")
    forged = tmp_path / "forged.txt"
    forged.write_text(FIRST_LINE + "\n" + stranger.root.sign(b"", document).partition("\n")[2])
    with pytest.raises(ReviewersError, match="another key"):
        ShutOut(folder).revoke(forged)
    assert snapshot(folder) == before


@pytest.mark.parametrize("spoil", [lambda t: t[:-30], lambda t: t + b"\n\n", lambda t: t * 9, lambda t: b""])
def test_a_damaged_revocation_changes_nothing(
    spoil: type[bytes], ana: Person, folder: Path, tmp_path: Path
) -> None:
    before = snapshot(folder)
    path = revocation(ana, tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ReviewersError):
        ShutOut(folder).revoke(path)
    with pytest.raises(ReviewersError, match="no revocation at that place"):
        ShutOut(folder).revoke(tmp_path / "nowhere")
    with pytest.raises(ReviewersError, match="cannot be read"):
        ShutOut(folder).revoke(tmp_path)
    assert snapshot(folder) == before


def test_a_stolen_root_does_not_come_back_by_a_newer_list(ana: Person, folder: Path, tmp_path: Path) -> None:
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    newer = ana.publish(tmp_path / "newer", ana.keys.replaced(serial=7))
    for keys in (tmp_path / "Ana" / "keys.json", newer):
        with pytest.raises(ReviewersError, match="revoked and never comes back"):
            Reviewers(folder).add(keys, today=DAY, words=ana.words)
    with pytest.raises(ReviewersError, match="no such reviewer"):
        Reviewers(folder).update("Ana", newer, today=DAY)
    with pytest.raises(NoValidKey):
        Reviewers(folder).recipients(DAY)


def test_a_list_of_a_revoked_root_put_back_on_the_disk_is_never_used(
    ana: Person, folder: Path, tmp_path: Path
) -> None:
    """What an old backup, or whoever has the disk, puts beside it."""
    (entry,) = folder.iterdir()
    files = {path.name: path.read_bytes() for path in entry.iterdir()}
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    for serial in (1, 99):
        (folder / f"{tag_of(ana.root.public())}.{serial}").mkdir()
        for name, content in files.items():
            (folder / f"{tag_of(ana.root.public())}.{serial}" / name).write_bytes(content)
    for spoil in ("as it was", "cut off", "gone"):
        if spoil == "cut off":
            (folder / f"{tag_of(ana.root.public())}.revoked" / "revocation.txt").write_text("x")
        if spoil == "gone":
            (folder / f"{tag_of(ana.root.public())}.revoked" / "revocation.txt").unlink()
        with pytest.raises(NoValidKey):
            Reviewers(folder).recipients(DAY)
        assert [revoked.label for revoked in ShutOut(folder).revoked()] == ["Ana"]
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    assert [revoked.signed for revoked in ShutOut(folder).revoked()] == [make_revocation(ana.root, DAY)]
    assert [path.name for path in folder.iterdir()] == [f"{tag_of(ana.root.public())}.revoked"]


def test_stopped_half_way_nothing_is_sealed_to_the_revoked(
    ana: Person, ben: Person, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object, name: str) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(KeyFolder, "_forget", stop)
        with pytest.raises(ReviewersError):
            ShutOut(folder).revoke(revocation(ana, tmp_path))
    assert [reviewer.keys.label for reviewer in Reviewers(folder).pinned()] == ["Ben"]
    assert not any(notice.code == "damaged" for notice in Reviewers(folder).warnings(DAY))
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    assert len(list(folder.iterdir())) == 2


def test_who_was_removed_in_a_hurry_can_still_be_revoked(ana: Person, folder: Path, tmp_path: Path) -> None:
    Reviewers(folder).remove("Ana")
    assert ShutOut(folder).removed_tags() == {tag_of(ana.root.public())}
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    with pytest.raises(ReviewersError, match="revoked"):
        Reviewers(folder).add(tmp_path / "Ana" / "keys.json", today=DAY, words=ana.words)


def test_who_was_removed_can_be_added_again(ana: Person, folder: Path, tmp_path: Path) -> None:
    Reviewers(folder).remove("Ana")
    Reviewers(folder).add(tmp_path / "Ana" / "keys.json", today=DAY, words=ana.words)
    assert ShutOut(folder).removed_tags() == frozenset()
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("way", ["here", "restored"])
def test_a_removal_does_not_let_an_older_list_in_again(
    folder: Path, tmp_path: Path, damaged: bool, way: str
) -> None:
    """The attack: the operator is asked to remove a reviewer and to add them again, with a list of keys that
    were stolen since.
    """
    ana = _added("Ana", tmp_path, folder)
    newer = ana.keys.replaced(serial=3)
    Reviewers(folder).add(ana.publish(tmp_path / "newer", newer), today=DAY)
    tag = tag_of(ana.root.public())
    if damaged:
        (folder / f"{tag}.3" / "keys.json").write_bytes(b"{}")
    Reviewers(folder).remove(tag)
    if way == "restored":  # an old backup
        old = tmp_path / "old"
        Reviewers(old).add(tmp_path / "Ana" / "keys.json", today=DAY, words=ana.words)
        ShutOut(old).follow(ShutOut(folder))
        folder = old
    for _ in range(2):
        with pytest.raises(ReviewersError, match="removed here with list 3, and this one, 1, is older"):
            Reviewers(folder).add(tmp_path / "Ana" / "keys.json", today=DAY, words=ana.words)
        with suppress(ReviewersError):  # the second removal forgets nothing either
            Reviewers(folder).remove("Ana")
    other = ana.publish(tmp_path / "other", newer.replaced(label="Ana B."))
    if not damaged:
        with pytest.raises(ReviewersError, match="same serial"):
            Reviewers(folder).add(other, today=DAY, words=ana.words)
    Reviewers(folder).add(tmp_path / "newer" / "keys.json", today=DAY, words=ana.words)
    assert [path.name for path in folder.iterdir()] == [f"{tag}.3"]


def test_who_was_removed_by_version_0_1_can_be_added_again(ana: Person, folder: Path, tmp_path: Path) -> None:
    Reviewers(folder).remove("Ana")
    (folder / f"{tag_of(ana.root.public())}.removed" / "removed.txt").write_bytes(
        b"Removed by the operator; can be added again.\n"
    )
    Reviewers(folder).add(tmp_path / "Ana" / "keys.json", today=DAY, words=ana.words)


def test_an_old_folder_follows_the_newer_one(ana: Person, ben: Person, folder: Path, tmp_path: Path) -> None:
    """What a restore asks: whoever was revoked or removed since does not come back."""
    old = tmp_path / "old"
    for person in (ana, ben):
        Reviewers(old).add(tmp_path / person.label / "keys.json", today=DAY, words=person.words)
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    Reviewers(folder).remove("Ben")
    gone = ShutOut(old).follow(ShutOut(folder))
    assert set(gone) == {tag_of(ana.root.public()), tag_of(ben.root.public())}
    assert Reviewers(old).pinned() == ()
    assert ShutOut(old).revoked_tags() == {tag_of(ana.root.public())}
    assert ShutOut(old).follow(ShutOut(folder)) == ()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "silbo.toml"
    path.write_text('state = "."\nruntime = "runtime"\n[desk]\nname = "D"\n[telegram]\ntoken_file = "t"\n')
    return path


def test_a_backup_keeps_who_was_revoked(
    ana: Person, ben: Person, folder: Path, tmp_path: Path, config: Path
) -> None:
    write_key(tmp_path / "signing.key", SERVER)
    (tmp_path / "t").write_text("1:x")
    settings = load_settings(config)

    async def start() -> None:
        await (await Store.open(settings.database_url)).close()

    asyncio.run(start())
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    Reviewers(folder).remove("Ben")
    operator, out = X25519Identity.generate(), io.BytesIO()
    write_backup(settings, config, out, operator.recipient(), DAY)
    (tmp_path / "restored").mkdir()
    unpack(
        io.BytesIO(out.getvalue()),
        [operator],
        tmp_path / "restored",
        accept=lambda _: True,
        words=" ".join(fingerprint(SERVER.public())),
    )
    restored = ShutOut(tmp_path / "restored" / "reviewers")
    assert restored.revoked() == ShutOut(folder).revoked() != ()
    assert restored.removed_tags() == {tag_of(ben.root.public())}


async def test_a_receipt_of_a_revoked_root_counts_for_nothing(
    ana: Person, ben: Person, folder: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    data = receipt_bytes(Receipt(ana.root.public(), (ReceivedBatch(1, bytes(32), ()),)))
    (stick / "receipt-1.json").write_bytes(data)
    (stick / "receipt-1.json.minisig").write_text(ana.root.sign(data, "receipt"))
    ShutOut(folder).revoke(revocation(ana, tmp_path))
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}")
    try:
        taken = await take(store, Reviewers(folder), stick)
    finally:
        await store.close()
    assert taken.notes == []
    assert taken.findings == ["A receipt is from somebody who was revoked: it counts for nothing."]


@pytest.fixture
def operator(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return `silbo reviewers ...` on a day when the keys are valid."""
    (tmp_path / "t").write_text("1:x")
    monkeypatch.setattr("bot.commands.reviewers.today", lambda: DAY)
    return lambda *words: main(["reviewers", *map(str, words), "--config", str(config)])


def test_the_operator_revokes_and_sees_it_in_the_list(
    operator: Callable[..., int], ana: Person, ben: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert operator("revoke", revocation(ana, tmp_path)) == 0
    out = capsys.readouterr().out
    assert f"Revoked for ever: Ana: {ana.words}" in out
    assert "NOBODY" not in out
    assert operator("list") == 0
    assert [line.split(";")[0:2][-1] for line in capsys.readouterr().out.splitlines()] == [
        " list 1, until 2026-12-07, valid today",
        " REVOKED, nothing is sealed to it again",
    ]
    assert operator("revoke", tmp_path / "nowhere") == 1
    assert capsys.readouterr().err == "silbo: There is no revocation at that place.\n"


def test_the_operator_is_told_when_nobody_is_left(
    operator: Callable[..., int],
    ana: Person,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert operator("revoke", revocation(ana, tmp_path)) == 0
    assert "NOBODY IS LEFT" in capsys.readouterr().out
    (finding,) = doctor.reviewers(folder, DAY)
    assert finding.state == "broken"
    assert finding.what == "Every reviewer was revoked or removed, so nothing is taken in"


@pytest.fixture
def stolen(house: House, tmp_path: Path) -> Person:
    return _added("Stolen", tmp_path, tmp_path / "reviewers")


async def test_the_next_item_of_an_open_draft_is_not_for_the_stolen_laptop(
    house: House, stolen: Person, tmp_path: Path
) -> None:
    await house.tell(Command("start"))
    await house.tell(Text("before"))
    ShutOut(tmp_path / "reviewers").revoke(revocation(stolen, tmp_path))
    await house.tell(Text("after"))
    for press in ("review", "send"):
        await house.tell(Press(press))
    ((_, items),) = await house.drops()  # the other reviewer reads all of it
    assert [content for _, content in items] == [b"before", b"after"]
    plan = await house.store.plan_batch(house.clock.day())
    assert plan is not None
    readable = []
    for stored in await house.store.items(plan.drop_ids[0]):
        sealed = b"".join([piece async for piece in house.store.read(stored.id)])
        try:
            open_item(io.BytesIO(sealed), io.BytesIO(), stolen.identities)
            readable.append(stored.state)
        except CryptoError:
            pass
    assert readable == ["kept"], "the first item alone: the manifest and the second are not for the thief"


async def test_when_the_last_reviewer_is_revoked_the_source_is_told_and_nothing_is_taken(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "reviewers"
    (tag,) = (path.name.partition(".")[0] for path in folder.iterdir())
    await house.tell(Command("start"))
    ShutOut(folder)._folder.revoke(tag, make_revocation(SigningKey.generate(), DAY))
    await house.tell(Text("words"))
    assert house.chat.last.startswith("We can't take anything right now")
    assert await house.store.plan_batch(house.clock.day()) is None


@pytest.mark.usefixtures("ben")
def test_a_full_disk_does_not_save_a_stolen_root(
    ana: Person,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever has the laptop may fill the server, by writing to the bot: the rename takes no room."""
    paper = revocation(ana, tmp_path)

    def full(*_: object, **__: object) -> BinaryIO:
        raise OSError(errno.ENOSPC, "No space left on device")

    config = tmp_path / "silbo.toml"
    config.write_text('state = "."\nruntime = "runtime"\n[desk]\nname = "Union"\n')
    with monkeypatch.context() as patch:
        for module in (bot.files, bot.keys.keyfolder):
            patch.setattr(module, "create" if module is bot.files else "write_new", full)
        assert main(["reviewers", "revoke", str(paper), "--config", str(config)]) == 0
        said = capsys.readouterr().out
        assert "Revoked for ever: Ana: " in said
        assert "COULD NOT BE KEPT" in said
        assert len(Reviewers(folder).recipients(DAY)) == 1
    assert main(["reviewers", "revoke", str(paper), "--config", str(config)]) == 0
    assert "COULD NOT BE KEPT" not in capsys.readouterr().out
    (gone,) = ShutOut(folder).revoked()
    assert (gone.label, gone.signed) == ("Ana", make_revocation(ana.root, DAY))

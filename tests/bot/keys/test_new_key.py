"""A new server key, from the operator's command to the reviewer who follows the hand-over."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.export.batch_bytes import ExportError
from bot.keys.signing import create_signing_key, load_signing_key, server_keys
from bot.settings import SettingsError
from bot.store.store import Store
from crypto.head import Head
from crypto.minisign import SigningKey
from crypto.words import fingerprint
from tests.admin.stage import Reviewer
from tests.bot.export.exporting import DAY, SERVER, names, read_batch, run_export, snapshot, submit, write_key


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    (tmp_path / "stick").mkdir()
    (tmp_path / "silbo.toml").write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n')
    return folder


@pytest.fixture
def key(state: Path) -> Path:
    return write_key(state / "signing.key", SERVER)


@pytest.fixture
def stick(state: Path) -> Path:
    return state.with_name("stick")


@pytest.fixture
async def store(state: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{state / 'silbo.db'}")
    yield store
    await store.close()


def signed(folder: Path) -> tuple[bytes, str]:
    return (folder / "batch.json").read_bytes(), (folder / "batch.json.minisig").read_text()


def new_key(path: Path) -> SigningKey:
    with server_keys(path) as keys:
        public = keys.prepare()
    waiting = load_signing_key(path.with_name("signing.key.next"))
    assert waiting.public() == public
    return waiting


def test_the_operator_makes_a_new_key_and_exports(
    key: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(stick.with_name("silbo.toml"))]
    assert main(["export", str(stick), *config]) == 0
    assert capsys.readouterr().out == "Nothing new to export.\n"
    assert main(["new-key", *config]) == 0
    shown = capsys.readouterr().out
    waiting = key.with_name("signing.key.next")
    public, content = load_signing_key(waiting).public(), waiting.read_bytes()
    words = " ".join(fingerprint(public))
    assert shown.splitlines()[:2] == [str(public), words]
    assert "next export hands over" in shown
    assert waiting.stat().st_mode & 0o777 == 0o600

    assert main(["new-key", *config]) == 0
    assert capsys.readouterr().out == shown
    assert waiting.read_bytes() == content
    assert load_signing_key(key).public() == SERVER.public()

    assert main(["export", str(stick), *config]) == 0
    assert capsys.readouterr().out == (
        f"batch-000001: 0 drops, 0 bytes of ciphertext\nThe new key signs from now on: {words}\n"
    )
    assert sorted(entry.name for entry in key.parent.glob("signing*")) == ["signing.key"]
    assert key.read_bytes() == content
    assert main(["export", str(stick), *config]) == 0
    assert capsys.readouterr().out == "Nothing new to export.\n"


def test_a_new_key_before_the_first_is_one_sentence(state: Path) -> None:
    for path in (state / "signing.key", state / "none" / "signing.key"):
        with pytest.raises(SettingsError, match="silbo init"), server_keys(path):
            pass
    assert list(state.iterdir()) == []


async def test_a_chain_over_two_hand_overs_is_followed(
    store: Store, key: Path, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewer = Reviewer(tmp_path / "home", capsys, DAY + timedelta(days=1))
    wanted = [SERVER.public()]
    await submit(store, 1, b"one")
    await run_export(store, key, stick, DAY)
    await submit(store, 2, b"two")
    wanted.append(new_key(key).public())
    await run_export(store, key, stick, DAY)
    wanted.append(new_key(key).public())
    await run_export(store, key, stick, DAY)  # without drops
    await submit(store, 3, b"three")
    await run_export(store, key, stick, DAY + timedelta(days=1))

    head, texts = Head.start(SERVER.public()), dict[str, list[bytes]]()
    for name in names(stick):
        _, head, found = read_batch(stick / name, head)
        texts |= found
    assert list(texts.values()) == [[b"one"], [b"two"], [b"three"]]
    assert [(server.first, server.key) for server in head.keys] == list(zip((1, 3, 4), wanted, strict=True))
    claims = [(stick / name / "server.pub").read_text().splitlines()[1] for name in names(stick)]
    assert claims == [str(wanted[place]) for place in (0, 0, 1, 2)]

    reviewer.keygen("--weeks", "1")
    done = reviewer.run("import", stick, "--server", str(SERVER.public()))
    assert (done.status, done.err) == (0, "")
    assert {path.stem for path in (reviewer.home / "drops").iterdir()} == set(texts)


async def test_a_batch_that_was_planned_before_the_new_key_stays_as_it_was(
    store: Store, key: Path, stick: Path
) -> None:
    await submit(store, 1, b"one")
    await store.plan_batch(DAY)
    public = new_key(key).public()
    report = await run_export(store, key, stick, DAY)
    assert report is not None
    assert (report.batches, report.drops, report.successor) == (("batch-000001", "batch-000002"), 1, public)
    first, head, _ = read_batch(stick / "batch-000001", Head.start(SERVER.public()))
    second, _, texts = read_batch(stick / "batch-000002", head)
    assert (first.successor, second.successor, texts) == (None, public, {})


async def test_another_key_in_the_place_of_the_one_handed_over_to_does_not_sign(
    store: Store, key: Path, stick: Path
) -> None:
    """An old backup of the folder: readers would refuse every batch that the retired key signs."""
    fresh = new_key(key)
    await run_export(store, key, stick, DAY)
    await submit(store, 1, b"one")
    before = snapshot(stick)
    write_key(key, SERVER)
    with pytest.raises(SettingsError, match="not the key that signs this server"):
        await run_export(store, key, stick, DAY)
    create_signing_key(key.with_name("signing.key.next"))
    with pytest.raises(SettingsError, match="not the key that signs this server"):
        await run_export(store, key, stick, DAY)
    assert snapshot(stick) == before
    write_key(key.with_name("signing.key.next"), fresh)
    report = await run_export(store, key, stick, DAY)
    assert report is not None
    assert report.successor == fresh.public()
    assert load_signing_key(key).seed == fresh.seed


async def test_a_hand_over_that_was_stopped_at_its_last_step_is_told_by_the_next_export(
    store: Store, key: Path, stick: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh, marked = new_key(key), Store.batch_written

    async def stop(self: Store, sequence: int, sha256: bytes, *, desk: str) -> None:
        await marked(self, sequence, sha256, desk=desk)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "batch_written", stop)
        with pytest.raises(KeyboardInterrupt):
            await run_export(store, key, stick, DAY)
    assert load_signing_key(key).seed == SERVER.seed
    command = ["export", str(stick), "--config", str(stick.with_name("silbo.toml"))]
    assert await asyncio.to_thread(main, command) == 0
    words = " ".join(fingerprint(fresh.public()))
    assert capsys.readouterr().out == f"The new key signs from now on: {words}\n"
    assert load_signing_key(key).seed == fresh.seed


async def test_a_key_that_was_handed_over_does_not_come_back(store: Store, key: Path, stick: Path) -> None:
    """Out of an old backup, say: whoever has stolen it in the meantime would sign again."""
    fresh = new_key(key)
    await run_export(store, key, stick, DAY)
    write_key(key.with_name("signing.key.next"), SERVER)
    await submit(store, 1, b"one")
    with pytest.raises(SettingsError, match="in use before"):
        await run_export(store, key, stick, DAY)
    assert names(stick) == ["batch-000001"]
    key.with_name("signing.key.next").unlink()
    assert await run_export(store, key, stick, DAY) is not None
    assert load_signing_key(key).seed == fresh.seed


async def test_a_fresh_key_from_init_does_not_sign_behind_the_readers_backs(
    store: Store, key: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who lost signing.key and runs `silbo init` gets another: no reader would take a batch of that."""
    await submit(store, 1, b"one")
    await run_export(store, key, stick, DAY)
    config = ["--config", str(stick.with_name("silbo.toml"))]
    os.unlink(key)
    assert await asyncio.to_thread(main, ["init", *config]) == 0
    await submit(store, 2, b"two")
    with pytest.raises(SettingsError, match="new-key --lost"):
        await run_export(store, key, stick, DAY)
    assert await asyncio.to_thread(main, ["new-key", "--lost", *config]) == 0
    assert "new home" in capsys.readouterr().out
    assert await run_export(store, key, stick, DAY) is not None
    head = Head.start(load_signing_key(key).public())
    batch = head.open(*signed(stick / "batch-000002"))
    assert (batch.sequence, batch.count) == (2, 1)


async def test_a_hand_over_to_a_key_that_is_gone_is_not_written(store: Store, key: Path, stick: Path) -> None:
    waiting, fresh = key.with_name("signing.key.next"), new_key(key)
    await store.plan_batch(DAY, str(fresh.public()))
    waiting.unlink()
    for replaced in (False, True):
        if replaced:
            create_signing_key(waiting)
        with pytest.raises(ExportError, match=r"no longer in signing\.key\.next"):
            await run_export(store, key, stick, DAY)
    assert names(stick) == []
    write_key(waiting, fresh)
    assert await run_export(store, key, stick, DAY) is not None
    assert load_signing_key(key).seed == fresh.seed


async def test_a_copy_of_the_key_that_signs_is_no_new_key(store: Store, key: Path, stick: Path) -> None:
    write_key(key.with_name("signing.key.next"), SERVER)
    assert await run_export(store, key, stick, DAY) is None
    assert sorted(entry.name for entry in key.parent.glob("signing*")) == ["signing.key"]
    assert load_signing_key(key).seed == SERVER.seed


async def test_no_new_key_and_no_second_export_while_one_runs(store: Store, key: Path, stick: Path) -> None:
    with server_keys(key) as keys:
        with pytest.raises(SettingsError, match="wait for its end"):
            await run_export(store, key, stick, DAY)
        with pytest.raises(SettingsError, match="wait for its end"):
            new_key(key)
    assert repr(keys) == "ServerKeys()"
    assert os.listdir(key.parent).count("signing.key.next") == 0

"""Whoever has the server's key signs a second list: what came first under an id stays what it means."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crypto.batch import Batch, BatchDrop
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, run_apart, sha256, text_item

TRUE, FALSE = "they sent us eight pages", "nothing ever happened"


class Scene:
    """One reviewer, the true server's stick with a testimony, and a thief of its key with another stick."""

    def __init__(self, reviewer: Reviewer, server: Server, *, before: int = 0) -> None:
        self.reviewer, self.server = reviewer, server
        if not (reviewer.home / "keys").exists():
            reviewer.keygen("--weeks", "1", "--x25519")
        for _ in range(before):
            server.write()
        self.file = server.drop(reviewer.recipients(), text_item(TRUE))
        self.folder = server.write(self.file)
        self.id = server.last_id
        self.batch = server.batches[-1]
        self.thief = Server(server.stick.parent / "thief", server.day, server.key)
        self.forged_file = self.thief.drop(reviewer.recipients(), text_item(FALSE))

    @property
    def tar(self) -> Path:
        return self.folder / f"{self.id}.tar"

    def forge(self, sequence: int, previous: bytes | None, *, lower: bool | None = None) -> Path:
        """The thief's batch: the same id, other content. `lower`: is its hash below the true one's?"""
        listed = (BatchDrop(self.id, sha256(self.forged_file), len(self.forged_file)),)
        batch = Batch(sequence, previous, self.server.day, listed)
        while lower is not None and (batch.digest() < self.batch.digest()) is not lower:
            batch = batch.replaced(day=batch.day - timedelta(days=1))
        return self.thief.put(batch, {self.id: self.forged_file})

    def take(self, stick: Path) -> Outcome:
        return self.reviewer.run("import", stick, "--server", self.server.public)

    def assert_true(self, tmp_path: Path, name: str = "out") -> None:
        """In `list`, `show`, `extract` and the receipt the id means what came first, byte for byte."""
        assert self.reviewer.run("list").out.count(self.id[:12]) == 1
        assert (self.reviewer.home / "drops" / f"{self.id}.tar").read_bytes() == self.file
        shown = self.reviewer.show(self.id)
        assert shown.status == 0, shown.err
        assert TRUE in shown.out
        assert FALSE not in shown.out
        out = tmp_path / name
        out.mkdir()
        assert self.reviewer.run("extract", self.id, out, passphrase=PASSPHRASE).status == 0
        assert (out / self.id / "0001.txt").read_text() == TRUE
        assert self.receipted(out) == {(self.batch.sequence, self.id, sha256(self.file).hex())}

    def receipted(self, folder: Path) -> set[tuple[int, str, str]]:
        assert self.reviewer.run("receipt", folder, passphrase=PASSPHRASE).status == 0
        (path,) = folder.glob("receipt-*.json")
        batches = json.loads(path.read_bytes())["batches"]
        return {
            (batch["sequence"], drop["id"], drop["sha256"]) for batch in batches for drop in batch["drops"]
        }

    def assert_refused(self, done: Outcome) -> None:
        """Told in plain words, once; the forged drop was not taken; nobody is told to delete anything."""
        assert done.status == 3
        assert f"lists drop {self.id[:8]} with other content" in done.err
        assert "What came first stays" in done.err
        assert done.err.count("somebody has the server's key") == 1
        assert "remove" not in done.out + done.err
        assert "delete" not in done.out + done.err


@pytest.mark.parametrize("lower", [True, False], ids=["lower hash", "higher hash"])
def test_a_forged_list_of_the_same_number_does_not_take_the_id(
    reviewer: Reviewer, server: Server, tmp_path: Path, lower: bool
) -> None:
    scene = Scene(reviewer, server)
    assert scene.take(server.stick).status == 0
    scene.forge(1, None, lower=lower)
    done = scene.take(scene.thief.stick)
    scene.assert_refused(done)
    assert "two different batches with number 1" in done.err
    scene.assert_true(tmp_path)
    again = scene.take(server.stick)
    assert (again.status, again.err) == (0, ""), "the true stick is the true stick"
    quiet = scene.take(scene.thief.stick)
    assert (quiet.status, quiet.err) == (0, ""), "it was told once"
    scene.assert_true(tmp_path, "later")
    assert len(list((reviewer.home / "batches").glob("*.json"))) == 2, "the other list is evidence"


def test_a_forged_list_of_an_unseen_lower_number_does_not_take_the_id(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    scene = Scene(reviewer, server, before=3)
    scene.take(scene.folder)
    scene.forge(2, sha256(b"any"))
    scene.assert_refused(scene.take(scene.thief.stick))
    scene.assert_true(tmp_path)


def test_a_forged_list_of_a_higher_number_does_not_take_the_id(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """It follows the chain as it should, so there is no fork: only the id gives it away."""
    scene = Scene(reviewer, server)
    scene.take(server.stick)
    scene.forge(2, scene.batch.digest())
    done = scene.take(scene.thief.stick)
    scene.assert_refused(done)
    assert "fork" not in done.err
    scene.assert_true(tmp_path)
    assert scene.take(scene.thief.stick).err == ""


@pytest.mark.parametrize("number", [1, 2])
def test_a_forgery_that_comes_before_the_true_file_does_not_take_the_id(
    reviewer: Reviewer, server: Server, tmp_path: Path, number: int
) -> None:
    """The stick was cut: the true list is here, the file is not, and the thief brings one."""
    scene = Scene(reviewer, server)
    scene.tar.unlink()
    assert "cut short" in scene.take(server.stick).err
    scene.forge(number, None if number == 1 else scene.batch.digest(), lower=True)
    scene.assert_refused(scene.take(scene.thief.stick))
    assert not (reviewer.home / "drops" / f"{scene.id}.tar").exists()
    assert "file missing" in reviewer.run("list").out
    scene.tar.write_bytes(scene.file)
    assert scene.take(server.stick).status == 0
    scene.assert_true(tmp_path)


@pytest.mark.parametrize("instant", range(1, 8))
def test_a_power_cut_between_the_list_and_the_file_does_not_give_the_id_away(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instant: int
) -> None:
    """Stopped before each file gets its name: list, signature, batch, register, head, drop; and after."""
    scene = Scene(reviewer, server)
    reviewer.run("list")
    replaced, count = Path.replace, 0

    def stop(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == instant:
            raise KeyboardInterrupt
        return replaced(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        stopped = scene.take(server.stick).status == 130
    assert stopped is (instant <= 6), "six names, and then it is done"
    known = instant > 3
    assert (scene.id[:12] in reviewer.run("list").out) is known
    if instant == 4:
        (reviewer.home / "register").unlink(missing_ok=True)  # as the power left it
    scene.forge(1, None, lower=True)
    done = scene.take(scene.thief.stick)
    if known:
        assert f"lists drop {scene.id[:8]} with other content" in done.err
        assert scene.take(server.stick).status in {0, 3}
        scene.assert_true(tmp_path)
    else:
        assert done.status == 0, "nothing of the true list was here: nobody can know"


def test_two_lists_on_one_stick_are_told_and_the_chain_decides(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """The thief adds a folder to the true stick. Neither is first; the next batch names the true one."""
    scene = Scene(reviewer, server)
    server.write()
    forged = scene.forge(1, None, lower=True)
    os.rename(forged, server.stick / "a-name-that-comes-first")
    done = scene.take(server.stick)
    assert done.status == 3
    assert "Both came just now, so neither is first: that one stays." in done.err
    assert "somebody has the server's key" in done.err
    scene.assert_true(tmp_path)


def old_home(scene: Scene) -> None:
    """As 0.1.0 left it: the records and the files, and no register."""
    (scene.reviewer.home / "register").unlink()


def test_in_a_home_of_before_the_file_that_is_here_decides(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    scene = Scene(reviewer, server)
    scene.take(server.stick)
    scene.forge(1, None, lower=True)
    scene.take(scene.thief.stick)
    old_home(scene)
    told = reviewer.run("list")
    assert "the one of batch 1 counts from now on, because its file is here" in told.err
    assert reviewer.run("list").err == "", "told once"
    scene.assert_true(tmp_path)


def test_in_a_home_of_before_without_the_file_the_chain_decides(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    scene = Scene(reviewer, server)
    scene.tar.unlink()
    scene.take(server.stick)
    scene.forge(1, None, lower=True)
    scene.take(scene.thief.stick)
    old_home(scene)
    assert "because it is in the chain of batches" in reviewer.run("list").err
    scene.tar.write_bytes(scene.file)
    scene.take(server.stick)
    scene.assert_true(tmp_path)


def test_in_a_home_of_before_where_nothing_decides_that_is_said_and_neither_is_taken(
    reviewer: Reviewer, server: Server
) -> None:
    scene = Scene(reviewer, server, before=3)
    scene.tar.unlink()
    scene.take(scene.folder)
    forged = scene.forge(2, sha256(b"any"))
    scene.take(scene.thief.stick)
    old_home(scene)
    told = reviewer.run("list")
    assert "which came first was not written down: neither is taken" in told.err
    scene.tar.write_bytes(scene.file)
    for stick in (scene.folder, forged):
        scene.take(stick)
        assert not (reviewer.home / "drops" / f"{scene.id}.tar").exists()


def test_a_home_of_before_goes_on_as_it_was(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    scene = Scene(reviewer, server)
    scene.take(server.stick)
    reviewer.show(scene.id)
    old_home(scene)
    assert (reviewer.run("list").err, scene.take(server.stick).err) == ("", "")
    assert (reviewer.home / "register").exists()
    scene.assert_true(tmp_path)


def test_a_file_that_was_damaged_is_kept_and_replaced_by_a_whole_one(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """Nobody is told to delete what may be the only copy."""
    scene = Scene(reviewer, server)
    scene.take(server.stick)
    path = reviewer.home / "drops" / f"{scene.id}.tar"
    path.write_bytes(bytes([scene.file[0] ^ 1]) + scene.file[1:])
    shown = reviewer.show(scene.id)
    assert shown.status == 1
    assert "Keep it, and import a stick with batch 1 again" in shown.err
    scene.tar.write_bytes(b"not whole either")
    assert scene.take(server.stick).status == 3
    assert path.read_bytes()[1:] == scene.file[1:], "a broken stick takes nothing away"
    scene.tar.write_bytes(scene.file)
    assert scene.take(server.stick).status == 0
    scene.assert_true(tmp_path)


def test_a_restored_servers_list_of_the_same_drops_is_no_forgery(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """A fork by accident: same drops, other list. A receipt names each drop under both: one is known."""
    scene = Scene(reviewer, server)
    server.write()
    scene.take(server.stick)
    restored = Server(tmp_path / "restored", server.day, server.key)
    fresh = server.drop(reviewer.recipients(), text_item("after the backup"))
    listed = [scene.batch.drops[0], BatchDrop("f" * 32, sha256(fresh), len(fresh))]
    batch = Batch(1, None, server.day, tuple(sorted(listed, key=lambda drop: drop.id)))
    restored.put(batch, {scene.id: scene.file, "f" * 32: fresh})
    done = scene.take(restored.stick)
    assert done.status == 3
    assert "the server was restored from a backup" in done.err
    assert "other content" not in done.err
    assert f"The new batch 1 lists drop {scene.id[:8]} again, with the same content." in done.out
    assert "| after the backup" in reviewer.show("f" * 32).out
    assert reviewer.show(scene.id).status == 0
    out = tmp_path / "out"
    out.mkdir()
    assert reviewer.run("receipt", out, passphrase=PASSPHRASE).status == 0
    (path,) = out.glob("receipt-*.json")
    named = {
        entry["digest"]: [drop["id"] for drop in entry["drops"]]
        for entry in json.loads(path.read_bytes())["batches"]
    }
    assert named == {
        scene.batch.digest().hex(): [scene.id],
        batch.digest().hex(): [drop.id for drop in batch.drops],
    }


@pytest.mark.parametrize("content", [b"\xff", b"x\n", b"0" * 32 + b"\n"])
def test_a_damaged_register_is_named(reviewer: Reviewer, server: Server, content: bytes) -> None:
    scene = Scene(reviewer, server)
    scene.take(server.stick)
    (reviewer.home / "register").write_bytes(content)
    done = reviewer.run("list")
    assert (done.status, done.err) == (1, "silbo-admin: The file register in the home is damaged.\n")


def test_the_program_itself_on_a_forged_stick(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    """Processes of their own, the real clock and the real scrypt."""
    reviewer.today = server.day = datetime.now(UTC).date()

    scene = Scene(reviewer, server)
    assert run_apart(reviewer.home, "import", server.stick, "--server", server.public).status == 0
    scene.forge(1, None, lower=True)
    scene.assert_refused(run_apart(reviewer.home, "import", scene.thief.stick))
    shown = run_apart(reviewer.home, "show", scene.id, passphrase=PASSPHRASE)
    assert (shown.status, shown.err) == (0, "")
    assert f"| {TRUE}\n" in shown.out

"""`silbo-admin backup` and `restore`: one sealed file, without the keys that are to end."""

import io
import json
import subprocess
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.age import ScryptIdentity, ScryptRecipient, decrypt, encrypt
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Reviewer, Server, text_item


@pytest.fixture
def one(reviewer: Reviewer, server: Server) -> Reviewer:
    """With three periods and a drop that was opened."""
    reviewer.keygen("--weeks", "3")
    server.write(server.drop(reviewer.recipients(), text_item("What they do to us.")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    reviewer.run("show", server.last_id, passphrase=PASSPHRASE)
    return reviewer


def other(one: Reviewer, tmp_path: Path) -> Reviewer:
    return Reviewer(tmp_path / "elsewhere" / "home", one.capture, one.today)


def files(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith("lock")
    }


def test_a_restored_home_is_the_same_home(one: Reviewer, server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.age"
    assert one.run("backup", copy, passphrase=PASSPHRASE).status == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert b"silbo" not in copy.read_bytes()
    there = other(one, tmp_path)
    assert there.run("restore", copy, passphrase=PASSPHRASE).status == 0
    before, after = files(one.home), files(there.home)
    noted = json.loads(after.pop("state.json"))
    assert noted.pop("restored") == [one.today.isoformat()]
    assert noted == json.loads(before.pop("state.json"))
    assert after == before
    assert "What they do to us." in there.run("show", server.last_id, passphrase=PASSPHRASE).out
    assert there.run("import", server.stick).out == "Batch 1 of 2026-11-18: imported before, nothing new.\n"
    modes = {path.stat().st_mode & 0o777 for path in there.home.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_attack_no_key_of_a_period_that_is_over_lies_in_a_drawer(one: Reviewer, tmp_path: Path) -> None:
    one.today = TODAY + timedelta(days=16)
    one.run("backup", tmp_path / "copy.age", passphrase=PASSPHRASE)
    there = other(one, tmp_path)
    there.run("restore", tmp_path / "copy.age", passphrase=PASSPHRASE)
    names = sorted(path.name for path in (there.home / "keys").glob("period-*"))
    assert names == ["period-2026-11-23.age", "period-2026-11-30.age"]


def test_attack_an_old_copy_brings_no_destroyed_key_back(one: Reviewer, tmp_path: Path) -> None:
    one.run("backup", tmp_path / "copy.age", passphrase=PASSPHRASE)
    there = other(one, tmp_path)
    there.today = TODAY + timedelta(days=29)  # the first week's key was to be destroyed the day before
    there.run("restore", tmp_path / "copy.age", passphrase=PASSPHRASE)
    names = sorted(path.name for path in (there.home / "keys").glob("period-*"))
    assert names == ["period-2026-11-23.age", "period-2026-11-30.age"]


def test_nothing_is_overwritten_and_nothing_half_restored(one: Reviewer, tmp_path: Path) -> None:
    copy = tmp_path / "copy.age"
    one.run("backup", copy, passphrase=PASSPHRASE)
    whole = copy.read_bytes()
    assert "by that name already" in one.run("backup", copy, passphrase=PASSPHRASE).err
    assert "something in that home already" in one.run("restore", copy, passphrase=PASSPHRASE).err
    there = other(one, tmp_path)
    assert "does not open it" in there.run("restore", copy, passphrase="another passphrase here").err
    for damaged in (whole[:-40], whole[:-1] + b"!", whole[:300], b"", b"no copy at all\n" * 99):
        copy.write_bytes(damaged)
        done = there.run("restore", copy, passphrase=PASSPHRASE)
        assert (done.status, "nothing was restored" in done.err) == (1, True), done
        assert not there.home.exists()
        assert list(there.home.parent.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", "keys/../../outside", "a/b/c/d/e/f/g/h/i", ".hidden", "."]
)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE])
def test_attack_a_made_up_copy_writes_nothing_outside(
    reviewer: Reviewer, tmp_path: Path, name: str, kind: bytes
) -> None:
    """Whoever knows the passphrase, or guesses it, makes an archive with names that lead elsewhere."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        good = tarfile.TarInfo("silbo-admin-home")
        tar.addfile(good, io.BytesIO())
        bad = tarfile.TarInfo(name)
        bad.type, bad.linkname = kind, "/etc/passwd"
        tar.addfile(bad, io.BytesIO())
    copy = tmp_path / "copy.age"
    copy.write_bytes(encrypt(archive.getvalue(), [ScryptRecipient(PASSPHRASE.encode(), log_n=WORK_FACTOR)]))
    before = sorted(tmp_path.rglob("*"))
    done = reviewer.run("restore", copy, passphrase=PASSPHRASE)
    assert "nothing was restored" in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_stock_tools_open_a_copy(one: Reviewer, tmp_path: Path) -> None:
    copy = tmp_path / "copy.age"
    one.run("backup", copy, passphrase=PASSPHRASE)
    clear = decrypt(copy.read_bytes(), [ScryptIdentity(PASSPHRASE.encode())])
    listed = subprocess.run(["tar", "-tf", "-"], input=clear, capture_output=True, check=True).stdout.decode()
    assert "keys/root.age" in listed.splitlines()


def test_attack_no_copy_goes_back_to_the_operator(one: Reviewer, server: Server) -> None:
    """Whoever gets that stick next could guess at the passphrase, at leisure."""
    done = one.run("backup", server.stick / "copy.age")
    assert "That stick goes back to the operator" in done.err
    assert not (server.stick / "copy.age").exists()

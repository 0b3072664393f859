"""`silbo-admin passphrase`: all secrets or none, and what an interruption leaves is finished."""

import subprocess
from pathlib import Path

import pytest

from admin.errors import AdminError
from admin.home import Home
from admin.keys import resealing
from admin.keys.keyring import KeyRing
from admin.workspace.storage import open_storage
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Reviewer, Server, Typist, pipe_with, text_item

NEW = "quite another sentence of six words"


def change(reviewer: Reviewer, new: str = NEW, old: str = PASSPHRASE) -> tuple[int, str]:
    handle = pipe_with(new)
    done = reviewer.run("passphrase", "--new-passphrase-fd", str(handle), passphrase=old)
    return done.status, done.out + done.err


def ring_of(passphrase: str) -> KeyRing:
    return KeyRing(lambda _prompt: passphrase.encode(), may_retry=False)


@pytest.fixture
def one(reviewer: Reviewer, server: Server) -> Reviewer:
    """With keys, a drop, and a workspace."""
    reviewer.keygen("--weeks", "2")
    server.write(server.drop(reviewer.recipients(), text_item("What they do to us.")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    open_storage(Home(reviewer.home), ring_of(PASSPHRASE), TODAY, WORK_FACTOR)
    return reviewer


def opens(reviewer: Reviewer, passphrase: str) -> bool:
    listed = reviewer.run("list").out.split()
    drop = next(word for word in listed if len(word) == 12 and word.isalnum() and word.islower())
    return "What they do to us." in reviewer.run("show", drop, passphrase=passphrase).out


def test_the_new_passphrase_opens_everything_and_the_old_one_nothing(one: Reviewer, age_program: str) -> None:
    status, said = change(one)
    assert (status, "The passphrase was changed, of 4 secrets." in said) == (0, True)
    assert opens(one, NEW)
    assert not opens(one, PASSPHRASE)
    open_storage(Home(one.home), ring_of(NEW), TODAY, WORK_FACTOR)
    with pytest.raises(AdminError):
        open_storage(Home(one.home), ring_of(PASSPHRASE), TODAY, WORK_FACTOR)
    assert {path.stat().st_mode & 0o777 for path in (one.home / "keys").glob("*.age")} == {0o600}
    assert not (one.home / "resealed").exists()


def test_a_wrong_or_a_weak_passphrase_changes_nothing(one: Reviewer) -> None:
    before = {path: path.read_bytes() for path in one.home.rglob("*.age")}
    assert "does not open" in change(one, old="not the passphrase of ana")[1]
    assert "too short" in change(one, new="short")[1]
    (one.home / "keys" / "period-2026-11-16.age").write_bytes(b"age-encryption.org/v1\n")
    assert change(one)[0] == 1
    (one.home / "keys" / "period-2026-11-16.age").write_bytes(
        before[one.home / "keys" / "period-2026-11-16.age"]
    )
    assert {path: path.read_bytes() for path in one.home.rglob("*.age")} == before


@pytest.mark.parametrize("moved", [0, 1, 3])
def test_attack_an_interrupted_change_leaves_no_secret_behind(
    one: Reviewer, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """A power cut when some secrets are under the new passphrase and some under the old one."""
    real, count = Path.replace, 0

    def cut(self: Path, target: Path) -> Path:
        nonlocal count
        if self.parent.name == "resealed":
            if count == moved:
                raise KeyboardInterrupt
            count += 1
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", cut)
        change(one)
    assert (one.home / "resealed").is_dir()
    said = one.run("list")
    assert "which was interrupted, is done" in said.err
    assert not (one.home / "resealed").exists()
    assert opens(one, NEW)
    open_storage(Home(one.home), ring_of(NEW), TODAY, WORK_FACTOR)


def test_attack_a_destroyed_key_does_not_come_back_with_the_rest(one: Reviewer) -> None:
    """Interrupted before the swap; another machine's `rotate`, or a person, removed a period meanwhile."""
    home = Home(one.home)
    home.resealed.mkdir()
    gone = home.keys / "period-2026-11-16.age"
    (home.resealed / gone.name).write_bytes(gone.read_bytes())
    gone.unlink()
    resealing.finish(home)
    assert not gone.exists()


def test_the_stock_age_opens_what_was_sealed_anew(one: Reviewer, age_program: str) -> None:
    assert change(one)[0] == 0
    script = f"{age_program} -d {one.home}/keys/root.age"
    done = subprocess.run(
        ["script", "-qec", script, "/dev/null"], input=f"{NEW}\n", capture_output=True, text=True, check=False
    )
    assert "silbo-root-seed" in done.stdout


def test_who_mistypes_a_new_passphrase_unlocks_nothing_a_second_time(one: Reviewer) -> None:
    """Three tries, each with its reason; at the end it is said that the old one still holds."""
    before = {path: path.read_bytes() for path in one.home.rglob("*.age")}
    person = Typist(["--home", str(one.home), "passphrase"])
    person.type_after("Passphrase: ", PASSPHRASE)
    person.type_after("New passphrase: ", "short")
    person.type_after("New passphrase: ", NEW)
    person.type_after("The same again: ", NEW + "x")
    person.type_after("New passphrase: ", NEW)
    person.type_after("The same again: ", "x" + NEW)
    assert person.finish() == 1
    assert "too short" in person.screen
    assert person.screen.count("The two passphrases differ.") == 2
    assert " ".join(person.screen.split()).endswith("differ. The passphrase is as it was.")
    assert {path: path.read_bytes() for path in one.home.rglob("*.age")} == before


def test_a_new_passphrase_that_is_the_old_one_is_none(one: Reviewer) -> None:
    """Who believes that it was changed goes on with what somebody else may know."""
    status, said = change(one, new=PASSPHRASE)
    assert (status, "That is the passphrase that it has; nothing was changed." in said) == (1, True)

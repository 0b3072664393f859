"""Attacks on what a command leaves: killed half way, or led by a link to another place than it names."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from admin.files import sweep, temporary_folder
from crypto.age import X25519Identity, decrypt, encrypt
from tests.admin.stage import (
    PASSPHRASE,
    TODAY,
    WORK_FACTOR,
    Reviewer,
    Server,
    file_item,
    original_item,
    pipe_with,
    text_item,
)

WORDS = "they film us at work"
KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from admin.cli import main
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{where} = die
main(sys.argv[1:], today=lambda: date.fromisoformat({today!r}), work_factor={factor})
"""


def killed(where: str, reviewer: Reviewer, *words: str | Path, passphrase: str | None = PASSPHRASE) -> None:
    """Runs a command that is killed (SIGKILL) where it would call `where`."""
    script = KILLED.format(where=where, today=TODAY.isoformat(), factor=WORK_FACTOR)
    handle = None if passphrase is None else pipe_with(passphrase)
    arguments = ["--home", str(reviewer.home), *map(str, words)]
    if handle is not None:
        arguments += ["--passphrase-fd", str(handle)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        pass_fds=() if handle is None else (handle,),
        capture_output=True,
        check=False,
    )
    if handle is not None:
        os.close(handle)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture
def drop(reviewer: Reviewer, server: Server) -> str:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item(WORDS), file_item(b"a picture")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def in_clear(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()]


@pytest.mark.parametrize("command", ["list", "extract"])
def test_words_that_a_killed_extract_left_are_gone_after_the_next_command(
    reviewer: Reviewer, drop: str, tmp_path: Path, command: str
) -> None:
    target, another = tmp_path / "taken out", tmp_path / "another"
    target.mkdir()
    another.mkdir()
    killed("Path.rename", reviewer, "extract", drop, target)
    assert in_clear(target), "the attack needs something to find"
    if command == "list":
        done = reviewer.run("list")
    else:
        done = reviewer.run("extract", drop, another, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    assert "half written was removed: 1 file or folder." in done.err
    assert os.listdir(target) == []
    assert "half written" not in reviewer.run("list").err


def test_a_stick_that_was_away_is_swept_when_it_is_back(
    reviewer: Reviewer, drop: str, tmp_path: Path
) -> None:
    target, away = tmp_path / "taken out", tmp_path / "away"
    target.mkdir()
    killed("Path.rename", reviewer, "extract", drop, target)
    target.rename(away)
    assert reviewer.run("list").status == 0
    away.rename(target)
    assert reviewer.run("list").status == 0
    assert os.listdir(target) == []


def test_an_original_that_a_killed_command_left_goes_with_the_next(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    custodian, target = X25519Identity.generate(), tmp_path / "originals"
    target.mkdir()
    key, sealed = tmp_path / "key", tmp_path / "0003.age"
    key.write_text(custodian.to_string())
    sealed.write_bytes(original_item(custodian.recipient(), WORDS.encode())([custodian.recipient()], TODAY))
    killed("Path.rename", reviewer, "open-original", sealed, target, "-i", key, passphrase=None)
    assert in_clear(target)
    assert reviewer.run("open-original", sealed, target, "-i", key).status == 0
    assert len(os.listdir(target)) == 1


def test_what_a_killed_age_left_goes_with_the_next_into_that_folder(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    key, sealed = tmp_path / "key", tmp_path / "sealed.age"
    identity = X25519Identity.generate()
    key.write_text(identity.to_string())
    sealed.write_bytes(encrypt(WORDS.encode(), [identity.recipient()]))
    words = ("age", "decrypt", "-i", key, "-o", target / "out", sealed)
    script = KILLED.format(where="Path.replace", today=TODAY.isoformat(), factor=WORK_FACTOR)
    subprocess.run([sys.executable, "-c", script, *map(str, words)], check=False)
    assert in_clear(target)
    assert reviewer.run(*words).status == 0
    assert os.listdir(target) == ["out"]


def test_what_a_running_command_writes_is_not_swept(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        (folder / "part").write_bytes(b"being written")
        with temporary_folder(tmp_path) as other:
            assert other != folder
        assert sweep(tmp_path) == 0
        assert (folder / "part").exists()
    assert os.listdir(tmp_path) == []


def test_a_sweep_follows_no_link_and_takes_nothing_of_the_persons(tmp_path: Path) -> None:
    precious, folder = tmp_path / "precious", tmp_path / "folder"
    precious.mkdir()
    folder.mkdir()
    (precious / "file").write_bytes(b"kept")
    (folder / ".partial-0123456789abcdef").symlink_to(precious)
    os.mkfifo(folder / ".partial-0123456789abcdee")
    (folder / ".partial-notes").write_bytes(b"kept")
    assert sweep(folder) == 0
    assert len(os.listdir(folder)) == 3
    assert (precious / "file").exists()


@pytest.mark.parametrize("command", ["receipt", "publish", "revocation", "extract"])
@pytest.mark.parametrize("inside", ["", "keys", "keys/new"])
def test_a_link_on_a_stick_leads_nothing_into_the_home(
    reviewer: Reviewer, drop: str, tmp_path: Path, command: str, inside: str
) -> None:
    reviewer.show(drop)
    link = tmp_path / "stick" / "receipts"
    link.symlink_to(reviewer.home)
    before = sorted(str(path) for path in reviewer.home.rglob("*"))
    words = (command, drop) if command == "extract" else (command,)
    (reviewer.home / "state.lock").touch()
    done = reviewer.run(*words, link / inside, passphrase=None if command == "publish" else PASSPHRASE)
    assert done.status == 1, done
    assert "in the home of silbo-admin" in done.err
    assert sorted(str(path) for path in reviewer.home.rglob("*")) == before


@pytest.mark.parametrize("spelling", [["-d", "-i", "KEY", "FILE"], ["-i", "KEY", "--decrypt", "FILE"]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_age_is_called_as_age_is_and_reads_a_key_that_windows_saved(
    reviewer: Reviewer, tmp_path: Path, spelling: list[str], encoding: str
) -> None:
    identity, key, sealed = X25519Identity.generate(), tmp_path / "key", tmp_path / "sealed.age"
    key.write_text(f"# made on Windows\r\n{identity.to_string()}\r\n", encoding)
    sealed.write_bytes(encrypt(b"words", [identity.recipient()]))
    out = tmp_path / "out"
    words = [{"KEY": str(key), "FILE": str(sealed)}.get(word, word) for word in spelling]
    assert reviewer.run("age", *words[:-1], "-o", out, words[-1]).status == 0
    assert out.read_bytes() == b"words"
    again = tmp_path / "again"
    assert reviewer.run("age", "-r", str(identity.recipient()), "-o", again, out).status == 0
    assert decrypt(again.read_bytes(), [identity]) == b"words"


def test_a_pipe_in_the_place_of_an_original_stalls_nothing(reviewer: Reviewer, tmp_path: Path) -> None:
    sealed, key = tmp_path / "0003.age", tmp_path / "key"
    os.mkfifo(sealed)
    key.write_text(X25519Identity.generate().to_string())
    done = reviewer.run("open-original", sealed, tmp_path, "-i", key)
    assert (done.status, "nothing was read" in done.err) == (1, True), done

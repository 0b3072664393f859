"""`silbo-admin age`: the flags of age, whole output or none, one sentence when something is wrong."""

from __future__ import annotations

import argparse
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from admin.commands import age as age_command
from crypto import age

X25519 = age.X25519Identity.generate()
HYBRID = age.HybridIdentity.generate()

PROGRAM = """
import argparse, sys
from admin.commands import age
parser = argparse.ArgumentParser()
age.options(parser)
sys.exit(age.run(None, parser.parse_args()))
"""
COMMAND = [sys.executable, "-c", PROGRAM]

# Makes standard input the controlling terminal of a program.
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def silbo_age(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    age_command.options(parser)
    return age_command.run(None, parser.parse_args([*map(str, arguments)]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plaintext, two identity files and a recipients file."""
    (tmp_path / "plain").write_bytes(b"what they do to us\n" * 10_000)
    (tmp_path / "x25519.txt").write_text(f"# mine\n{X25519.to_string()}\n")
    (tmp_path / "hybrid.txt").write_text(f"{HYBRID.to_string()}\n")
    (tmp_path / "reviewers").write_text(
        f"# the desk\n{HYBRID.recipient()}\n{str(HYBRID.recipient()).upper()}\n"
    )
    return tmp_path


@pytest.mark.parametrize("armor", [[], ["-a"]])
@pytest.mark.parametrize(
    "to", [["-r", str(HYBRID.recipient())], ["-R", "reviewers"], ["-i", "hybrid.txt"]], ids=["r", "R", "i"]
)
def test_a_file_comes_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, to: list[str], armor: list[str]
) -> None:
    monkeypatch.chdir(folder)
    assert silbo_age("encrypt", *to, *armor, "-o", "out.age", "plain") == 0
    assert (
        (folder / "out.age").read_bytes().startswith(b"-----BEGIN" if armor else b"age-encryption.org/v1\n")
    )
    assert silbo_age("decrypt", "-i", "x25519.txt", "-i", "hybrid.txt", "-o", "again", "out.age") == 0
    assert (folder / "again").read_bytes() == (folder / "plain").read_bytes()
    assert (folder / "again").stat().st_mode & 0o777 == 0o600


def test_pipes(folder: Path) -> None:
    data = os.urandom(3 << 20)
    flags = ["encrypt", "-r", str(X25519.recipient())]
    file = subprocess.run([*COMMAND, *flags], input=data, capture_output=True, check=True, timeout=240).stdout
    flags = ["decrypt", "-i", str(folder / "x25519.txt"), "-"]
    done = subprocess.run([*COMMAND, *flags], input=file, capture_output=True, check=True, timeout=240)
    assert done.stdout == data


def test_debian_age_and_we_take_each_others_files(age_program: str, folder: Path) -> None:
    ours, theirs, again = folder / "ours.age", folder / "theirs.age", folder / "again"
    assert silbo_age("encrypt", "-r", str(X25519.recipient()), "-a", "-o", ours, folder / "plain") == 0
    key = ["-i", str(folder / "x25519.txt")]
    done = subprocess.run([age_program, "-d", *key, str(ours)], capture_output=True, check=True, timeout=240)
    assert done.stdout == (folder / "plain").read_bytes()
    command = [age_program, "-r", str(X25519.recipient()), "-o", str(theirs), str(folder / "plain")]
    subprocess.run(command, check=True, timeout=240)
    assert silbo_age("decrypt", *key, "-o", again, theirs) == 0
    assert again.read_bytes() == (folder / "plain").read_bytes()


def give(secret: bytes) -> int:
    """A descriptor that a passphrase can be read from."""
    reader, writer = os.pipe()
    os.write(writer, secret + b"\n")
    os.close(writer)
    return reader


def test_passphrases_from_a_descriptor(folder: Path) -> None:
    out, again = folder / "out.age", folder / "again"
    fd = give(b"siete valles")
    assert silbo_age("encrypt", "-p", "--passphrase-fd", str(fd), "-o", out, folder / "plain") == 0
    os.close(fd)
    fd = give(b"siete valles")
    assert silbo_age("decrypt", "--passphrase-fd", str(fd), "-o", again, out) == 0
    os.close(fd)
    assert again.read_bytes() == (folder / "plain").read_bytes()


def test_a_passphrase_typed_on_the_terminal(folder: Path) -> None:
    (folder / "out.age").write_bytes(age.encrypt(b"hola", [age.ScryptRecipient(b"siete valles", 4)]))
    shown, status = on_terminal(["decrypt", str(folder / "out.age")], b"siete valles\n")
    assert status == 0
    assert b"siete valles" not in shown
    assert shown.endswith(b"hola")


def on_terminal(arguments: list[str], typed: bytes) -> tuple[bytes, int]:
    """Run on a terminal, answer the first prompt, and return what it shows and the exit status."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, *COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 1024):
            shown += more
            if typed and b": " in shown:
                os.write(ours, typed)
                typed = b""
    except OSError:  # how a terminal says that the program is gone
        pass
    os.close(ours)
    return shown, program.wait(timeout=240)


def test_attack_escape_sequences_on_the_terminal(folder: Path) -> None:
    (folder / "out.age").write_bytes(age.encrypt(b"\x1b]0;owned\x07 hi", [X25519.recipient()]))
    shown, status = on_terminal(["decrypt", "-i", str(folder / "x25519.txt"), str(folder / "out.age")], b"")
    assert (shown, status) == (b"\\x1b]0;owned\\x07 hi", 0)


def test_binary_does_not_go_to_a_terminal(folder: Path) -> None:
    shown, status = on_terminal(["encrypt", "-i", str(folder / "x25519.txt"), str(folder / "plain")], b"")
    assert status == 1
    assert b"-a for text" in shown
    (folder / "out.age").write_bytes(age.encrypt(bytes([0xFF, 0x00]), [X25519.recipient()]))
    shown, status = on_terminal(["decrypt", "-i", str(folder / "x25519.txt"), str(folder / "out.age")], b"")
    assert status == 1
    assert b"not text" in shown


def test_identity_files_may_rest_under_a_passphrase(folder: Path) -> None:
    guarded = age.encrypt(f"{HYBRID.to_string()}\n".encode(), [age.ScryptRecipient(b"siete valles", 4)])
    (folder / "period.age").write_bytes(guarded)
    (folder / "out.age").write_bytes(age.encrypt(b"hola", [HYBRID.recipient()]))
    fd = give(b"siete valles")
    flags: list[str | Path] = [
        "-i",
        folder / "period.age",
        "--passphrase-fd",
        str(fd),
        "-o",
        folder / "again",
    ]
    assert silbo_age("decrypt", *flags, folder / "out.age") == 0
    os.close(fd)
    assert (folder / "again").read_bytes() == b"hola"


@pytest.mark.parametrize("existing", [None, b"older"])
def test_attack_a_damaged_file_leaves_no_output(
    folder: Path, existing: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "again"
    if existing is not None:
        out.write_bytes(existing)
    file = bytearray(age.encrypt(os.urandom(3 << 20), [X25519.recipient()]))
    file[-1] ^= 1
    (folder / "out.age").write_bytes(file)
    names = sorted(path.name for path in folder.iterdir())
    assert silbo_age("decrypt", "-i", folder / "x25519.txt", "-o", out, folder / "out.age") == 1
    assert sorted(path.name for path in folder.iterdir()) == names
    assert existing is None or out.read_bytes() == existing
    assert capsys.readouterr().err == "silbo-admin age: The age file is damaged.\n"


def test_what_is_wrong_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").write_bytes(b"")
    (folder / "binary").write_bytes(b"\xff\xfe")
    (folder / "theirs.age").write_bytes(age.encrypt(b"x", [age.HybridIdentity.generate().recipient()]))
    plain, key = folder / "plain", folder / "x25519.txt"
    mixed = ["-r", str(X25519.recipient()), "-r", str(HYBRID.recipient())]
    wrong: list[list[str | Path]] = [
        ["encrypt", plain],
        ["encrypt", *mixed, plain],
        ["encrypt", "-r", "age1", plain],
        ["encrypt", "-r", X25519.to_string(), plain],
        ["encrypt", "-R", folder / "missing", plain],
        ["encrypt", "-R", folder / "binary", plain],
        ["encrypt", "-i", key, folder / "missing"],
        ["encrypt", "-i", key, "-i", "-", "-"],
        ["decrypt", "-i", folder / "empty", plain],
        ["decrypt", "-i", key, plain],
        ["decrypt", "-i", key, folder / "theirs.age"],
        ["decrypt", "-i", key, "-o", folder / "no" / "such", folder / "theirs.age"],
        ["decrypt", "--passphrase-fd", "99", folder / "theirs.age"],
    ]
    for arguments in wrong:
        assert silbo_age(*arguments[:1], "-o", folder / "out", *arguments[1:]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("silbo-admin age: ")
        assert captured.err.count("\n") == 1
        assert "SECRET" not in captured.err
        assert not (folder / "out").exists()


def test_keygen_makes_hybrid_identities_by_default(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for flags, kind in (([], age.HybridIdentity), (["--x25519"], age.X25519Identity)):
        key = folder / f"{kind.__name__}.key"
        assert silbo_age("keygen", *flags, "-o", key) == 0
        [identity] = age.parse_identities(key.read_text())
        assert isinstance(identity, kind)
        assert capsys.readouterr().err == f"Public key: {identity.recipient()}\n"
        assert key.stat().st_mode & 0o777 == 0o600
        assert silbo_age("keygen", "-y", "-o", folder / "public", key) == 0
        assert (folder / "public").read_text() == f"{identity.recipient()}\n"


def test_keygen_never_overwrites_a_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "x25519.txt").read_text()
    assert silbo_age("keygen", "-o", folder / "x25519.txt") == 1
    assert (folder / "x25519.txt").read_text() == before
    assert "never overwritten" in capsys.readouterr().err


def test_links_and_devices_are_written_through(folder: Path) -> None:
    (folder / "link").symlink_to("target")
    for out in (folder / "link", Path(os.devnull)):
        assert silbo_age("encrypt", "-i", folder / "x25519.txt", "-o", out, folder / "plain") == 0
    assert (folder / "link").is_symlink()
    assert (folder / "target").read_bytes().startswith(b"age-encryption.org/v1\n")
    assert Path(os.devnull).is_char_device()

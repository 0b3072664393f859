"""Files of ours opened by other people's programs, and theirs by ours: typage, Debian's age, pyrage."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from crypto import age

SIZES = [0, 1, 500, 65535, 65536, 65537, 131072, (1 << 20) + 1]
COUNTS = [1, 5, 8]
LOG_N = 10
PASSPHRASE = "la voz que cruza el valle"

AnyIdentity = age.X25519Identity | age.HybridIdentity
Typage = Callable[[list[dict[str, Any]]], list[bytes]]


def plaintext(size: int) -> bytes:
    return os.urandom(1 << 10) * (size >> 10) + os.urandom(size & 1023)


def group(kind: type[AnyIdentity], count: int) -> tuple[list[AnyIdentity], list[str]]:
    identities = [kind.generate() for _ in range(count)]
    return identities, [str(identity.recipient()) for identity in identities]


@pytest.mark.parametrize("kind", [age.X25519Identity, age.HybridIdentity])
def test_typage_opens_ours_and_we_open_its(typage: Typage, kind: type[AnyIdentity]) -> None:
    cases = [(plaintext(size), *group(kind, count)) for size in SIZES for count in COUNTS]
    jobs: list[dict[str, Any]] = []
    for number, (data, identities, recipients) in enumerate(cases):
        ours = age.encrypt(data, [identity.recipient() for identity in identities])
        # Every place among the stanzas is tried, in turn.
        reader = identities[number % len(identities)]
        jobs.append({"file": ours, "identities": [reader.to_string()]})
        jobs.append({"plaintext": data, "recipients": recipients})
    results = typage(jobs)
    for number, (data, identities, _) in enumerate(cases):
        assert results[2 * number] == data
        assert age.decrypt(results[2 * number + 1], [identities[-1 - number % len(identities)]]) == data


def test_typage_and_passphrases(typage: Typage) -> None:
    cases = [plaintext(size) for size in SIZES]
    recipient = age.ScryptRecipient(PASSPHRASE.encode(), LOG_N)
    jobs: list[dict[str, Any]] = []
    for data in cases:
        jobs.append({"file": age.encrypt(data, [recipient]), "passphrase": PASSPHRASE})
        jobs.append({"plaintext": data, "passphrase": PASSPHRASE, "logN": LOG_N})
    results = typage(jobs)
    for number, data in enumerate(cases):
        assert results[2 * number] == data
        assert age.decrypt(results[2 * number + 1], [age.ScryptIdentity(PASSPHRASE.encode())]) == data


def test_typage_and_armor(typage: Typage, tmp_path: Path) -> None:
    identity = age.HybridIdentity.generate()
    data = plaintext(65537)
    (tmp_path / "plain").write_bytes(data)
    with (tmp_path / "plain").open("rb") as source, (tmp_path / "armored").open("wb") as target:
        age.encrypt_stream(source, target, [identity.recipient()], armor=True)
    ours = (tmp_path / "armored").read_bytes()
    opened, theirs = typage(
        [
            {"file": ours, "identities": [identity.to_string()], "armor": True},
            {"plaintext": data, "recipients": [str(identity.recipient())], "armor": True},
        ]
    )
    assert opened == data
    assert age.decrypt(theirs, [identity]) == data


def test_debian_age_opens_ours_and_we_open_its(age_program: str, tmp_path: Path) -> None:
    for size in SIZES:
        for count in COUNTS:
            data = plaintext(size)
            identities, recipients = group(age.X25519Identity, count)
            key = tmp_path / "identity"
            key.write_text(identities[-1].to_string() + "\n")
            ours = age.encrypt(data, [identity.recipient() for identity in identities])
            assert run([age_program, "-d", "-i", str(key)], ours) == data
            flags = [flag for recipient in recipients for flag in ("-r", recipient)]
            armor = ["-a"] if size == 500 else []
            theirs = run([age_program, *armor, *flags], data)
            assert age.decrypt(theirs, [identities[0]]) == data


def test_debian_age_and_passphrases(age_program: str, tmp_path: Path) -> None:
    data = plaintext(65537)
    plain, ours, theirs, opened = (tmp_path / name for name in ("plain", "ours", "theirs", "opened"))
    for size in SIZES[1:]:  # age 1.1 makes no output file for no output
        sealed = plaintext(size)
        ours.write_bytes(age.encrypt(sealed, [age.ScryptRecipient(PASSPHRASE.encode(), LOG_N)]))
        run_on_terminal([age_program, "-d", "-o", str(opened), str(ours)], [PASSPHRASE])
        assert opened.read_bytes() == sealed
    plain.write_bytes(data)  # theirs costs a second of scrypt, so one size must do
    run_on_terminal([age_program, "-p", "-o", str(theirs), str(plain)], [PASSPHRASE, PASSPHRASE])
    assert age.decrypt(theirs.read_bytes(), [age.ScryptIdentity(PASSPHRASE.encode())]) == data


def test_pyrage_opens_ours_and_we_open_its() -> None:
    for size in SIZES:
        for count in COUNTS:
            data = plaintext(size)
            identities, recipients = group(age.X25519Identity, count)
            ours = age.encrypt(data, [identity.recipient() for identity in identities])
            reader = pyrage.x25519.Identity.from_str(identities[-1].to_string())
            assert pyrage.decrypt(ours, [reader]) == data
            theirs = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(text) for text in recipients])
            assert age.decrypt(theirs, [identities[0]]) == data


def test_pyrage_and_passphrases() -> None:
    for size in SIZES:
        data = plaintext(size)
        ours = age.encrypt(data, [age.ScryptRecipient(PASSPHRASE.encode(), LOG_N)])
        assert pyrage.passphrase.decrypt(ours, PASSPHRASE) == data
    theirs = pyrage.passphrase.encrypt(data, PASSPHRASE)
    assert age.decrypt(theirs, [age.ScryptIdentity(PASSPHRASE.encode())]) == data


def run(command: list[str], data: bytes) -> bytes:
    return subprocess.run(command, input=data, check=True, capture_output=True, timeout=240).stdout


# Makes standard input the controlling terminal of a program, which then asks there.
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def run_on_terminal(command: list[str], answers: list[str]) -> None:
    """Run a program that asks on its terminal, and answer each prompt."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, *command], stdin=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    for answer in answers:
        shown = b""
        while b": " not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, answer.encode() + b"\n")
    assert program.wait(timeout=240) == 0
    os.close(ours)

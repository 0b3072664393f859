"""`silbo-admin` starts with what a command needs and nothing else: judged by the modules it loads."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.admin.stage import Reviewer, Server

HEAVY = {"asyncio", "cryptography", "dataclasses", "email", "http", "inspect", "nacl", "segno"}
HEAVY |= {"shutil", "socket", "ssl", "subprocess", "threading", "typing", "unittest"}

PROGRAM = """
import sys
from datetime import date
from admin.cli import main
try:
    main(sys.argv[1:], today=lambda: date(2026, 11, 20))
finally:
    print("loaded", *sorted(sys.modules), file=sys.stderr)
"""


def loaded(*words: str | Path) -> set[str]:
    """The modules that a fresh interpreter has loaded when the command is done."""
    run = [sys.executable, "-c", PROGRAM, *map(str, words)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("loaded ")[2].split())


def test_help_loads_no_command_and_no_library() -> None:
    modules = loaded("--help")
    assert modules & HEAVY == set()
    assert {name for name in modules if name.startswith("admin.commands.")} == set()


def test_a_list_needs_no_cryptography(reviewer: Reviewer, server: Server) -> None:
    """In a home with keys, opened and unopened drops: a list parses records and compares hashes."""
    reviewer.keygen("--weeks", "3")
    server.write(server.drop(reviewer.recipients()), day=date(2026, 11, 18))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    modules = loaded("list", "--home", reviewer.home)
    assert "admin.commands.list" in modules
    assert modules & HEAVY == set()


def test_age_encrypts_to_a_classic_key_without_the_hybrid_one(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"what they do to us")
    recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # README of age
    modules = loaded("age", "encrypt", "-r", recipient, "-o", tmp_path / "sealed", tmp_path / "plain")
    assert (tmp_path / "sealed").stat().st_size > 200
    assert (
        modules & {"asyncio", "crypto.age.hybrid", "dataclasses", "inspect", "json", "shutil", "socket"}
        == set()
    )


@pytest.mark.parametrize("command", ["publish", "open-original"])
def test_a_command_loads_no_other(command: str) -> None:
    modules = {name for name in loaded(command, "--help") if name.startswith("admin.commands.")}
    assert modules == {f"admin.commands.{command.replace('-', '_')}"}


def test_the_home_stands_before_the_command_or_behind_it(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    home = str(reviewer.home)
    found = [
        subprocess.run([sys.executable, "-m", "admin", *words], capture_output=True, text=True, check=False)
        for words in (
            ["--home", home, "list"],
            ["list", "--home", home],
            [f"--home={home}", "list"],
            ["list", f"--home={home}"],
        )
    ]
    assert {(done.returncode, done.stdout) for done in found} == {(0, "No drop was imported yet.\n")}


def test_another_language_loads_a_catalogue_and_no_library(reviewer: Reviewer) -> None:
    modules = loaded("--language", "es", "--help")
    assert modules & (HEAVY | {"babel", "importlib.resources", "bz2"}) == set()
    assert "gettext" in modules  # argparse's own

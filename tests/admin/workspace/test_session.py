"""A session: one process, one passphrase, and nothing left of it when nobody types."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from admin.context import Context
from admin.workspace import session as of_session
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Reviewer, Server, Typist, text_item
from tests.admin.workspace.people import session


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen()
    for text in ("Una cámara en el dormitorio.", "Ocho páginas."):
        server.write(server.drop(reviewer.recipients(), text_item(text)))
    reviewer.run("import", server.stick, "--server", server.public)
    return reviewer


def ids(reviewer: Reviewer) -> list[str]:
    return sorted(path.stem for path in (reviewer.home / "drops").iterdir())


def test_an_evening_takes_one_passphrase(filled: Reviewer) -> None:
    """And no network: every socket is looked at."""
    first, second = ids(filled)
    lines = (
        "list --new",
        f"show {first}",
        f"show {second}",
        f"state checking {first}",
        "search ocho",
        "quit",
    )
    done = session(filled.home, *lines, watched=True)
    assert (done.status, done.err) == (0, "")
    assert "2 drops: 2 new, 2 unread." in done.out
    assert "Una cámara en el dormitorio." in done.out
    assert "| Ocho páginas." in done.out
    assert "1 drop found." in done.out
    assert filled.run("list").out.count(" opened") == 2


def test_what_a_session_imports_is_found_in_it(filled: Reviewer, server: Server) -> None:
    server.write(server.drop(filled.recipients(), text_item("Llegó tarde.")))
    done = session(filled.home, f"import {server.stick}", "search llego")
    assert "1 drop found." in done.out


def test_a_mistake_ends_no_session_of_a_person(filled: Reviewer) -> None:
    typist = Typist(["--home", str(filled.home), "work"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    for line in (
        "nonsense",
        'search "open',
        "show 00000000",
        "tag",
        "work",
        "search --no-such",
        "state gone 1",
        "merge /nowhere\0",
        "\x1b[Alist",
    ):
        typist.type_after("silbo> ", line)
    typist.type_after("silbo> ", "search ocho")
    typist.type_after("1 drop found.", "quit")
    assert typist.finish() == 0, typist.screen
    assert "nonsense: There is no such command; 'help' lists them." in typist.screen
    assert "invalid choice: 'nonsense'" not in typist.screen, "a list of 45 names"
    assert "left open" in typist.screen
    assert typist.screen.count("no letter") == 2
    assert "no drop with that id" in typist.screen
    assert "Traceback" not in typist.screen


@pytest.mark.usefixtures("signals_of_a_terminal")
def test_a_shutdown_ends_a_session_that_waits(filled: Reviewer) -> None:
    """And Ctrl-C does not: it takes back a line."""
    typist = Typist(["--home", str(filled.home), "work"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", "flag not-finish\x03")
    typist.type_after("silbo> ", "list")
    typist.type_after("2 drops:", "")
    os.kill(typist._pid, signal.SIGTERM)
    assert typist.finish() == 1
    assert "Traceback" not in typist.screen
    assert session(filled.home, "list").status == 0, "the lock was left"


def test_a_script_ends_with_the_first_mistake(filled: Reviewer) -> None:
    done = session(filled.home, "show 00000000", "search ocho")
    assert (done.status, done.out) == (1, "")


def test_two_sessions_in_one_home_are_one_too_many(filled: Reviewer) -> None:
    typist = Typist(["--home", str(filled.home), "work"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", "list")
    typist.type_after("silbo> ", "")
    assert "at work in this home" in session(filled.home, "list").err
    typist.type_after("silbo> ", "quit")
    assert typist.finish() == 0


def test_a_session_that_nobody_types_in_is_locked(
    filled: Reviewer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What follows is another process: this one calls `execve` with its own words."""
    program = f"""
import sys
from datetime import date
from admin.cli import main
from admin.workspace import session
wait = session.hold
import admin.workspace.commands.work as work
work.hold = lambda context, minutes, lock: wait(context, 0.01, lock)
sys.exit(main(today=lambda: date.fromisoformat('{TODAY}'), work_factor={WORK_FACTOR}))
"""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
        os.execv(sys.executable, [sys.executable, "-c", program, "--home", str(filled.home), "work"])
    screen = ""

    def until(text: str) -> None:
        nonlocal screen
        end = time.monotonic() + 60
        while text not in screen and time.monotonic() < end:
            screen += os.read(terminal, 65536).decode("utf-8", "replace")
        assert text in screen

    until("Passphrase: ")
    os.write(terminal, f"{PASSPHRASE}\n".encode())
    until("Locked, because nobody typed.")
    assert "\x1b[3J" in screen  # what was shown is gone from the screen, and from what was scrolled off it
    memory = Path(f"/proc/{pid}/maps").read_text()
    found = False
    with open(f"/proc/{pid}/mem", "rb") as file:
        for line in memory.splitlines():
            span, access = line.split()[:2]
            if access.startswith("rw"):
                start, end = (int(number, 16) for number in span.split("-"))
                file.seek(start)
                try:
                    found |= PASSPHRASE.encode() in file.read(end - start)
                except OSError:
                    continue
    assert not found
    screen = ""
    os.write(terminal, b"\n")
    until("Passphrase: ")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)


def test_help_lists_what_there_is(filled: Reviewer) -> None:
    done = session(filled.home, "help")
    assert all(f"  {name} " in done.out for name in of_session._OURS)


def test_older_commands_load_neither_workspace_nor_event_loop(filled: Reviewer) -> None:
    program = "import sys\nfrom admin.cli import main\ntry:\n    main()\nfinally:\n    print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, "--home", str(filled.home), "list"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {
        name for name in loaded if name.startswith(("admin.workspace", "scrub", "asyncio", "sqlite3"))
    } == set()


def test_a_context_outside_of_a_session_holds_no_keys() -> None:
    assert Context._defaults["held"] is None

"""The reader on a real terminal, as a process: nothing leaves it and nothing is left, whatever ends it."""

import os
import signal
from pathlib import Path

import pytest

from tests.admin.stage import PASSPHRASE, Reviewer, Server, text_item
from tests.admin.workspace.people import WATCHED, run
from tests.admin.workspace.reader.terminal import Terminal

WORDS = "Una cámara en el dormitorio."

WRITES = """
def only_home(event, args):
    if event == "open" and isinstance(args[0], str):
        writes = "w" in (args[1] or "") or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if writes and not args[0].startswith((HOME, "/dev/tty", "/dev/null")):
            os.write(2, b"WRITES " + args[0].encode())
            os._exit(98)
sys.addaudithook(only_home)
sys.dont_write_bytecode = True
"""


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item(WORDS)))
    reviewer.run("import", server.stick, "--server", server.public)
    reviewer.run("list", "--new", passphrase=PASSPHRASE)  # it is in the index
    return reviewer


def files_with(folder: Path, *words: bytes) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_nothing_is_sent_and_nothing_written_whatever_the_environment_asks(
    filled: Reviewer, tmp_path: Path
) -> None:
    """Every socket and every open file is looked at; Textual's variables name a log, a screenshot, a console
    on the network and a driver. What was shown was on the other screen, which has no scrollback.
    """
    filled.run("list")
    terminal = Terminal(
        filled.home,
        first=WATCHED + WRITES,
        TEXTUAL="devtools,debug",
        TEXTUAL_LOG=str(tmp_path / "log"),
        TEXTUAL_SCREENSHOT="0",
        TEXTUAL_SCREENSHOT_LOCATION=str(tmp_path),
        TEXTUAL_DRIVER="nowhere:Driver",
        TEXTUAL_SHOW_RETURN="1",
    )
    terminal.unlock()
    terminal.type("\r")
    terminal.until(WORDS)
    terminal.type("n")
    terminal.until("Note:")
    terminal.type("CANARY of mine\r")
    terminal.type("5")
    terminal.until("CANARY of mine")
    terminal.type("\x10\x1b[24~")  # ctrl+p was the palette, F12 a screenshot
    terminal.type("q")
    assert terminal.end() == 0, terminal.got
    assert PASSPHRASE not in terminal.got
    before, _, rest = terminal.got.partition("\x1b[?1049h")
    shown, _, after = rest.rpartition("\x1b[?1049l")
    assert WORDS in shown
    assert WORDS not in before + after
    assert "\x1b]52" not in terminal.got
    assert files_with(tmp_path, b"dormitorio", b"CANARY", PASSPHRASE.encode()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "stick"]


@pytest.mark.usefixtures("signals_of_a_terminal")
@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, marks=pytest.mark.long), signal.SIGHUP])
def test_a_shutdown_or_a_closed_terminal_ends_it(filled: Reviewer, number: signal.Signals) -> None:
    """And Ctrl-Z does not stop it: what is stopped can't lock itself."""
    terminal = Terminal(filled.home)
    terminal.unlock()
    terminal.type("\x1a")
    os.kill(terminal.pid, signal.SIGTSTP)
    terminal.type("?")
    terminal.until("a line up")
    if number == signal.SIGHUP:
        terminal.hang_up()  # the kernel sends it
        assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 1
    else:
        os.kill(terminal.pid, number)
        assert terminal.end() == 1
        assert terminal.got.endswith("\x1b[?1004l") or "\x1b[?1049l" in terminal.got[-200:]
    again = Terminal(filled.home)
    again.unlock()  # no lock was left
    again.type("q")
    assert again.end() == 0


IMPATIENT = """
from admin.workspace.reader import app
begin = app.Reader.__init__
app._LOOK = 0.05
app.Reader.__init__ = lambda self, jobs, **given: begin(self, jobs, **{**given, "idle": 0.3})
"""


def test_it_locks_when_nobody_presses_a_key_and_the_screen_is_wiped(filled: Reviewer) -> None:
    terminal = Terminal(filled.home, first=IMPATIENT)
    terminal.unlock()
    terminal.until("Locked, because nobody typed.")
    assert "\x1b[3J" in terminal.got
    terminal.type("q\n")
    assert terminal.end() == 0


def test_another_session_in_the_home_is_told_before_a_passphrase_is_asked(filled: Reviewer) -> None:
    first = Terminal(filled.home)
    first.until("Passphrase: ")
    second = Terminal(filled.home)
    assert second.end() == 1
    assert "at work in this home" in second.got
    assert "Passphrase" not in second.got
    first.type("\x03")
    assert first.end() == 130
    assert first.got.count("\x1b[?1049h") == first.got.count("\x1b[?1049l")


def test_a_terminal_without_a_full_screen_is_told_so_and_read_line_by_line(filled: Reviewer) -> None:
    terminal = Terminal(filled.home, TERM="dumb")
    terminal.until("has no full screen")
    terminal.until("Passphrase: ")
    terminal.type(f"{PASSPHRASE}\n")
    terminal.until("1. unread, ")
    terminal.type("1\n")
    terminal.until(f"| {WORDS}")
    terminal.type("quit\n")
    assert terminal.end() == 0, terminal.got
    assert "\x1b" not in terminal.got


def test_line_by_line_a_source_writes_no_row_of_ours(reviewer: Reviewer, server: Server) -> None:
    """What is wrapped by a terminal stands at the margin, where a number of a drop would."""
    reviewer.keygen()
    text = "x" * 70 + " 2. unread, 2026-11-18, closed\n3. flagged\x1b[31m"
    server.write(server.drop(reviewer.recipients(), text_item(text)))
    reviewer.run("import", server.stick, "--server", server.public)
    done = run(
        reviewer.home, ["read", "--plain"], "1\nflag\nnote [sic] noted\nnonsense\n7\nfilter flagged\nhelp\n"
    )
    assert done.status == 0
    assert [line for line in done.out.splitlines() if line.startswith(("2.", "3.")) or "\x1b" in line] == []
    assert done.out.count("Done.") == 2
    assert "1. flagged, " in done.out
    assert "quit: leave" in done.out
    assert "no number of a drop" in done.err
    assert "no drop with that number" in done.err


def test_in_a_session_it_asks_nothing_and_gives_the_terminal_back(filled: Reviewer) -> None:
    terminal = Terminal(filled.home, "work")
    terminal.until("Passphrase: ")
    terminal.type(f"{PASSPHRASE}\n")
    terminal.until("silbo> ")
    terminal.type("read\n")
    terminal.until("1 unread")
    terminal.type("\r")
    terminal.until(WORDS)
    terminal.type("q")
    terminal.until("silbo> ")
    terminal.type("list\n")
    terminal.until("1 drop: 1 new.")
    terminal.type("quit\n")
    assert terminal.end() == 0
    assert "Passphrase" not in terminal.got.partition("silbo> ")[2]


def test_the_list_is_there_before_the_keys_and_what_is_typed_ahead_counts(
    filled: Reviewer, server: Server
) -> None:
    """Also a drop that is not in the index yet; nothing of it is typed onto the other screen's rows."""
    server.write(server.drop(filled.recipients(), text_item("Another one.")))
    filled.run("import", server.stick, "--server", server.public)
    terminal = Terminal(filled.home)
    terminal.until("Passphrase: ")
    terminal.type(f"{PASSPHRASE}\n")
    terminal.until("The keys work in a moment; where a . stands, traps are still looked for.")
    drawn = terminal.got
    assert "not read" in drawn
    assert "Una" in drawn  # the first words of the one that is in it
    terminal.type("?")
    terminal.until("a line up")
    terminal.type("q")
    terminal.until("Another one.")
    terminal.type("q")
    assert terminal.end() == 0
    assert PASSPHRASE not in terminal.got


def test_a_wrong_passphrase_is_asked_for_again_in_the_reader(filled: Reviewer) -> None:
    terminal = Terminal(filled.home)
    terminal.until("Passphrase: ")
    terminal.type("wrong\n")
    terminal.until("The passphrase does not open")
    terminal.type(f"{PASSPHRASE}\r")
    terminal.until("1 unread")
    terminal.type("q")
    assert terminal.end() == 0

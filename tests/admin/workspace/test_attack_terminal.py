"""What a hostile text, an absent person and a wrong key do at a terminal of 80x24."""

import unicodedata
from pathlib import Path

import pytest

from admin import pager
from admin.workspace.filters import _cut
from tests.admin.stage import PASSPHRASE, Reviewer, Server, Typist, text_item
from tests.admin.workspace.people import session


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Ocho páginas.\n" * 100)))
    reviewer.run("import", server.stick, "--server", server.public)
    return reviewer


def columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def test_wide_letters_draw_no_row_of_their_own(reviewer: Reviewer, server: Server) -> None:
    """Forty of them fill a line; what came behind stood at the margin, like a drop of its own."""
    reviewer.keygen()
    text = "日" * 38 + "0a3c1b2c9fd8  2026-11-18      en    closed      text"
    server.write(server.drop(reviewer.recipients(), text_item(text)))
    reviewer.run("import", server.stick, "--server", server.public)
    out = reviewer.run("search", "日*", passphrase=PASSPHRASE).out
    assert all(columns(line) <= 80 for line in out.splitlines())
    assert "closed" not in out


@pytest.mark.parametrize("text", ["日" * 9, "日" * 10, "日" * 11, "a" * 20, "a" * 21, "a日" * 7, ""])
def test_what_is_cut_takes_its_columns_and_no_more(text: str) -> None:
    cut = _cut(text, 20)
    assert columns(cut) <= 20
    assert (cut == text) == (columns(text) <= 20)


def test_an_apostrophe_is_a_letter_in_a_session(reviewer: Reviewer, server: Server) -> None:
    """As a quotation mark it took the words together, and nothing was found."""
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("La caméra de l'usine d'eau, her's.")))
    reviewer.run("import", server.stick, "--server", server.public)
    drop = server.last_id
    done = session(
        reviewer.home, "search l'usine d'eau", "search her's", f"note {drop} l'usine d'eau", f"about {drop}"
    )
    assert done.out.count("1 drop found.") == 2, done
    assert "| l'usine d'eau" in done.out


needs_less = pytest.mark.usefixtures("signals_of_a_terminal")


@needs_less
def test_ctrl_c_in_the_pager_ends_nothing_and_what_is_typed_is_seen(filled: Reviewer, server: Server) -> None:
    """`less` takes the key for its own; killed by it, it left a terminal that showed no letter any more."""
    typist = Typist(["--home", str(filled.home), "work"], pager="less")
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", f"show {server.last_id}")
    typist.type_after("q ends", b"\x03")
    typist.type_after("q ends", b"q")
    typist.type_after("silbo> ", "search ocho")
    typist.type_after("1 drop found.", "quit")
    assert typist.finish() == 0, typist.screen
    assert "search ocho" in typist.screen  # echoed
    assert "Stopped" not in typist.screen
    assert " opened" in filled.run("list").out


ABSENT = """
import admin.pager
admin.pager._last_key = lambda terminal: 0.0
from admin.workspace import session
import admin.workspace.commands.work as work
hold = session.hold
work.hold = lambda context, minutes, lock: hold(context, 0.02, lock)
"""


@needs_less
@pytest.mark.parametrize("line", ["show {}", "note {}", "keep {}"])
def test_a_session_locks_in_the_pager_and_at_a_question_too(
    filled: Reviewer, server: Server, line: str
) -> None:
    """A drop on the screen of a person who fetches coffee stayed there, and the keys in the memory."""
    typist = Typist(["--home", str(filled.home), "work"], pager="less", first=ABSENT)
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", line.format(server.last_id))
    typist.type_after("Locked, because nobody typed.", "q")
    assert typist.finish() == 0, typist.screen
    assert "\x1b[3J" in typist.screen


@needs_less
def test_a_passphrase_typed_at_a_locked_session_is_not_shown(filled: Reviewer) -> None:
    """A tired person does not read that Enter comes first."""
    typist = Typist(["--home", str(filled.home), "work"], first=ABSENT)
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("Locked, because nobody typed.", PASSPHRASE)
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("Locked, because nobody typed.", "q")
    assert typist.finish() == 0
    assert PASSPHRASE not in typist.screen


def test_the_kernel_tells_when_a_key_was_pressed(tmp_path: Path) -> None:
    assert pager._last_key(-1) == 0.0
    with (tmp_path / "file").open("w") as file:
        assert pager._last_key(file.fileno()) >= 0.0

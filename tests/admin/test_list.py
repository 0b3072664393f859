"""`silbo-admin list` of the first file alone: what each drop is, where the passphrase is given."""

import pytest

from admin import second
from tests.admin.stage import PASSPHRASE, Reviewer, Server, Typist, file_item, text_item


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second release file is not there."""
    monkeypatch.setattr(second, "is_here", lambda: False)


def test_with_the_passphrase_a_list_says_what_each_drop_is(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    item = text_item("They film\nour bedrooms. " + "And our children. " * 40)
    server.write(server.drop(reviewer.recipients(), item, file_item(b"\xff\xd8" * 1000), language="en"))
    server.write(server.drop(reviewer.recipients(), file_item(b"x", "application/x-own", extension="bin")))
    reviewer.run("import", server.stick, "--server", server.public)
    done = reviewer.run("list", "--words", passphrase=PASSPHRASE)
    assert (done.status, done.err) == (0, "")
    _, row, what, first, second_row, other = done.out.splitlines()
    assert row.endswith("  never opened")
    assert what == "  en, 2.7 kB, text, picture"
    assert first.startswith("  | They film our bedrooms. And our children.")
    assert len(first) <= 80
    assert second_row.endswith("  never opened")  # looked into, and by nobody's eyes
    assert other == "  es, 1 byte, file"
    assert reviewer.run("list").out.splitlines() == [done.out.splitlines()[at] for at in (0, 1, 4)]


def test_first_words_draw_nothing_in_a_list(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    server.write(server.drop(reviewer.recipients(), text_item("\x1b[2J\u202egnp.exe\n" + "\u754c" * 300)))
    reviewer.run("import", server.stick, "--server", server.public)
    lines = reviewer.run("list", "--words", passphrase=PASSPHRASE).out.splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("  | \\x1b[2J\\u202egnp.exe ")
    assert lines[3].isprintable()


def test_what_does_not_open_is_told_and_the_rest_is_listed(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    for word in ("one", "two"):
        server.write(server.drop(reviewer.recipients(), text_item(word)))
    reviewer.run("import", server.stick, "--server", server.public)
    path = reviewer.home / "drops" / f"{server.batches[0].drops[0].id}.tar"
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    done = reviewer.run("list", "--words", passphrase=PASSPHRASE)
    assert done.status == 3
    assert "The drop's file was damaged in this home" in done.out
    assert "  | two" in done.out


def test_other_filters_name_the_file_that_has_them(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    done = reviewer.run("list", "--words", "--new", passphrase=PASSPHRASE)
    assert done.status == 1
    assert "silbo-workspace" in done.err


def test_at_a_terminal_a_list_says_how_to_see_more(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("words")))
    reviewer.run("import", server.stick, "--server", server.public)
    typist = Typist(["--home", str(reviewer.home), "list"])
    assert typist.finish() == 0
    assert "'list --words' asks for the passphrase" in " ".join(typist.screen.split())

"""Lists with filters, parcels of a source in them, and signs that show beside other drops only."""

import pytest

from admin.home import Home
from crypto.codename import parse, root
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.case.test_parcels import part_item
from tests.admin.stage import PASSPHRASE, Reviewer, Server, file_item, text_item
from tests.admin.workspace.people import session

SAME = "The very same words are sent to every desk, to see which one of them publishes a line of it."
MAILBOX = root(parse("abeja zorro ciguena dia estrella buzon futbol", "es")).mailbox(bytes(range(16)))


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> list[str]:
    """Ids of: a Spanish one with a picture and a codename, an English one, another of that codename."""
    reviewer.keygen()
    recipients, ids = reviewer.recipients(), []
    for drop in (
        server.drop(recipients, text_item("uno"), file_item(b"\xff\xd8 one"), mailbox=MAILBOX),
        server.drop(recipients, text_item(SAME), file_item(b"\xff\xd8 one"), language="en"),
        server.drop(recipients, text_item("tres"), mailbox=MAILBOX, answers={"danger": "peligro"}),
    ):
        server.write(drop)
        ids.append(server.last_id)
    reviewer.run("import", server.stick, "--server", server.public)
    return ids


def listed(reviewer: Reviewer, *words: str) -> set[str]:
    done = reviewer.run("list", *words, passphrase=PASSPHRASE)
    assert (done.status, done.err) == (0, ""), done
    rows = [line for line in done.out.splitlines() if line[:12].isalnum()]
    return {row[:12] for row in rows}


def test_each_filter_lets_its_own_through(reviewer: Reviewer, filled: list[str]) -> None:
    one, two, three = (drop[:12] for drop in filled)
    reviewer.show(two)
    for words in (
        ["tag", "anexo", one],
        ["flag", one, two],
        ["assign", "ana", three],
        ["state", "closed", three],
    ):
        assert reviewer.run(*words, passphrase=PASSPHRASE).status == 0
    assert reviewer.run("due", "2026-11-20", two, passphrase=PASSPHRASE).status == 0
    for words, expected in (
        (["--unread"], {one, three}),
        (["--new"], {one, two}),
        (["--flagged", "--language", "EN"], {two}),
        (["--kind", "picture"], {one, two}),
        (["--kind", "jpg"], {one, two}),
        (["--kind", "text", "--tag", "anexo"], {one}),
        (["--desk", "Union", "--assigned", "ana"], {three}),
        (["--assigned", "-"], {one, two}),
        (["--state", "closed"], {three}),
        (["--due"], {two}),
        (["--due", "2026-11-19"], set()),
        (["--thread", one], {one, three}),
        (["--day", "2026-11-18"], {one, two, three}),
        (["--day", "..2026-11-17"], set()),
        (["--trap"], {one, two}),
    ):
        assert listed(reviewer, *words) == expected, words
    found = reviewer.run("search", "peligro", "--state", "closed", passphrase=PASSPHRASE)
    assert "1 drop found." in found.out


def test_a_file_that_came_before_and_a_text_for_two_desks_are_told(
    reviewer: Reviewer, server: Server, filled: list[str]
) -> None:
    told = reviewer.run("about", filled[1], passphrase=PASSPHRASE)
    assert "a file that came in another drop before" in told.err
    assert filled[0][:12] in told.out


def test_a_filter_that_is_none_is_one_sentence(reviewer: Reviewer, filled: list[str]) -> None:
    for words in (["--day", "monday"], ["--thread", filled[1]], ["--due", "x"], ["--kind", "pictures"]):
        done = reviewer.run("list", *words, passphrase=PASSPHRASE)
        assert (done.status, done.err.count("\n")) == (1, 1), words


def test_a_desk_that_no_drop_is_for_is_told_from_one_that_has_no_such_drop(
    reviewer: Reviewer, filled: list[str]
) -> None:
    for words in (["list", "--desk", "nobody"], ["search", "tres", "--desk", "nobody"]):
        done = reviewer.run(*words, passphrase=PASSPHRASE)
        assert (done.status, done.err.count("\n")) == (0, 1), words
        assert "No drop here is for a desk of that name; there are: " in done.err
    assert listed(reviewer, "--desk", "union", "--flagged") == set()


def test_what_a_source_sealed_itself_is_found_too(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    recipients = reviewer.recipients()
    inner = server.drop(recipients, text_item("secreto del parquímetro"))
    parts = seal_parts(Slots(recipients), "ab" * 16, inner)
    server.write(server.drop(recipients, *map(part_item, parts)))
    reviewer.run("import", server.stick, "--server", server.public)
    done = reviewer.run("search", "parquimetro", passphrase=PASSPHRASE)
    assert "1 drop found." in done.out
    assert [path.name for path in reviewer.home.iterdir() if path.name.startswith(".partial")] == []
    assert Home(reviewer.home).opened() == {}


def test_attack_a_file_that_only_its_source_calls_clean_is_not_decoded_for_the_index(
    reviewer: Reviewer, server: Server
) -> None:
    """What the server cleaned is searched; a crafted file in a parcel waits until a person asks for it."""
    reviewer.keygen()
    recipients = reviewer.recipients()
    page = file_item(b"<p>escondido</p>", "text/html", extension="html")
    table = file_item(b"<p>escondido</p>", "text/plain", extension="txt")
    parts = seal_parts(Slots(recipients), "cd" * 16, server.drop(recipients, text_item("uno"), page, table))
    server.write(server.drop(recipients, *map(part_item, parts)))
    reviewer.run("import", server.stick, "--server", server.public)
    assert "Nothing was found" in reviewer.run("search", "escondido", passphrase=PASSPHRASE).out
    server.write(server.drop(recipients, table))
    reviewer.run("import", server.stick, "--server", server.public)
    assert "1 drop found." in reviewer.run("search", "escondido", passphrase=PASSPHRASE).out


def test_a_text_without_end_is_read_as_far_as_memory_allows_and_told(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.workspace.index.reading.MOST_WORDS", 1000)
    reviewer.keygen()
    items = [text_item("uno " + "relleno " * 200), text_item("dos")]
    server.write(server.drop(reviewer.recipients(), *items))
    reviewer.run("import", server.stick, "--server", server.public)
    assert "1 drop found." in reviewer.run("search", "uno", passphrase=PASSPHRASE).out
    assert (
        "Of 2 items the words could not be read."
        in reviewer.run("about", server.last_id, passphrase=PASSPHRASE).out
    )


def test_a_drop_whose_items_were_exchanged_is_not_listed_as_empty(reviewer: Reviewer, server: Server) -> None:
    """It read "nothing": as if its source had sent nothing. One that is whole has no sign."""
    reviewer.keygen()
    to = reviewer.recipients()
    server.write(
        server.drop(to, text_item("one"), text_item("two"), spoil=lambda sealed: sealed[::-1]),
        server.drop(to, text_item("three"), text_item("four"), spoil=lambda sealed: [sealed[0], sealed[0]]),
        server.drop(to, text_item("five")),
    )
    reviewer.run("import", server.stick, "--server", server.public)
    out = session(reviewer.home, "list --unread").out
    assert "not read" in out
    assert "nothing" not in out
    assert "0 bytes" not in out
    assert out.count("*   ") == 1
    assert out.count("* ? ") == 2
    changed = next(iter(listed(reviewer, "--trap")))
    assert (
        "something in it was changed, or is missing"
        in reviewer.run("about", changed, passphrase=PASSPHRASE).err
    )

"""A desk's words for everybody: rounded, with an end, for one desk, and shown before they are signed."""

from datetime import date
from pathlib import Path

import pytest

from crypto.announcement import claimed_root, parse_announcement
from crypto.codename import generate, root
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, text_item

DESK = bytes(range(16)).hex()


@pytest.fixture
def text(reviewer: Reviewer, tmp_path: Path) -> Path:
    reviewer.keygen("--weeks", "1")
    file = tmp_path / "text"
    file.write_text("We published. {people} people wrote.\n")
    return file


def announce(reviewer: Reviewer, stick: Path, text: Path, *more: str) -> Outcome:
    words = ["--desk-id", DESK, "--until", "2026-12-18", "--text", f"en={text}", "--yes", *more]
    return reviewer.run("announce", stick, *words, passphrase=PASSPHRASE)


def test_an_announcement_is_signed_and_shown_first(reviewer: Reviewer, text: Path, tmp_path: Path) -> None:
    serials = []
    for _ in range(2):
        done = announce(reviewer, tmp_path / "stick", text, "--count", "people=17")
        assert (done.status, done.err) == (0, "")
        assert "| We published. 15 people wrote." in done.out
        (folder,) = (tmp_path / "stick").iterdir()
        data = (folder / "announcement.json").read_bytes()
        signature = (folder / "announcement.json.minisig").read_text()
        found = parse_announcement(data, signature, claimed_root(data))
        assert (found.until, found.counts) == (date(2026, 12, 18), {"people": 15})
        found.check(bytes.fromhex(DESK), reviewer.today)
        serials.append(found.serial)
    assert serials == [date(2026, 11, 18).toordinal() * 1000 + more for more in (0, 1)]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}


def test_a_day_that_is_none(reviewer: Reviewer, text: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        announce(reviewer, tmp_path, text, "--until", "tomorrow")
    assert "must be a day like 2026-12-31" in reviewer.capture.readouterr().err


def test_the_desk_is_the_one_of_a_drop(
    reviewer: Reviewer, server: Server, text: Path, tmp_path: Path
) -> None:
    mailbox = root(generate("en")).mailbox(server.desk_id)
    server.write(server.drop(reviewer.recipients(), text_item("x"), mailbox=mailbox))
    server.write(server.drop(reviewer.recipients(), text_item("x")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    text.write_text("We published.")
    first, second = (batch.drops[0].id for batch in server.batches)
    words = ["--until", "2026-12-18", "--text", f"en={text}", "--yes", "--drop"]
    done = reviewer.run("announce", tmp_path / "out", *words, first, passphrase=PASSPHRASE)
    assert (done.status, done.err) == (0, "")
    (folder,) = (tmp_path / "out").iterdir()
    assert server.desk_id.hex().encode() in (folder / "announcement.json").read_bytes()
    done = reviewer.run("announce", tmp_path / "out", *words, second, passphrase=PASSPHRASE)
    assert "names no desk's id" in done.err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--count", "people=4"], "A count of fewer than five people must not be told."),
        ([], "Braces in the announcement must hold the name of one of its counts."),
        (["--count", "people=5", "--until", "2026-11-18"], "An announcement must end after the day"),
        (["--count", "people=5", "--until", "2028-11-18"], "An announcement must end after the day"),
        (["--count", "people=5", "--count", "people=9"], "A language or a count is named twice"),
        (["--count", "people=5", "--text", "x=./none"], "No such file or directory."),
    ],
)
def test_what_nobody_may_be_told_is_one_sentence(
    reviewer: Reviewer, text: Path, tmp_path: Path, more: list[str], sentence: str
) -> None:
    done = announce(reviewer, tmp_path / "stick", text, *more)
    assert done.status == 1
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "stick").exists()

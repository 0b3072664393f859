"""`compare` and `redact` as a reviewer types them."""

import io
import json
import sys
from pathlib import Path

import pytest

from scrub import engine
from scrub.reading import words_of
from scrub.redact.texts import BAR
from scrub.report import Choices
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, file_item, text_item
from tests.scrub.pdf_files import document

PDF = "application/pdf"


def _contract(number: bytes) -> bytes:
    engine.load()
    text = b"BT /F 14 Tf 20 110 Td (Salario %s euros) Tj 0 -30 Td (Ana <b>Ruiz</b>) Tj ET" % number
    return engine.scrub(document(text), Choices(pdf="searchable")).content


@pytest.fixture
def two(reviewer: Reviewer, server: Server) -> list[str]:
    reviewer.keygen()
    to = reviewer.recipients()
    for number in (b"1200", b"1210"):
        file = file_item(_contract(number), PDF, extension="pdf")
        server.write(server.drop(to, text_item("Lo mismo."), file))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return [batch.drops[0].id for batch in server.batches]


def _run(reviewer: Reviewer, *words: str | Path) -> Outcome:
    done = reviewer.run(*words, passphrase=PASSPHRASE)
    return Outcome(done.status, done.out, done.err.replace("\n", " "))


def test_two_workers_contracts_are_told_apart(reviewer: Reviewer, two: list[str], tmp_path: Path) -> None:
    done = _run(reviewer, "compare", f"{two[0]}:2", f"{two[1]}:2", "--out", tmp_path / "report")
    assert done.status == 3, done.err
    assert "# A: 1200" in done.out
    assert "# B: 1210" in done.out
    assert "1 of 1 page differs." in done.out
    page = (tmp_path / "report" / "compared.html").read_text()
    assert "<td>1210" in page
    assert "default-src 'none'" in page
    assert "data:image/png;base64," in page
    assert "<b>Ruiz" not in page


def test_marks_of_a_drop_are_listed_and_what_only_one_copy_has_is_said_first(
    reviewer: Reviewer, server: Server
) -> None:
    reviewer.keygen()
    to = reviewer.recipients()
    for name in ("mlopez7", "aruiz2"):
        words = f"Hours were cut.\nPrinted by {name} at 10.20.4.88\n"
        file = file_item(words.encode(), "text/plain", extension="txt")
        server.write(server.drop(to, text_item("Lo mismo."), file))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    one, other = (batch.drops[0].id for batch in server.batches)
    done = _run(reviewer, "marks", one)
    assert done.status == 3, done.err
    assert "line 2: words that say for whom the copy is or who printed it: Printed by mlopez7" in done.out
    assert "the address of a computer in a network: 10.20.4.88" in done.out
    done = _run(reviewer, "marks", f"{other}:1")
    assert done.status == 0, done.err
    assert "does not mean that there is nothing" in done.err + done.out
    done = _run(reviewer, "compare", f"{one}:2", f"{other}:2")
    assert "! A: line 2" in done.out
    assert done.out.index("! B: line 2") < done.out.index("of 1 page"), "before all else"
    assert "network: 10.20.4.88" not in done.out, "both have it"


def test_marks_of_a_file_outside_are_listed_and_no_other_kind_is_opened(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    reviewer.keygen()
    place = tmp_path / "0001.exe"
    place.write_bytes(b"x")
    assert _run(reviewer, "marks", place).status != 0
    place = tmp_path / "0001.csv"
    place.write_text("Name,Mail\nAna,ana.ruiz@bpo.example\n")
    assert "ana.ruiz@bpo.example" in _run(reviewer, "marks", place).out


@pytest.mark.long
def test_two_drops_are_compared_file_by_file_and_the_same_is_said_to_be_the_same(
    reviewer: Reviewer, two: list[str]
) -> None:
    done = _run(reviewer, "compare", two[0], two[1])
    assert done.status == 3
    assert "Nothing differs: neither words nor dots." in done.out
    assert "That does not mean that there is no mark" in done.out
    assert done.out.count("A: ") >= 2
    assert _run(reviewer, "compare", f"{two[0]}:1", f"{two[1]}:1").status == 0


def test_a_redaction_is_a_new_file_and_a_list_of_reasons(
    reviewer: Reviewer, two: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = _run(reviewer, "redact", f"{two[0]}:2", "--out", out, "--word", "1200 = the salary", "--area",
                "1:90,90,100,100 = a stamp")  # fmt: skip
    assert done.status == 0, done.err
    assert "1200" not in words_of(PDF, (out / "redacted.pdf").read_bytes())
    assert {path.stat().st_mtime % 86400 for path in (out, *out.iterdir())} == {0}, "no hour of its making"
    assert json.loads((out / "redactions.json").read_text()) == [
        {"place": 1, "covered": "area", "why": "a stamp"},
        {"place": 1, "covered": "words", "why": "the salary"},
    ]
    for words, told in (
        (["--word", "nowhere = x"], "its words stand nowhere"),
        ([], "Say what to cover"),
    ):
        refused = _run(reviewer, "redact", f"{two[0]}:2", "--out", tmp_path / "no", *words)
        assert refused.status == 1
        assert told in refused.err
        assert not (tmp_path / "no").exists()


def test_words_to_cover_need_not_stand_in_the_list_of_processes(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: another user of the machine runs `ps` while a colleague's name is covered."""
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("Ana Ruiz and Eva Paz saw it.")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    file = tmp_path / "words"
    file.write_text("# who was there\n\nAna Ruiz = a colleague\nEva = a friend\n")
    item = f"{server.last_id}:1"
    done = _run(reviewer, "redact", item, "--out", tmp_path / "file", "--words", file)
    assert done.status == 0, done.err
    monkeypatch.setattr(sys, "stdin", io.StringIO("Ana Ruiz = a colleague\nEva = a friend\n\n"))
    done = _run(reviewer, "redact", item, "--out", tmp_path / "typed", "--words", "-")
    assert done.status == 0, done.err
    assert "an empty line ends" in done.err.replace("\n", " ")
    for out in ("file", "typed"):
        assert (tmp_path / out / "redacted.txt").read_text().split() == [BAR, "and", BAR, "Paz", "saw", "it."]
    for content, told in (
        (b"Ana Ruiz\n", "Line 1 of the words is not like"),
        (b"\n# nothing\n", "There are no words to cover"),
        (b"\xff = x", "not text in UTF-8"),
    ):
        file.write_bytes(content)
        done = reviewer.run("redact", item, "--out", tmp_path / "no", "--words", file)
        assert (done.status, told in done.err, "Ana" in done.err.replace("'Ana Ruiz", "")) == (1, True, False)


@pytest.mark.long
def test_a_dossier_holds_the_redacted_page(reviewer: Reviewer, two: list[str], tmp_path: Path) -> None:
    file, out = tmp_path / "list.txt", tmp_path / "dossier"
    file.write_text(f"{two[0]}:2 word 1200 = the salary\n")
    done = _run(reviewer, "dossier", "--drops", f"{two[0]}:2", "--out", out, "--redactions", file)
    assert done.status == 0, done.err
    assert "1200" not in words_of(PDF, (out / "data/exhibits/A-001.pdf").read_bytes())
    assert reviewer.run("verify-dossier", out).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("redact", "3f2a:2", "--area", "3:10,20,60 = x"), "Say what to cover and why"),
        (("redact", "3f2a:2"), "Say what to cover: "),
        (("redact", "no such file.png", "--word", "x = y"), "Name drops as 'list' does"),
        (("redact", "3f2a:2", "--page", "--browser", "no-such-browser"), "There is no such browser here"),
        (("redact", "3f2a:2", "--word", "x = y", "--out", "HERE"), "is there already"),
        (("redact", "3f2a:2", "--word", "Ana Ruiz = ANA RUÍZ is the source"), "A reason says words that you"),
        (("compare", "3f2a:2", "no such file.png"), "Name drops as 'list' does"),
        (("compare", "3f2a:2", "3f2a:3", "--out", "HERE"), "is there already"),
        (("compare", "3f2a:2", "3f2a:3", "--out", "HERE/no/report"), "does not exist"),
        (("dossier", "--drops", "3f2a", "--out", "HERE"), "is there already"),
        (("dossier", "--drops", "3f2a:2,2"), "An item is named twice"),
        (("dossier", "--drops", "3f2a", "--title", "x" * 121), "A title has 1 to 120 letters"),
    ],
)
def test_what_can_not_be_done_is_told_before_a_passphrase_is_asked(
    reviewer: Reviewer, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    reviewer.keygen("--weeks", "1")
    typed = [word.replace("HERE", str(tmp_path)) for word in words]
    if typed[0] != "compare" and "--out" not in typed:
        typed += ["--out", str(tmp_path / "new")]
    done = reviewer.run(*typed)  # there is no passphrase to be asked for
    assert done.status == 1
    assert told in done.err.replace("\n", " "), done.err


def test_what_a_name_says_is_not_clean_is_not_taken(reviewer: Reviewer, tmp_path: Path) -> None:
    """As `extract` has named it: its bytes would come before a browser that nobody confines."""
    reviewer.keygen("--weeks", "1")
    for warning in ("UNCLEANED", "ORIGINAL", "UNCHECKED"):
        (tmp_path / f"0001-{warning}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        words = (
            "redact",
            tmp_path / f"0001-{warning}.png",
            "--page",
            "--no-browser",
            "--out",
            tmp_path / "no",
        )
        done = _run(reviewer, *words)
        assert (done.status, "is not a file that Silbo has cleaned" in done.err) == (1, True), done

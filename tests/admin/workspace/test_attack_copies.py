"""Copies that are compared, covered or looked through: what no server cleaned is none, and nothing counts as
read by it."""

from pathlib import Path

import pytest

from tests.admin.case.test_parcels import arrived_file
from tests.admin.case.test_show import drop_of
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, file_item, text_item

WORDS = "Printed by mlopez7\n"


def _run(reviewer: Reviewer, *words: str | Path) -> Outcome:
    done = reviewer.run(*words, passphrase=PASSPHRASE)
    return Outcome(done.status, done.out, done.err.replace("\n", " "))


def test_attack_what_the_sources_device_calls_clean_is_no_clean_copy(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """A redacted copy of it would be passed on as one."""
    reviewer.keygen()
    recipients = reviewer.recipients()
    file = file_item(WORDS.encode(), "text/plain", extension="txt")(recipients, TODAY)
    drop = arrived_file(reviewer, server, drop_of([file], recipients, channel="page"))
    out = tmp_path / "out"
    for words in (
        ("redact", f"{drop}:1", "--out", out, "--word", "mlopez7 = a reader"),
        ("compare", f"{drop}:1", f"{drop}:1"),
        ("marks", f"{drop}:1"),
    ):
        done = _run(reviewer, *words)
        assert (done.status, done.out) == (1, ""), done
        assert "Item 0001 is not a clean file." in done.err
    assert not out.exists()
    assert "has no clean file." in _run(reviewer, "marks", drop).err


def test_what_was_not_looked_through_is_told(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    unclean = file_item(WORDS.encode(), "text/plain", extension="txt", cleaned=False)
    server.write(server.drop(reviewer.recipients(), text_item("Lo mismo."), unclean))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    done = _run(reviewer, "marks", server.last_id)
    assert "1 item of drop" in done.err
    assert "not a clean file: 0002." in done.err
    assert done.status == 3, done


@pytest.mark.parametrize("command", ["marks", "redact", "compare"])
def test_a_drop_that_nobody_read_does_not_count_as_opened(
    reviewer: Reviewer, server: Server, tmp_path: Path, command: str
) -> None:
    """Or a receipt would confirm it, and `rotate` destroy its key without a typed word."""
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Read this.\n" + WORDS)))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    drop = server.last_id
    more: dict[str, tuple[str | Path, ...]] = {
        "marks": (),
        "redact": ("--out", tmp_path / "out", "--word", "mlopez7 = a reader"),
        "compare": (drop,),
    }
    assert _run(reviewer, command, drop, *more[command]).status in (0, 3)
    assert "never opened" in reviewer.run("list").out

"""`silbo-admin init`: a new reviewer gets from nothing to an opened drop; nothing of the practice stays."""

from pathlib import Path

from admin.commands.init import PRACTICE
from tests.admin.stage import PASSPHRASE, Reviewer, run_apart


def test_a_new_reviewer_is_led_to_an_opened_practice_drop(reviewer: Reviewer) -> None:
    done = reviewer.run("init", "--weeks", "1", "--label", "ana", passphrase=PASSPHRASE)
    assert (done.status, done.err) == (0, "")
    assert [f"Step {number} of 3" in done.out for number in (1, 2, 3)] == [True] * 3
    assert f"| {PRACTICE}" in done.out
    words = reviewer.run("fingerprint", "--words").out.strip()
    assert words.split()[0] in done.out
    everything = b"".join(file.read_bytes() for file in reviewer.home.rglob("*") if file.is_file())
    assert PRACTICE.encode() not in everything


def test_called_again_it_makes_no_other_keys(reviewer: Reviewer) -> None:
    reviewer.run("init", "--weeks", "1", passphrase=PASSPHRASE)
    words = reviewer.run("fingerprint", "--words").out
    again = reviewer.run("init", passphrase=PASSPHRASE)
    assert (again.status, again.err) == (0, "")
    assert "they are here already" in again.out
    assert f"| {PRACTICE}" in again.out
    assert reviewer.run("fingerprint", "--words").out == words


def test_who_has_written_another_passphrase_on_the_paper_is_told_at_once(reviewer: Reviewer) -> None:
    """Better in the practice than with the first worker's drop."""
    reviewer.run("init", "--weeks", "1", passphrase=PASSPHRASE)
    again = reviewer.run("init", passphrase="another of six words that is wrong")
    assert again.status == 1
    assert PRACTICE not in again.out
    assert again.err.count("\n") == 1


def test_keys_that_have_ended_are_one_sentence(reviewer: Reviewer) -> None:
    reviewer.run("init", "--weeks", "1", passphrase=PASSPHRASE)
    reviewer.today = reviewer.today.replace(year=reviewer.today.year + 1)
    again = reviewer.run("init", passphrase=PASSPHRASE)
    assert (again.status, again.err.count("\n")) == (1, 1)
    assert "None of these keys is valid today" in again.err


def test_it_needs_no_network(tmp_path: Path) -> None:
    done = run_apart(
        tmp_path / "home", "init", "--weeks", "1", passphrase=PASSPHRASE, prefix=["unshare", "-rn"]
    )
    assert (done.status, PRACTICE in done.out) == (0, True)

"""`silbo reviewers` at a terminal: what it asks before somebody comes or goes, and who is left then."""

import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import today
from bot.keys import Reviewers
from crypto.age import X25519Identity
from crypto.keylist import KeyList, keylist_bytes, make_periods, monday_of
from crypto.minisign import SigningKey
from crypto.words import fingerprint


class Desk:
    """A server's folder, a person's key list, and what somebody types at the terminal."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.config = folder / "silbo.toml"
        self.config.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n')
        (folder / "state").mkdir(mode=0o700)
        self.asked: list[str] = []

    def publish(self, label: str) -> tuple[Path, str]:
        root = SigningKey.generate()
        periods = tuple(each.period for each in make_periods(monday_of(today()), 4, X25519Identity.generate))
        data = keylist_bytes(KeyList(root.public(), 1, today(), label, periods))
        file = self.folder / f"{label}.json"
        file.write_bytes(data)
        Path(f"{file}.minisig").write_text(root.sign(data, "key list"))
        return file, " ".join(fingerprint(root.public()))

    def run(self, *words: str, answer: str | None = None) -> int:
        """As at a terminal where `answer` is typed; None: without a terminal."""

        def typed(question: str) -> str:
            assert answer is not None
            self.asked.append(question)
            return answer

        self.patch.setattr(sys.stdin, "isatty", lambda: answer is not None, raising=False)
        self.patch.setattr("builtins.input", typed)
        return main(["reviewers", *words, "--config", str(self.config)])

    def labels(self) -> list[str]:
        return sorted(each.keys.label for each in Reviewers(self.folder / "state" / "reviewers").pinned())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " YES "])
def test_a_reviewer_is_added_at_a_yes_and_no_word_is_broken_at_80_columns(
    desk: Desk, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, words = desk.publish("ana")
    assert desk.run("add", str(file), answer=answer) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.split("fingerprint:")[1].split()[:10] == words.split()
    assert desk.labels() == ["ana"]


@pytest.mark.parametrize("answer", ["", "n", "no", "yess"])
def test_anything_but_a_yes_adds_and_removes_nobody(
    desk: Desk, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, words = desk.publish("ana")
    assert desk.run("add", str(file), answer=answer) == 1
    assert desk.labels() == []
    assert desk.run("add", str(file), "--words", words) == 0
    assert desk.run("remove", "ana", answer=answer) == 1
    assert "Nobody was removed." in capsys.readouterr().err
    assert desk.labels() == ["ana"]


def test_a_removal_says_first_who_can_read_then_and_last_that_nobody_can(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    for label in ("ana", "ben"):
        file, words = desk.publish(label)
        assert desk.run("add", str(file), "--words", words) == 0
    capsys.readouterr()
    assert desk.run("remove", "ana", answer="yes") == 0
    said = capsys.readouterr().out
    assert "Who can read then: ben." in said
    assert "NOBODY" not in said
    assert desk.run("remove", "ben", answer="y") == 0
    said = capsys.readouterr().out
    assert "Who can read then: NOBODY." in said
    assert "NOBODY IS LEFT with a key that is valid today" in said
    assert desk.labels() == []


def test_a_script_is_not_asked(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    file, words = desk.publish("ana")
    assert desk.run("add", str(file), "--words", words) == 0
    assert desk.run("remove", "ana") == 0
    assert desk.asked == []
    assert "NOBODY IS LEFT" in capsys.readouterr().out

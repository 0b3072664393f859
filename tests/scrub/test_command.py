"""`silbo scrub` as a person meets it."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.cli import main
from codes.notes import NOTES
from codes.removed import REMOVED
from scrub.command import Wishes, scrub_files, shown
from scrub.report import Choices
from tests.scrub.fates import choices_asked

PROGRAM = b"\x7fELF program"

_ROWS = ("removed", "changed", "remains", "refused")


@pytest.fixture
def tagged(photo: Image.Image, encode: Callable[..., bytes], tmp_path: Path) -> Path:
    path = tmp_path / "IMG_20261121.jpg"
    path.write_bytes(encode(photo, "JPEG", comment=b"CANARY"))
    return path


def test_files_come_out_numbered_and_reported(
    tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "clean"
    assert scrub_files([tagged, tagged], out, as_json=False) == 0
    assert sorted(path.name for path in out.iterdir()) == ["0001.jpg", "0002.jpg"]
    assert b"CANARY" not in (out / "0001.jpg").read_bytes()
    assert (out / "0001.jpg").stat().st_mode & 0o777 == 0o600
    assert out.stat().st_mode & 0o777 == 0o700
    assert capsys.readouterr().out.splitlines() == [
        *(f"{tagged} -> 000{number}.jpg: removed: comments." for number in (1, 2)),
        "",
        "What no program can take out, so look at each file before you pass it on:",
        f"  2 files: {NOTES['picture_remains'].english}",
    ]


def test_nothing_is_ever_overwritten(tagged: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "0007.jpg").write_bytes(b"mine")
    assert scrub_files([tagged], tmp_path / "out", as_json=False) == 0
    assert (tmp_path / "out" / "0007.jpg").read_bytes() == b"mine"
    assert (tmp_path / "out" / "0008.jpg").exists()


def test_a_refused_file_is_one_sentence_and_the_others_are_done(
    tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "program").write_bytes(PROGRAM)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "nothing").mkdir()
    os.mkfifo(tmp_path / "pipe")
    bad = [tmp_path / name for name in ("program", "empty.jpg", "pipe", "absent", "nothing")]
    assert scrub_files([*bad, tagged], tmp_path / "out", as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(": no clean copy: " in line and line.endswith(".") for line in lines[: len(bad)])
    assert "-> 0006.jpg" in lines[len(bad)]
    assert lines[-1] == "No clean copy: 5 of 6 files."
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["0006.jpg"]


def test_a_folder_stands_for_its_files_and_no_link_leads_out_of_it(
    tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "phone"
    (folder / "b" / "deep").mkdir(parents=True)
    for name in ("b/deep/2.jpg", "b/.hidden.jpg", "a.jpg"):
        (folder / name).write_bytes(tagged.read_bytes())
    (folder / "secret.jpg").symlink_to(tagged)
    (folder / "c").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    out = folder / "clean"
    assert scrub_files([folder], out, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)["files"]
    for file in told:  # one row each, of which the sentences are made
        rows = {what: [fact["code"] for fact in file["facts"] if fact["what"] == what] for what in _ROWS}
        assert rows["removed"] == file["removed"]
        assert sorted(rows["changed"] + rows["remains"]) == sorted(file["notes"])
        assert rows["refused"] == ([file["refused"]] if file["refused"] else [])
    assert [(Path(line["input"]).relative_to(folder).as_posix(), line["output"]) for line in told] == [
        ("a.jpg", "0001.jpg"),
        ("c", None),
        ("loop", None),
        ("secret.jpg", None),
        ("b/.hidden.jpg", "0005.jpg"),
        ("b/deep/2.jpg", "0006.jpg"),
    ]
    assert {line["refused"] for line in told} == {None, "link"}
    assert scrub_files([folder], out, as_json=True) == 1
    assert len(json.loads(capsys.readouterr().out)["files"]) == 6, "the clean copies are not cleaned again"


def test_a_folder_that_cannot_be_looked_into_does_not_pass_for_empty_or_cleaned(
    tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "all" / "closed"
    inside.mkdir(parents=True)
    tagged.rename(tmp_path / "all" / tagged.name)
    scandir = os.scandir

    def refuse(path: str | Path) -> object:  # a mode would not stop root
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert scrub_files([tmp_path / "all"], tmp_path / "out", as_json=False) == 1
    assert f"{inside}: no clean copy: the file can't be opened." in capsys.readouterr().out
    assert scrub_files([inside], tmp_path / "out", as_json=False) == 1
    assert "can't be opened" in capsys.readouterr().out


def test_choices_are_off_unless_asked_and_each_voice_gets_a_disguise_of_its_own() -> None:
    assert Wishes().choices() == Choices()
    wishes = Wishes(disguise_voice=True, lower_resolution=True, pdf="color", letters="cp1250", times=True)
    first, second = wishes.choices(), wishes.choices()
    assert first.disguise != second.disguise
    assert (first.lower_resolution, first.pdf) == (True, "color")
    assert (first.letters, first.times) == ("cp1250", True)


def test_the_options_reach_the_scrubber(
    tagged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = choices_asked(monkeypatch)
    out = ["--out", str(tmp_path / "out")]
    assert main(["scrub", str(tagged), *out, "--disguise-voice", "--lower-resolution", "--pdf", "color"]) == 0
    ((choices),) = asked
    assert choices.disguise is not None
    assert (choices.lower_resolution, choices.pdf) == (True, "color")


def test_the_report_as_json(tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "program").write_bytes(PROGRAM)
    assert scrub_files([tagged, tmp_path / "program"], tmp_path / "out", as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    clean, refused = report["files"]
    assert clean == {
        "input": str(tagged),
        "output": "0001.jpg",
        "media_type": "image/jpeg",
        "removed": ["comment"],
        "notes": ["picture_remains"],
        "refused": None,
        "facts": [
            {"what": "removed", "code": "comment", "english": REMOVED["comment"]},
            {"what": "remains", "code": "picture_remains", "english": NOTES["picture_remains"].english},
        ],
        "marks": [],
    }
    assert (refused["output"], refused["refused"]) == (None, "unsupported")
    assert "limits" in report["isolation"]


def test_a_name_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[2J\u202egpj.exe\n\udcff"
    assert scrub_files([tmp_path / name], tmp_path / "out", as_json=False) == 1
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert not {"\x1b", "\u202e"} & set(printed)
    assert shown("año.jpg") == "año.jpg"


def test_a_folder_that_cannot_be_made_is_one_sentence(
    tagged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scrub_files([tagged], tagged / "out", as_json=False) == 1
    assert capsys.readouterr().err == "silbo: the output folder can't be made.\n"


def test_progress_is_shown_on_a_terminal_only(
    tagged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scrub_files([tagged, tagged], tmp_path / "out", as_json=False)
    assert "of 2 files" not in capsys.readouterr().err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    scrub_files([tagged, tagged], tmp_path / "out", as_json=False)
    assert terminal.getvalue().endswith("\r\x1b[K2 of 2 files\n")

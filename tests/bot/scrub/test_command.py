"""`silbo scrub` as a person meets it."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.scrub import NOTES, REFUSALS, REMOVED, command
from bot.scrub.command import scrub_files, shown


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
    assert capsys.readouterr().out == "".join(
        f"{tagged} -> 000{number}.jpg: removed: a comment.\n" for number in (1, 2)
    )


def test_nothing_is_ever_overwritten(tagged: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "0007.jpg").write_bytes(b"mine")
    assert scrub_files([tagged], tmp_path / "out", as_json=False) == 0
    assert (tmp_path / "out" / "0007.jpg").read_bytes() == b"mine"
    assert (tmp_path / "out" / "0008.jpg").exists()


def test_a_refused_file_is_one_sentence_and_the_others_are_done(
    tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty.jpg").touch()
    os.mkfifo(tmp_path / "pipe")
    bad = [tmp_path / "notes.txt", tmp_path / "empty.jpg", tmp_path / "pipe", tmp_path / "absent", tmp_path]
    assert scrub_files([*bad, tagged], tmp_path / "out", as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(bad) + 1
    assert all(": no clean copy: " in line and line.endswith(".") for line in lines[:-1])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["0006.jpg"]


def test_the_report_as_json(tagged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert scrub_files([tagged, tmp_path / "notes.txt"], tmp_path / "out", as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    clean, refused = report["files"]
    assert clean == {
        "input": str(tagged),
        "output": "0001.jpg",
        "media_type": "image/jpeg",
        "removed": ["comment"],
        "notes": [],
        "refused": None,
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
    assert terminal.getvalue().endswith("\r2 of 2 files\n")


def test_every_code_has_words() -> None:
    assert set(command.REMOVED_WORDS) == set(REMOVED)
    assert set(command.NOTE_WORDS) == set(NOTES)
    assert set(REFUSALS) <= set(command.REFUSED_WORDS)

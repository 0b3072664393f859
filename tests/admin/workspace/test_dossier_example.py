"""The example in `docs/dossier/` is a dossier, and what a third party typed there still comes out."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from admin.workspace.dossier.checking import check

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "dossier"


def test_the_example_is_whole_and_proven() -> None:
    done = check(FOLDER / "example")
    assert done.faults == []
    assert (done.exhibits, done.proven) == (6, 6)


def test_what_was_typed_is_what_is_there() -> None:
    said = (FOLDER / "checked.txt").read_text()
    assert "in the batch" in said
    for name in ("time-stamp.salted",):
        assert hashlib.sha256((FOLDER / "example" / name).read_bytes()).hexdigest() in said
    listed = subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"],
        cwd=FOLDER / "example", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert listed in said


def test_a_byte_changed_anywhere_is_named_and_so_is_a_file_that_is_gone(tmp_path: Path) -> None:
    """The attack, on each file of the folder in turn: time stamp, keys and lists are no exception."""
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER / "example", copy)
    for file in sorted(path for path in copy.rglob("*") if path.is_file()):
        before = file.read_bytes()
        for at in {0, len(before) // 3, len(before) - 1}:
            bent = bytearray(before)
            bent[at] ^= 4
            file.write_bytes(bent)
            assert check(copy).faults, (file.name, at)
        file.unlink()
        if file.name not in (
            "bagit.txt",
            "tagmanifest-sha256.txt.minisig",
            "time-stamp.txt",
            "time-stamp.tsq",
        ):
            assert check(copy).faults, file.name
        file.write_bytes(before)
    assert check(copy).faults == []


def test_what_is_no_file_hangs_and_breaks_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER / "example", copy)
    (copy / "data/exhibits/A-001.txt").unlink()
    os.mkfifo(copy / "data/exhibits/A-001.txt")
    deep = copy / "data"
    for _ in range(40):
        deep /= "d"
    deep.mkdir(parents=True)
    odd = os.fsencode(copy) + b"/data/\xff\n\x1b[2J"
    with open(odd, "wb"):
        pass
    (copy / "data/loop").symlink_to("..")
    faults = check(copy).faults
    assert "data/exhibits/A-001.txt is missing, or can't be read." in faults
    assert any("data/loop is a link" in fault for fault in faults)
    assert any("\\x1b[2J is one file too many" in fault for fault in faults)
    assert all(fault.isprintable() for fault in faults)


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "data/keys/reviewer.pub", "data/custody/A-001.json"])
def test_a_list_or_a_key_of_any_size_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER / "example", copy)
    for content in (b"", b"\0" * (3 << 20), b"[" * 100_000, bytes(range(256)) * 99):
        (copy / name).write_bytes(content)
        assert check(copy).faults

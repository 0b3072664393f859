"""The example in `docs/dossier/` is a dossier, and what a third party typed there still comes out."""

import hashlib
import subprocess
from pathlib import Path

from admin.workspace.dossier.checking import check

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "dossier"


def test_the_example_is_whole_and_proven() -> None:
    done = check(FOLDER / "example")
    assert done.faults == []
    assert (done.exhibits, done.proven) == (4, 4)


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

"""Both readers of every document agree on what random edits make of it, and its own fuzzer runs."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.documents import KINDS, agree
from tests.fuzz.edits import edit

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", KINDS)
def test_both_readers_take_the_seeds_and_agree_on_edits(name: str) -> None:
    chance, kind = random.Random(name), KINDS[name]
    inputs = kind.seeds()
    assert {agree(kind, data) for data in inputs} == {"taken"}
    ends = {agree(kind, edit(inputs, chance)) for _ in range(600)}
    assert {"FormatError", "taken"} <= ends


def test_the_fuzzer_of_documents_runs() -> None:
    script = str(ROOT / "tests" / "fuzz" / "documents.py")
    command = [sys.executable, script, "announcement", "--blind", "--seconds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "both readers came to the same end" in done.stdout

"""A blind run of tests/fuzz/item.py, which also runs under atheris by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def fuzz(seconds: int) -> str:
    command = [sys.executable, str(ROOT / "tests" / "fuzz" / "item.py"), "--blind", "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_both_readers_of_items_agree_for_two_seconds() -> None:
    assert "both readers came to the same end" in fuzz(2)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_both_readers_of_items_agree_for_long() -> None:
    assert "both readers came to the same end" in fuzz(120)

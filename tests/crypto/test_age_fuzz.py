"""A long blind run of tests/fuzz/age.py, which also runs under atheris by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def fuzz(node: str, seconds: int) -> str:
    path = os.pathsep.join([str(Path(node).parent), os.environ["PATH"]])
    command = [sys.executable, str(ROOT / "tests" / "fuzz" / "age.py"), "--blind", "--seconds", str(seconds)]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_fuzzing_finds_nothing_in_two_seconds(node: str) -> None:
    assert "only CryptoError came out" in fuzz(node, 2)


@pytest.mark.long
def test_fuzzing_finds_nothing_in_two_minutes(node: str) -> None:
    assert "only CryptoError came out" in fuzz(node, 120)

"""SIGKILL at a step of a hand-over, of its taking, of a forgetting: nothing half-made is believed, and the
same command goes on.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Outcome, Reviewer, Server, pipe_with
from tests.admin.workspace.test_succession import TEXT, drop, stick, take
from tests.admin.workspace.test_work import ana, ben

__all__ = ["ana", "ben", "drop", "stick"]

_START = f"""
import os, signal, sys
sys.dont_write_bytecode = True  # no steps of ours
from datetime import date
wanted, steps = int(sys.argv.pop(1)), 0
def hook(event, args):
    global steps
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event in {{"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod"}}:
        steps += 1
        if steps == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from admin.cli import main
status = main(today=lambda: date.fromisoformat("{TODAY}"), work_factor={WORK_FACTOR})
os.write(2, f"STEPS {{steps}}\\n".encode())
sys.exit(status)
"""


def run(reviewer: Reviewer, *words: str | Path, kill: int = 0) -> Outcome:
    """In a process of its own, which is killed at this step; without one, the last line counts the steps."""
    handle = None if words[0] == "forget" else pipe_with(PASSPHRASE)
    start = [sys.executable, "-c", _START, str(kill), "--home", str(reviewer.home), *map(str, words)]
    if handle is not None:
        start += ["--passphrase-fd", str(handle)]
    try:
        passed = () if handle is None else (handle,)
        done = subprocess.run(
            start,
            capture_output=True,
            text=True,
            pass_fds=passed,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    finally:
        if handle is not None:
            os.close(handle)
    return Outcome(done.returncode, done.stdout, done.stderr)


def steps(done: Outcome) -> int:
    assert done.status == 0, done
    return int(done.err.rpartition("STEPS ")[2])


def copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(source, target)


def _which(count: int, few: int, each: bool) -> list[int]:
    return list(range(1, count + 1)) if each else [few if few > 0 else count + few]


EACH = [False, pytest.param(True, marks=pytest.mark.long)]


@pytest.mark.parametrize("each", EACH)
def test_a_hand_over_that_is_killed_leaves_none_or_a_whole_one(
    ana: Reviewer, stick: Path, *, each: bool
) -> None:
    place, other = stick.parent / "killed", Reviewer(stick.parent / "ana again", ana.capture)
    copy(ana.home, other.home)
    count = steps(run(other, "hand-over", place, "--to", "ben"))
    for step in _which(count, -6, each):
        shutil.rmtree(place)
        copy(ana.home, other.home)
        assert run(other, "hand-over", place, "--to", "ben", kill=step).status == -9
        assert all((found / "hand-over.json").is_file() for found in place.glob("hand-over-*"))
        assert "nothing was forgotten" in other.run("forget", "--yes").err
        shutil.rmtree(place, ignore_errors=True)
        assert run(other, "hand-over", place, "--to", "ben").status == 0


@pytest.mark.parametrize("each", EACH)
def test_a_taking_that_is_killed_is_answered_only_when_all_is_here(
    ben: Reviewer, server: Server, drop: str, stick: Path, *, each: bool
) -> None:
    other, place = Reviewer(stick.parent / "ben again", ben.capture), stick.parent / "again"
    words = ("take-over", place, "--server", server.public)
    copy(ben.home, other.home)
    copy(stick, place)
    for step in _which(steps(run(other, *words)), -3, each):
        copy(ben.home, other.home)
        copy(stick, place)
        assert run(other, *words, kill=step).status == -9
        if list(place.rglob("taken-*.json")):
            assert TEXT in other.show(drop).out
        assert run(other, *words).status == 0
        assert TEXT in other.show(drop).out


@pytest.mark.parametrize("each", EACH)
def test_an_answer_whose_reading_is_killed_is_read_again_and_lets_nobody_forget_before(
    ana: Reviewer, ben: Reviewer, server: Server, stick: Path, *, each: bool
) -> None:
    take(ben, server, stick)
    other, words = Reviewer(stick.parent / "ana again", ana.capture), ("hand-over", "--confirm", stick)
    copy(ana.home, other.home)
    count = steps(run(other, *words))
    for step in _which(count, -1, each):
        copy(ana.home, other.home)
        assert run(other, *words, kill=step).status == -9
        before = copy(other.home, stick.parent / "before")
        forgot = other.run("forget", "--yes")
        assert "nothing was forgotten" in forgot.err or "Forgotten" in forgot.out, (
            "as one or the other, whole"
        )
        copy(before, other.home)
        assert "Taken over by ben" in run(other, *words).out
        assert "Forgotten" in other.run("forget", "--yes").out


@pytest.mark.parametrize("each", EACH)
def test_a_forgetting_that_is_killed_opens_nothing_any_more_and_goes_on(
    ana: Reviewer, stick: Path, *, each: bool
) -> None:
    other, words = Reviewer(stick.parent / "ana again", ana.capture), ("forget", "--yes", "--anyway")
    copy(ana.home, other.home)
    for step in _which(steps(run(other, *words)), 24, each):
        copy(ana.home, other.home)
        assert run(other, *words, kill=step).status == -9
        if other.home.exists() and any(other.home.iterdir()):
            assert other.run(*words).status == 0
        assert not other.home.exists() or not any(other.home.iterdir())

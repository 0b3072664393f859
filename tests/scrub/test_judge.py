"""The judge shares nothing but bytes with what it judges: what the processes that verify have in memory, seen
from outside while one of them runs.
"""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from scrub.isolation.pipes import PipePair
from scrub.isolation.wire import (
    LENGTH,
    TASK_PDF,
    TASK_PICTURE,
    TASK_RECORDING,
    TASK_SCRUB,
    TASK_VERIFY,
)
from scrub.isolation.zygote_process import ScrubLimits, ZygoteGone, ZygoteProcess
from tests.telegram_api import until

_DECODERS = re.compile(
    rb"(?:lib(?:av|sw)[a-z]+|libx264|opus|lxml|etree|PIL|imaging|numpy|openblas|pdfium|heif|aom|de265)", re.I
)


def _below(pid: int) -> Iterator[int]:
    children: list[str] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text().split()
    for child in children:
        yield int(child)
        yield from _below(int(child))


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _running(zygote: ZygoteProcess, program: bytes) -> set[int]:
    """The processes of a program below this one; a child has the command line of its parent."""
    assert zygote._process is not None
    found = set()
    for pid in (zygote._process.pid, *_below(zygote._process.pid)):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            if program in words and not words.partition(b"\0")[0].endswith(b"bwrap"):  # the wall around it
                found.add(pid)
    return found


def _mapped(pid: int) -> bytes:
    """The files in its memory. Only root sees those of a process that made itself unreadable."""
    try:
        return Path(f"/proc/{pid}/maps").read_bytes()
    except PermissionError:
        pytest.skip("left out: only root looks into a confined child")


def _reading(zygote: ZygoteProcess, program: bytes, pipe: int) -> set[int]:
    """Those whose input is the other end of a pipe."""
    found = set()
    for pid in _running(zygote, program):
        with contextlib.suppress(FileNotFoundError):
            if os.stat(f"/proc/{pid}/fd/0").st_ino == pipe:
                found.add(pid)
    return found


@asynccontextmanager
async def _half_asked(zygote: ZygoteProcess, task: int, program: bytes) -> AsyncIterator[int]:
    """A child that waits for the rest of its request, so that it stands still while it is looked at."""
    pipes = PipePair()
    ours = os.fstat(pipes.write_fd).st_ino
    zygote._send(task, next(zygote._numbers), ScrubLimits(), pipes)
    pipes.close(*pipes.child_fds)
    os.write(pipes.write_fd, LENGTH.pack(100) + b"\x00")
    try:
        await until(lambda: len(_reading(zygote, program, ours)) == 1)
        (child,) = _reading(zygote, program, ours)
        yield child
    finally:
        pipes.close()
    await until(lambda: zygote.gone or not os.path.exists(f"/proc/{child}"))


@pytest.fixture
async def zygote() -> AsyncIterator[ZygoteProcess]:
    """One to be ended."""
    running = await ZygoteProcess.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standing() -> AsyncIterator[ZygoteProcess]:
    """One to be looked at."""
    running = await ZygoteProcess.start()
    yield running
    await running.stop()


async def test_a_verifying_child_and_its_parents_have_no_decoder_in_memory(standing: ZygoteProcess) -> None:
    async with _half_asked(standing, TASK_VERIFY, b"scrub.isolation.zygote") as child:
        judges = _running(standing, b"scrub.isolation.zygote")
        assert child in judges
        for pid in judges:
            maps = _mapped(pid)
            assert b"python" in maps
            assert _DECODERS.findall(maps) == []


async def test_what_is_looked_for_is_found_in_a_child_that_cleans(standing: ZygoteProcess) -> None:
    """Else the test above could not fail."""
    async with _half_asked(standing, TASK_SCRUB, b"scrub.isolation.decoders") as child:
        found = {name.lower() for name in _DECODERS.findall(_mapped(child))}
    assert {b"libavcodec", b"lxml", b"pil", b"numpy", b"openblas", b"pdfium", b"heif"} <= found


async def test_the_addresses_of_a_decoder_tell_nothing_about_those_of_its_judge(
    standing: ZygoteProcess,
) -> None:
    """A fork would have had the same interpreter at the same place."""
    interpreter = re.compile(rb"^([0-9a-f]+)-\S+ r-xp .*(?:python|libc)", re.M)
    places = [
        {place for pid in _running(standing, program) for place in interpreter.findall(_mapped(pid))}
        for program in (b"scrub.isolation.zygote", b"scrub.isolation.decoders")
    ]
    assert all(places)
    assert places[0].isdisjoint(places[1])


async def test_a_judge_without_its_decoders_ends_and_says_so(zygote: ZygoteProcess) -> None:
    """The next file then gets new ones of both."""
    job = asyncio.ensure_future(zygote.run(TASK_VERIFY, (b"\x00",), 1, ScrubLimits()))
    await job
    for pid in _running(zygote, b"scrub.isolation.decoders"):
        os.kill(pid, signal.SIGKILL)
    await until(lambda: zygote.gone)
    with pytest.raises(ZygoteGone):
        await zygote.run(TASK_VERIFY, (b"\x00",), 1, ScrubLimits())


async def test_decoders_end_with_their_judge(zygote: ZygoteProcess) -> None:
    decoders = _running(zygote, b"scrub.isolation.decoders")
    assert decoders
    await zygote.stop()
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in decoders))


@pytest.mark.parametrize(
    ("task", "own", "foreign"),
    [
        (TASK_PICTURE, {b"imaging", b"heif"}, {b"libavcodec", b"lxml", b"pdfium"}),
        (TASK_RECORDING, {b"libavcodec"}, {b"lxml", b"pdfium", b"imaging", b"heif"}),
        (TASK_PDF, {b"pdfium"}, {b"libavcodec", b"lxml", b"heif"}),
    ],
)
async def test_a_child_holds_the_decoders_of_its_kind_alone(
    standing: ZygoteProcess, task: int, own: set[bytes], foreign: set[bytes]
) -> None:
    """A fork costs what is in memory; and a file that takes its decoder over finds no other to use."""
    async with _half_asked(standing, task, b"scrub.isolation.decoders") as child:
        found = {name.lower() for name in _DECODERS.findall(_mapped(child))}
    assert own <= found
    assert found.isdisjoint(foreign)


@pytest.mark.parametrize("task", [TASK_PICTURE, TASK_RECORDING, TASK_PDF, TASK_SCRUB])
async def test_a_process_of_decoders_that_is_killed_takes_all_others_with_it(
    zygote: ZygoteProcess, task: int
) -> None:
    async with _half_asked(zygote, task, b"scrub.isolation.decoders") as child:
        os.kill(_parent(child), signal.SIGKILL)
        await until(lambda: zygote.gone)


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


def _waiting(zygote: ZygoteProcess) -> list[int]:
    """Children that have no file yet: below them is nothing, their input is a socket, and they have given up
    privileges. Without the last, a process that is about to fork its first child would look like one.
    """
    assert zygote._process is not None
    found = []
    for pid in _below(zygote._process.pid):
        with contextlib.suppress(OSError):  # it has just ended
            waits = os.readlink(f"/proc/{pid}/fd/0").startswith("socket:") and not [*_below(pid)]
            if waits and "NoNewPrivs:\t1" in _status(pid):
                found.append(pid)
    return found


async def test_a_child_that_waits_for_a_file_has_given_up_what_it_can_and_holds_nothing_open(
    standing: ZygoteProcess,
) -> None:
    """One that reads no outside byte yet, in each of the processes that have one."""
    if os.getuid():
        pytest.skip("left out: only root looks into a confined child")
    await until(lambda: len(_waiting(standing)) == 3)
    given_up = re.compile(r"^CapEff:\s*0+$.*^NoNewPrivs:\s*1$", re.M | re.S)
    if "no_capabilities" in standing.isolation:
        await until(lambda: all(given_up.search(_status(pid)) for pid in _waiting(standing)))
    for pid in _waiting(standing):
        assert sorted(os.listdir(f"/proc/{pid}/fd")) == ["0", "1", "2"]
        assert os.readlink(f"/proc/{pid}/fd/1") == os.readlink(f"/proc/{pid}/fd/2") == "/dev/null"


async def test_the_child_that_waited_takes_one_file_and_another_waits_for_the_next(
    standing: ZygoteProcess,
) -> None:
    await until(lambda: len(_waiting(standing)) == 3)
    before = set(_waiting(standing))
    async with _half_asked(standing, TASK_PICTURE, b"scrub.isolation.decoders") as child:
        assert child in before
        if "seccomp" in standing.isolation:
            await until(lambda: "Seccomp:\t2" in _status(child))
        await until(lambda: len(_waiting(standing)) == 3)
        assert child not in _waiting(standing)


async def test_children_that_were_killed_while_they_waited_cost_no_file(standing: ZygoteProcess) -> None:
    await until(lambda: len(_waiting(standing)) == 3)
    killed = _waiting(standing)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    await until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in killed))
    assert await standing.run(TASK_VERIFY, (b"\0", b"no picture"), 1, ScrubLimits()) == (0, (b"\0", b""))
    assert not standing.gone

"""Attacks of a child whose decoder was taken over: on the other children, on the parent, on the next file."""

import asyncio
import ctypes
import io
import os
import signal
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from scrub.isolation import wire, zygote_process
from scrub.isolation.pipes import read_all
from scrub.isolation.sandbox import ChildLimits, confine_child, empty_root
from scrub.isolation.zygote_process import ScrubLimits
from scrub.marks.found import Found
from scrub.report import Clean, Refused
from scrub.scrubber import Scrubber

_PROBES = str(Path(__file__).parent / "probing_zygote.py")
_NOBODY = 65534


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def probed() -> AsyncIterator[Scrubber]:
    """A Scrubber whose children misbehave when told to, and are confined as the product's."""
    async with Scrubber() as own:
        confined = set(own.isolation) - {"bubblewrap"}
    async with Scrubber(program=(_PROBES,)) as running:
        assert set(running.isolation) == confined
        yield running


def _picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).save(out, "JPEG")
    return out.getvalue()


def _become_nobody() -> None:
    """The kernel doesn't count root's threads."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _confined(act: Callable[[], bytes]) -> tuple[int, int]:
    """The process, which lives until it is killed, and the end of a pipe with the answer of `act`."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            _become_nobody()
            # Threads are counted here: the process of the tests may have more memory than a child of ours.
            confine_child(ChildLimits(memory=64 << 30))
            os.write(writer, act())
            time.sleep(3600)
        finally:
            os._exit(0)
    os.close(writer)
    return pid, reader


def _start_threads(count: int) -> bytes:
    """How many could be started; they wait for ever."""
    threading.stack_size(65536)
    held = threading.Event()
    for number in range(count):
        try:
            threading.Thread(target=held.wait, daemon=True).start()
        except RuntimeError:
            return str(number).encode()
    return str(count).encode()


def _own_namespaces_allowed() -> bool:
    pid = os.fork()
    if pid == 0:
        _become_nobody()
        os._exit(int(ctypes.CDLL(None).unshare(0x10000000) != 0))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_child_that_takes_all_threads_leaves_the_other_children_theirs() -> None:
    """HEIC needs a thread: 512 for all children together let one file refuse everybody else's."""
    if not _own_namespaces_allowed():
        pytest.skip("left out: this machine allows no namespaces")
    children = [_confined(lambda: _start_threads(5000))]
    try:
        taken = int(os.read(children[0][1], 16))
        assert 8 <= taken <= ChildLimits().threads
        children.append(_confined(lambda: _start_threads(8)))
        assert os.read(children[1][1], 16) == b"8"
    finally:
        for pid, told in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(told)


def test_root_without_namespaces_does_not_empty_the_file_system_of_the_machine() -> None:
    """Where new user namespaces failed, root's mount went over everybody's root. Tried inside one of ours."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if ctypes.CDLL(None).unshare(0x10000000 | 0x20000) != 0:
                os._exit(2)
            before = Path("/proc/self/mountinfo").read_bytes()
            zygote = os.fork()
            if zygote == 0:
                empty_root()
                os._exit(0)
            os.waitpid(zygote, 0)
            status = int(Path("/proc/self/mountinfo").read_bytes() != before)
        finally:
            os._exit(status)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == 2:
        pytest.skip("left out: this machine allows no namespaces")
    assert code == 0


async def test_a_crash_teaches_nothing_about_the_addresses_of_the_next_file(probed: Scrubber) -> None:
    """Children of one zygote share its layout, and a refusal tells the sender whether a guess was right."""
    assert probed._zygote is not None
    before = probed._zygote._process
    assert await probed.scrub(b"\xff\xd8\xffcrash") == Refused("crashed")
    assert isinstance(await probed.scrub(_picture()), Clean)
    assert probed._zygote is not None
    after = probed._zygote._process
    assert before is not None
    assert after is not None
    assert before.pid != after.pid
    assert before.returncode is not None


async def test_a_search_that_crashes_costs_the_search_and_not_the_copy(probed: Scrubber) -> None:
    for probe in (b"late", b"endless"):
        clean, found = await probed.searched(b"\xff\xd8\xff" + probe)
        assert isinstance(clean, Clean)
        assert found == Found(complete=False)
        assert await probed.scrub(b"\xff\xd8\xff" + probe) == Refused("crashed")
    clean, found = await probed.searched(b"\xff\xd8\xffcrash")
    assert (clean, found) == (Refused("crashed"), Found())
    assert (await probed.searched(_picture()))[1] == Found()


async def test_a_crash_beside_a_running_file_lets_it_finish(probed: Scrubber) -> None:
    results = await asyncio.gather(
        probed.scrub(_picture()), probed.scrub(b"\xff\xd8\xffcrash"), probed.scrub(_picture())
    )
    assert [isinstance(result, Clean) for result in results] == [True, False, True]


async def test_a_flood_is_in_the_parents_memory_once() -> None:
    """The bot has 1 GiB, and two children may answer 128 MiB each."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    size, block = 48 << 20, bytes(1 << 20)

    def flood() -> None:
        for _ in range(48):
            view = memoryview(block)
            while view:
                view = view[os.write(writer, view) :]
        os.close(writer)

    thread = threading.Thread(target=flood)
    tracemalloc.start()
    try:
        thread.start()
        answer = await read_all(reader, size, wire.RESULT_HEAD)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        thread.join()
        os.close(reader)
    assert answer is not None
    assert [len(piece) for piece in answer] == [wire.RESULT_HEAD, size - wire.RESULT_HEAD]
    assert peak < 1.5 * size


async def test_an_answer_that_is_too_long_ends_its_child_at_once(
    probed: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probed, "_limits", ScrubLimits(wall_seconds=1e6))  # it does not wait for that
    assert await probed.scrub(b"\xff\xd8\xffoverflow") == Refused("crashed")


async def test_the_process_that_forks_has_one_thread_whoever_starts_it() -> None:
    """systemd starts it with another environment than ours; numpy would start helpers for each processor."""
    code = (
        "import os, socket, sys; sys.argv[1:] = ['0'];"
        "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET); os.dup2(b.fileno(), 0);"
        "from scrub.isolation import decoders, forking;"
        "decoders.isolate_zygote = forking.empty_root = lambda **_: ();"
        "tell = lambda: print(len(os.listdir('/proc/self/task')), flush=True);"
        "wait = lambda: [os.waitpid(int(pid), 0) for pid in "
        "open(f'/proc/self/task/{os.getpid()}/children').read().split()];"  # else they end with this one
        "decoders.Forker.serve = lambda self: (tell(), wait());"
        "decoders.main()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, stdout=asyncio.subprocess.PIPE, env={}
    )
    told, _ = await process.communicate()
    assert told == 4 * b"1\n"  # for pictures, recordings, PDFs, and all else


async def test_who_gives_a_copy_away_and_goes_on_gets_no_third_process_beside_two(
    probed: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy is judged while its maker ends: two that didn't end and their two judges could have taken 8 GB,
    where the unit has room for two processes, and the kernel writes a line with a time.
    """
    running, most = 0, 0
    real = zygote_process.ZygoteProcess.run

    async def counted(self: zygote_process.ZygoteProcess, *all_: Any, **more: Any) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            return await real(self, *all_, **more)
        finally:
            running -= 1

    monkeypatch.setattr(zygote_process.ZygoteProcess, "run", counted)
    results = await asyncio.gather(*(probed.scrub(b"\xff\xd8\xfflinger") for _ in range(3)))
    assert all(isinstance(result, Clean) for result in results)
    assert most == 2

"""Attacks of a child that was taken over through memory: on its siblings, the next file's child, and the
processes that fork them. libffi's page for callbacks was shared by all of them on an installed server.
"""

import contextlib
import ctypes
import mmap
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scrub.isolation.memory import make_own
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from tests.scrub.strict_zygote import PR_SET_MDWE
from tests.scrub.test_judge import _below
from tests.scrub.test_pdf_fonts import CHINESE_PAGES
from tests.scrub.test_pdf_styles import words_of
from tests.telegram_api import until

_STRICT = str(Path(__file__).parent / "strict_zygote.py")
_AREA = re.compile(rb"^([0-9a-f]+-[0-9a-f]+ (\S{4}).*)$", re.M)
_UNITS = pytest.mark.parametrize(
    "unit",
    [pytest.param(False, marks=pytest.mark.long, id="alone"), pytest.param(True, id="in its unit")],
)


def _program(unit: bool) -> tuple[str, ...] | None:
    if unit and _status(lambda: ctypes.CDLL(None).prctl(PR_SET_MDWE, ctypes.c_ulong(1), 0, 0, 0)) != 0:
        pytest.skip("left out: this kernel can't forbid memory that is writable and code (Linux 6.3)")
    return (_STRICT,) if unit else None


def _status(act: Callable[[], int]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(act() & 0xFF)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _dangerous(pid: int) -> list[bytes]:
    """What a process could change of another's memory, and what it could write and then run."""
    try:
        smaps = Path(f"/proc/{pid}/smaps").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []  # it was a child, and ended
    except PermissionError:
        pytest.skip("left out: only root looks into a confined child")
    found, area = [], b""
    for line in smaps.splitlines():
        if match := _AREA.match(line):
            area, rights = match[1], match[2]
        elif line.startswith(b"VmFlags:"):
            flags = line.split()
            if (b"sh" in flags and b"mw" in flags) or (b"w" in rights and b"x" in rights):
                found.append(area)
    return found


@_UNITS
async def test_no_process_shares_memory_or_can_write_code_and_callbacks_still_answer(unit: bool) -> None:
    """The callbacks are what asks for fonts; their code is what it was before the first child."""
    async with Scrubber(program=_program(unit)) as scrubber:
        for _ in range(2):
            clean = await scrubber.scrub(CHINESE_PAGES["simplified"], Choices(pdf="searchable"))
            assert isinstance(clean, Clean)
            assert "\u52a0\u73ed" in words_of(clean.content)
        zygote = scrubber._zygote
        assert zygote is not None
        assert zygote._process is not None
        first, found = zygote._process.pid, {0: [b"not looked"]}

        def looked() -> bool:
            """At those that fork, and at least one that waits for a file, when it has become one."""
            nonlocal found
            below = set(_below(first))
            found = {pid: areas for pid in below if (areas := _dangerous(pid))}
            return len(below) >= 4 and not found

        with contextlib.suppress(TimeoutError):
            await until(looked, 60)
        assert found == {}


def test_memory_that_was_shared_is_a_copy_of_ones_own() -> None:
    """Whatever library shares it, also where it can't be written at the moment."""
    shared = mmap.mmap(-1, mmap.PAGESIZE)
    place = ctypes.addressof(ctypes.c_char.from_buffer(shared))
    shared[:5] = b"first"

    def child() -> int:
        ctypes.CDLL(None).mprotect(ctypes.c_void_p(place), ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ)
        make_own()
        kept = shared[:5] == b"first"
        shared[:5] = b"other"
        return 0 if kept and shared[:5] == b"other" else 1

    assert _status(child) == 0
    assert shared[:5] == b"first"

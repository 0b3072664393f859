"""Promise 1 under a real systemd: no line of the journal or of the kernel is of the second of a message.

Long: the machine, the release and the silence around each message take minutes. The journal is searched for
the seconds themselves, whoever wrote: the machine does nothing else meanwhile.
"""

import asyncio
import os
import re
import time
from pathlib import Path

import pytest

from tests.deploy.machine import Machine
from tests.deploy.test_real_machine import photo, prepare
from tests.scrub.office_files import docx, zipped
from tests.telegram_api import TelegramApi, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

SILENCE = 4.0
"""Seconds before and after each message."""

BREAK = """

def _broken(choices: bytes, request: bytes) -> tuple[bytes, ...]:
    import ctypes

    if b"BREAK THE DECODER" in request:
        ctypes.string_at(0)
    if b"ABORT THE DECODER" in request:
        ctypes.CDLL(None).abort()
    if b"END THE DECODER" in request:
        os.kill(os.getpid(), 9)
    return _whole(choices, request)


import os

_whole, scrub_task = scrub_task, _broken
"""
FAIL = """

_whole = Dialogue.handle


async def _failing(self: Dialogue, update: Update, chat: Chat) -> None:
    if isinstance(update.event, events.Text) and "FAIL" in update.event.body:
        raise ValueError
    await _whole(self, update, chat)


Dialogue.handle = _failing
"""
UNREADABLE = {"message": {"text": "hola", "chat": {"id": 9}}}
SOFFICE = """#!/bin/sh
echo x >>../seen
kill -SEGV $$
"""
"""A LibreOffice that crashes at once: what PID 1 and the kernel make of it is what is looked for."""


def kernel(since: float) -> list[tuple[float, str]]:
    """What the kernel wrote since then about what may be ours: time as of the wall clock, and line."""
    found: list[tuple[float, str]] = []
    ahead = time.time() - time.monotonic()
    handle = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            try:
                head, _, line = os.read(handle, 8192).decode(errors="replace").partition(";")
            except BlockingIOError:
                return found
            except BrokenPipeError:  # the buffer went round
                continue
            when = int(head.split(",")[2]) / 1e6 + ahead
            ours = re.search(r"python|silbo|soffice|convert|audit|oom|out of memory", line, re.IGNORECASE)
            if when >= since and ours:
                found.append((when, line.strip()))
    finally:
        os.close(handle)


def journal(machine: Machine) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    when = 0.0
    for line in machine.run("journalctl", "-o", "export", "--all").splitlines():
        name, _, value = line.partition("=")
        if name == "__REALTIME_TIMESTAMP":
            when = int(value) / 1e6
        elif name in ("MESSAGE", "UNIT", "_SYSTEMD_UNIT"):
            found.append((when, line))
    return found


@pytest.mark.parametrize("machine", ["bookworm"], indirect=True)
async def test_no_line_has_the_second_of_a_message(machine: Machine, tmp_path: Path) -> None:
    moments: list[tuple[float, str]] = []
    async with TelegramApi() as api:
        await asyncio.to_thread(install, machine, api.url, tmp_path / "reviewer")
        await until(lambda: any(method == "getUpdates" for method, _ in api.calls), 120)
        began = time.time()

        async def tell(what: str, send: object) -> None:
            await asyncio.sleep(SILENCE)
            first = time.time()
            assert callable(send)
            send()
            await until(lambda: api.pending() == 0, 120)
            moments.extend((second, what) for second in range(int(first), int(time.time()) + 1))
            await asyncio.sleep(SILENCE)

        await tell("words", lambda: api.text(7, "They film us at home."))
        await tell("a photograph", lambda: api.photo(7, photo()))
        await tell("an office document", lambda: api.document(7, zipped(docx()), name="a.docx"))
        for crash in (b"BREAK", b"ABORT", b"END"):
            await tell(f"{crash!r}", lambda c=crash: api.document(7, photo() + c + b" THE DECODER"))
        await tell("a photograph after a crash", lambda: api.photo(7, photo()))
        await tell("a failing update", lambda: api.text(8, "FAIL"))
        await tell("an unreadable update", lambda: api.inject(UNREADABLE, 9, check=False))
        said = [message["text"] for message in api.sent[7]]
    assert len(said) >= 7
    assert machine.run("cat", "/run/silbo-convert/seen").splitlines() == ["x"]
    machine.run("journalctl", "--sync")
    written = [(when, line) for when, line in journal(machine) if when >= began] + kernel(began)
    near = [
        (what, line) for when, line in written for second, what in moments if second - 1 <= when <= second + 2
    ]
    assert near == []
    ours = [line for _, line in journal(machine)]
    assert any("Silbo" in line for line in ours), "the journal is read, and knows the units"
    services = ("silbo", "silbo-scrub", "silbo-convert")
    assert machine.run("systemctl", "show", "-p", "NRestarts", "--value", *services).split() == ["0"] * 3


def install(machine: Machine, url: str, home: Path) -> None:
    changes = {"scrub/isolation/child.py": BREAK, "bot/dialogue/runner.py": FAIL}
    soffice = machine.root / "usr/bin/soffice"
    soffice.write_text(SOFFICE)
    soffice.chmod(0o755)
    prepare(machine, url, home)
    machine.source("one", changes)
    done = machine.deploy("one", "install", "--answers", "/mnt/answers")
    assert done.returncode == 0, done.stderr + done.stdout
    # The timers of Debian itself are not what is looked for.
    machine.call("systemctl", "stop", "apt-daily*.timer", "dpkg-*.timer", "systemd-tmpfiles-clean.timer")

"""The loop of both zygotes: forks one confined child per request, and tells how it ended.

It never looks at an outside byte itself: a request carries two pipe ends for the child, no content and no
path. It is single-threaded; it ends when its control socket does.
"""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

from scrub.isolation.forked import EXIT_MEMORY, Task, probe_isolation, run_child, wait_as_child
from scrub.isolation.memory import make_own
from scrub.isolation.sandbox import ChildLimits, die_quietly, empty_root, share_what_is_loaded
from scrub.isolation.wire import (
    DONE,
    OUTCOME_CRASHED,
    OUTCOME_DONE,
    OUTCOME_MEMORY,
    OUTCOME_TIMEOUT,
    REQUEST,
    TASK_CANCEL,
)


@dataclass(slots=True)
class _Running:
    job: int
    pid: int
    pidfd: int
    deadline: float
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class _Spare:
    """A child that waits for a file; `requests` is where it is told."""

    pid: int
    pidfd: int
    requests: socket.socket


def settle(namespaces: tuple[str, ...]) -> frozenset[str]:
    """The last step before the first child, when everything is loaded: the file system goes.

    Returns the codes of `ISOLATION` that hold here or can be had in a child; `namespaces` are those so far.
    Raises OSError where children would share memory.
    """
    die_quietly()
    make_own()
    isolation = {*namespaces, *empty_root()}
    isolation.update(probe_isolation())
    share_what_is_loaded()
    return frozenset(isolation)


class Forker:
    """`required` is what each child must achieve before it reads its input; a child that can't ends.

    With `ahead`, a child is forked while nothing is asked, and waits confined for the next file: whoever
    sends one doesn't wait for the fork. It has never seen another.

    A request for none of the `tasks` goes to the zygote at `onward` as it came, and what that one says comes
    back. When that one is gone, so is this one.
    """

    def __init__(
        self,
        control: socket.socket,
        required: frozenset[str],
        tasks: Mapping[int, Task],
        onward: socket.socket | None = None,
        *,
        ahead: bool = False,
    ) -> None:
        self._control = control
        self._required = required
        self._tasks = tasks
        self._onward = onward
        self._ahead = ahead
        self._spare: _Spare | None = None
        self._running: dict[int, _Running] = {}  # by pidfd
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        if onward is not None:
            self._poll.register(onward, select.POLLIN)

    def serve(self) -> None:
        """Returns when the parent is gone, or the zygote onward; the children are killed, and one that waits
        ends by itself.
        """
        while True:
            if self._ahead and self._spare is None and not self._poll.poll(0):
                self._prepare()
            ready = [fd for fd, _ in self._poll.poll(self._wait_ms())]
            for fd in sorted(ready, key=self._speaks):  # who ended first: a new child may get its number
                if fd in self._running:
                    self._reap(self._running.pop(fd))
                elif self._spare is not None and fd == self._spare.pidfd:
                    self._ahead = False  # a machine where it can't wait: from now on as without
                    self._bury(self._spare)
                elif not self._hear(fd):
                    for running in self._running.values():
                        signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)
                    return
            self._kill_overdue()

    def _speaks(self, fd: int) -> bool:
        return fd not in self._running and (self._spare is None or fd != self._spare.pidfd)

    def _wait_ms(self) -> int | None:
        waiting = [running.deadline for running in self._running.values() if not running.timed_out]
        return max(0, int((min(waiting) - time.monotonic()) * 1000) + 1) if waiting else None

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for running in self._running.values():
            if running.deadline <= now and not running.timed_out:
                running.timed_out = True
                signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)

    def _hear(self, fd: int) -> bool:
        """False when who should speak there is gone."""
        if self._onward is not None and fd == self._onward.fileno():
            message = _receive(self._onward, DONE.size)[0]
            if message:
                self._tell(*DONE.unpack(message))
        else:
            message, fds = _receive(self._control, REQUEST.size)
            if message:
                self._accept(message, fds)
            for each in fds:
                os.close(each)
        return bool(message)

    def _accept(self, message: bytes, fds: list[int]) -> None:
        task, job, cpu_seconds, memory, wall_ms = REQUEST.unpack(message)
        if task in self._tasks:
            child = self._hand_over(message, fds)
            if child is None:
                child = self._fork(self._tasks[task], ChildLimits(cpu_seconds, memory), fds)
            if child is None:
                self._tell(job, OUTCOME_CRASHED)
            else:
                pid, pidfd = child
                self._running[pidfd] = _Running(job, pid, pidfd, time.monotonic() + wall_ms / 1000)
            return
        if task == TASK_CANCEL:
            for running in self._running.values():
                if running.job == job:
                    signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)
        if self._onward is not None:
            with contextlib.suppress(OSError):  # it is gone; the next poll ends the loop
                socket.send_fds(self._onward, [message], fds)

    def _fork(self, task: Task, limits: ChildLimits, fds: list[int]) -> tuple[int, int] | None:
        source, sink = fds
        try:
            pid = os.fork()
        except OSError:  # no memory or no process left: this file fails, the next may do better
            return None
        if pid == 0:
            run_child(task, self._required, limits, source, sink)
        return pid, self._watch(pid)

    def _watch(self, pid: int) -> int:
        pidfd = os.pidfd_open(pid)
        self._poll.register(pidfd, select.POLLIN)
        return pidfd

    def _prepare(self) -> None:
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError:
            self._ahead = False
            return
        with theirs:
            try:
                pid = os.fork()
            except OSError:
                ours.close()
                self._ahead = False
                return
            if pid == 0:
                wait_as_child(self._tasks, self._required, theirs)
        self._spare = _Spare(pid, self._watch(pid), ours)

    def _hand_over(self, message: bytes, fds: list[int]) -> tuple[int, int] | None:
        """To the child that waits; None where there is none any more."""
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        with spare.requests:
            try:
                socket.send_fds(spare.requests, [message], fds)
            except OSError:
                self._bury(spare)
                return None
        return spare.pid, spare.pidfd

    def _bury(self, spare: _Spare) -> None:
        self._spare = None
        self._poll.unregister(spare.pidfd)
        spare.requests.close()
        os.waitpid(spare.pid, 0)
        os.close(spare.pidfd)

    def _reap(self, running: _Running) -> None:
        self._poll.unregister(running.pidfd)
        _, status = os.waitpid(running.pid, 0)
        os.close(running.pidfd)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            outcome = OUTCOME_DONE
        elif running.timed_out or code == signal.SIGXCPU:
            outcome = OUTCOME_TIMEOUT
        else:
            outcome = OUTCOME_MEMORY if code == EXIT_MEMORY else OUTCOME_CRASHED
        self._tell(running.job, outcome)

    def _tell(self, job: int, outcome: int) -> None:
        with contextlib.suppress(OSError):  # the parent is gone; the next poll ends the loop
            self._control.send(DONE.pack(job, outcome))


def _receive(control: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """A message and its descriptors; an empty one when the other side is gone."""
    try:
        message, fds, _, _ = socket.recv_fds(control, size, 2)
    except OSError:
        return b"", []
    return message, fds

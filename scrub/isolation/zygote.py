"""The process that holds the decoders: loads them once, then forks one confined child per file.

Started by `zygote_process`: `python -I -m scrub.isolation.zygote CONTROL_FD` with a cleared environment.
It never looks at an outside byte itself: a request carries two pipe ends for the child, no content and no
path. It is single-threaded; it ends when the control socket does.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass

from scrub.isolation.sandbox import (
    ISOLATION,
    ChildLimits,
    confine_child,
    empty_root,
    isolate_zygote,
    prefer_as_oom_victim,
)
from scrub.isolation.wire import (
    CHOICES,
    DONE,
    LENGTH,
    MAX_INPUT,
    MAX_OUTPUT,
    OUTCOME_CRASHED,
    OUTCOME_DONE,
    OUTCOME_MEMORY,
    OUTCOME_TIMEOUT,
    READY,
    REQUEST,
    TASK_CANCEL,
    TASK_VERIFY,
    pack_codes,
)

_EXIT_MEMORY = 3
_CHUNK = 1 << 20


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    prefer_as_oom_victim()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    isolation = set(isolate_zygote())
    from scrub.isolation import child  # the decoders: not before the namespaces  # noqa: PLC0415

    child.warm_up()
    isolation.update(empty_root())
    isolation.update(_probe_child_isolation())
    gc.collect()
    gc.freeze()  # children then touch fewer shared pages
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Zygote(control, required=frozenset(isolation)).serve()


@dataclass(slots=True)
class _Running:
    job: int
    pid: int
    pidfd: int
    deadline: float
    timed_out: bool = False


class Zygote:
    """The loop. `required` is what each child must achieve before it reads its input; a child that can't
    ends.
    """

    def __init__(self, control: socket.socket, required: frozenset[str]) -> None:
        self._control = control
        self._required = required
        self._running: dict[int, _Running] = {}  # by pidfd
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Returns when the parent is gone; its children are killed."""
        while True:
            for fd, _ in self._poll.poll(self._wait_ms()):
                if fd in self._running:
                    self._reap(self._running.pop(fd))
                elif not self._accept():
                    for running in self._running.values():
                        signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)
                    return
            self._kill_overdue()

    def _wait_ms(self) -> int | None:
        waiting = [running.deadline for running in self._running.values() if not running.timed_out]
        return max(0, int((min(waiting) - time.monotonic()) * 1000) + 1) if waiting else None

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for running in self._running.values():
            if running.deadline <= now and not running.timed_out:
                running.timed_out = True
                signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)

    def _accept(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, REQUEST.size, 2)
        if not message:
            return False
        task, job, cpu_seconds, memory, wall_ms = REQUEST.unpack(message)
        if task == TASK_CANCEL:
            for running in self._running.values():
                if running.job == job:
                    signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)
            return True
        source, sink = fds
        try:
            pid = os.fork()
        except OSError:  # no memory or no process left: this file fails, the next may do better
            pid = None
        if pid == 0:
            self._run_child(task, ChildLimits(cpu_seconds, memory), source, sink)
        os.close(source)
        os.close(sink)
        if pid is None:
            self._tell(job, OUTCOME_CRASHED)
            return True
        pidfd = os.pidfd_open(pid)
        self._running[pidfd] = _Running(job, pid, pidfd, time.monotonic() + wall_ms / 1000)
        self._poll.register(pidfd, select.POLLIN)
        return True

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
            outcome = OUTCOME_MEMORY if code == _EXIT_MEMORY else OUTCOME_CRASHED
        self._tell(running.job, outcome)

    def _tell(self, job: int, outcome: int) -> None:
        with contextlib.suppress(OSError):  # the parent is gone; the next poll ends the loop
            self._control.send(DONE.pack(job, outcome))

    def _run_child(self, task: int, limits: ChildLimits, source: int, sink: int) -> None:
        """Never returns. Ends by `os._exit`, so that no buffer or handler of the zygote runs twice."""
        status = 1
        try:
            _keep_only(source, sink)
            held = self._required.intersection(("namespaces", "empty_root"))  # inherited
            if self._required <= held.union(confine_child(limits)):
                from scrub.isolation import child  # loaded before the fork  # noqa: PLC0415

                if task == TASK_VERIFY:
                    answer = child.verify_task(_read_request(0, 1 + MAX_OUTPUT))
                else:
                    answer = child.scrub_task(_read_request(0, CHOICES.size + MAX_INPUT))
                _write_all(1, answer)
                status = 0
        except MemoryError:
            status = _EXIT_MEMORY
        finally:
            os._exit(status)


def _probe_child_isolation() -> tuple[str, ...]:
    """What `confine_child` achieves on this machine, tried in a child that then ends."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _write_all(writer, READY.pack(pack_codes(confine_child(ChildLimits()), ISOLATION)))
        finally:
            os._exit(0)
    os.close(writer)
    mask = os.read(reader, READY.size)
    os.close(reader)
    os.waitpid(pid, 0)
    if len(mask) != READY.size:
        return ()
    return tuple(code for bit, code in enumerate(ISOLATION) if READY.unpack(mask)[0] >> bit & 1)


def _keep_only(source: int, sink: int) -> None:
    """Leaves a child its input as descriptor 0, its output as 1, /dev/null as 2, and nothing else."""
    os.dup2(source, 0)
    os.dup2(sink, 1)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def _read_request(fd: int, limit: int) -> bytes:
    """Raises EOFError when the parent stopped half-way, or announces more than `limit` bytes."""
    head = _read_exactly(fd, LENGTH.size)
    length = LENGTH.unpack(head)[0]
    if length > limit:
        raise EOFError
    return bytes(_read_exactly(fd, length))


def _read_exactly(fd: int, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        chunk = os.read(fd, min(_CHUNK, length - len(data)))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view[:_CHUNK]) :]


if __name__ == "__main__":
    main()

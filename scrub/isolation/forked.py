"""What a forked child does: gives up what it has, reads one request, answers, ends."""

import io
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scrub.isolation.sandbox import ISOLATION, ChildLimits, Confinement, confine_child
from scrub.isolation.wire import LENGTH, READY, REQUEST, pack_codes, unpack_codes

EXIT_MEMORY = 3
_CHUNK = 1 << 20
_MAX_DESCRIPTORS = os.sysconf("SC_OPEN_MAX")


@dataclass(frozen=True, slots=True)
class Task:
    """A request has `head` bytes of ours, and then content of at most `limit` bytes. `run` takes the two
    apart, so that no content is copied, and gives the pieces of the answer, each written before the next is
    made; it may raise MemoryError, and what ends as a crash.
    """

    head: int
    limit: int
    run: Callable[[bytes, bytes], Iterable[bytes]]


def run_child(task: Task, required: frozenset[str], limits: ChildLimits, source: int, sink: int) -> None:
    """Never returns. Ends by `os._exit`, so that no buffer or handler of the zygote runs twice. `required`:
    what it must achieve before it reads its input. The zygote dies quietly, and so does what it forks.
    """
    status = 1
    try:
        _keep_only(source, sink)
        status = _answer(task, required, Confinement().complete(limits))
    finally:
        os._exit(status)


def wait_as_child(tasks: Mapping[int, Task], required: frozenset[str], requests: socket.socket) -> None:
    """The same for a child that is forked before there is a file, and confined as far as it can be. It waits
    for one request of the zygote's, with two pipe ends, and ends where the zygote does. Never returns.
    """
    status = 1
    try:
        os.dup2(requests.fileno(), 0)
        os.closerange(3, _MAX_DESCRIPTORS)
        confinement = Confinement()
        with socket.socket(fileno=0) as told:
            message, (source, sink), _, _ = socket.recv_fds(told, REQUEST.size, 2)
            told.detach()
        number, _, cpu_seconds, memory, _ = REQUEST.unpack(message)
        _keep_only(source, sink)
        status = _answer(tasks[number], required, confinement.complete(ChildLimits(cpu_seconds, memory)))
    finally:
        os._exit(status)


def _answer(task: Task, required: frozenset[str], in_force: tuple[str, ...]) -> int:
    """The exit status. The request is not read unless all that is required holds."""
    held = required & {"namespaces", "empty_root"}  # inherited
    if not required <= held.union(in_force):
        return 1
    try:
        for piece in task.run(*_read_request(0, task.head, task.limit)):
            _write_all(1, piece)
    except MemoryError:
        return EXIT_MEMORY
    return 0


def probe_isolation() -> tuple[str, ...]:
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
    return unpack_codes(READY.unpack(mask)[0], ISOLATION)


def _keep_only(source: int, sink: int) -> None:
    """Leaves a child its input as descriptor 0, its output as 1, /dev/null as 2, and nothing else."""
    os.dup2(source, 0)
    os.dup2(sink, 1)
    os.closerange(3, _MAX_DESCRIPTORS)


def _read_request(fd: int, head: int, limit: int) -> tuple[bytes, bytes]:
    """Raises EOFError when the parent stopped half-way, or announces more than `limit` bytes or no head."""
    length = LENGTH.unpack(_read_exactly(fd, LENGTH.size))[0]
    if not head <= length <= head + limit:
        raise EOFError
    return _read_exactly(fd, head), _read_exactly(fd, length - head)


def _read_exactly(fd: int, length: int) -> bytes:
    """Straight to its place: a page that is written to for the first time costs more than what is read into
    it. What BytesIO holds is handed out without a copy.
    """
    data, at = io.BytesIO(bytes(length)), 0
    with data.getbuffer() as place, io.FileIO(fd, closefd=False) as pipe:
        while at < length:
            count = pipe.readinto(place[at : at + _CHUNK])
            if not count:
                raise EOFError
            at += count
    return data.getvalue()


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view[:_CHUNK]) :]

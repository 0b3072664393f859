"""What a forked child does: gives up what it has, reads one request, answers, ends."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from scrub.isolation.sandbox import ISOLATION, ChildLimits, confine_child
from scrub.isolation.wire import LENGTH, READY, pack_codes, unpack_codes

EXIT_MEMORY = 3
_CHUNK = 1 << 20
_MAX_DESCRIPTORS = os.sysconf("SC_OPEN_MAX")


@dataclass(frozen=True, slots=True)
class Task:
    """`limit`: bytes of a request at the most. `run` may raise MemoryError, and what ends as a crash."""

    limit: int
    run: Callable[[bytes], bytes]


def run_child(task: Task, required: frozenset[str], limits: ChildLimits, source: int, sink: int) -> None:
    """Never returns. Ends by `os._exit`, so that no buffer or handler of the zygote runs twice. `required`:
    what it must achieve before it reads its input. The zygote dies quietly, and so does what it forks.
    """
    status = 1
    try:
        _keep_only(source, sink)
        held = required & {"namespaces", "empty_root"}  # inherited
        if required <= held.union(confine_child(limits, dies_quietly=True)):
            _write_all(1, task.run(_read_request(0, task.limit)))
            status = 0
    except MemoryError:
        status = EXIT_MEMORY
    finally:
        os._exit(status)


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

"""The processes that hold the decoders: each loads them once, then forks a confined child for each file.

Started by `scrub.isolation.zygote`, whose children judge what these write. The first has the decoders of
pictures alone, and hands what is no picture to the second, a fork of it that loads all others: a fork costs
what is in memory, and most files are pictures.
"""

import os
import socket
import sys

from scrub.from_memory import load_wheels
from scrub.isolation import ocr_wire, retype_wire
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.marks_wire import HEAD
from scrub.isolation.sandbox import (
    ISOLATION,
    die_with_parent,
    give_back,
    isolate_zygote,
    share_what_is_loaded,
)
from scrub.isolation.wire import (
    CHOICES,
    MAX_INPUT,
    MAX_OUTPUT,
    READY,
    TASK_COVER,
    TASK_DOTS,
    TASK_GATHER,
    TASK_MARKS,
    TASK_PICTURE,
    TASK_REDRAW,
    TASK_SCRUB,
    TASK_SHOW,
    pack_codes,
    unpack_codes,
)


def main(libraries: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the decoders, where none are installed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    namespaces = isolate_zygote()
    if libraries is not None:
        load_wheels(libraries)
    from scrub.isolation import pictures  # the decoders: not before the namespaces  # noqa: PLC0415

    pictures.warm_up()
    others = _start_others(namespaces, control)
    isolation = _settled(namespaces)
    theirs = unpack_codes(READY.unpack(others.recv(READY.size))[0], ISOLATION)
    control.send(READY.pack(pack_codes(tuple(isolation.intersection(theirs)), ISOLATION)))
    tasks = {TASK_PICTURE: Task(CHOICES.size, MAX_INPUT, pictures.scrub_task)}
    Forker(control, isolation, tasks, others, ahead=True).serve()


def _start_others(namespaces: tuple[str, ...], control: socket.socket) -> socket.socket:
    """The control socket of a process with all decoders, which ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    share_what_is_loaded()
    if os.fork() == 0:
        try:
            die_with_parent()
            ours.close()
            control.close()
            _serve_all(namespaces, theirs)
        finally:
            os._exit(0)
    theirs.close()
    return ours


def _serve_all(namespaces: tuple[str, ...], control: socket.socket) -> None:
    from scrub.isolation import child, dots_child, retype_child  # noqa: PLC0415

    child.warm_up()
    isolation = _settled(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    tasks = {
        TASK_SCRUB: Task(CHOICES.size, MAX_INPUT, child.scrub_task),
        TASK_MARKS: Task(HEAD.size, MAX_OUTPUT + MAX_INPUT, child.marks_task),
        TASK_COVER: Task(retype_wire.COVER.size, MAX_OUTPUT + MAX_INPUT, retype_child.cover_task),
        TASK_DOTS: Task(retype_wire.HEAD, MAX_OUTPUT, dots_child.dots_task),
        TASK_SHOW: Task(ocr_wire.SHOW.size, MAX_OUTPUT, dots_child.show_task),
        TASK_GATHER: Task(retype_wire.HEAD, MAX_OUTPUT, retype_child.gather_task),
        TASK_REDRAW: Task(retype_wire.HEAD, MAX_INPUT, retype_child.redraw_task),
    }
    Forker(control, isolation, tasks, ahead=True).serve()


def _settled(namespaces: tuple[str, ...]) -> frozenset[str]:
    """What the samples left free goes back first: it would be copied into each child's page tables."""
    give_back()
    return settle(namespaces)


if __name__ == "__main__":
    main()

"""The processes that hold the decoders: each loads them once, then forks a confined child for each file.

Started by `scrub.isolation.zygote`, whose children judge what these write. One has the decoders of pictures
alone, one those of sound and video, one those of PDFs, and one all; each hands on what isn't its own. A fork
costs what is in memory, and a child has no more than its file needs. docs/adr/0413-a-process-for-each-kind.md
"""

import os
import socket
import sys
from collections.abc import Callable, Mapping

from scrub.freed import give_back
from scrub.from_memory import load_wheels
from scrub.isolation import ocr_wire, retype_wire
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.marks_wire import HEAD
from scrub.isolation.sandbox import (
    ISOLATION,
    die_with_parent,
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
    TASK_PDF,
    TASK_PICTURE,
    TASK_RECORDING,
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
    namespaces = isolate_zygote(waited_for=False)  # it ends with its control socket, and with the zygote
    if libraries is not None:
        load_wheels(libraries)
    import numpy  # noqa: F401, PLC0415  # what all share; no decoder before the namespaces

    documents = _start(_serve_documents, namespaces, control)
    recordings = _start(_serve_recordings, namespaces, control, documents)
    documents.close()
    from scrub.isolation import pictures  # noqa: PLC0415

    pictures.warm_up()
    tasks = {TASK_PICTURE: Task(CHOICES.size, MAX_INPUT, pictures.scrub_task)}
    _serve(namespaces, control, tasks, recordings, ahead=True)


def _serve_recordings(namespaces: tuple[str, ...], control: socket.socket, onward: socket.socket) -> None:
    from scrub.isolation import recordings  # noqa: PLC0415

    recordings.warm_up()
    tasks = {TASK_RECORDING: Task(CHOICES.size, MAX_INPUT, recordings.scrub_task)}
    _serve(namespaces, control, tasks, onward)


def _serve_documents(namespaces: tuple[str, ...], control: socket.socket) -> None:
    from scrub.isolation import documents  # noqa: PLC0415

    documents.warm_up()
    others = _start(_serve_all, namespaces, control)
    tasks = {TASK_PDF: Task(CHOICES.size, MAX_INPUT, documents.scrub_task)}
    _serve(namespaces, control, tasks, others)


def _serve_all(namespaces: tuple[str, ...], control: socket.socket) -> None:
    from scrub.isolation import child, dots_child, retype_child  # noqa: PLC0415

    child.warm_up()
    tasks = {
        TASK_SCRUB: Task(CHOICES.size, MAX_INPUT, child.scrub_task),
        TASK_MARKS: Task(HEAD.size, MAX_OUTPUT + MAX_INPUT, child.marks_task),
        TASK_COVER: Task(retype_wire.COVER.size, MAX_OUTPUT + MAX_INPUT, retype_child.cover_task),
        TASK_DOTS: Task(retype_wire.HEAD, MAX_OUTPUT, dots_child.dots_task),
        TASK_SHOW: Task(ocr_wire.SHOW.size, MAX_OUTPUT, dots_child.show_task),
        TASK_GATHER: Task(retype_wire.HEAD, MAX_OUTPUT, retype_child.gather_task),
        TASK_REDRAW: Task(retype_wire.HEAD, MAX_INPUT, retype_child.redraw_task),
    }
    _serve(namespaces, control, tasks, ahead=True)


def _start(
    program: Callable[..., None],
    namespaces: tuple[str, ...],
    control: socket.socket,
    *onward: socket.socket,
) -> socket.socket:
    """The control socket of a fork of this process that runs `program`, and ends with this one, whose own
    `control` it doesn't keep.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    share_what_is_loaded()
    if os.fork() == 0:
        try:
            die_with_parent()
            ours.close()
            control.close()
            os.dup2(1, 0)  # nothing that is told of later becomes this process's own input
            program(namespaces, theirs, *onward)
        finally:
            os._exit(0)
    theirs.close()
    return ours


def _serve(
    namespaces: tuple[str, ...],
    control: socket.socket,
    tasks: Mapping[int, Task],
    onward: socket.socket | None = None,
    *,
    ahead: bool = False,
) -> None:
    """Forks for `tasks`; what else is asked goes `onward`."""
    isolation = _settled(namespaces)
    if onward is not None:
        isolation &= frozenset(unpack_codes(READY.unpack(onward.recv(READY.size))[0], ISOLATION))
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, tasks, onward, ahead=ahead).serve()


def _settled(namespaces: tuple[str, ...]) -> frozenset[str]:
    """What the samples left free goes back first: it would be copied into each child's page tables."""
    give_back()
    return settle(namespaces)


if __name__ == "__main__":
    main()

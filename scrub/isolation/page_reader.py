"""The process that a `PageReader` starts: forks a confined child for each clean copy whose pages are
covered or compared.

Started as `python -I -m scrub.isolation.page_reader CONTROL_FD`, or from the second file, with a cleared
environment. The same walls as for cleaning; behind them Pillow's JPEG and PNG, and numpy.
"""

import os
import socket
import sys

from scrub.from_memory import load_wheels
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import (
    COMPARE,
    MAX_OUTPUT,
    READY,
    REDACT,
    TASK_COMPARE,
    TASK_REDACT,
    pack_codes,
)

_MAX_WISHES = 1 << 20


def main(libraries: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the decoders, where none are installed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    namespaces = isolate_zygote()
    if libraries is not None:
        load_wheels(libraries, ("numpy", "pillow", "pypdfium2"))
    from scrub.isolation import page_child  # the decoders: not before the namespaces  # noqa: PLC0415

    page_child.warm_up()
    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    tasks = {
        TASK_REDACT: Task(REDACT.size, MAX_OUTPUT + _MAX_WISHES, page_child.redact_task),
        TASK_COMPARE: Task(COMPARE.size, 2 * MAX_OUTPUT, page_child.compare_task),
    }
    Forker(control, isolation, tasks).serve()


if __name__ == "__main__":
    main()

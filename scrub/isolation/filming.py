"""The process that a `CodeReader` starts: forks a confined child for each picture or film.

Started as `python -I -m scrub.isolation.filming CONTROL_FD` with a cleared environment, behind the same walls
as for cleaning (`scrub.isolation.sandbox`).
"""

import os
import socket
import sys

from scrub.from_memory import load_wheels
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import READY, TASK_CODES, pack_codes


def main(libraries: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the decoders, where none are installed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    prefer_as_oom_victim()
    namespaces = isolate_zygote()
    if libraries is not None:
        load_wheels(libraries)
    from scrub.filmed import MAX_FILM  # the decoders: not before the namespaces  # noqa: PLC0415
    from scrub.isolation import film_child  # noqa: PLC0415

    film_child.warm_up()
    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, {TASK_CODES: Task(1, MAX_FILM, film_child.codes_task)}).serve()


if __name__ == "__main__":
    main()

"""The process that holds the decoders: loads them once, then forks a confined child for each file to clean.

Started by `scrub.isolation.zygote`, whose children judge what these write.
"""

import os
import socket
import sys

from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.sandbox import ISOLATION, isolate_zygote
from scrub.isolation.wire import CHOICES, MAX_INPUT, READY, TASK_SCRUB, pack_codes


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    namespaces = isolate_zygote()
    from scrub.isolation import child  # the decoders: not before the namespaces  # noqa: PLC0415

    child.warm_up()
    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, {TASK_SCRUB: Task(CHOICES.size + MAX_INPUT, child.scrub_task)}).serve()


if __name__ == "__main__":
    main()

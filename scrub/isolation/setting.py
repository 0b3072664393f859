"""The process that sets one document anew: started when it is asked for, and ended with the answer, so that
no server holds a typesetter's memory.

Started as `python -I -m scrub.isolation.setting CONTROL_FD` with a cleared environment, behind the same walls
as for cleaning (`scrub.isolation.sandbox`), with none of the decoders behind them.
"""

import socket
import sys

from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.retype_wire import HEAD, MAX_DOCUMENT
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import READY, TASK_SET, pack_codes


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    namespaces = isolate_zygote()
    from scrub.retype.document import unpack  # noqa: PLC0415
    from scrub.setter.sheet import Setter  # the typesetter: not before the namespaces  # noqa: PLC0415

    setter = Setter()

    def set_task(_head: bytes, document: bytes) -> tuple[bytes, ...]:
        content, whole = setter.pdf(unpack(document))
        return bytes((whole,)), content

    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, {TASK_SET: Task(HEAD, MAX_DOCUMENT, set_task)}).serve()


if __name__ == "__main__":
    main()

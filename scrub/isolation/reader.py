"""The process that a `WordReader` starts: forks a confined child for each clean file whose words or pages
are wanted.

Started as `python -I -m scrub.isolation.reader CONTROL_FD`, or from the one file of the workspace, with a
cleared environment. The same walls as for cleaning (`scrub.isolation.sandbox`), with none of the decoders
behind them.
"""

import socket
import sys

from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import (
    MAX_INPUT,
    MAX_OUTPUT,
    READY,
    TASK_PAGES,
    TASK_VERIFY,
    TASK_WORDS,
    pack_codes,
)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    namespaces = isolate_zygote()
    from scrub.isolation import judge, reading_child  # not before the namespaces  # noqa: PLC0415

    reading_child.warm_up()
    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    tasks = {
        TASK_WORDS: Task(1, MAX_INPUT, reading_child.words_task),
        TASK_PAGES: Task(1, MAX_INPUT, reading_child.pages_task),
        TASK_VERIFY: Task(1, MAX_OUTPUT, judge.verify_task),
    }
    Forker(control, isolation, tasks).serve()


if __name__ == "__main__":
    main()

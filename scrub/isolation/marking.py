"""The process that a `MarkReader` starts: forks a confined child for each clean file that is searched for
marks.

Started as `python -I -m scrub.isolation.marking [words] CONTROL_FD`, or from the second file, with a cleared
environment. Behind the same walls as for cleaning it has all decoders where this is a whole installation, or
the file of them lies beside the second; else, or where that is asked, it looks at words alone.
"""

import contextlib
import os
import socket
import sys

from scrub.from_memory import load_wheels
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.marks_wire import HEAD, pack_found
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import (
    MAX_INPUT,
    MAX_OUTPUT,
    READY,
    TASK_DOTS,
    TASK_MARKS,
    pack_codes,
    unpack_media_type,
)

_MEMORY = "/proc/self/fd/"


def main(libraries: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the decoders, where none are installed."""
    control = socket.socket(fileno=int(sys.argv[-1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's helpers would be threads of a process that forks
    namespaces = isolate_zygote()
    if libraries is not None:
        load_wheels(libraries)
    tasks = _looking(decoders=libraries is not None or _installed())
    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, tasks).serve()


def _installed() -> bool:
    """What this machine may have of decoders beside the second file is of another Silbo, and is not asked."""
    return not __file__.startswith(_MEMORY) and sys.argv[1] != "words"


def _looking(*, decoders: bool) -> dict[int, Task]:
    if decoders:
        try:
            from scrub.isolation import child, dots_child  # noqa: PLC0415

            child.warm_up()
        except ImportError:
            pass
        else:
            return {
                TASK_MARKS: Task(HEAD.size, MAX_OUTPUT + MAX_INPUT, child.marks_task),
                TASK_DOTS: Task(1, MAX_OUTPUT, dots_child.dots_task),
            }
    from scrub.isolation import reading_child  # noqa: PLC0415
    from scrub.marks.words_alone import search_words  # noqa: PLC0415

    reading_child.warm_up()
    with contextlib.suppress(ValueError):
        search_words("text/plain", b"nom@example.org")

    def words_task(head: bytes, untrusted: bytes) -> tuple[bytes, ...]:
        media_type, length = HEAD.unpack(head)
        return (pack_found(search_words(unpack_media_type(media_type), untrusted[:length])),)

    return {TASK_MARKS: Task(HEAD.size, MAX_OUTPUT + MAX_INPUT, words_task)}


if __name__ == "__main__":
    main()

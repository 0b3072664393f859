"""The process that reads words in pictures: started when that is asked for, and ended with the answers.

Started as `python -I -m scrub.isolation.ocr_process CONTROL_FD`, or from the second file of a release, with a
cleared environment, behind the same walls as for cleaning (`scrub.isolation.sandbox`), with none of the
decoders behind them: it gets dots.
"""

import os
import socket
import sys
from pathlib import Path

from scrub.from_memory import load_wheels
from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.marks_wire import pack_found
from scrub.isolation.ocr_wire import MAX_DOTS, MAX_READ, PICTURE
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import READY, TASK_OCR, pack_codes

_NEEDED = ("numpy", "pillow", "tesserocr")


def main(libraries: str | None = None, data: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the decoders, where none are installed; `data` the folder
    with that of the languages, or a zip file of it in memory.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    os.environ.update(OMP_THREAD_LIMIT="1", OPENBLAS_NUM_THREADS="1")  # a process that forks has one thread
    namespaces = isolate_zygote()
    if libraries is not None:
        load_wheels(libraries, _NEEDED)
    from scrub.marks.found import Found, most_telling  # noqa: PLC0415
    from scrub.ocr.engine import Engine  # not before the namespaces  # noqa: PLC0415
    from scrub.ocr.finding import Dots  # noqa: PLC0415

    engine = Engine(None if data is None else Path(data))

    def read_task(head: bytes, gray: bytes) -> tuple[bytes]:
        page, width, height = PICTURE.unpack(head)
        if len(gray) != width * height:
            raise ValueError("not the dots of a picture")
        marks = engine.marks(Dots(page, width, height, gray))
        return (pack_found(Found(tuple(most_telling(marks, MAX_READ))), MAX_READ),)

    isolation = settle(namespaces)
    control.send(READY.pack(pack_codes(tuple(isolation), ISOLATION)))
    Forker(control, isolation, {TASK_OCR: Task(PICTURE.size, MAX_DOTS, read_task)}).serve()


if __name__ == "__main__":
    main()

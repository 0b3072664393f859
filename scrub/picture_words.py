"""Reads the words in pictures for a caller with an event loop: dots in, marks out, by a process that is there
for one file. Nothing of a text comes back but what a mark says of itself.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scrub.isolation.marks_wire import MAX_ANSWER, unpack_found
from scrub.isolation.ocr_wire import MAX_READ, unpack_dots
from scrub.isolation.retype_wire import AREA, MAX_AREAS
from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.wire import OUTCOME_CRASHED, OUTCOME_DONE, TASK_OCR, WireError
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits, ZygoteGone, ZygoteProcess
from scrub.marks.found import WHOLE, Mark

READERS_SOCKET = "silbo-read.sock"
"""Beside that of the decoders, where systemd starts them."""

OCR = ("-m", "scrub.isolation.ocr_process")
LIMITS = ScrubLimits(wall_seconds=40.0, child=ChildLimits(cpu_seconds=30, memory=1 << 30))
"""For one picture."""

READ_SECONDS = 60.0
"""For all pictures of a file, however often they are read: a page of tiny letters takes minutes, and somebody
else waits.
"""


class PictureWords:
    """`socket_path` is where systemd starts the process; without it this one does."""

    def __init__(self, socket_path: Path | None = None) -> None:
        self._socket_path = socket_path

    async def marks(self, untrusted_dots: bytes | None, until: float) -> tuple[list[Mark], bool]:
        """Of the answer to a request for dots, or None where there is none; and whether all of it was read.
        `until`: by the event loop's clock.
        """
        try:
            pictures, complete = unpack_dots(untrusted_dots or b"")
        except WireError:
            return [], False
        if not pictures:
            return [], complete
        try:
            reader = await ZygoteProcess.start(self._socket_path, OCR)
        except ScrubberError:
            return [], False
        found: list[Mark] = []
        try:
            for head, dots in pictures:
                left = until - asyncio.get_running_loop().time()
                if left < 1:
                    return found, False
                limits = replace(LIMITS, wall_seconds=min(left, LIMITS.wall_seconds))
                outcome, answer = await reader.run(TASK_OCR, (head, dots), MAX_ANSWER, limits)
                marks = marks_of(b"".join(answer or ()) if outcome == OUTCOME_DONE else b"")
                complete = complete and marks is not None and len(marks) < MAX_READ
                found += marks or ()
                if outcome == OUTCOME_CRASHED:  # the next child has its memory at other addresses
                    await reader.stop()
                    reader = await ZygoteProcess.start(self._socket_path, OCR)
        except (ZygoteGone, ScrubberError):
            complete = False
        finally:
            await reader.stop()
        return found, complete


def marks_of(untrusted: bytes) -> tuple[Mark, ...] | None:
    """Of the answer of a child that reads; None for anything else, a picture too."""
    try:
        found = unpack_found(untrusted, MAX_READ)
    except WireError:
        return None
    return None if found.picture or any(mark.box is None for mark in found.marks) else found.marks


def places_of(marks: Sequence[Mark]) -> bytes:
    """Packed, of those that have one; not more than can be covered at once."""
    placed = [(mark.page, *mark.box) for mark in marks if mark.box is not None and not mark.part]
    return b"".join(
        AREA.pack(min(page, 0xFFFF), *sides) for page, *sides in placed[:MAX_AREAS] if max(sides) <= WHOLE
    )

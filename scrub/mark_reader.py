"""The marks in clean files by which they may name their reader, for a caller that holds keys: bytes in, kinds
and places out.

As `scrub.word_reader`: nothing is decoded here, and the children have no network and no file.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from scrub.asking import Asking
from scrub.isolation import ocr_wire
from scrub.isolation.marks_wire import HEAD, MAX_ANSWER, unpack_found
from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.wire import MAX_INPUT, TASK_DOTS, TASK_MARKS, TASK_OCR, WireError, pack_media_type
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits
from scrub.marks.found import SEARCHED, Found, Mark, most_telling
from scrub.ocr.data import can_read, folder, in_memory
from scrub.picture_words import LIMITS, OCR, READ_SECONDS, marks_of

MARKING = ("-m", "scrub.isolation.marking")
OF_WORDS = (*MARKING, "words")
_LIMITS = ScrubLimits(wall_seconds=60.0, child=ChildLimits(cpu_seconds=50, memory=2 << 30))

__all__ = ["MARKING", "OF_WORDS", "MarkReader", "ScrubberError", "can_read", "folder", "in_memory"]


Reading = tuple[Sequence[str], Sequence[int]]


class MarkReader(Asking):
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(
        self, program: Sequence[str] = MARKING, descriptors: Sequence[int] = (), reads: Reading | None = None
    ) -> None:
        """`program`: how Python is told what to run; `descriptors`: what it finds that by; `reads`: the same
        of the process that reads words in pictures, None for the installed one.
        """
        super().__init__(program, descriptors, _LIMITS)
        self._reads = reads or ((OCR, ()) if can_read() else None)

    def marks(self, media_type: str, untrusted: bytes) -> Found:
        """Not complete where not all of it could be looked at, or nothing was. Raises ScrubberError when no
        process can be started. The picture is not looked at by anybody.
        """
        if media_type not in SEARCHED or len(untrusted) > MAX_INPUT:
            return Found(complete=False)
        head = HEAD.pack(pack_media_type(media_type)[0], len(untrusted))
        answer = self.ask(TASK_MARKS, head, untrusted, MAX_ANSWER)
        try:
            return Found(complete=False) if answer is None else unpack_found(answer)
        except WireError:
            return Found(complete=False)

    def read(self, media_type: str, untrusted: bytes, found: Found) -> Found:
        """What was `found`, and what the words in its pictures add to that; not complete where they could
        not all be read, or this machine can read none. Raises ScrubberError.
        """
        marks: list[Mark] = []
        answer = self.ask(TASK_DOTS, pack_media_type(media_type), untrusted, ocr_wire.MAX_ANSWER)
        try:
            pictures, complete = ocr_wire.unpack_dots(answer or b"")
        except WireError:
            pictures, complete = [], False
        complete = complete and (self._reads is not None or not pictures)
        with Asking(*(self._reads or (OCR, ())), LIMITS) as reader:
            until = time.monotonic() + READ_SECONDS
            for head, dots in pictures if self._reads is not None else ():
                if time.monotonic() > until:
                    complete = False
                    break
                read = marks_of(reader.ask(TASK_OCR, head, dots, MAX_ANSWER) or b"")
                complete = complete and read is not None and len(read) < ocr_wire.MAX_READ
                marks += read or ()
        every = tuple(most_telling([*found.marks, *marks]))
        return replace(found, marks=every, complete=found.complete and complete, unread=False)

"""The QR codes in pictures and films, for a caller that has none of the decoders."""

from collections.abc import Sequence

from scrub.asking import Asking
from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.wire import TASK_CODES
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits

FILMING = ("-m", "scrub.isolation.filming")
LARGEST = 256 << 20
"""Bytes of a file that is looked at."""

_LIMITS = ScrubLimits(wall_seconds=600.0, child=ChildLimits(cpu_seconds=300, memory=3 << 30))
_MOST = 16 << 20

__all__ = ["LARGEST", "CodeReader", "ScrubberError"]


class CodeReader(Asking):
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(self, program: Sequence[str] = FILMING, descriptors: Sequence[int] = ()) -> None:
        """`program`: how Python is told what to run; `descriptors`: what it finds that by."""
        super().__init__(program, descriptors, _LIMITS)

    def codes(self, untrusted: bytes) -> list[bytes] | None:
        """What the codes in a picture or film say, each once; None if it is none that can be read, or larger
        than `LARGEST`. Raises ScrubberError when no process can be started.
        """
        if len(untrusted) > LARGEST:
            return None
        answer = self.ask(TASK_CODES, b"\0", untrusted, _MOST)
        if answer is None:
            return None
        codes, position = [], 0
        while position < len(answer):
            size = int.from_bytes(answer[position : position + 2], "big")
            codes.append(answer[position + 2 : position + 2 + size])
            position += 2 + size
        return codes if position == len(answer) else None

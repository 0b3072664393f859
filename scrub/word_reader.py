"""The words of clean files, and the pages of clean PDFs, for a caller that holds keys: bytes in, words out.

Nothing is decoded here, and the process that forks the confined children has no network and no decoders.
"""

from collections.abc import Sequence

from scrub.asking import Asking
from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.wire import MAX_INPUT, TASK_PAGES, TASK_WORDS, pack_media_type
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits
from scrub.reading import READABLE
from scrub.reading.pages import MOST_BYTES, unpacked

READER = ("-m", "scrub.isolation.reader")
_LIMITS = ScrubLimits(wall_seconds=20.0, child=ChildLimits(cpu_seconds=15, memory=1 << 30))
_MOST = 4 * (8 << 20)
_PDF = "application/pdf"

__all__ = ["READABLE", "READER", "ScrubberError", "WordReader"]


class WordReader(Asking):
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(self, program: Sequence[str] = READER, descriptors: Sequence[int] = ()) -> None:
        """`program`: how Python is told what to run; `descriptors`: what it finds that by."""
        super().__init__(program, descriptors, _LIMITS)

    def words(self, media_type: str, untrusted: bytes) -> str | None:
        """The words of a clean file of one of the `READABLE` types; None if there is no telling: it is too
        large, or its child crashed, hung or ran out of memory. Raises ScrubberError when no process can be
        started.
        """
        if media_type not in READABLE or len(untrusted) > MAX_INPUT:
            return None
        answer = self.ask(TASK_WORDS, pack_media_type(media_type), untrusted, _MOST)
        try:
            return None if answer is None else answer.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def pages(self, untrusted: bytes) -> tuple[int, list[bytes]] | None:
        """How many pages a clean PDF has, and the first of them, each a JPEG or a PNG as long as its child
        was not taken over: nothing here has looked. None and errors as those of `words`.
        """
        if len(untrusted) > MAX_INPUT:
            return None
        answer = self.ask(TASK_PAGES, pack_media_type(_PDF), untrusted, MOST_BYTES + (1 << 20))
        try:
            return None if answer is None else unpacked(answer)
        except ValueError:
            return None

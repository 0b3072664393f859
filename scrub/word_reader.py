"""The words of clean files, and the pages of clean PDFs, for a caller that has no event loop and holds keys:
bytes in, words out.

Nothing is decoded here. The process that forks the confined children is started anew and not forked from this
one, so no page of this one's memory is in it. Without a network, and without the decoders.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from scrub.isolation.sandbox import ISOLATION, ChildLimits
from scrub.isolation.wire import MAX_INPUT, OUTCOME_DONE, TASK_PAGES, TASK_WORDS, pack_media_type
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits, ZygoteGone, ZygoteProcess
from scrub.reading import READABLE
from scrub.reading.pages import MOST_BYTES, unpacked

READER = ("-m", "scrub.isolation.reader")
_LIMITS = ScrubLimits(wall_seconds=20.0, child=ChildLimits(cpu_seconds=15, memory=1 << 30))
_MOST = 4 * (8 << 20)
_PDF = "application/pdf"

__all__ = ["READABLE", "READER", "ScrubberError", "WordReader"]


class WordReader:
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(self, program: Sequence[str] = READER, descriptors: Sequence[int] = ()) -> None:
        """`program`: how Python is told what to run; `descriptors`: what it finds that by."""
        self._program, self._descriptors = tuple(program), tuple(descriptors)
        self._runner: asyncio.Runner | None = None
        self._zygote: ZygoteProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def missing_isolation(self) -> tuple[str, ...]:
        """What of the walls this machine doesn't allow; nothing as long as no file was read."""
        if self._zygote is None:
            return ()
        return tuple(code for code in ISOLATION if code not in (*self._zygote.isolation, "bubblewrap"))

    def words(self, media_type: str, untrusted: bytes) -> str | None:
        """The words of a clean file of one of the `READABLE` types; None if there is no telling: it is too
        large, or its child crashed, hung or ran out of memory. Raises ScrubberError when no process can be
        started.
        """
        if media_type not in READABLE or len(untrusted) > MAX_INPUT:
            return None
        answer = self._asked(TASK_WORDS, media_type, untrusted, _MOST)
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
        answer = self._asked(TASK_PAGES, _PDF, untrusted, MOST_BYTES + (1 << 20))
        try:
            return None if answer is None else unpacked(answer)
        except ValueError:
            return None

    def _asked(self, task: int, media_type: str, untrusted: bytes, most: int) -> bytes | None:
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(self._answer(task, media_type, untrusted, most))

    async def _answer(self, task: int, media_type: str, untrusted: bytes, most: int) -> bytes | None:
        zygote = self._zygote
        if zygote is None or zygote.gone:
            if zygote is not None:
                await zygote.stop()
            zygote = self._zygote = await ZygoteProcess.start(
                program=self._program, descriptors=self._descriptors
            )
        try:
            outcome, answer = await zygote.run(task, (pack_media_type(media_type), untrusted), most, _LIMITS)
        except ZygoteGone:
            outcome, answer = -1, None
        if outcome != OUTCOME_DONE or answer is None:
            # All children have their memory at the same addresses: after a crash the next gets others.
            await zygote.stop()
            self._zygote = None
            return None
        return b"".join(answer)

    def close(self) -> None:
        """Ends the process and all its children."""
        if self._runner is not None:
            if self._zygote is not None:
                self._runner.run(self._zygote.stop())
                self._zygote = None
            self._runner.close()
            self._runner = None

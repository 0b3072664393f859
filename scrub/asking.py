"""Asks a process of confined children, for a caller that has no event loop and holds keys.

The process is started anew and not forked from the caller's, so no page of that one's memory is in it.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from scrub.isolation.sandbox import ISOLATION
from scrub.isolation.wire import OUTCOME_DONE
from scrub.isolation.zygote_process import ScrubLimits, ZygoteGone, ZygoteProcess


class Asking:
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(self, program: Sequence[str], descriptors: Sequence[int], limits: ScrubLimits) -> None:
        """`program`: how Python is told what to run; `descriptors`: what it finds that by."""
        self._program, self._descriptors, self._limits = tuple(program), tuple(descriptors), limits
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

    def ask(self, task: int, head: bytes, untrusted: bytes, most: int) -> bytes | None:
        """The answer, at most `most` bytes; None if the child crashed, hung, ran out of memory or said more.
        Raises ScrubberError when no process can be started.
        """
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(self._answer(task, head, untrusted, most))

    async def _answer(self, task: int, head: bytes, untrusted: bytes, most: int) -> bytes | None:
        zygote = self._zygote
        if zygote is None or zygote.gone:
            if zygote is not None:
                await zygote.stop()
            zygote = self._zygote = await ZygoteProcess.start(
                program=self._program, descriptors=self._descriptors
            )
        try:
            outcome, answer = await zygote.run(task, (head, untrusted), most, self._limits)
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

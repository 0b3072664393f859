"""Clean copies of files, for a caller that has no event loop and holds keys.

Bytes in, `Clean` or `Refused` out. As `scrub.word_reader` is to words, this is to `scrub.scrubber`: nothing
is decoded in the caller's process.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from scrub.isolation.zygote_process import ScrubberError
from scrub.report import Clean, Refused
from scrub.scrubber import Scrubber

__all__ = ["Copier", "ScrubberError"]


class Copier:
    """Starts its process with the first file; use as a context manager. Not for several threads."""

    def __init__(self, program: Sequence[str] | None = None, descriptors: Sequence[int] = ()) -> None:
        """How Python is told what to run, and `descriptors` that it finds that by, where that is in files."""
        self._runner = asyncio.Runner()
        self._scrubber = Scrubber(
            children=1, office_to_pdf=program is None, program=program, descriptors=descriptors
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(self._scrubber.__aexit__(kind, error, trace))

    @property
    def missing_isolation(self) -> tuple[str, ...]:
        """What of the walls this machine doesn't allow; all of them as long as no file was copied."""
        return self._scrubber.missing_isolation

    def clean(self, untrusted: bytes) -> Clean | Refused:
        """The clean copy, or the reason why there is none. Raises ScrubberError when no process can be
        started.
        """
        return self._runner.run(self._scrubber.scrub(untrusted))

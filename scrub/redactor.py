"""Covers and compares clean copies for a caller that has no event loop and holds keys: bytes in, bytes out.

Nothing is decoded here. As `scrub.word_reader`: each process is started anew and forks a confined child a
file. A redacted copy is judged by children of another process than the one that made it, and its words are
read there once more: a word that was to be covered may stand nowhere in it.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from scrub.compare.result import PageDifference, unpack_pages
from scrub.isolation.sandbox import ISOLATION, ChildLimits
from scrub.isolation.wire import (
    COMPARE,
    MAX_OUTPUT,
    OUTCOME_DONE,
    REDACT,
    REDACTED,
    TASK_COMPARE,
    TASK_REDACT,
    TASK_VERIFY,
    TASK_WORDS,
    VERIFIED,
    pack_media_type,
)
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits, ZygoteGone, ZygoteProcess
from scrub.reading import READABLE
from scrub.redact.finding import pieces
from scrub.redact.wishes import Redacted, Wishes, pack_wishes, unpack_places

PAGE_READER = ("-m", "scrub.isolation.page_reader")
JUDGE = ("-m", "scrub.isolation.reader")
_LIMITS = ScrubLimits(wall_seconds=120.0, child=ChildLimits(cpu_seconds=100, memory=2 << 30))
_MOST_WORDS = 4 * (8 << 20)
_MOST_PLACES = 1 << 22

__all__ = ["JUDGE", "PAGE_READER", "Redactor", "ScrubberError", "Unredacted"]


class Unredacted(Exception):
    """There is no redacted copy: `unsupported`, `crashed`, or `unverified`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Redactor:
    """Starts its processes with the first file; use as a context manager. Not for several threads."""

    def __init__(
        self,
        pages: Sequence[str] = PAGE_READER,
        judge: Sequence[str] = JUDGE,
        descriptors: Sequence[int] = (),
    ) -> None:
        """How Python is told what to run, and `descriptors` that it finds that by."""
        self._programs = {"pages": tuple(pages), "judge": tuple(judge)}
        self._descriptors = tuple(descriptors)
        self._runner = asyncio.Runner()
        self._zygotes: dict[str, ZygoteProcess] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def missing_isolation(self) -> tuple[str, ...]:
        """What of the walls this machine doesn't allow; nothing as long as no file was read."""
        return tuple(
            code
            for code in ISOLATION
            if any(code not in (*zygote.isolation, "bubblewrap") for zygote in self._zygotes.values())
        )

    def redact(self, media_type: str, untrusted: bytes, wishes: Wishes) -> Redacted:
        """The redacted copy of a clean one, verified. Raises Unredacted, and ScrubberError when no process
        can be started.
        """
        return self._runner.run(self._redact(media_type, untrusted, wishes))

    async def _redact(self, media_type: str, untrusted: bytes, wishes: Wishes) -> Redacted:
        packed = pack_wishes(wishes)
        try:
            kind = pack_media_type(media_type)
        except ValueError:
            raise Unredacted("unsupported") from None
        request = (REDACT.pack(kind[0], len(packed)), packed, untrusted)
        answer = await self._asked("pages", TASK_REDACT, request, MAX_OUTPUT + _MOST_PLACES)
        if answer is None:
            raise Unredacted("crashed")
        if len(answer) < REDACTED.size or answer[0] != 1:
            raise Unredacted("unsupported")
        _, size = REDACTED.unpack_from(answer)
        content = answer[REDACTED.size + size :]
        try:
            places, unread = unpack_places(answer[REDACTED.size : REDACTED.size + size], wishes)
        except ValueError:
            raise Unredacted("crashed") from None
        if await self._asked("judge", TASK_VERIFY, (kind, content), len(VERIFIED)) != VERIFIED:
            raise Unredacted("unverified")
        if wishes.words and media_type in READABLE:
            words = await self._asked("judge", TASK_WORDS, (kind, content), _MOST_WORDS)
            if words is None or any(pieces(words.decode("utf-8", "replace").split("\n"), wishes.words)):
                raise Unredacted("unverified")
        return Redacted(content, media_type, places, unread)

    def compare(self, first: tuple[str, bytes], second: tuple[str, bytes]) -> list[PageDifference]:
        """What differs between two clean copies, each a media type and its bytes. Raises as `redact` does."""
        return self._runner.run(self._compare(first, second))

    async def _compare(self, first: tuple[str, bytes], second: tuple[str, bytes]) -> list[PageDifference]:
        try:
            kinds = pack_media_type(first[0]) + pack_media_type(second[0])
        except ValueError:
            raise Unredacted("unsupported") from None
        request = (COMPARE.pack(*kinds, len(first[1])), first[1], second[1])
        answer = await self._asked("pages", TASK_COMPARE, request, 2 * MAX_OUTPUT)
        if not answer:
            raise Unredacted("crashed" if answer is None else "unsupported")
        try:
            pages = unpack_pages(answer)
        except ValueError:
            raise Unredacted("crashed") from None
        picture = pack_media_type("image/png")
        for page in pages:
            if page.picture:
                shown = (picture, page.picture)
                if await self._asked("judge", TASK_VERIFY, shown, len(VERIFIED)) != VERIFIED:
                    raise Unredacted("unverified")
        return pages

    async def _asked(self, which: str, task: int, request: tuple[bytes, ...], most: int) -> bytes | None:
        zygote = self._zygotes.get(which)
        if zygote is None or zygote.gone:
            if zygote is not None:
                await zygote.stop()
            zygote = await ZygoteProcess.start(program=self._programs[which], descriptors=self._descriptors)
            self._zygotes[which] = zygote
        try:
            outcome, answer = await zygote.run(task, request, most, _LIMITS)
        except ZygoteGone:
            outcome, answer = -1, None
        if outcome != OUTCOME_DONE or answer is None:
            # All children have their memory at the same addresses: after a crash the next gets others.
            await zygote.stop()
            del self._zygotes[which]
            return None
        return b"".join(answer)

    def close(self) -> None:
        """Ends the processes and all their children."""
        for zygote in self._zygotes.values():
            self._runner.run(zygote.stop())
        self._zygotes.clear()
        self._runner.close()

"""The parent's side: bytes in, `Clean` or `Refused` out. Parses nothing and never imports a decoder.

Each file costs two children of the zygote: the first rebuilds it, the second has never seen the hostile input
and only checks the rebuilt bytes against the allow-list (`scrub.verify`). So a decoder that was taken
over can't vouch for its own output. Where its marks are wanted, the first looks for them when it has given
the copy away.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from scrub import convert
from scrub.isolation import ocr_wire, retype_wire
from scrub.isolation.marks_wire import HEAD, MAX_ANSWER, MAX_PICTURE, unpack_found
from scrub.isolation.sandbox import ISOLATION
from scrub.isolation.wire import (
    MAX_INPUT,
    MAX_OUTPUT,
    MAX_RESULT,
    OUTCOME_CRASHED,
    OUTCOME_DONE,
    OUTCOME_MEMORY,
    OUTCOME_TIMEOUT,
    TASK_COVER,
    TASK_DOTS,
    TASK_GATHER,
    TASK_MARKS,
    TASK_PDF,
    TASK_PICTURE,
    TASK_RECORDING,
    TASK_REDRAW,
    TASK_SCRUB,
    TASK_SET,
    TASK_SHOW,
    TASK_VERIFY,
    VERIFIED,
    WireError,
    content_length,
    pack_choices,
    pack_media_type,
    unpack_result,
)
from scrub.isolation.zygote_process import Answer, ScrubberError, ScrubLimits, ZygoteGone, ZygoteProcess
from scrub.marks.found import Found, Mark, most_telling
from scrub.ocr.data import can_read
from scrub.picture_words import READ_SECONDS, READERS_SOCKET, PictureWords, places_of
from scrub.report import NOTES, Choices, Clean, Refused
from scrub.retype.document import pack
from scrub.sniff import SNIFF_BYTES, is_picture, is_recording, sniff
from scrub.sniff.ole import old_kind

__all__ = ["Scrubber", "ScrubberError"]

_NOTHING_ASKED = Choices()
_NOTHING = Found()
_PDF = "application/pdf"
_SETTER = ("-m", "scrub.isolation.setting")
_SETTERS_SOCKET = "silbo-set.sock"
_OF_ITS_WORDS = (
    *("document_remains", "writing_remains", "members_left_out", "people_remain", "paths_remain"),
    *("times_kept", "letters_guessed", "cut_short", "made_new", "formulas_in_line", "charts_in_words"),
    *("charts_left_out", "diagrams_in_words", "letters_missing", "form_missing", "lossy_text"),
    "words_left_out",
)
"""Notes on a clean copy that hold for an edition of its words, too."""
Searched = tuple[Clean | Refused, Found]
_REASONS = {OUTCOME_TIMEOUT: "timeout", OUTCOME_MEMORY: "too_large", OUTCOME_CRASHED: "crashed"}


def _later() -> float:
    """By the event loop's clock: until when the pictures of one file may be read."""
    return asyncio.get_running_loop().time() + READ_SECONDS


def _task_of(media_type: str) -> int:
    """For a file of that type at full resolution: of the process that holds no other decoder, if there is
    one.
    """
    if is_picture(media_type):
        return TASK_PICTURE
    if is_recording(media_type):
        return TASK_RECORDING
    return TASK_PDF if media_type == _PDF else TASK_SCRUB


class Scrubber:
    """Removes metadata from files, at most `children` at once, each in a confined process.

    Use as an async context manager; `scrub` may be called concurrently. A file that crashes, hangs or
    exhausts its child is refused and costs no other file anything.

    All children of a zygote have their memory at the same addresses. So after a crash the next file gets a
    new zygote: who guesses an address, and sees by the refusal that it was wrong, has learned nothing.
    """

    def __init__(
        self,
        *,
        children: int = 2,
        limits: ScrubLimits | None = None,
        office_to_pdf: bool = True,
        socket_path: Path | None = None,
        convert_socket_path: Path | None = None,
        program: Sequence[str] | None = None,
        descriptors: Sequence[int] = (),
    ) -> None:
        """`socket_path` is where systemd starts the zygote; without it this process does, by `program` if it
        is given (`ZygoteProcess.start`), which inherits `descriptors`.

        `office_to_pdf`: clean office documents become PDFs where systemd starts LibreOffice at
        `convert_socket_path`, or where LibreOffice and bubblewrap are installed.
        """
        self._convert_socket_path = convert_socket_path
        self._socket_path = socket_path
        self._program, self._descriptors = program, descriptors
        self._setters_path = socket_path and socket_path.with_name(_SETTERS_SOCKET)
        self._picture_words = PictureWords(socket_path and socket_path.with_name(READERS_SOCKET))
        self._limits = limits or ScrubLimits()
        self._slots = asyncio.Semaphore(children)
        self._processes = asyncio.Semaphore(children)  # each may take 2 GB: the unit has room for so many
        self._starting = asyncio.Lock()
        self._converting = asyncio.Lock()  # LibreOffice takes much memory: one at a time
        self._converts = office_to_pdf and (convert_socket_path is not None or convert.is_available())
        self._zygote: ZygoteProcess | None = None
        self._isolation: tuple[str, ...] = ()

    @property
    def isolation(self) -> tuple[str, ...]:
        """What holds each child, codes of `ISOLATION`. What is missing there is what this machine doesn't
        allow.
        """
        return self._isolation

    @property
    def missing_isolation(self) -> tuple[str, ...]:
        """What the kernel should allow and doesn't, for the one sentence that the operator reads at start.

        Bubblewrap isn't the kernel's: it is a package, and only `silbo doctor` tells of it.
        """
        return tuple(code for code in ISOLATION if code not in (*self._isolation, "bubblewrap"))

    async def __aenter__(self) -> Self:
        await self._live_zygote()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zygote is not None:
            await self._zygote.stop()
            self._zygote = None

    async def scrub(self, data: bytes, choices: Choices = _NOTHING_ASKED) -> Clean | Refused:
        """The clean copy, or the reason why there is none. Raises ScrubberError when no zygote can be
        started.
        """
        return (await self._scrubbed(data, choices, marks=False))[0]

    async def searched(self, data: bytes, choices: Choices = _NOTHING_ASKED) -> tuple[Clean | Refused, Found]:
        """The same, and what marks the copy still carries by which it may name its reader, with a picture of
        the place of one. What can't be looked at is told as not complete. Raises ScrubberError.
        """
        return await self._scrubbed(data, choices, marks=True)

    async def _scrubbed(self, data: bytes, choices: Choices, *, marks: bool) -> Searched:
        if len(data) > MAX_INPUT:
            return Refused("too_large"), Found()
        if not data:
            return Refused("empty_file"), Found()
        if sniff(data[:SNIFF_BYTES]) is None:
            return Refused("unsupported"), Found()
        async with self._slots:
            result, found = await self._clean(data, choices, marks=marks)
            if self._converts and result == Refused("old_office"):
                result, found = await self._of_old(data, choices, marks=marks)
            if self._converts and isinstance(result, Clean) and result.media_type in convert.OFFICE_TYPES:
                return await self._as_pdf(result, found, choices, marks=marks)
            if isinstance(result, Clean) and result.content == data:
                result = replace(result, notes=(*result.notes, "unchanged"))
            return result, found

    async def marks(self, copy: Clean, data: bytes) -> Found:
        """What marks the clean copy of `data` still carries by which it may name its reader, and a picture of
        the place of one. What can't be looked at is told as not complete. Raises ScrubberError.
        """
        original = data if sniff(data[:SNIFF_BYTES]) == copy.media_type == "application/pdf" else b""
        head = HEAD.pack(pack_media_type(copy.media_type)[0], len(copy.content))
        async with self._slots:
            outcome, answer = await self._run(TASK_MARKS, (head, copy.content, original), MAX_ANSWER)
            return await self._judged(b"".join(answer or ()) if outcome == OUTCOME_DONE else b"")

    @property
    def reads_pictures(self) -> bool:
        """Whether this machine has what reads words in pictures."""
        return can_read()

    async def read(self, copy: Clean, found: Found = _NOTHING) -> Found:
        """What was `found` in a clean copy, and what the words in its pictures add to that: only where a
        person asks, because it takes seconds. Raises ScrubberError.
        """
        async with self._slots:
            return await self._shown(copy, found, *await self._read(copy, _later()))

    async def _read(self, copy: Clean, until: float) -> tuple[list[Mark], bool]:
        request = pack_media_type(copy.media_type), copy.content
        dots = await self._answer(TASK_DOTS, request, ocr_wire.MAX_ANSWER)
        return await self._picture_words.marks(dots, until)

    async def _shown(self, copy: Clean, found: Found, marks: list[Mark], complete: bool) -> Found:
        head = pack_media_type(copy.media_type)
        every = tuple(most_telling([*marks, *found.marks]))
        seen = replace(found, marks=every, complete=found.complete and complete, unread=False)
        if found.picture and found.shown not in every:
            seen = replace(seen, picture=b"", shown=None)
        if seen.picture or not marks or marks[0].box is None:
            return seen
        place = ocr_wire.SHOW.pack(head[0], marks[0].page, *marks[0].box)
        picture = await self._answer(TASK_SHOW, (place, copy.content), MAX_PICTURE)
        if picture and await self._verify(Clean(picture, "image/png", "png")):
            seen = replace(seen, picture=picture, shown=marks[0])
        return seen

    async def cover(self, copy: Clean, data: bytes, *, read: bool = False) -> tuple[Clean, Found] | None:
        """The clean copy of `data` with boxes and bars over the words and codes by which it may name its
        reader, and what could not be covered; with `read`, over words in pictures, too. None where nothing
        can be. Raises ScrubberError.
        """
        async with self._slots:
            if not read:
                return await self._covered(copy, data, ())
            until = _later()
            marks, complete = await self._read(copy, until)
            done = await self._covered(copy, data, marks)
            if done is None:
                return None
            for last in (False, True):  # what is read beside a cover is covered, too, and then told
                marks, complete = await self._read(done[0], until)
                if last or not marks:
                    break
                done = await self._covered(done[0], data, marks) or done
            return done[0], await self._shown(*done, marks, complete)

    async def _covered(self, copy: Clean, data: bytes, more: Sequence[Mark]) -> tuple[Clean, Found] | None:
        original = data if sniff(data[:SNIFF_BYTES]) == copy.media_type == _PDF else b""
        places = places_of(more)
        sizes = len(copy.content), len(places) // retype_wire.AREA.size
        head = retype_wire.COVER.pack(pack_media_type(copy.media_type)[0], *sizes)
        request = head, places, copy.content, original
        answer = await self._answer(TASK_COVER, request, retype_wire.MAX_COVERED)
        try:
            done = retype_wire.unpack_covered(answer or b"\0")
        except WireError:
            return None
        if done is None:
            return None
        covered = replace(copy, content=done[0])
        return (covered, done[2]) if await self._verify(covered) else None

    async def retype(self, data: bytes, choices: Choices = _NOTHING_ASKED) -> Clean | Refused:
        """An edition of a file that keeps its words and tables alone, set anew as a PDF; `no_words` where it
        has none. Raises ScrubberError when no zygote can be started.
        """
        if len(data) > MAX_INPUT:
            return Refused("too_large")
        kind = sniff(data[:SNIFF_BYTES])
        if kind is None:
            return Refused("unsupported")
        choices = replace(choices, pdf="gray" if kind == _PDF else "searchable")
        async with self._slots:
            copy, _ = await self._clean(data, choices, marks=False)
            if self._converts and copy == Refused("old_office"):
                copy, _ = await self._of_old(data, choices, marks=False)
            if isinstance(copy, Refused):
                return copy
            content = data if kind == copy.media_type == _PDF else copy.content
            return await self._retyped(copy, content)

    async def _retyped(self, copy: Clean, content: bytes) -> Clean | Refused:
        request = (pack_media_type(copy.media_type), content)
        outcome, answer = await self._run(TASK_GATHER, request, retype_wire.MAX_DOCUMENT)
        if outcome != OUTCOME_DONE:
            return Refused(_REASONS.get(outcome, "crashed"))
        try:
            document = retype_wire.unpack_gathered(b"".join(answer or ()))
        except WireError:
            return Refused("crashed")
        if isinstance(document, Refused):
            return document
        made = await self._set(pack(document))
        if len(made) < 2 or made[0] > 1:
            return Refused("crashed")
        pages = await self._answer(TASK_REDRAW, (b"\0", made[1:]), MAX_OUTPUT)
        if not pages:
            return Refused("too_large")
        notes = {"retyped", "document_remains", *document.notes, *(() if made[0] else ("letters_unset",))}
        notes |= {note for note in copy.notes if note in _OF_ITS_WORDS}
        edition = Clean.of(pages, _PDF, set(copy.removed), notes)
        return edition if await self._verify(edition) else Refused("unverified")

    async def _set(self, document: bytes) -> bytes:
        """By a process that is there for this one document; nothing where it fails."""
        try:
            setter = await ZygoteProcess.start(self._setters_path, _SETTER)
        except ScrubberError:
            return b""
        try:
            request = (b"\0", document)
            outcome, answer = await setter.run(TASK_SET, request, retype_wire.MAX_SET, self._limits)
        except ZygoteGone:
            return b""
        finally:
            await setter.stop()
        return b"".join(answer or ()) if outcome == OUTCOME_DONE else b""

    async def _answer(self, task: int, request: tuple[bytes, ...], most: int) -> bytes | None:
        outcome, answer = await self._run(task, request, most)
        return b"".join(answer) if outcome == OUTCOME_DONE and answer is not None else None

    async def _judged(self, untrusted_found: bytes) -> Found:
        """What a child says that it found, with a picture only if it is on the allow-list."""
        try:
            found = unpack_found(untrusted_found if len(untrusted_found) <= MAX_ANSWER else b"")
        except WireError:
            return Found(complete=False)
        if found.picture and not await self._verify(Clean(found.picture, "image/png", "png")):
            return replace(found, picture=b"", shown=None)
        return found

    async def _clean(self, data: bytes, choices: Choices, *, marks: bool) -> Searched:
        judging: list[asyncio.Task[bool]] = []

        def judge(copy: Clean) -> None:
            """While the child that made it still ends, where there is room for both. On that child's end a
            clean copy depends all the same, unless its marks were wanted and it is whole.
            """
            judging.append(asyncio.create_task(self._verify(copy)))

        try:
            result, untrusted_found = await self._rebuild(data, choices, judge, marks=marks)
            if isinstance(result, Refused):
                return result, Found()
            if not await judging[-1]:
                return Refused("unverified"), Found()
        finally:
            for each in judging:
                each.cancel()
            await asyncio.gather(*judging, return_exceptions=True)
        return result, await self._judged(untrusted_found) if marks else Found()

    async def _of_old(self, data: bytes, choices: Choices, *, marks: bool) -> Searched:
        """The clean copy of the new document that LibreOffice makes of an old one."""
        kind = old_kind(data)
        modern = None
        if kind is not None:
            async with self._converting:
                modern = await convert.to_modern(data, kind, self._convert_socket_path)
        if modern is None or len(modern) > MAX_INPUT:
            return Refused("old_office"), Found()
        copy, found = await self._clean(modern, choices, marks=marks)
        if isinstance(copy, Refused) or copy.media_type not in convert.OFFICE_TYPES:
            return Refused("old_office"), Found()
        notes = {*copy.notes, "made_new"}
        return replace(copy, notes=tuple(code for code in NOTES if code in notes)), found

    async def _as_pdf(
        self, document: Clean, found: Found, choices: Choices, *, marks: bool
    ) -> tuple[Clean, Found]:
        """A PDF of a clean office document, or that document where there can be none, and the marks of both:
        a PDF's with their pages, and of the document's what only there can be seen.

        What LibreOffice says of itself in the PDF goes too, but wasn't the person's: it isn't told.
        """
        async with self._converting:
            pdf = await convert.to_pdf(document.content, document.media_type, self._convert_socket_path)
        if pdf is None or len(pdf) > MAX_INPUT:
            return document, found
        copy, seen = await self._clean(pdf, choices, marks=marks)
        if isinstance(copy, Refused) or copy.media_type != "application/pdf":
            return document, found
        kinds = {mark.kind for mark in seen.marks}
        both = [*seen.marks, *(mark for mark in found.marks if mark.kind not in kinds)]
        seen = replace(seen, marks=tuple(most_telling(both)), complete=seen.complete and found.complete)
        notes = {*document.notes, *copy.notes, "converted"} - {"marks_remain"}
        copy = replace(copy, removed=document.removed, notes=tuple(code for code in NOTES if code in notes))
        return copy, seen

    async def _rebuild(
        self, data: bytes, choices: Choices, judge: Callable[[Clean], None], *, marks: bool
    ) -> tuple[Clean | Refused, bytes]:
        """The copy, and what the child says of its marks. A child that fails while it looks for those has
        given the copy away before: it is whole, or it is none. `judge` has each copy as soon as it is there,
        the last one last.
        """

        def answered(answer: Answer) -> None:
            with contextlib.suppress(WireError):
                rebuilt = unpack_result(*answer[:2])
                if isinstance(rebuilt, Clean):
                    judge(rebuilt)

        task = TASK_SCRUB if choices.lower_resolution else _task_of(sniff(data[:SNIFF_BYTES]) or "")
        request = pack_choices(choices, marks=marks), data
        outcome, answer = await self._run(
            task, request, MAX_RESULT + MAX_ANSWER, content_length, answered=answered
        )
        failed = Refused(_REASONS.get(outcome, "crashed"))
        if outcome != OUTCOME_DONE and not (marks and answer and content_length(answer[0])):
            return failed, b""
        if answer is None:
            return Refused("too_large"), b""
        head, content, found = answer
        if found and not marks:
            return Refused("crashed"), b""
        try:
            return unpack_result(head, content), found if outcome == OUTCOME_DONE else b""
        except WireError:
            return failed, b""

    async def _verify(self, rebuilt: Clean) -> bool:
        if len(rebuilt.content) > MAX_OUTPUT:
            return False
        request = (pack_media_type(rebuilt.media_type), rebuilt.content)
        outcome, answer = await self._run(TASK_VERIFY, request, len(VERIFIED))
        return outcome == OUTCOME_DONE and answer == (VERIFIED, b"")

    async def _run(
        self,
        task: int,
        request: tuple[bytes, ...],
        answer_limit: int,
        length: Callable[[bytes], int] | None = None,
        *,
        answered: Callable[[Answer], None] | None = None,
    ) -> tuple[int, Answer | None]:
        """A zygote that is gone (the kernel took its memory) is replaced once; then the file counts as a
        crash.
        """
        async with self._processes:
            for _ in range(2):
                zygote = await self._live_zygote()
                try:
                    outcome, answer = await zygote.run(
                        task, request, answer_limit, self._limits, length, answered=answered
                    )
                except ZygoteGone:
                    await zygote.stop()
                else:
                    if outcome == OUTCOME_CRASHED and self._zygote is zygote:
                        self._zygote = None
                    return outcome, answer
                finally:
                    if self._zygote is not zygote and zygote.idle:
                        await zygote.stop()
            return OUTCOME_CRASHED, None

    async def _live_zygote(self) -> ZygoteProcess:
        async with self._starting:
            if self._zygote is None or self._zygote.gone:
                self._zygote = await ZygoteProcess.start(self._socket_path, self._program, self._descriptors)
                self._isolation = self._zygote.isolation
            return self._zygote

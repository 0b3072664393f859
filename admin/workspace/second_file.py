"""The second file in memory: how the process that takes words out is started from it, and its libraries.

In a checkout there is none: `scrub` is a folder, and the libraries are installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import scrub
from admin.errors import AdminError
from admin.words import mark, tr

_IN_MEMORY = re.compile("/proc/self/fd/([0-9]+)/")
_MFD_CLOEXEC, _MFD_ALLOW_SEALING = 1, 2
_F_ADD_SEALS, _SEAL_ALL = 1033, 1 | 2 | 4 | 8
_LARGEST = 1 << 30
"""Bytes of a file beside, of which more can't be of a release: a stick that has no end fills no memory."""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from admin.workspace.dossier.paper import Setter
    from scrub.code_reader import CodeReader
    from scrub.compare.result import PageDifference
    from scrub.marks.found import Found
    from scrub.redact.wishes import Redacted, Wishes
    from scrub.redactor import Redactor
    from scrub.report import Clean, Refused
    from scrub.word_reader import WordReader

    T = TypeVar("T")


def is_in_memory() -> bool:
    """Whether this is the second file of a release, which brings no decoders itself. What this machine may
    have of them is of another Silbo, and is not asked.
    """
    return _IN_MEMORY.match(str(scrub.__file__)) is not None


class FileReader:
    """Takes words and pages out of clean files, in the confined process, which is there from the first file
    on. Where it can't be started, or this machine lacks a wall, a sentence says so once; without it files
    have neither.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        from scrub.reading import READABLE  # noqa: PLC0415 -- with it come ZIP and e-mail

        self.readable = READABLE
        self._warn = warn
        self._reader: WordReader | None = None
        self._refused = False

    def words(self, media_type: str, untrusted: bytes) -> str | None:
        """As `scrub.word_reader.WordReader.words`; None, too, where there is no such process."""
        return self._asked(lambda reader: reader.words(media_type, untrusted))

    def pages(self, untrusted: bytes) -> tuple[int, list[bytes]] | None:
        """As `scrub.word_reader.WordReader.pages`; None, too, where there is no such process."""
        return self._asked(lambda reader: reader.pages(untrusted))

    def _asked(self, ask: Callable[[WordReader], T | None]) -> T | None:
        if self._refused:
            return None
        from scrub.word_reader import READER, ScrubberError, WordReader  # noqa: PLC0415 -- and an event loop

        if first := self._reader is None:
            found = _IN_MEMORY.match(str(scrub.__file__))
            place = ((f"/proc/self/fd/{found[1]}",), (int(found[1]),)) if found else (READER, ())
            self._reader = WordReader(*place)
        try:
            result = ask(self._reader)
        except ScrubberError:
            self._refused = True
            self._warn(
                tr("The confined process that reads files can't be started here: files can't be searched.")
            )
            return None
        if first:
            _tell_walls(self._warn, self._reader.missing_isolation)
        return result

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()


@contextlib.contextmanager
def word_reader(
    warn: Callable[[str], None],
) -> Iterator[tuple[Callable[[str, bytes], str | None], frozenset[str]]]:
    """A function that takes the words out of a file, and the media types that may have any."""
    with contextlib.closing(FileReader(warn)) as reader:
        yield reader.words, reader.readable


@contextlib.contextmanager
def cleaner(warn: Callable[[str], None]) -> Iterator[Callable[[bytes], Clean | Refused]]:
    """A function that makes a clean copy of a file, as the server does, in a confined process. Where that
    can't be started, or this machine lacks a wall, a sentence says so once.
    """
    from scrub.copier import Copier, ScrubberError  # noqa: PLC0415 -- few pages need a copy
    from scrub.report import Refused  # noqa: PLC0415

    try:
        program, descriptors = _started("clean", ())
    except AdminError as error:
        warn(str(error))
        yield lambda _: Refused("crashed")
        return
    asked = refused = False

    def clean(untrusted: bytes) -> Clean | Refused:
        nonlocal asked, refused
        try:
            copy = Refused("crashed") if refused else copier.clean(untrusted)
        except ScrubberError:
            refused = True
            warn(tr("The confined process that cleans files can't be started here: no copies are made."))
            return Refused("crashed")
        if not (asked or refused):
            _tell_walls(warn, copier.missing_isolation)
        asked = True
        return copy

    with Copier(program or None, descriptors) as copier:
        yield clean


def _tell_walls(warn: Callable[[str], None], missing: Sequence[str]) -> None:
    """Once, if this machine lacks any."""
    if missing:
        warn(
            tr(
                "This machine lacks walls around the process that reads files: {missing}.",
                missing=", ".join(missing),
            )
        )


@contextlib.contextmanager
def redactor(
    warn: Callable[[str], None],
) -> Iterator[Callable[[str, bytes, Wishes], Redacted]]:
    """A function that covers areas and words of a clean copy: media type, content, what to cover. It raises
    `AdminError`. As with `word_reader`, processes are there from the first file on.
    """
    with contextlib.closing(PageReader(warn)) as reader:

        def redact(media_type: str, untrusted: bytes, wishes: Wishes) -> Redacted:
            if media_type == "text/plain":
                from scrub.redact.texts import redact_text  # noqa: PLC0415 -- only where something is covered

                return redact_text(untrusted, media_type, wishes)
            return reader.asked(lambda pages: pages.redact(media_type, untrusted, wishes), _WHY)

        yield redact


@contextlib.contextmanager
def comparer(
    warn: Callable[[str], None],
) -> Iterator[Callable[[tuple[str, bytes], tuple[str, bytes]], list[PageDifference]]]:
    """A function that compares two clean copies, each a media type and its content. It raises
    `AdminError`.
    """
    with contextlib.closing(PageReader(warn)) as reader:
        yield lambda first, second: reader.asked(lambda pages: pages.compare(first, second), _WHY_NOT)


@contextlib.contextmanager
def marker(warn: Callable[[str], None], *, read: bool = False) -> Iterator[Callable[[str, bytes], Found]]:
    """A function that looks for marks in a clean file, of a media type and a content; with `read` in the
    words of its pictures, too. Where the confined process can't be started, or this machine lacks a wall, a
    sentence says so once; nothing is found then, and that is not complete.
    """
    from dataclasses import replace  # noqa: PLC0415 -- with what follows

    from scrub.mark_reader import (  # noqa: PLC0415 -- an event loop
        MARKING,
        OF_WORDS,
        MarkReader,
        ScrubberError,
        can_read,
        folder,
        in_memory,
    )
    from scrub.marks.found import TEXTS, Found  # noqa: PLC0415

    found = _IN_MEMORY.match(str(scrub.__file__))
    words: tuple[Sequence[str], tuple[int, ...]] = (OF_WORDS, ())
    every: tuple[Sequence[str], tuple[int, ...]] = (MARKING, ())
    missing, reads, data = "", None, None
    if found:
        words = every = ((f"/proc/self/fd/{found[1]}", "marks"), (int(found[1]),))
        try:
            every = _started("marking", ())
        except AdminError as error:
            missing = str(error)
        if read and not missing:
            program, descriptors = every
            if (place := folder()) is not None:
                reads = (program[0], "ocr", program[2], str(place)), descriptors
            elif (data := in_memory(Path(sys.path[0]).resolve().parent / "tessdata")) is not None:
                reads = (program[0], "ocr", program[2], f"/proc/self/fd/{data}"), (*descriptors, data)
    if read and not (reads if found else can_read()):
        warn(tr(_NO_WORDS))
    asked = refused = stuck = False

    def look(media_type: str, untrusted: bytes) -> Found:
        nonlocal asked, missing, refused, stuck
        reader = of_words if media_type in TEXTS else of_all
        if missing and reader is of_all:
            warn(missing)
            missing = ""
        try:
            marks = Found(complete=False) if refused else reader.marks(media_type, untrusted)
            if read and not refused and reader is of_all:
                try:
                    marks = (
                        replace(marks, complete=False) if stuck else of_all.read(media_type, untrusted, marks)
                    )
                except ScrubberError:  # what was found without it stays
                    stuck, marks = True, replace(marks, complete=False)
                    warn(tr(_NO_WORDS))
        except ScrubberError:
            refused = True
            warn(
                tr("The confined process that reads files can't be started here: nothing is looked through.")
            )
            return Found(complete=False)
        if not (asked or refused):
            _tell_walls(warn, reader.missing_isolation)
        asked = True
        return marks

    try:
        with MarkReader(*words) as of_words, MarkReader(*every, reads) as of_all:
            yield look
    finally:
        if data is not None:
            os.close(data)


class PageReader:
    """The confined processes that draw pages, from the first file on."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._running: Redactor | None = None

    def asked(self, ask: Callable[[Redactor], T], why: Mapping[str, str]) -> T:
        """Raises `AdminError`, with a sentence of `why` for what can't be done."""
        from scrub.redactor import JUDGE, PAGE_READER, Redactor, ScrubberError, Unredacted  # noqa: PLC0415

        first = self._running is None
        if self._running is None:
            pages, descriptors = _started("pages", PAGE_READER)
            judge = pages[:1] if descriptors else JUDGE
            self._running = Redactor(pages, judge, descriptors)
        try:
            done = ask(self._running)
        except ScrubberError:
            raise AdminError(tr(NO_PAGES)) from None
        except Unredacted as error:
            raise AdminError(tr(why[error.reason])) from None
        if first:
            _tell_walls(self._warn, self._running.missing_isolation)
        return done

    def close(self) -> None:
        if self._running is not None:
            self._running.close()


_NO_WORDS = mark(
    "Words in pictures can't be read here: that takes Debian's tesseract-ocr-eng and tesseract-ocr-spa, or "
    "from a stick their data in a folder tessdata beside silbo-admin."
)
NO_PAGES = mark(
    "The confined process that draws pages can't be started here (it needs Pillow and numpy): only texts can "
    "be covered or compared."
)
_WHY = {
    "unsupported": mark(
        "A file of that kind can't be redacted here: pictures, our PDFs, plain texts and tables can."
    ),
    "crashed": mark("A file could not be redacted: its confined process ended. Nothing was written."),
    "unverified": mark(
        "A file could not be redacted: something of what was to go would have stayed. Nothing was written."
    ),
}
_WHY_NOT = {
    "unsupported": mark(
        "These two can't be held against each other: they are not of one kind that has pages or words."
    ),
    "crashed": mark("The two could not be compared: their confined process ended."),
    "unverified": mark(
        "The two could not be compared: the pictures of the report are not what they must be."
    ),
}


PAPERS = {"x86_64": "silbo-papers", "aarch64": "silbo-papers-arm64"}
"""The file with what sets the papers of a dossier, for each machine (docs/adr/0211)."""

DECODERS = {"x86_64": "silbo-decoders", "aarch64": "silbo-decoders-arm64"}
"""The file with what draws pages and reads codes, for each machine (docs/adr/0280)."""

BESIDE_SUMS = "admin/workspace/beside.sha256"


def paper_setter() -> Setter:
    """What sets papers, in a process of its own. Raises `AdminError` if the libraries' file is not beside
    `silbo-admin`, or is of another release.
    """
    from admin.workspace.dossier.paper import Setter  # noqa: PLC0415 -- for a dossier alone

    program, descriptors = _started("papers", Setter().program, PAPERS)
    if descriptors:
        from scrub.from_memory import load_wheels  # noqa: PLC0415 -- here alone
        from scrub.setter.fonts import FAMILIES  # noqa: PLC0415

        load_wheels(program[-1], {package for package, _ in FAMILIES.values()})
    return Setter(program, descriptors)


def _started(
    kind: str, installed: Sequence[str], beside: Mapping[str, str] = DECODERS
) -> tuple[Sequence[str], tuple[int, ...]]:
    """How Python is told to run a process that decodes ("pages" or "codes") or sets ("papers"), and the
    descriptors that it needs. Raises `AdminError` as `paper_setter` does.
    """
    found = _IN_MEMORY.match(str(scrub.__file__))
    if found is None:
        return installed, ()
    handle = _beside(beside.get(os.uname().machine, beside["x86_64"]))
    return (f"/proc/self/fd/{found[1]}", kind, f"/proc/self/fd/{handle}"), (int(found[1]), handle)


def code_reader() -> CodeReader:
    """What reads codes from pictures and films, in a confined process. Raises `AdminError` as `paper_setter`
    does.
    """
    from scrub.code_reader import FILMING, CodeReader  # noqa: PLC0415 -- and an event loop

    return CodeReader(*_started("codes", FILMING))


@cache
def _beside(name: str) -> int:
    """A file that lies beside `silbo-admin` and that this release names: a descriptor of it in memory, once
    for a session. Nobody can write to it any more: it is handed to processes that read outside bytes.
    """
    import fcntl  # noqa: PLC0415 -- here alone
    import hashlib  # noqa: PLC0415 -- here alone
    import zipfile  # noqa: PLC0415

    place = _IN_MEMORY.match(str(scrub.__file__))
    with zipfile.ZipFile(place[0].rstrip("/") if place else "") as archive:
        sums = archive.read(BESIDE_SUMS).decode("ascii").split()
    path = os.path.join(os.path.dirname(os.path.realpath(sys.path[0])), name)
    if not os.path.isfile(path):
        raise AdminError(
            tr(
                "Libraries for this are not here: put the file {file} of the same release beside "
                "silbo-admin.",
                file=name,
            )
        )
    digest, handle = hashlib.sha256(), os.memfd_create(name, _MFD_CLOEXEC | _MFD_ALLOW_SEALING)
    with open(path, "rb") as file, open(handle, "wb", closefd=False) as memory:
        while (piece := file.read(1 << 20)) and memory.tell() <= _LARGEST:
            digest.update(piece)
            memory.write(piece)
    fcntl.fcntl(handle, _F_ADD_SEALS, _SEAL_ALL)
    if digest.hexdigest() != dict(zip(sums[1::2], sums[::2], strict=True)).get(name):
        os.close(handle)
        raise AdminError(
            tr("The file {file} is of another release than this silbo-admin, or it was changed.", file=name)
        )
    return handle


def load_libraries() -> None:
    """Makes the wheels of the second file importable, each from memory; they are pure Python."""
    found = _IN_MEMORY.match(str(scrub.__file__))
    if found is None:
        return
    import zipfile  # noqa: PLC0415 -- here alone

    with zipfile.ZipFile(found[0].rstrip("/")) as archive:
        for name in archive.namelist():
            if name.startswith("wheels/"):
                handle = os.memfd_create("silbo-workspace", _MFD_CLOEXEC)
                with open(handle, "wb", closefd=False) as memory:
                    memory.write(archive.read(name))
                sys.path.append(f"/proc/self/fd/{handle}")

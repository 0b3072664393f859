"""One clean copy in, what marks it carries out.

    found = search("application/pdf", copy, original)
    found.marks       # what, where, and a few words of it: at most `MAX_FOUND`
    found.complete    # False where not all of it could be looked at

Of a PDF, whose copy is pictures, the words and their places come from the `original`.
"""

import contextlib
import io
import zipfile
from collections.abc import Iterator

import numpy as np

from scrub.marks import looks, words
from scrub.marks.across import in_text, pieces_across
from scrub.marks.bars import bars, regions
from scrub.marks.dots import gray_of, small_gray_of
from scrub.marks.found import OFFICE, PICTURES, TEXTS, Found, Mark, each_place, most_telling, printable
from scrub.marks.pages import MAX_PAGES, MAX_PLACES, PageLetters, opened
from scrub.marks.pictures import marks_in_gray, marks_in_picture, shrinking, small_gray
from scrub.marks.show import place_of
from scrub.marks.spacing import moved
from scrub.marks.written import looks_written
from scrub.pixels import decoding
from scrub.reading import words_of
from scrub.reading.mail import parts_of
from scrub.redact.document import pages_of, searchable
from scrub.report import EXTENSIONS, Refusal

MAX_PARTS = 40
"""Files inside a file that are looked at."""

_BY_EXTENSION = {extension: media_type for media_type, extension in EXTENSIONS.items()}
_MAX_INFLATED = 64 << 20
_BODIES = ("word/document.xml", "content.xml")


def search(media_type: str, untrusted: bytes, original: bytes = b"") -> Found:
    """`untrusted`: a clean copy; `original`: the PDF of which it was made, or nothing. Raises MemoryError
    only: what can't be looked at is told as not complete.
    """
    looking = _Looking()
    looking.look(media_type, untrusted, original, 0)
    marks = tuple(most_telling(looking.marks))
    for mark in marks:
        with contextlib.suppress(Refusal), decoding():
            if picture := place_of(mark, media_type, untrusted):
                return Found(marks, looking.complete, picture, mark, looking.unread)
    return Found(marks, looking.complete, unread=looking.unread)


def everything(media_type: str, untrusted: bytes, original: bytes = b"") -> tuple[list[Mark], bool]:
    """All marks, as many as there are, and whether all of it was looked at."""
    looking = _Looking()
    looking.look(media_type, untrusted, original, 0)
    return looking.marks, looking.complete


class _Looking:
    """One file with all that is in it."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.complete = True
        self.unread = False
        self._left = _MAX_INFLATED

    def look(self, media_type: str, untrusted: bytes, original: bytes, part: int) -> None:
        try:
            with decoding():
                self._look(media_type, untrusted, original, part)
        except Refusal:
            self.complete = False

    def _look(self, media_type: str, untrusted: bytes, original: bytes, part: int) -> None:
        if media_type in PICTURES:
            gray = small_gray(untrusted)
            self.marks += marks_in_gray(gray, part, 0)
            self.unread = self.unread or (part == 0 and looks_written(gray))
        elif media_type in TEXTS:
            self.marks += in_text(untrusted.decode("utf-8", "replace"), part)
        elif media_type == "application/pdf":
            self._look_at_pages(untrusted, original, part)
        elif media_type in OFFICE:
            self._look_at_document(media_type, untrusted, part)
        elif media_type == "message/rfc822" and part == 0:
            self._look_inside(parts_of(untrusted))
        elif media_type == "application/zip" and part == 0:
            with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
                self._look_inside(self._members(archive))

    def _look_inside(self, members: Iterator[tuple[str, bytes]]) -> None:
        """Words of a mail itself have no number; files are counted from 1."""
        part = 0
        for extension, content in members:
            if not extension:
                self.marks += in_text(content.decode("utf-8", "replace"))
                continue
            part += 1
            if part > MAX_PARTS:
                self.complete = False
                return
            self.look(_BY_EXTENSION.get(extension, ""), content, b"", part)

    def _members(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
        for member in archive.infolist():
            yield member.filename.rpartition(".")[2].lower() or "bin", self._inflated(archive, member)

    def _inflated(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
        with archive.open(member) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise Refusal("bomb")
        return content

    def _look_at_document(self, media_type: str, untrusted: bytes, part: int) -> None:
        self.marks += in_text(words_of(media_type, untrusted), part)
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            for body in _BODIES:
                with contextlib.suppress(KeyError):
                    xml = self._inflated(archive, archive.getinfo(body)).decode("utf-8", "replace")
                    if number := looks.paragraph_with_a_code(xml):
                        self.marks.append(Mark("looks", part, line=number))
            pictures = [each for each in archive.infolist() if each.filename.endswith((".png", ".jpg"))]
            for picture in pictures[:MAX_PARTS]:
                self.marks += marks_in_picture(self._inflated(archive, picture), part)
            self.complete = self.complete and len(pictures) <= MAX_PARTS

    def _look_at_pages(self, untrusted: bytes, original: bytes, part: int) -> None:
        """The pictures of the copy, and words and places of the original, or of a searchable copy."""
        has_words = searchable(untrusted)
        with contextlib.suppress(Refusal):  # one that is not ours is looked at as an original is
            for number, page in enumerate(pages_of(untrusted), 1):
                if page.color:
                    self.marks += marks_in_picture(page.stream, part, number)
                elif regions(small_gray_of(page), printed=True):
                    by = shrinking(page.width, page.height)
                    gray = np.ascontiguousarray(gray_of(page)[::by, ::by])
                    self.marks += bars(gray, part, number, printed=by == 1)
        if original or has_words:
            self._look_at_letters(original or untrusted, part, places=bool(original))

    def _look_at_letters(self, untrusted: bytes, part: int, *, places: bool) -> None:
        with opened(untrusted) as pages:
            if pages is None:
                self.complete = False
                return
            self.complete = self.complete and pages.count <= MAX_PAGES
            placed = pages.placed if places else []
            letters, counted = [], 0
            for number in range(pages.looked_at):
                with pages.page(number) as page:
                    if page is not None:
                        counted += page.count
                        self.marks += _words_of_page(page, part, number + 1)
                    if number in placed:
                        letters.append([] if page is None else page.places(MAX_PLACES // len(placed)))
            self.unread = not counted and part == 0  # a scan, or drawn letters
            for at, place in moved(letters):
                with pages.page(placed[at]) as page:
                    box = None if page is None else page.box(place.first, place.last)
                    self.marks.append(Mark("spacing", part, placed[at] + 1, box=box))


def _words_of_page(page: PageLetters, part: int, number: int) -> Iterator[Mark]:
    text = page.text()
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for number_of_line, kind, found in dict.fromkeys((*words.marks_in(text), *pieces_across(text))):
        start, end = starts[number_of_line - 1 : number_of_line + 1]
        for at in each_place(text[start:end], found):
            box = page.box_of_text(start + at, start + at + len(found) - 1)
            yield Mark(kind, part, number, box=box, words=printable(found))

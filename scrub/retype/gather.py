"""What a file says, as paragraphs and tables. Runs in a confined child.

Of a PDF the pages are read, and only letters that they show (`scrub.pdf.read_pages`); of everything else the
clean copy.
"""

import csv
import io
import zipfile
from encodings import cp437  # noqa: F401 -- names in archives; a child has no file system to load it from

from codes.kinds import CLEAN
from scrub.pdf import read_pages
from scrub.pdf.lines import Line
from scrub.pixels import decoding
from scrub.reading.mail import parts_of
from scrub.redact.document import pages_of
from scrub.report import Refusal
from scrub.retype import office
from scrub.retype.document import INSIDE, LINES, OPEN, SHEETS, WORDS, Block, Document, bounded, table
from scrub.retype.paged import blocks_of, blocks_of_runs
from scrub.retype.plain import Plain, each_text

MAX_PARTS = 100
_MAX_INFLATED = 64 << 20
_MAX_DEPTH = 3
_PICTURES = ("image/jpeg", "image/png")
_BY_EXTENSION = {extension: media_type for media_type, extension in CLEAN.items()}


def gather(media_type: str, untrusted: bytes) -> Document:
    """`untrusted`: a clean copy, or a PDF as it came. Raises Refusal: `no_words` where there are none."""
    with decoding():
        return _Gathering().gather(media_type, untrusted)


class _Gathering:
    def __init__(self) -> None:
        self._plain = Plain()
        self._notes: set[str] = set()
        self._left = _MAX_INFLATED

    def gather(self, media_type: str, untrusted: bytes) -> Document:
        if media_type == "application/pdf":
            found = self._pages(untrusted)
        else:
            found = self._blocks(media_type, untrusted, 0)
        blocks = each_text(self._plain.in_one_writing(found), self._plain.without_names)
        blocks = [block for block in blocks if block]
        if not any(any(letter.isalnum() for letter in text) for text in map(str, blocks)):
            raise Refusal("no_words")
        kept, whole = bounded(blocks)
        told = {
            "words_left_out": not whole,
            "readers_barred": self._plain.barred,
            "lossy_text": self._plain.lossy,
        }
        return Document(kept, frozenset(self._notes | {note for note, true in told.items() if true}))

    def _pages(self, untrusted: bytes) -> list[Block]:
        blocks: list[Block] = []
        for page in read_pages(untrusted):
            blocks += blocks_of(page.read, self._plain)
            if page.pictures:
                self._notes.add("pictures_left_out")
            if page.doubtful:
                self._notes.add("words_left_out")
        return blocks

    def _blocks(self, media_type: str, untrusted: bytes, depth: int) -> list[Block]:
        if media_type in LINES:
            return list[Block](self._plain.lines(untrusted.decode("utf-8", "replace")))
        if media_type == "text/csv":
            rows = csv.reader(io.StringIO(untrusted.decode("utf-8", "replace")))
            return table([self._plain.words(cell) for cell in row] for row in rows)
        if media_type == "application/pdf":
            return self._copied_pages(untrusted)
        if media_type in (*OPEN, *WORDS, *SHEETS):
            return self._office(media_type, untrusted)
        if media_type in _PICTURES:
            self._notes.add("pictures_left_out")
        elif media_type in INSIDE and depth < _MAX_DEPTH:
            return self._inside(media_type, untrusted, depth)
        else:
            self._notes.add("members_left_out")
        return []

    def _copied_pages(self, untrusted: bytes) -> list[Block]:
        """Of a searchable copy of ours."""
        blocks: list[Block] = []
        for page in pages_of(untrusted):
            runs = [
                Line(
                    line.left,
                    line.down - line.size,
                    line.left + len(line.words) * line.size * line.stretch / 200,
                    line.down,
                    line.words,
                )
                for line in page.lines
            ]
            blocks += blocks_of_runs(runs, self._plain)
        if not blocks:
            self._notes.add("pictures_left_out")
        return blocks

    def _office(self, media_type: str, untrusted: bytes) -> list[Block]:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            names = archive.namelist()

            def part(name: str) -> bytes | None:
                return self._inflated(archive, name) if name in names else None

            if media_type in OPEN:
                blocks, pictures = office.of_open_document(part, self._plain)
            elif media_type in SHEETS:
                blocks, pictures = office.of_sheets(part, names, self._plain)
            else:
                blocks, pictures = office.of_words(part, names, self._plain)
        if pictures:
            self._notes.add("pictures_left_out")
        return blocks

    def _inside(self, media_type: str, untrusted: bytes, depth: int) -> list[Block]:
        blocks: list[Block] = []
        if media_type == "message/rfc822":
            for number, (extension, content) in enumerate(parts_of(untrusted)):
                blocks += self._member(extension or "txt", content, depth, number)
            return blocks
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            for number, name in enumerate(archive.namelist()):
                blocks += self._member(name.rpartition(".")[2], self._inflated(archive, name), depth, number)
        return blocks

    def _member(self, extension: str, content: bytes, depth: int, number: int) -> list[Block]:
        if number >= MAX_PARTS:
            self._notes.add("members_left_out")
            return []
        return self._blocks(_BY_EXTENSION.get(extension, ""), content, depth + 1)

    def _inflated(self, archive: zipfile.ZipFile, name: str) -> bytes:
        with archive.open(name) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise Refusal("bomb")
        return content

"""Reads a PDF of ours back into pages: the other way round from `scrub.pdf.writer`, and of nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrub.pdf.writer import TextLine
from scrub.report import Refusal

_HEAD = re.compile(
    rb"%PDF-1\.4\n1 0 obj\n[^\n]{1,99}\nendobj\n2 0 obj\n<</Type/Pages/Count ([0-9]{1,4})/Kids"
)
_PICTURE = re.compile(
    rb"[0-9]{1,9} 0 obj\n<</Type/XObject/Subtype/Image/Width ([0-9]{1,6})/Height ([0-9]{1,6})"
    rb"/ColorSpace/Device(Gray|RGB)[^>\n]{1,99}/Length ([0-9]{1,9})>>stream\n"
)
_DRAWING = re.compile(rb"\nendstream\nendobj\n[0-9]{1,9} 0 obj\n<</Length ([0-9]{1,9})>>stream\n")
_PAGE = re.compile(rb"\nendstream\nendobj\n[0-9]{1,9} 0 obj\n<</Type/Page/[^\n]{1,300}\nendobj\n")
_ACROSS = re.compile(rb"(?:q )?([0-9]{1,9})\.([0-9]{2}) 0 0 ")
_LINE = re.compile(
    rb"\nBT 3 Tr /F ([0-9]{1,3}) Tf ([0-9]{1,3}) Tz 1 0 0 1 ([0-9]{1,5}) ([0-9]{1,5}) Tm "
    rb"<((?:[0-9A-F]{4})+)>Tj ET"
)


@dataclass(frozen=True, slots=True)
class Page:
    """`stream`: zlib of gray dots, four bits each, or a JPEG if `color`. `unit`: a dot's side in hundredths
    of a point.
    """

    width: int
    height: int
    unit: int
    color: bool
    stream: bytes = field(repr=False)
    lines: tuple[TextLine, ...] = field(repr=False)


def searchable(untrusted: bytes) -> bool:
    return b"/Subtype/Type0/BaseFont/Helvetica" in untrusted[: 1 << 16]


def pages_of(untrusted: bytes) -> Iterator[Page]:
    """All pages, in their order. Raises Refusal for a document that is not written like ours."""
    head = _HEAD.match(untrusted)
    first = _PICTURE.search(untrusted, 0, 1 << 16)
    if head is None or first is None:
        raise Refusal("unsupported")
    at = first.start()
    for _ in range(int(head[1])):
        picture = _PICTURE.match(untrusted, at)
        if picture is None:
            raise Refusal("broken")
        width, height, length = int(picture[1]), int(picture[2]), int(picture[4])
        drawing = _DRAWING.match(untrusted, picture.end() + length)
        if drawing is None:
            raise Refusal("broken")
        end = drawing.end() + int(drawing[1])
        page, across = _PAGE.match(untrusted, end), _ACROSS.match(untrusted, drawing.end())
        if page is None or across is None or not width or not height:
            raise Refusal("broken")
        unit = (int(across[1]) * 100 + int(across[2])) // width
        top = height * unit // 100
        lines = tuple(
            TextLine(top - int(y), int(x), int(size), int(stretch), _letters(words))
            for size, stretch, x, y, words in _LINE.findall(untrusted, drawing.end(), end)
        )
        stream = untrusted[picture.end() : picture.end() + length]
        yield Page(width, height, unit, picture[3] == b"RGB", stream, lines)
        at = page.end()
    if not untrusted.startswith(b"xref\n", at):
        raise Refusal("broken")


def _letters(words: bytes) -> str:
    return bytes.fromhex(words.decode("ascii")).decode("utf-16-be")

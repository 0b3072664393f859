"""The words that a page shows, as PDFium reads them, for a searchable copy. Runs in a confined child.

A letter is taken only where the page's gray picture shows something: what is white on white, too small,
outside of the page, behind a black box or drawn invisibly isn't. The way in which a document wrote its words
doesn't survive: one normal form (`scrub.text.clean`), lines in reading order, places in whole points.
"""

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.writer import WHITE, TextLine
from scrub.report import Refusal
from scrub.text.clean import tidy

MAX_LINES = 1000
"""Of one page."""

MAX_LETTERS = 20_000
"""Of one page: the smallest print fills a page with half of them."""

_SMALLEST = 4  # dots up, at 150 dots an inch: print that nobody reads
_LARGEST = 200  # points
_SPACES = frozenset("\t \u00a0")
_ENDS = frozenset("\r\n\x00")


@dataclass(slots=True)
class _Line:
    """In dots from the upper left corner; `height` is that of its largest letter."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    height: float = 0.0

    def __post_init__(self) -> None:
        self.height = self.bottom - self.top

    def takes(self, other: "_Line") -> bool:
        """Whether `other` goes on where this line is, be it beside or, in a turned line, below or above."""
        across = max(self.left, other.left) - min(self.right, other.right)
        up = max(self.top, other.top) - min(self.bottom, other.bottom)
        return (up <= 0 and across <= 4 * self.height) or (across <= 0 and up <= self.height)

    def take(self, other: "_Line") -> None:
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.words, self.height = self.words + other.words, max(self.height, other.height)


class Picture:
    """A page's dots: `width` x `height`, a byte each."""

    def __init__(self, width: int, height: int, gray: bytes) -> None:
        self.width, self.height, self._gray = width, height, gray

    def shows(self, box: _Line) -> bool:
        """Whether there is anything to see between the box's corners: dots that differ."""
        left, right = max(0, int(box.left) - 1), min(self.width, int(box.right) + 2)
        top, bottom = max(0, int(box.top)), min(self.height, int(box.bottom) + 1)
        if right - left < 2 or bottom - top < _SMALLEST or box.left < -1 or box.right > self.width + 1:
            return False
        rows = [self._gray[row * self.width + left : row * self.width + right] for row in range(top, bottom)]
        dark, light = min(map(min, rows)), max(map(max, rows))
        return dark < WHITE and light - dark > 34  # two of our grays


def read_lines(page: object, picture: Picture, unit: int) -> list[TextLine]:
    """Sorted from top to bottom; `unit` is a dot's side in hundredths of a point."""
    with _text_page(page) as text:
        lines = _gathered(text, page, picture)
    found = {line for line in (_written(line, picture, unit) for line in lines) if line is not None}
    return sorted(found)[:MAX_LINES]


@contextmanager
def _text_page(page: object) -> Iterator[object]:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise Refusal("broken")
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)


def _gathered(text: object, page: object, picture: Picture) -> list[_Line]:
    """Letters that show, joined while they follow each other on one line."""
    lines: list[_Line] = []
    going = space = False
    for index in range(min(max(0, pdfium.FPDFText_CountChars(text)), MAX_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        letter = chr(code) if code < 0x10000 else "\0"  # beyond, the copy's font has no codes
        if letter in _ENDS:
            going = False
        elif letter in _SPACES:
            space = True
        else:
            box = _box(text, index, page, picture, letter)
            if box is None or not _is_drawn(text, index) or not picture.shows(box):
                space = True  # a gap, and no word made of what stood on both sides of it
                continue
            if going and lines[-1].takes(box):
                box.words = " " + letter if space else letter
                lines[-1].take(box)
            else:
                lines.append(box)
            going, space = True, False
    return lines


def _is_drawn(text: object, index: int) -> bool:
    item = pdfium.FPDFText_GetTextObject(text, index)
    return bool(item) and pdfium.FPDFTextObj_GetTextRenderMode(item) in (
        pdfium.FPDF_TEXTRENDERMODE_FILL,
        pdfium.FPDF_TEXTRENDERMODE_STROKE,
        pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE,
    )


def _box(text: object, index: int, page: object, picture: Picture, letter: str) -> _Line | None:
    """Where the letter is in the picture, turned as the page is."""
    sides = [ctypes.c_double() for _ in range(4)]
    if not pdfium.FPDFText_GetCharBox(text, index, *map(ctypes.byref, sides)):
        return None
    left, right, bottom, top = (side.value for side in sides)
    corners = []
    for across, up in ((left, bottom), (right, top)):
        x, y = ctypes.c_int(), ctypes.c_int()
        size = (0, 0, picture.width, picture.height, 0)
        if not pdfium.FPDF_PageToDevice(page, *size, across, up, ctypes.byref(x), ctypes.byref(y)):
            return None
        corners.append((x.value, y.value))
    (x1, y1), (x2, y2) = corners
    return _Line(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), letter)


def _written(line: _Line, picture: Picture, unit: int) -> TextLine | None:
    """None where nothing is left of the words once they are tidied."""
    try:
        words = " ".join(tidy(line.words).text.split())
    except Refusal:
        return None
    words = _in_drawing_order(" ".join(re.sub("[^\0-\uffff]", "", words).split()))
    if not words:
        return None
    points = unit / 100
    size = min(max(2, round(line.height * points)), _LARGEST)
    stretch = min(max(1, round(200 * (line.right - line.left) * points / (size * len(words)))), 999)
    left = max(0, round(line.left * points))
    down = min(max(0, round(line.bottom * points)), picture.height * unit // 100)
    return TextLine(down, left, size, stretch, words)


_FROM_RIGHT = ("R", "AL")


def _in_drawing_order(words: str) -> str:
    """Readers take a page's letters from left to right and turn Hebrew and Arabic around by themselves."""
    runs: list[list[str]] = []
    for word in re.findall(r"\S+|\s+", words):
        turned = any(unicodedata.bidirectional(letter) in _FROM_RIGHT for letter in word)
        if runs and (turned or word.isspace()) and runs[-1][0] == "turned":
            runs[-1].append(word)
        else:
            runs.append(["turned" if turned else "straight", word])
    pieces = []
    for kind, *run in runs:
        piece = "".join(run)
        body = piece.rstrip(" ")
        pieces.append((body[::-1] if kind == "turned" else body) + piece[len(body) :])
    return unicodedata.normalize("NFKC", "".join(pieces))

"""The letters of a page that are seen, with their places, as PDFium reads them. Runs in a confined child."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.crowding import Letter
from scrub.pdf.objects import address
from scrub.pdf.seen import seen
from scrub.report import Refusal

MAX_LETTERS = 20_000
"""Of one page: the smallest print fills a page with half of them."""

SPACES = frozenset("\t \u00a0")
ENDS = frozenset("\r\n\x00")
_SMALLEST = 4  # dots up, at 150 dots an inch: print that nobody reads
_HYPHEN = 2
_LIGATURES = frozenset(
    {
        *("ff", "fi", "fl", "ffi", "ffl", "fb", "fh", "fj", "ffj", "fk"),
        *("ft", "fft", "ct", "st", "tt", "ti", "tti", "Th"),
    }
)
_FAR = 100  # points
_FINER = 64


@dataclass(slots=True)
class Line:
    """In dots from the upper left corner; `height` is that of its largest letter."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    height: float = 0.0

    def __post_init__(self) -> None:
        self.height = self.bottom - self.top

    def takes(self, other: "Line") -> bool:
        """Whether `other` goes on where this line is, be it beside or, in a turned line, below or above."""
        across = max(self.left, other.left) - min(self.right, other.right)
        up = max(self.top, other.top) - min(self.bottom, other.bottom)
        return (up <= 0 and across <= 4 * self.height) or (across <= 0 and up <= self.height)

    def take(self, other: "Line") -> None:
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.words, self.height = self.words + other.words, max(self.height, other.height)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A letter: which one of the page's; where its drawing begins; the address of the text object."""

    index: int
    box: Line
    origin: tuple[float, float]
    owner: int


class Picture:
    """A page's dots: `width` x `height`, a byte each. `draw` makes them again, of the page as it is then."""

    def __init__(self, width: int, height: int, gray: bytes, draw: Callable[[], bytes]) -> None:
        self.width, self.height, self._gray, self._draw = width, height, gray, draw

    def seen(self, page: object, letters: list[_Placed]) -> list[bool]:
        """Whether each letter is seen."""
        places = [self._placed(each.box, each.owner) for each in letters]
        found = iter(
            seen(
                page,
                [place for place in places if place is not None],
                self._gray,
                (self.width, self.height),
                self._draw,
            )
        )
        return [place is not None and bool(next(found)) for place in places]

    def _placed(self, box: Line, owner: int) -> Letter | None:
        """None if it is not on the page."""
        left, right = max(0, int(box.left) - 1), min(self.width, int(box.right) + 2)
        top, bottom = max(0, int(box.top)), min(self.height, int(box.bottom) + 1)
        if right - left < 2 or bottom <= top or box.left < -1 or box.right > self.width + 1:
            return None
        return Letter(left, top, right, bottom, box.words, owner)


def read_letters(page: object, picture: Picture) -> list[Line | str]:
    """In reading order: letters that are seen with their places, the others as a space; spaces and ends of
    lines.
    """
    with _text_page(page) as text:
        return _read(text, page, picture)


@contextmanager
def _text_page(page: object) -> Iterator[object]:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise Refusal("broken")
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)


def _read(text: object, page: object, picture: Picture) -> list[Line | str]:
    found: list[Line | str] = []
    places = _Places(text, page, picture)
    placed: list[_Placed] = []
    for index in range(min(max(0, pdfium.FPDFText_CountChars(text)), MAX_LETTERS)):
        words = _letter(text, index)
        if words in ENDS or words in SPACES:
            found.append(words)
            continue
        box = places.box(index, words)
        owner = address(pdfium.FPDFText_GetTextObject(text, index))
        if box is not None and owner:
            placed.append(_Placed(len(found), box, places.origin(index), owner))
        found.append(" ")  # a gap, and no word made of what stood on both sides of it
    placed = list(_of_glyphs(placed))
    for letter, is_seen in zip(placed, picture.seen(page, placed), strict=True):
        if is_seen:
            found[letter.index] = letter.box
    return found


def _of_glyphs(placed: list[_Placed]) -> Iterator[_Placed]:
    """Without what stands for something else: several letters with one beginning are a ligature, or the words
    that a document has for other ears (/ActualText), which nobody sees.
    """
    for _, group in groupby(placed, lambda each: (each.origin, each.owner)):
        several = list(group)
        letters = "".join(each.box.words for each in several if not unicodedata.combining(each.box.words))
        if len(letters) < 2 or letters in _LIGATURES or (len(letters) <= 3 and not letters.isascii()):
            yield from several


def _letter(text: object, index: int) -> str:
    """PDFium makes a control letter of a hyphen at a line's end, and takes what a font calls one for one."""
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code == _HYPHEN and pdfium.FPDFText_IsHyphen(text, index) == 1:
        return "-"
    letter = chr(code) if code < 0x10000 else "\0"  # beyond, the copy's font has no codes
    return " " if letter not in ENDS and unicodedata.category(letter) == "Cc" else letter


class _Places:
    """Where letters are in the picture, turned as the page is."""

    def __init__(self, text: object, page: object, picture: Picture) -> None:
        self._text = text
        self._sides = [ctypes.c_double() for _ in range(4)]
        self._pointers = [ctypes.byref(side) for side in self._sides]
        corners = [_to_device(page, picture, *point) for point in ((0, 0), (_FAR, 0), (0, _FAR))]
        (self._x, self._y), (x1, y1), (x2, y2) = corners
        self._across = ((x1 - self._x) / _FAR, (y1 - self._y) / _FAR)
        self._up = ((x2 - self._x) / _FAR, (y2 - self._y) / _FAR)

    def box(self, index: int, letter: str) -> Line | None:
        """None if it is too small to be read."""
        if not pdfium.FPDFText_GetCharBox(self._text, index, *self._pointers):
            return None
        left, right, bottom, top = (side.value for side in self._sides)
        (x1, y1), (x2, y2) = self._dot(left, bottom), self._dot(right, top)
        if abs(y2 - y1) < _SMALLEST and self._is_small(index):
            return None
        return Line(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), letter)

    def origin(self, index: int) -> tuple[float, float]:
        """In points."""
        x, y = self._sides[:2]
        pdfium.FPDFText_GetCharOrigin(self._text, index, *self._pointers[:2])
        return x.value, y.value

    def _is_small(self, index: int) -> bool:
        """By its font: a hyphen isn't."""
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(box)):
            return True
        (x1, y1), (x2, y2) = self._dot(box.left, box.bottom), self._dot(box.right, box.top)
        return max(abs(x2 - x1), abs(y2 - y1)) < 2 * _SMALLEST

    def _dot(self, across: float, up: float) -> tuple[int, int]:
        return (
            round(self._x + across * self._across[0] + up * self._up[0]),
            round(self._y + across * self._across[1] + up * self._up[1]),
        )


def _to_device(page: object, picture: Picture, across: float, up: float) -> tuple[float, float]:
    """In dots, from PDFium's whole numbers of finer ones."""
    x, y = ctypes.c_int(), ctypes.c_int()
    size = (0, 0, picture.width * _FINER, picture.height * _FINER, 0)
    if not pdfium.FPDF_PageToDevice(page, *size, across, up, ctypes.byref(x), ctypes.byref(y)):
        raise Refusal("broken")
    return x.value / _FINER, y.value / _FINER

"""The letters of a page that are seen, with their places, as PDFium reads them. Runs in a confined child."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeVar

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf import asking
from scrub.pdf.crowding import Letter
from scrub.pdf.missing import text_page
from scrub.pdf.objects import Objects
from scrub.pdf.references import LIGATURES
from scrub.pdf.seen import seen
from scrub.pdf.shapes import agree, label_of
from scrub.pdf.words import doubtful
from scrub.report import Refusal

MAX_LETTERS = 20_000
"""Of one page: the smallest print fills a page with half of them."""

SPACES = frozenset("\t \u00a0")
ENDS = frozenset("\r\n\x00")
_SMALLEST = 4  # dots up, at 150 dots an inch: print that nobody reads
_HYPHEN = 2
_FAR = 100  # points
_FINER = 64
_AWAY = 1e6  # dots: such a letter is on no page
_Number = TypeVar("_Number", float, NDArray[np.float64])


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
        self.left = other.left if other.left < self.left else self.left
        self.top = other.top if other.top < self.top else self.top
        self.right = other.right if other.right > self.right else self.right
        self.bottom = other.bottom if other.bottom > self.bottom else self.bottom
        self.words += other.words
        self.height = other.height if other.height > self.height else self.height


def joined(letters: Iterable[Line | str], follows: Callable[[Line, Line], bool]) -> list[Line]:
    """Letters that are seen, joined while each `follows` the line before it; the lines among them grow."""
    lines: list[Line] = []
    going = space = False
    for letter in letters:
        if isinstance(letter, str):
            going, space = going and letter not in ENDS, space or letter in SPACES
        elif going and follows(lines[-1], letter):
            letter.words = " " + letter.words if space else letter.words
            lines[-1].take(letter)
            space = False
        else:
            lines.append(letter)
            going, space = True, False
    return lines


class _Placed(NamedTuple):
    """A letter: its number on the page; where its drawing begins; the address of the text object, and of its
    font; its box in parts of a dot; how it lies; the words of its glyph.
    """

    number: int
    box: Line
    origin: tuple[float, float]
    owner: int
    font: int
    exact: tuple[float, float, float, float]
    turn: int
    glyph: str


class Picture:
    """A page's dots: `width` x `height`, a byte each. `draw` makes them again, of the page as it is then.
    Letters as pale as a mark are not seen, and collected in `faint`, where that is a list.
    """

    def __init__(
        self, width: int, height: int, gray: bytes, draw: Callable[[], bytes], faint: list[int] | None = None
    ) -> None:
        self.width, self.height, self._gray, self._draw, self.faint = width, height, gray, draw, faint

    def read(self, page: object, letters: list[_Placed]) -> tuple[list[bool], list[bool]]:
        """Whether each letter is seen, and whether it looks like what it is said to be."""
        places = [self._placed(each) for each in letters]
        on_page = [place for place in places if place is not None]
        size = self.width, self.height
        seen_on_page, shapes = seen(page, on_page, self._gray, size, self._draw, faint=self.faint)
        there = [each for each, place in zip(letters, places, strict=True) if place is not None]
        alike = agree(shapes, [label_of(each.glyph) for each in there], [each.font for each in there])
        found = iter(zip(seen_on_page.tolist(), alike.tolist(), strict=True))
        both = [(False, False) if place is None else next(found) for place in places]
        return [is_seen for is_seen, _ in both], [is_alike for _, is_alike in both]

    def _placed(self, placed: _Placed) -> Letter | None:
        """None if it is not on the page."""
        box = placed.box
        left, right = max(0, int(box.left) - 1), min(self.width, int(box.right) + 2)
        top, bottom = max(0, int(box.top)), min(self.height, int(box.bottom) + 1)
        if right - left < 2 or bottom <= top or box.left < -1 or box.right > self.width + 1:
            return None
        return Letter(left, top, right, bottom, box.words, placed.owner, placed.exact, placed.turn)


def read_letters(page: object, picture: Picture, notes: set[str], *, layered: bool) -> list[Line | str]:
    """In reading order: letters that are seen with their places, the others as a space; spaces and ends of
    lines. Words that don't look like what they are said to be are left out, and told in `notes`; so are those
    in layers, if these are `layered`: seen by some readers only.
    """
    objects = Objects(page)
    objects.hear_what_is_drawn()
    with text_page(page) as text:
        return _read(text, page, picture, notes, objects.in_layers() if layered else set())


def _read(
    text: object, page: object, picture: Picture, notes: set[str], left_out: set[int]
) -> list[Line | str]:
    found: list[Line | str] = []
    read = [
        "-" if code == _HYPHEN and pdfium.FPDFText_IsHyphen(text, index) == 1 else _letter(code)
        for index, code in enumerate(asking.codes(text, MAX_LETTERS))
    ]
    indexes = [index for index, letter in enumerate(read) if letter not in ENDS and letter not in SPACES]
    found.extend(read)
    for index in indexes:
        found[index] = " "  # a gap, and no word made of what stood on both sides of it
    placed = list(_Places(text, page, picture).placed(indexes, read))
    if left_out and any(letter.owner in left_out for letter in placed):
        notes.add("words_unchecked")
        placed = [letter for letter in placed if letter.owner not in left_out]
    count, placed = len(placed), list(_of_glyphs(placed))
    is_seen, is_alike = picture.read(page, placed)
    kept = [letter for letter, shows in zip(placed, is_seen, strict=True) if shows]
    doubted = doubtful(
        [(letter.number, letter.box.words) for letter in kept],
        {letter.number for letter, alike in zip(placed, is_alike, strict=True) if not alike},
    )
    for letter in kept:
        if letter.number not in doubted:
            found[letter.number] = letter.box
    if doubted or len(placed) < count:
        notes.add("words_unchecked")
    return found


def _of_glyphs(placed: list[_Placed]) -> Iterator[_Placed]:
    """Without what stands for something else: several letters with one beginning are a ligature, or words
    that a font has for one glyph, which nobody sees.
    """
    for _, group in groupby(placed, lambda each: (each.origin, each.owner)):
        several = list(group)
        if len(several) == 1:
            yield several[0]
            continue
        letters = "".join(each.box.words for each in several if not unicodedata.combining(each.box.words))
        if len(letters) < 2 or letters in LIGATURES or (len(letters) <= 3 and not letters.isascii()):
            glyph = "".join(each.box.words for each in several)
            yield from (each._replace(glyph=glyph) for each in several)


@lru_cache(1 << 12)
def _letter(code: int) -> str:
    """PDFium makes a control letter of a hyphen at a line's end, and takes what a font calls one for one."""
    letter = chr(code) if code < 0x10000 else "\0"  # beyond, the copy's font has no codes
    return " " if letter not in ENDS and unicodedata.category(letter) == "Cc" else letter


class _Places:
    """Where letters are in the picture, turned as the page is."""

    def __init__(self, text: object, page: object, picture: Picture) -> None:
        self._text = text
        corners = [_to_device(page, picture, *point) for point in ((0, 0), (_FAR, 0), (0, _FAR))]
        (self._x, self._y), (x1, y1), (x2, y2) = corners
        self._across = ((x1 - self._x) / _FAR, (y1 - self._y) / _FAR)
        self._up = ((x2 - self._x) / _FAR, (y2 - self._y) / _FAR)
        self._objects: dict[int, tuple[int, int]] = {}

    def placed(self, indexes: list[int], letters: list[str]) -> Iterator[_Placed]:
        """Those of PDFium's `letters` at `indexes` that are drawn, and not too small to be read."""
        owners = asking.owners(self._text, indexes)
        sides, known = asking.boxes(self._text, indexes)
        (x1, y1), (x2, y2) = self._point(sides[:, 0], sides[:, 2]), self._point(sides[:, 1], sides[:, 3])
        exact = np.stack((np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)), 1)
        known &= (np.abs(exact) < _AWAY).all(1)
        exact[~known] = 0
        boxes = np.rint(exact).astype(np.int64)
        low = (boxes[:, 3] - boxes[:, 1] < _SMALLEST).tolist()
        starts = asking.origins(self._text, indexes)
        rows = zip(indexes, owners, known.tolist(), low, starts, boxes.tolist(), exact.tolist(), strict=True)
        for index, owner, is_known, is_low, origin, box, (x1, y1, x2, y2) in rows:
            if not owner or not is_known or (is_low and self._is_small(index)):
                continue
            if owner not in self._objects:
                self._objects[owner] = (asking.font_of(owner), self._turn(index))
            font, turn = self._objects[owner]
            letter = letters[index]
            left, top, right, bottom = box
            line = Line(left, top, right, bottom, letter)
            yield _Placed(index, line, origin, owner, font, (x1, y1, x2, y2), turn, letter)

    def _turn(self, index: int) -> int:
        """As `shapes.upright` takes it."""
        matrix = pdfium.FS_MATRIX()
        if not pdfium.FPDFText_GetMatrix(self._text, index, ctypes.byref(matrix)):
            return 0
        right = self._direction(float(matrix.a), float(matrix.b))
        up = self._direction(float(matrix.c), float(matrix.d))
        lying = abs(right[1]) > abs(right[0])
        if lying:
            right, up = right[::-1], up[::-1]
        return int(lying) + 2 * (right[0] < 0) + 4 * (up[1] > 0)

    def _direction(self, across: _Number, up: _Number) -> tuple[_Number, _Number]:
        return (
            across * self._across[0] + up * self._up[0],
            across * self._across[1] + up * self._up[1],
        )

    def _is_small(self, index: int) -> bool:
        """By its font: a hyphen isn't."""
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(box)):
            return True
        (x1, y1), (x2, y2) = self._dot(box.left, box.bottom), self._dot(box.right, box.top)
        return max(abs(x2 - x1), abs(y2 - y1)) < 2 * _SMALLEST

    def _dot(self, across: float, up: float) -> tuple[int, int]:
        x, y = self._point(across, up)
        return round(x), round(y)

    def _point(self, across: _Number, up: _Number) -> tuple[_Number, _Number]:
        x, y = self._direction(across, up)
        return self._x + x, self._y + y


def _to_device(page: object, picture: Picture, across: float, up: float) -> tuple[float, float]:
    """In dots, from PDFium's whole numbers of finer ones."""
    x, y = ctypes.c_int(), ctypes.c_int()
    size = (0, 0, picture.width * _FINER, picture.height * _FINER, 0)
    if not pdfium.FPDF_PageToDevice(page, *size, across, up, ctypes.byref(x), ctypes.byref(y)):
        raise Refusal("broken")
    return x.value / _FINER, y.value / _FINER

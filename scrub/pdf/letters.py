"""The letters of a page that are seen, with their places, as PDFium reads them. Runs in a confined child."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.crowding import Letter
from scrub.pdf.missing import text_page
from scrub.pdf.objects import Objects, address
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


@dataclass(frozen=True, slots=True)
class _Placed:
    """A letter: which one of the page's; where its drawing begins; the address of the text object, and of its
    font; its box in parts of a dot; how it lies; the words of its glyph.
    """

    index: int
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
    places = _Places(text, page, picture)
    placed: list[_Placed] = []
    for index in range(min(max(0, pdfium.FPDFText_CountChars(text)), MAX_LETTERS)):
        words = _letter(text, index)
        if words not in ENDS and words not in SPACES:
            letter = places.placed(index, len(found), words)
            if letter is not None and letter.owner in left_out:
                notes.add("words_unchecked")
            elif letter is not None:
                placed.append(letter)
            words = " "  # a gap, and no word made of what stood on both sides of it
        found.append(words)
    count, placed = len(placed), list(_of_glyphs(placed))
    is_seen, is_alike = picture.read(page, placed)
    kept = [letter for letter, shows in zip(placed, is_seen, strict=True) if shows]
    doubted = doubtful(
        [(letter.index, letter.box.words) for letter in kept],
        {letter.index for letter, alike in zip(placed, is_alike, strict=True) if not alike},
    )
    for letter in kept:
        if letter.index not in doubted:
            found[letter.index] = letter.box
    if doubted or len(placed) < count:
        notes.add("words_unchecked")
    return found


def _of_glyphs(placed: list[_Placed]) -> Iterator[_Placed]:
    """Without what stands for something else: several letters with one beginning are a ligature, or words
    that a font has for one glyph, which nobody sees.
    """
    for _, group in groupby(placed, lambda each: (each.origin, each.owner)):
        several = list(group)
        letters = "".join(each.box.words for each in several if not unicodedata.combining(each.box.words))
        if len(several) == 1:
            yield several[0]
        elif len(letters) < 2 or letters in LIGATURES or (len(letters) <= 3 and not letters.isascii()):
            glyph = "".join(each.box.words for each in several)
            yield from (replace(each, glyph=glyph) for each in several)


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
        self._objects: dict[int, tuple[int, int]] = {}

    def placed(self, index: int, number: int, letter: str) -> _Placed | None:
        """PDFium's letter `index`, which is the page's letter `number`. None if it is too small to be read,
        or nothing that is drawn.
        """
        item = pdfium.FPDFText_GetTextObject(self._text, index)
        owner = address(item)
        if not owner or not pdfium.FPDFText_GetCharBox(self._text, index, *self._pointers):
            return None
        left, right, bottom, top = (side.value for side in self._sides)
        (x1, y1), (x2, y2) = self._point(left, bottom), self._point(right, top)
        exact = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        box = Line(round(exact[0]), round(exact[1]), round(exact[2]), round(exact[3]), letter)
        if box.height < _SMALLEST and self._is_small(index):
            return None
        if owner not in self._objects:
            self._objects[owner] = (address(pdfium.FPDFTextObj_GetFont(item)), self._turn(index))
        font, turn = self._objects[owner]
        x, y = self._sides[:2]
        pdfium.FPDFText_GetCharOrigin(self._text, index, *self._pointers[:2])
        return _Placed(number, box, (x.value, y.value), owner, font, exact, turn, letter)

    def _turn(self, index: int) -> int:
        """As `shapes.upright` takes it."""
        matrix = pdfium.FS_MATRIX()
        if not pdfium.FPDFText_GetMatrix(self._text, index, ctypes.byref(matrix)):
            return 0
        right, up = (self._direction(*way) for way in ((matrix.a, matrix.b), (matrix.c, matrix.d)))
        lying = abs(right[1]) > abs(right[0])
        if lying:
            right, up = right[::-1], up[::-1]
        return lying + 2 * (right[0] < 0) + 4 * (up[1] > 0)

    def _direction(self, across: float, up: float) -> tuple[float, float]:
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

    def _point(self, across: float, up: float) -> tuple[float, float]:
        x, y = self._direction(across, up)
        return self._x + x, self._y + y


def _to_device(page: object, picture: Picture, across: float, up: float) -> tuple[float, float]:
    """In dots, from PDFium's whole numbers of finer ones."""
    x, y = ctypes.c_int(), ctypes.c_int()
    size = (0, 0, picture.width * _FINER, picture.height * _FINER, 0)
    if not pdfium.FPDF_PageToDevice(page, *size, across, up, ctypes.byref(x), ctypes.byref(y)):
        raise Refusal("broken")
    return x.value / _FINER, y.value / _FINER

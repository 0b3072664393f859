"""The letters of a page that are seen, with their places, as PDFium reads them. Runs in a confined child."""

import ctypes
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf import asking
from scrub.pdf.crowding import Letters, Numbers
from scrub.pdf.lines import ENDS, SPACES, Read
from scrub.pdf.missing import text_page
from scrub.pdf.objects import Objects
from scrub.pdf.references import LIGATURES
from scrub.pdf.seen import seen
from scrub.pdf.shapes import agree, label_of
from scrub.pdf.words import doubtful
from scrub.report import Refusal

MAX_LETTERS = 20_000
"""Of one page: the smallest print fills a page with half of them."""

_BLANK = SPACES | ENDS
_SMALLEST = 4  # dots up, at 150 dots an inch: print that nobody reads
_HYPHEN = 2
_FAR = 100  # points
_FINER = 64
_AWAY = 1e6  # dots: such a letter is on no page
_Number = TypeVar("_Number", float, NDArray[np.float64])


class Picture:
    """A page's dots: `width` x `height`, a byte each. `draw` makes them again, of the page as it is then.
    `bare`: those of its objects as PDFium draws them, where nothing else is drawn. Letters as pale as a mark
    are not seen, and collected in `faint`, where that is a list.
    """

    def __init__(
        self,
        width: int,
        height: int,
        gray: bytes,
        draw: Callable[[], bytes],
        faint: list[int] | None = None,
        *,
        bare: bytes | None = None,
    ) -> None:
        self.width, self.height, self._gray, self._draw = width, height, gray, draw
        self.faint, self._bare = faint, bare

    def read(self, objects: Objects, placed: "_Placed") -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each letter is seen, and whether it looks like what it is said to be."""
        box = placed.boxes
        left, right = np.maximum(0, box[:, 0] - 1), np.minimum(self.width, box[:, 2] + 2)
        top, bottom = np.maximum(0, box[:, 1]), np.minimum(self.height, box[:, 3] + 1)
        there = (right - left >= 2) & (bottom > top) & (box[:, 0] >= -1) & (box[:, 2] <= self.width + 1)
        on_page = np.flatnonzero(there)
        glyphs = [placed.glyphs[index] for index in on_page.tolist()]
        letters = Letters(
            np.stack((left, top, right, bottom), 1)[on_page],
            [placed.letters[index] for index in on_page.tolist()],
            placed.owners[on_page],
            placed.exact[on_page],
            placed.turns[on_page],
        )
        size = self.width, self.height
        is_seen, is_alike = np.zeros((2, len(box)), np.bool_)
        is_seen[on_page], shapes = seen(
            objects, letters, self._gray, size, self._draw, faint=self.faint, bare=self._bare
        )
        labels = list(map(label_of, glyphs))
        is_alike[on_page] = agree(shapes, labels, placed.fonts[on_page].tolist())
        return is_seen, is_alike


@dataclass(frozen=True, slots=True)
class _Placed:
    """Letters of a page, a row each: its number on the page; its box in dots, and in parts of a dot; where
    its drawing begins; the address of the text object, and of its font; how it lies; itself, and the letters
    of its glyph.
    """

    numbers: Numbers
    boxes: Numbers
    exact: NDArray[np.float64]
    origins: NDArray[np.float64]
    owners: Numbers
    fonts: Numbers
    turns: Numbers
    letters: list[str] = field(repr=False)
    glyphs: list[str] = field(repr=False)

    def some(self, which: Numbers) -> "_Placed":
        numbers = which.tolist()
        return _Placed(
            self.numbers[which],
            self.boxes[which],
            self.exact[which],
            self.origins[which],
            self.owners[which],
            self.fonts[which],
            self.turns[which],
            [self.letters[number] for number in numbers],
            [self.glyphs[number] for number in numbers],
        )


def read_letters(page: object, picture: Picture, notes: set[str], *, layered: bool) -> Read:
    """In reading order: letters that are seen with their places, the others as a space; spaces and ends of
    lines. Words that don't look like what they are said to be are left out, and told in `notes`; so are those
    in layers, if these are `layered`: seen by some readers only.
    """
    objects = Objects(page)
    objects.hear_what_is_drawn()
    with text_page(page) as text:
        return _read(text, objects, picture, notes, objects.in_layers() if layered else set())


def _read(text: object, objects: Objects, picture: Picture, notes: set[str], left_out: set[int]) -> Read:
    codes = asking.codes(text, MAX_LETTERS)
    read = list(map(_letter, codes))
    for index in [index for index, code in enumerate(codes) if code == _HYPHEN]:
        if pdfium.FPDFText_IsHyphen(text, index) == 1:
            read[index] = "-"
    indexes = [index for index, letter in enumerate(read) if letter not in _BLANK]
    placed = _Places(text, objects.page, picture).placed(indexes, read)
    if left_out and not left_out.isdisjoint(placed.owners.tolist()):
        notes.add("words_unchecked")
        placed = placed.some(np.flatnonzero([owner not in left_out for owner in placed.owners.tolist()]))
    count, placed = len(placed.numbers), _of_glyphs(placed)
    is_seen, is_alike = picture.read(objects, placed)
    kept = np.flatnonzero(is_seen)
    numbers = placed.numbers[kept]
    doubted = doubtful(
        list(zip(numbers.tolist(), [placed.letters[index] for index in kept.tolist()], strict=True)),
        set(placed.numbers[~is_alike].tolist()),
    )
    if doubted or len(placed.numbers) < count:
        notes.add("words_unchecked")
        certain = np.array([number not in doubted for number in numbers.tolist()], np.bool_)
        kept, numbers = kept[certain], numbers[certain]
    boxes, shown = np.zeros((len(read), 4)), np.zeros(len(read), np.bool_)
    boxes[numbers], shown[numbers] = placed.boxes[kept], True
    for index in np.array(indexes, np.int64)[~shown[indexes]].tolist():
        read[index] = " "  # a gap, and no word made of what stood on both sides of it
    return Read(read, boxes, shown)


def _of_glyphs(placed: _Placed) -> _Placed:
    """Without what stands for something else: several letters with one beginning are a ligature, or words
    that a font has for one glyph, which nobody sees.
    """
    same = (placed.origins[1:] == placed.origins[:-1]).all(1) & (placed.owners[1:] == placed.owners[:-1])
    if not same.any():
        return placed
    kept = np.ones(len(placed.numbers), np.bool_)
    glyphs = placed.glyphs.copy()
    edges = np.diff(same.astype(np.int8), prepend=0, append=0)
    for start, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        several = placed.letters[start : last + 1]
        letters = "".join(each for each in several if not unicodedata.combining(each))
        if len(letters) < 2 or letters in LIGATURES or (len(letters) <= 3 and not letters.isascii()):
            glyphs[start : last + 1] = ["".join(several)] * len(several)
        else:
            kept[start : last + 1] = False
    return replace(placed, glyphs=glyphs).some(np.flatnonzero(kept))


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

    def placed(self, indexes: list[int], letters: list[str]) -> _Placed:
        """Those of PDFium's `letters` at `indexes` that are drawn, and not too small to be read."""
        owners = np.array(asking.owners(self._text, indexes), np.int64)
        sides, known = asking.boxes(self._text, indexes)
        (x1, y1), (x2, y2) = self._point(sides[:, 0], sides[:, 2]), self._point(sides[:, 1], sides[:, 3])
        exact = np.stack((np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)), 1)
        known &= (np.abs(exact) < _AWAY).all(1) & (owners != 0)
        exact[~known] = 0
        boxes = np.rint(exact).astype(np.int64)
        for row in np.flatnonzero(known & (boxes[:, 3] - boxes[:, 1] < _SMALLEST)).tolist():
            known[row] = not self._is_small(indexes[row])
        rows = np.flatnonzero(known)
        numbers, owners = np.array(indexes, np.int64)[rows], owners[rows]
        own = [letters[number] for number in numbers.tolist()]
        origins = asking.origins(self._text, numbers.tolist())
        every, first, of_owner = np.unique(owners, return_index=True, return_inverse=True)
        fonts = np.array(list(map(asking.font_of, every.tolist())), np.int64)[of_owner]
        turns = np.array(self._turns(numbers[first].tolist()), np.int64)[of_owner]
        return _Placed(numbers, boxes[rows], exact[rows], origins, owners, fonts, turns, own, own)

    def _turns(self, indexes: list[int]) -> list[int]:
        """As `shapes.upright` takes it."""
        matrices, known = asking.matrices(self._text, indexes)
        turns = [self._turn(*matrix[:4]) for matrix in matrices]
        return [turn if is_known else 0 for turn, is_known in zip(turns, known, strict=True)]

    def _turn(self, a: float, b: float, c: float, d: float) -> int:
        right, up = self._direction(a, b), self._direction(c, d)
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

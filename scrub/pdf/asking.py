"""PDFium's answers about all letters of a page, with few and plain calls. Runs in a confined child.

A page has thousands of letters. The generated bindings make an object of each pointer that goes in or out;
these ask for addresses, and PDFium writes what it measures into one array.
"""

import ctypes
from collections.abc import Callable, Sequence

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

_AT, _NUMBER = ctypes.c_void_p, ctypes.c_int


def address(item: object) -> int:
    """Of what a pointer of PDFium's points to; 0 for none."""
    return ctypes.c_void_p.from_buffer(item).value or 0 if item else 0  # type: ignore[arg-type]  # a pointer


def plain(function: object, answer: type, *arguments: type) -> Callable[..., int | None]:
    """The same function of PDFium, by address; other threads wait for it."""
    made: Callable[..., int | None] = ctypes.PYFUNCTYPE(answer, *arguments)(address(function))
    return made


_code = plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _AT, _NUMBER)
_object = plain(pdfium.FPDFText_GetTextObject, _AT, _AT, _NUMBER)
_box = plain(pdfium.FPDFText_GetCharBox, _NUMBER, _AT, _NUMBER, _AT, _AT, _AT, _AT)
_origin = plain(pdfium.FPDFText_GetCharOrigin, _NUMBER, _AT, _NUMBER, _AT, _AT)
_font = plain(pdfium.FPDFTextObj_GetFont, _AT, _AT)
_matrix = plain(pdfium.FPDFText_GetMatrix, _NUMBER, _AT, _NUMBER, _AT)


def codes(text: object, most: int) -> list[int]:
    """Of a text page's first letters."""
    page = address(text)
    count = min(max(0, pdfium.FPDFText_CountChars(text)), most)
    return [_code(page, index) or 0 for index in range(count)]


def boxes(text: object, indexes: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A row each (left, right, bottom, top) in points of the page, and whether PDFium knows it."""
    page = address(text)
    found = np.zeros((len(indexes), 4))
    at = range(found.ctypes.data, found.ctypes.data + found.nbytes, 32)
    known = [_box(page, index, to, to + 8, to + 16, to + 24) for index, to in zip(indexes, at, strict=True)]
    return found, np.array(known, np.bool_)


def origins(text: object, indexes: Sequence[int]) -> NDArray[np.float64]:
    """Where the drawing of each begins: a row each (across, up) in points of the page."""
    page = address(text)
    found = np.zeros((len(indexes), 2))
    at = range(found.ctypes.data, found.ctypes.data + found.nbytes, 16)
    for index, to in zip(indexes, at, strict=True):
        _origin(page, index, to, to + 8)
    return found


def owners(text: object, indexes: Sequence[int]) -> list[int]:
    """The address of the text object that draws each; 0 for none."""
    page = address(text)
    return [_object(page, index) or 0 for index in indexes]


def matrices(text: object, indexes: Sequence[int]) -> tuple[list[list[float]], list[bool]]:
    """Six numbers each (a to f) of how it is turned, and whether PDFium knows them."""
    page = address(text)
    found = np.zeros((len(indexes), 6), np.float32)
    at = range(found.ctypes.data, found.ctypes.data + found.nbytes, 24)
    known = [bool(_matrix(page, index, to)) for index, to in zip(indexes, at, strict=True)]
    return found.tolist(), known


def font_of(owner: int) -> int:
    """The address of a text object's font."""
    return _font(owner) or 0

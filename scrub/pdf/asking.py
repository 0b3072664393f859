"""PDFium's answers about all letters of a page, with few and plain calls. Runs in a confined child.

A page has thousands of letters. The generated bindings make an object of each pointer that goes in or out;
these ask for addresses, and PDFium writes what it measures into one array.
"""

import ctypes
from collections.abc import Callable, Sequence

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray

from scrub.pdf.objects import address

_AT, _NUMBER = ctypes.c_void_p, ctypes.c_int


def _plain(function: object, answer: type, *arguments: type) -> Callable[..., int | None]:
    """The same function of PDFium, by address."""
    made: Callable[..., int | None] = ctypes.CFUNCTYPE(answer, *arguments)(address(function))
    return made


_code = _plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _AT, _NUMBER)
_object = _plain(pdfium.FPDFText_GetTextObject, _AT, _AT, _NUMBER)
_box = _plain(pdfium.FPDFText_GetCharBox, _NUMBER, _AT, _NUMBER, _AT, _AT, _AT, _AT)
_origin = _plain(pdfium.FPDFText_GetCharOrigin, _NUMBER, _AT, _NUMBER, _AT, _AT)
_font = _plain(pdfium.FPDFTextObj_GetFont, _AT, _AT)


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


def origins(text: object, indexes: Sequence[int]) -> list[tuple[float, float]]:
    """Where the drawing of each begins."""
    page = address(text)
    found = np.zeros((len(indexes), 2))
    at = range(found.ctypes.data, found.ctypes.data + found.nbytes, 16)
    for index, to in zip(indexes, at, strict=True):
        _origin(page, index, to, to + 8)
    return [(across, up) for across, up in found.tolist()]


def owners(text: object, indexes: Sequence[int]) -> list[int]:
    """The address of the text object that draws each; 0 for none."""
    page = address(text)
    return [_object(page, index) or 0 for index in indexes]


def font_of(owner: int) -> int:
    """The address of a text object's font."""
    return _font(owner) or 0

"""Draws a page into dots: a byte a dot in gray, three in colour."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from PIL import Image

from scrub.pdf.covers import Box
from scrub.pdf.pale import without_specks
from scrub.report import Refusal

_POINTS = 72
_LONG = 604  # dots


def dots_of(size: tuple[float, float], resolution: int) -> tuple[int, int]:
    """To the next four across: then PDFium's rows have no filling, and two dots fill a byte. Long sides to
    the next eight: else the sizes of three hundred pages, each a hair off, could name a copy.
    """
    across, up = (side * resolution / _POINTS for side in size)
    return max(4, _rounded(across, 4)), max(1, _rounded(up, 1))


def _rounded(dots: float, to: int) -> int:
    to = 8 if dots >= _LONG else to
    return round(dots / to) * to


def in_gray(page: object, size: tuple[int, int], resolution: int, marked: tuple[Box, ...] | None) -> bytes:
    """The second of `in_grays`."""
    return in_grays(page, size, resolution, marked)[1]


def in_grays(
    page: object, size: tuple[int, int], resolution: int, marked: tuple[Box, ...] | None
) -> tuple[bytes, bytes]:
    """A byte a dot: all of them, and without those by which a colour printer is known (`scrub.pdf.pale`).

    `marked`: with annotations, if not None. Where they may be blended, in these boxes (points of the page),
    they are drawn in colour first: straight in gray, PDFium leaves the words under a highlight of their own
    colour readable.
    """
    width, height = size
    bands = [_rows(page, size, box) for box in marked or ()]
    if 2 * sum(bottom - top for top, bottom in bands) > height:
        gray = bytearray(_grayed(page, size, (0, height)))
    else:
        with _picture(page, size, pdfium.FPDFBitmap_Gray, marked=marked is not None) as dots:
            gray = bytearray(dots)
        for top, bottom in bands:
            gray[top * width : bottom * width] = _grayed(page, size, (top, bottom))
    every = bytes(gray)
    without_specks(gray, width, height, resolution)
    return every, bytes(gray)


def _rows(page: object, size: tuple[int, int], box: Box) -> tuple[int, int]:
    """From and to, of the page's rows of dots."""
    found = []
    for across in (box[0], box[2]):
        for up in (box[1], box[3]):
            x, y = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, across, up, ctypes.byref(x), ctypes.byref(y))
            found.append(min(max(0, y.value), size[1]))
    return min(found), max(found)


def _grayed(page: object, size: tuple[int, int], rows: tuple[int, int]) -> bytes:
    """Some rows of dots of a page with its annotations, drawn in colour."""
    if rows[0] == rows[1]:
        return b""
    with _picture(page, size, pdfium.FPDFBitmap_BGRx, marked=True, rows=rows) as dots:
        picture = np.frombuffer(dots, np.uint8)
        shape = size[0], rows[1] - rows[0]
        return Image.frombuffer("RGBX", shape, picture, "raw", "RGBX", 0, 1).convert("L").tobytes()


def in_color(page: object, size: tuple[int, int], *, marked: bool) -> tuple[Image.Image, bool]:
    """The picture, and whether anything shows. `marked`: with annotations to draw."""
    with _picture(page, size, pdfium.FPDFBitmap_BGR, marked=marked) as dots:
        return _image(dots, *size), bytes(dots).count(0xFF) < len(dots)


def _image(dots: memoryview, width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), dots, "raw", "BGR")


@contextmanager
def _picture(
    page: object, size: tuple[int, int], kind: int, *, marked: bool, rows: tuple[int, int] | None = None
) -> Iterator[memoryview]:
    """A byte a dot (gray), three (blue, green, red) or four (red, green, blue, nothing), on white paper; only
    some rows of dots, if `rows` says so (from, to). Raises MemoryError.
    """
    channels = {pdfium.FPDFBitmap_Gray: 1, pdfium.FPDFBitmap_BGR: 3}.get(kind, 4)
    width, (top, bottom) = size[0], rows or (0, size[1])
    bitmap = pdfium.FPDFBitmap_CreateEx(width, bottom - top, kind, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        if pdfium.FPDFBitmap_GetStride(bitmap) != width * channels:
            raise Refusal("broken")
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, bottom - top, 0xFFFFFFFF)
        flags = pdfium.FPDF_RENDER_LIMITEDIMAGECACHE | (pdfium.FPDF_ANNOT if marked else 0)
        if kind == pdfium.FPDFBitmap_BGRx:
            flags |= pdfium.FPDF_REVERSE_BYTE_ORDER
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, -top, *size, 0, flags)
        count = width * (bottom - top) * channels
        dots = (ctypes.c_ubyte * count).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
        yield memoryview(dots).cast("B")
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)

"""Draws a page into dots: a byte a dot in gray, three in colour."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from PIL import Image

from scrub.pdf.pale import without_specks
from scrub.report import Refusal

_POINTS = 72
_LONG = 604  # dots
_STRIP = 256  # rows of dots that are made gray at a time


def dots_of(size: tuple[float, float], resolution: int) -> tuple[int, int]:
    """To the next four across: then PDFium's rows have no filling, and two dots fill a byte. Long sides to
    the next eight: else the sizes of three hundred pages, each a hair off, could name a copy.
    """
    across, up = (side * resolution / _POINTS for side in size)
    return max(4, _rounded(across, 4)), max(1, _rounded(up, 1))


def _rounded(dots: float, to: int) -> int:
    to = 8 if dots >= _LONG else to
    return round(dots / to) * to


def in_gray(page: object, width: int, height: int, resolution: int, *, marked: bool) -> bytes:
    """A byte a dot, without the dots by which a colour printer is known (`scrub.pdf.pale`). Annotations are
    drawn in colour first: straight in gray, PDFium leaves the words under a highlight of their own colour
    readable.
    """
    if not marked:
        with _picture(page, width, height, pdfium.FPDFBitmap_Gray, marked=False) as dots:
            gray = bytes(dots)
        return without_specks(gray, width, height, resolution)
    with _picture(page, width, height, pdfium.FPDFBitmap_BGRx, marked=True) as dots:
        strips = []
        for top in range(0, height, _STRIP):
            rows = min(_STRIP, height - top)
            part = dots[top * width * 4 : (top + rows) * width * 4]
            image = Image.frombytes("RGB", (width, rows), part, "raw", "BGRX")
            strips.append(image.convert("L").tobytes())
    return without_specks(b"".join(strips), width, height, resolution)


def in_color(page: object, width: int, height: int, *, marked: bool) -> tuple[Image.Image, bool]:
    """The picture, and whether anything shows. `marked`: with annotations to draw."""
    with _picture(page, width, height, pdfium.FPDFBitmap_BGR, marked=marked) as dots:
        return _image(dots, width, height), bytes(dots).count(0xFF) < len(dots)


def _image(dots: memoryview, width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), dots, "raw", "BGR")


@contextmanager
def _picture(page: object, width: int, height: int, kind: int, *, marked: bool) -> Iterator[memoryview]:
    """A byte a dot (gray), three (blue, green, red) or four, on white paper. Raises MemoryError."""
    channels = {pdfium.FPDFBitmap_Gray: 1, pdfium.FPDFBitmap_BGR: 3}.get(kind, 4)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, kind, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        if pdfium.FPDFBitmap_GetStride(bitmap) != width * channels:
            raise Refusal("broken")
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_RENDER_LIMITEDIMAGECACHE | (pdfium.FPDF_ANNOT if marked else 0)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        size = width * height * channels
        dots = (ctypes.c_ubyte * size).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
        yield memoryview(dots).cast("B")
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)

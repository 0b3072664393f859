"""What letters look like: PDFium's own fonts, drawn once, and font files for what these don't have.

Sources: Windows-1252 (the letters of the fourteen fonts), UAX #15 (an Arabic letter's forms).
"""

import ctypes
import mmap
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Self

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
from numpy.typing import NDArray
from PIL import ImageFont

LIGATURES = frozenset(
    {
        *("ff", "fi", "fl", "ffi", "ffl", "fb", "fh", "fj", "ffj", "fk"),
        *("ft", "fft", "ct", "st", "tt", "ti", "tti", "Th"),
    }
)

_FONTS = (
    *(b"Helvetica", b"Helvetica-Bold", b"Helvetica-Oblique", b"Helvetica-BoldOblique"),
    *(b"Times-Roman", b"Times-Bold", b"Times-Italic", b"Times-BoldItalic"),
    *(b"Courier", b"Courier-Bold", b"Courier-Oblique", b"Courier-BoldOblique"),
)
_LETTERS = tuple(
    letter
    for letter in (bytes([code]).decode("cp1252", "ignore") for code in (*range(33, 127), *range(128, 256)))
    if letter and letter not in "\xa0\xad"
)
_ROW, _CELL = 24, 48  # letters in a row; dots a side
_SIZE = 26
_OFF = 0.4
"""Dots: PDFium draws small letters at whole dots of the page, up to half a dot beside their place."""

_EDGE = 100  # of 255: what a letter's outermost dots are filled with
CHINESE = "DroidSansFallback.ttf"
"""Debian's fonts-droid-fallback: Chinese, Japanese and Korean."""

_DEBIANS, _SHARED = Path("/usr/share/fonts-droid-fallback/truetype"), "share/silbo"
_PACKAGES = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic", "fontpkg_noto_sans_thai")

Ink = NDArray[np.uint8]


def own_fonts() -> tuple[list[str], Ink, NDArray[np.float64]]:
    """Letters and ligatures, a picture of all of them, and their boxes in it (left, top, right, bottom)."""
    labels = [*_LETTERS, *sorted(LIGATURES)]
    rows = -(-len(labels) // _ROW)
    size = _ROW * _CELL, rows * _CELL * len(_FONTS)
    ink = _drawn(_document(labels, size), size)
    letters, boxes = [], []
    for number in range(len(_FONTS)):
        for index, label in enumerate(labels):
            left, top = index % _ROW * _CELL, (number * rows + index // _ROW) * _CELL
            box = _edges(ink[top : top + _CELL, left : left + _CELL])
            if box is not None:
                for off in (0, -_OFF, _OFF):
                    letters.append(label)
                    boxes.append((box[0] + left + off, box[1] + top, box[2] + left + off, box[3] + top))
    return letters, ink, np.array(boxes, np.float64)


def others(label: str) -> Iterator[Ink]:
    """Pictures of a letter, without edges, in the first font that has it; of an Arabic one, all its forms."""
    for form in (label, *_forms().get(label, ())):
        for font in _opened():
            drawn = _picture(font, form)
            if drawn is not None:
                yield drawn
                break


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    presented = (chr(code) for code in (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD)))
    pairs = sorted((unicodedata.normalize("NFKC", form), form) for form in presented)
    return {
        letter: tuple(form for _, form in group) for letter, group in groupby(pairs, lambda pair: pair[0])
    }


@dataclass(frozen=True, slots=True)
class FontFile:
    """`content` is mapped: what nobody looks at takes no memory."""

    path: Path
    content: mmap.mmap = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> Self:
        with path.open("rb") as file:
            return cls(path, mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ))


@cache
def font_files() -> tuple[FontFile, ...]:
    """Noto Sans, and one for Chinese where it is installed. Opened once per process, while there are any."""
    paths = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            paths += sorted(Path(spec.origin).parent.glob("files/*.ttf"))
    chinese = [folder / CHINESE for folder in (Path(sys.prefix, _SHARED), _DEBIANS)]
    paths += [path for path in chinese if path.is_file()][:1]
    return tuple(FontFile.of(path) for path in paths if "Italic" not in path.name)


def fonts_with(letter: str) -> list[int]:
    """Places in `font_files` of those that have it."""
    return [place for place, font in enumerate(_opened()) if _picture(font, letter) is not None]


@cache
def _opened() -> tuple[ImageFont.FreeTypeFont, ...]:
    """None where Pillow was loaded from memory: its FreeType can't be (`scrub.from_memory`). FreeType maps a
    file that it is told the name of, and would copy one that it is given.
    """
    try:
        return tuple(ImageFont.truetype(font.path, 48) for font in font_files())
    except ImportError:
        return ()


def _picture(font: ImageFont.FreeTypeFont, letter: str) -> Ink | None:
    mask = font.getmask(letter)
    ink = np.array(mask, np.uint8).reshape(mask.size[::-1])
    missing = font.getmask("\U0010ffff")
    if not ink.size or (mask.size == missing.size and bytes(mask) == bytes(missing)):
        return None
    box = _edges(ink)
    return None if box is None else ink[box[1] : box[3], box[0] : box[2]]


def _edges(ink: Ink) -> tuple[int, int, int, int] | None:
    """Of what is drawn; None where nothing is."""
    down, across = np.flatnonzero((ink > _EDGE).any(1)), np.flatnonzero((ink > _EDGE).any(0))
    if not len(down):
        return None
    return int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1


def _document(labels: list[str], size: tuple[int, int]) -> bytes:
    rows = -(-len(labels) // _ROW)
    content = b""
    for number in range(len(_FONTS)):
        content += b"/F%d %d Tf " % (number, _SIZE)
        for index, label in enumerate(labels):
            left = index % _ROW * _CELL + 8
            up = size[1] - (number * rows + index // _ROW) * _CELL - 34
            content += b"1 0 0 1 %d %d Tm <%s> Tj " % (left, up, label.encode("cp1252").hex().encode())
    fonts = b"".join(
        b"/F%d<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/%s>>" % font
        for font in enumerate(_FONTS)
    )
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R"
        b"/Resources<</Font<<%s>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\nBT %sET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
    ) % (*size, fonts, len(content) + 6, content)


def _drawn(data: bytes, size: tuple[int, int]) -> Ink:
    """255 where it is black."""
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    page = pdfium.FPDF_LoadPage(document, 0)
    bitmap = pdfium.FPDFBitmap_CreateEx(*size, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, *size, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, 0)
        dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size[0] * size[1])
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
        pdfium.FPDF_ClosePage(page)
        pdfium.FPDF_CloseDocument(document)
    return 255 - np.frombuffer(dots, np.uint8).reshape(size[1], size[0])

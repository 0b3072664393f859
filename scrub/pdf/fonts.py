"""Fonts for letters that a document doesn't bring and PDFium's own fourteen don't have.

PDFium asks for a font by its name and script. It gets Droid Sans Fallback for Chinese, Japanese and Korean;
and where letters of a page have no glyph (`scrub.pdf.missing`), Noto Sans of their script stands in for those
alone. Nothing else of the machine's fonts is ever looked at: to every other question there is no font.

Sources: fpdf_sysfontinfo.h; OpenType 1.9 (table directory).
"""

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types

from scrub.pdf.references import CHINESE, font_files

_EAST_ASIAN = frozenset({128, 129, 134, 136})  # character sets: Shift-JIS, Hangul, GB 2312, Big5
_FIELDS = dict(pdfium.FPDF_SYSFONTINFO._fields_)
_standing_in: list[int] = []
"""Handles of the font that stands in while a page is drawn; the last one counts."""


@contextmanager
def standing_in(font: int | None) -> Iterator[None]:
    """While a page is drawn: `font`, a place in `font_files`, for letters without a glyph. To be entered when
    the page's own fonts are loaded and nothing of it was drawn.
    """
    if font is not None:
        _standing_in.append(font + 1)
    try:
        yield
    finally:
        if font is not None:
            _standing_in.pop()


def install() -> None:
    """Once per process, after the library was started, while there are files."""
    font_files()
    pdfium.FPDF_SetSystemFontInfo(ctypes.byref(_answers()))


@cache
def _answers() -> ctypes.Structure:
    """Kept for as long as the process runs: PDFium calls it."""
    answers = {
        "Release": lambda _this: None,
        "EnumFonts": lambda _this, _mapper: None,
        "MapFont": _handle,
        "GetFont": lambda _this, _face: None,
        "GetFontData": _data,
        "GetFaceName": lambda _this, _font, _buffer, _size: 0,
        "GetFontCharset": lambda _this, _font: 0,
        "DeleteFont": lambda _this, _font: None,
    }
    made: ctypes.Structure = pdfium.FPDF_SYSFONTINFO(
        1, *(_FIELDS[name](answer) for name, answer in answers.items())
    )
    return made


def _handle(
    _this: object, _weight: int, _italic: int, charset: int, _pitch: int, _face: object, _exact: object
) -> int | None:
    """A font's place, counted from 1; None for no font."""
    if charset in _EAST_ASIAN:
        return next((at for at, font in enumerate(font_files(), 1) if font.path.name == CHINESE), None)
    return _standing_in[-1] if _standing_in else None


def _data(_this: object, font: int, table: int, buffer: ctypes.c_void_p, size: int) -> int:
    """A table of the font, or all of it for 0, if there is room. How many bytes it has."""
    content = font_files()[font - 1].content
    found = content[:] if table == 0 else _table(content, table.to_bytes(4, "big"))
    if buffer and size >= len(found):
        ctypes.memmove(buffer, found, len(found))
    return len(found)


def _table(content: mmap.mmap, tag: bytes) -> bytes:
    for number in range(int.from_bytes(content[4:6], "big")):
        row = content[12 + 16 * number : 28 + 16 * number]
        if row[:4] == tag:
            start, length = int.from_bytes(row[8:12], "big"), int.from_bytes(row[12:], "big")
            return content[start : start + length]
    return b""

"""The gray dots of a clean copy's pictures, as they are read: two megapixels each at most, and not many."""

import contextlib
import io
import math
import zipfile
from collections.abc import Iterator

from PIL import Image

from scrub.marks.bars import MAX_DOTS
from scrub.marks.dots import gray_of
from scrub.marks.found import OFFICE, PICTURES
from scrub.marks.pictures import MAX_PICTURE, Gray, small_gray_of_dots
from scrub.ocr.finding import Dots
from scrub.pixels import decoding
from scrub.redact.document import Page, pages_of
from scrub.report import Refusal

MAX_READ = 8
"""Pictures or pages of one file; more are told as not looked through."""

_MAX_BYTES = 32 << 20
_LEAST = 24
"""Dots of a side: nothing smaller has a word."""

_LONGEST = 0xFFFF


def dots_of(media_type: str, untrusted: bytes) -> tuple[list[Dots], bool]:
    """Of a clean copy; and whether those are all. Raises MemoryError only."""
    found: list[Dots] = []
    try:
        with decoding():
            for page, gray in _grays(media_type, untrusted):
                if len(found) == MAX_READ:
                    return found, False
                if min(gray.shape) >= _LEAST:
                    found.append(Dots(page, gray.shape[1], gray.shape[0], gray.tobytes()))
    except Refusal:
        return found, False
    return found, media_type in (*PICTURES, *OFFICE, "application/pdf")


def _grays(media_type: str, untrusted: bytes) -> Iterator[tuple[int, Gray]]:
    if media_type in PICTURES:
        yield 0, _of_picture(untrusted)
    elif media_type == "application/pdf":
        for number, page in enumerate(pages_of(untrusted), 1):
            yield number, _of_page(page)
    elif media_type in OFFICE:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            for each in archive.infolist():
                if each.filename.endswith((".png", ".jpg")) and each.file_size <= _MAX_BYTES:
                    with contextlib.suppress(OSError), archive.open(each) as file:
                        yield 0, _of_picture(file.read(_MAX_BYTES))


def _of_page(page: Page) -> Gray:
    if page.color:
        return _of_picture(page.stream)
    return _fitting(Image.fromarray(gray_of(page)))


def _of_picture(untrusted: bytes) -> Gray:
    with Image.open(io.BytesIO(untrusted), formats=("JPEG", "PNG")) as image:
        if image.width * image.height > MAX_PICTURE:
            raise ValueError("too many dots")
        if image.format == "JPEG":
            image.draft("L", _size(image))
        return _fitting(image)


def _fitting(image: Image.Image) -> Gray:
    """As large as may be read: a search for codes halves a picture, or takes every third dot, which a photo's
    small letters don't outlive.
    """
    size = _size(image)
    if size == image.size:
        return small_gray_of_dots(image)
    flat = image if image.mode in ("L", "RGB") else image.convert("RGBA")
    return small_gray_of_dots(flat.resize(size, Image.Resampling.BICUBIC))


def _size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    by = max(1.0, math.sqrt(width * height / MAX_DOTS), max(width, height) / _LONGEST)
    return max(1, int(width / by)), max(1, int(height / by))

"""The gray dots of a clean copy's pictures, as they are read: two megapixels each at most, and not many."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from scrub.marks.dots import gray_of
from scrub.marks.found import OFFICE, PICTURES
from scrub.marks.pictures import Gray, shrinking, small_gray
from scrub.pixels import decoding
from scrub.redact.document import Page, pages_of
from scrub.report import Refusal

MAX_READ = 8
"""Pictures or pages of one file; more are told as not looked through."""

_MAX_BYTES = 32 << 20
_LEAST = 24
"""Dots of a side: nothing smaller has a word."""


@dataclass(frozen=True, slots=True)
class Dots:
    """`page` from 1, of a document; 0 in others. `gray`: a byte a dot, row by row."""

    page: int
    width: int
    height: int
    gray: bytes = field(repr=False)


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
        yield 0, small_gray(untrusted)
    elif media_type == "application/pdf":
        for number, page in enumerate(pages_of(untrusted), 1):
            yield number, _of_page(page)
    elif media_type in OFFICE:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            for each in archive.infolist():
                if each.filename.endswith((".png", ".jpg")) and each.file_size <= _MAX_BYTES:
                    with contextlib.suppress(OSError), archive.open(each) as file:
                        yield 0, small_gray(file.read(_MAX_BYTES))


def _of_page(page: Page) -> Gray:
    if page.color:
        return small_gray(page.stream)
    by = shrinking(page.width, page.height)
    return np.ascontiguousarray(gray_of(page)[::by, ::by])

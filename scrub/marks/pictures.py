"""A picture's marks: codes of bars and squares, a pattern that repeats; on a copy of two megapixels."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scrub.marks.bars import MAX_DOTS, bars
from scrub.marks.found import WHOLE, Box, Found, Mark
from scrub.marks.frame import framed
from scrub.marks.tiles import Tiling, tiling
from scrub.marks.written import looks_written
from scrub.pixels import decoding
from scrub.report import Refusal

Gray = NDArray[np.uint8]

MAX_PICTURE = 110_000_000
"""Dots of a picture that is opened at all: what a clean copy may have."""


def found_in_picture(untrusted: bytes, gray: Gray | None) -> Found:
    """All of a JPEG or PNG, with a gray picture of the first place. `gray`: its dots, from
    `small_gray_of_dots`, where they are at hand. Raises MemoryError only.
    """
    try:
        with decoding():
            gray = small_gray(untrusted) if gray is None else gray
            marks, unread = tuple(marks_in_gray(gray, 0, 0)), looks_written(gray)
            placed = next((mark for mark in marks if mark.box is not None), None)
            if placed is None or placed.box is None:
                return Found(marks, unread=unread)
            picture = framed(Image.fromarray(gray), placed.box)  # to open it again takes as long as all else
            return Found(marks, picture=picture, shown=placed, unread=unread)
    except Refusal:
        return Found(complete=False)


def marks_in_picture(untrusted: bytes, part: int = 0, page: int = 0) -> list[Mark]:
    """Of a JPEG or PNG. Raises whatever Pillow raises."""
    return marks_in_gray(small_gray(untrusted), part, page)


def marks_in_gray(gray: Gray, part: int, page: int) -> list[Mark]:
    """Of rows of dots, as `small_gray` has them."""
    found = bars(gray, part, page)
    pattern = tiling(gray)
    if pattern is not None:
        found.append(Mark("tile", part, page, box=_one(pattern, gray.shape)))
    return found


def small_gray(untrusted: bytes) -> Gray:
    """Rows of dots, `MAX_DOTS` in all at most."""
    with Image.open(io.BytesIO(untrusted), formats=("JPEG", "PNG")) as image:
        if image.width * image.height > MAX_PICTURE:
            raise ValueError("too many dots")
        by = shrinking(image.width, image.height)
        if image.format == "JPEG":
            image.draft("L", (image.width // by, image.height // by))
        return small_gray_of_dots(image)


def small_gray_of_dots(image: Image.Image) -> Gray:
    """The same of an open picture, over white."""
    by = shrinking(image.width, image.height)
    gray = image.convert("L")
    if "A" in image.getbands():
        ground = Image.new("L", image.size, 255)
        ground.paste(gray, mask=image.getchannel("A"))
        gray = ground
    return np.asarray(gray.reduce(by) if by > 1 else gray)


def shrinking(width: int, height: int) -> int:
    """By which whole number both sides are divided."""
    by = 1
    while (width // by) * (height // by) > MAX_DOTS + (MAX_DOTS >> 4):
        by += 1
    return by


def _one(pattern: Tiling, shape: tuple[int, ...]) -> Box:
    """One tile in the middle, as large as from one to the next: the pattern is everywhere."""
    height, width = shape
    wide = max(abs(pattern.across[0]), abs(pattern.down[0])) * WHOLE // width
    high = max(abs(pattern.across[1]), abs(pattern.down[1])) * WHOLE // height
    wide, high = min(max(wide, WHOLE // 20), WHOLE), min(max(high, WHOLE // 20), WHOLE)
    left, top = (WHOLE - wide) // 2, (WHOLE - high) // 2
    return left, top, left + wide, top + high

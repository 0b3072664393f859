"""A small picture of a place in a larger one, with a frame around it, for who has to look at it."""

import io

from PIL import Image, ImageDraw

from scrub.marks.found import WHOLE, Box
from scrub.pixels import bare, png

MAX_SIDE = 640
"""Dots."""

_AROUND = 6  # of the page's width and height, what is shown around the place at least, on each side
_FRAME = (214, 0, 0)


def place_in_picture(copy: bytes, box: Box) -> bytes:
    """A PNG, of a JPEG or PNG. Raises whatever Pillow raises."""
    with Image.open(io.BytesIO(copy), formats=("JPEG", "PNG")) as image:
        image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))
        return framed(image, box)


def framed(image: Image.Image, box: Box) -> bytes:
    """A PNG of the place in a picture, with a frame in red."""
    left, top, right, bottom = (
        part * side // WHOLE for part, side in zip(box, (image.width, image.height) * 2, strict=True)
    )
    across, down = image.width // _AROUND, image.height // _AROUND
    cut = (
        max(0, left - across),
        max(0, top - down),
        min(image.width, right + across),
        min(image.height, bottom + down),
    )
    shown = image.crop(cut).convert("RGB")
    before = shown.size
    shown.thumbnail((MAX_SIDE, MAX_SIDE))
    by_x, by_y = shown.width / before[0], shown.height / before[1]
    frame = (
        max(0, (left - cut[0]) * by_x - 4),
        max(0, (top - cut[1]) * by_y - 4),
        min(shown.width - 1, (right - cut[0]) * by_x + 4),
        min(shown.height - 1, (bottom - cut[1]) * by_y + 4),
    )
    ImageDraw.Draw(shown).rectangle(frame, outline=_FRAME, width=3)
    return png(bare(shown))

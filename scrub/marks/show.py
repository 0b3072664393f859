"""A small picture of the place of a mark, with a frame around it, for who has to look at it."""

import io

from PIL import Image, ImageDraw

from scrub.marks.dots import gray_of
from scrub.marks.found import WHOLE, Box, Mark
from scrub.pixels import bare, png
from scrub.redact.document import pages_of

MAX_SIDE = 640
"""Dots."""

_AROUND = 6  # of the page's width and height, what is shown around the place at least, on each side
_FRAME = (214, 0, 0)


def place_of(mark: Mark, media_type: str, copy: bytes) -> bytes:
    """A PNG; empty where the place can't be shown. Raises whatever Pillow raises, and Refusal."""
    if mark.box is None or mark.part:
        return b""
    if media_type in ("image/jpeg", "image/png"):
        with Image.open(io.BytesIO(copy), formats=("JPEG", "PNG")) as image:
            image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))
            return _framed(image.convert("RGB"), mark.box)
    if media_type == "application/pdf":
        for number, page in enumerate(pages_of(copy), 1):
            if number == mark.page and page.color:
                return _framed(
                    Image.open(io.BytesIO(page.stream), formats=("JPEG",)).convert("RGB"), mark.box
                )
            if number == mark.page:
                return _framed(Image.fromarray(gray_of(page)).convert("RGB"), mark.box)
    return b""


def _framed(image: Image.Image, box: Box) -> bytes:
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
    shown = image.crop(cut)
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

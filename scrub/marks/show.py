"""The place of a mark in a copy, as a picture."""

import io

from PIL import Image

from scrub.marks.dots import gray_of
from scrub.marks.found import PICTURES, Mark
from scrub.marks.frame import framed, place_in_picture
from scrub.redact.document import pages_of


def place_of(mark: Mark, media_type: str, copy: bytes) -> bytes:
    """A PNG; empty where the place can't be shown. Raises whatever Pillow raises, and Refusal."""
    if mark.box is None or mark.part:
        return b""
    if media_type in PICTURES:
        return place_in_picture(copy, mark.box)
    if media_type == "application/pdf":
        for number, page in enumerate(pages_of(copy), 1):
            if number == mark.page and page.color:
                return framed(Image.open(io.BytesIO(page.stream), formats=("JPEG",)), mark.box)
            if number == mark.page:
                return framed(Image.fromarray(gray_of(page)), mark.box)
    return b""

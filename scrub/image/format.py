"""Which of the two formats a picture is written in, JPEG or PNG (`scrub.pixels`)."""

import base64
import io
import struct
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageCms

_JPEG_MAX_SIDE = 65500
_TILE = 256
_FLAT_SHARE = 0.5
_FEW_COLOURS = 32


def fits_jpeg(image: Image.Image) -> bool:
    """No alpha, and no side longer than libjpeg writes."""
    return image.mode in ("L", "RGB") and max(image.size) <= _JPEG_MAX_SIDE


def is_graphic(image: Image.Image) -> bool:
    """Whether a lossless picture is a screenshot or a drawing, where JPEG would smear the letters.

    Few colours, or at least half of the pixels equal to their left neighbour, judged on nine tiles: camera
    noise leaves a few per cent of such pairs, a screen has most of its area flat.
    """
    equal = pairs = 0
    few = True
    for tile in _tiles(image):
        few = few and tile.getcolors(_FEW_COLOURS) is not None
        width, height = tile.size
        if width > 1:
            left, right = tile.crop((0, 0, width - 1, height)), tile.crop((1, 0, width, height))
            largest, *bands = ImageChops.difference(left, right).split()
            for band in bands:
                largest = ImageChops.lighter(largest, band)
            equal += largest.histogram()[0]
            pairs += (width - 1) * height
    return few or equal >= _FLAT_SHARE * pairs


def _tiles(image: Image.Image) -> Iterator[Image.Image]:
    """Up to 3 x 3 tiles, evenly spread."""
    width, height = image.size
    for row in range(3):
        for column in range(3):
            left = max(0, (width - _TILE) * column // 2)
            top = max(0, (height - _TILE) * row // 2)
            yield image.crop((left, top, min(width, left + _TILE), min(height, top + _TILE)))


_JPEG_XL = (
    b"/wpHBgAUiAYANAGxYhUAgAqVUcYNXs71fPmhw2LaxnWGttq2sISx2V4YJCQcIJt7TonmQygtKHyUc3OsoEXQAwAAAIBhNQAAKkmc"
    b"oHqpOX56AAMACAAAAg=="
)
"""A gradient of 32 x 32 dots: nothing here writes such files."""


def samples() -> Iterator[bytes]:
    """One small file per format, to run every decoder once. (For HEIC there is a decoder only.)"""
    yield base64.b64decode(_JPEG_XL)
    picture = Image.linear_gradient("L").resize((32, 32)).convert("RGB")
    for name in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"):
        out = io.BytesIO()
        options = {"max_threads": 1} if name == "AVIF" else {}
        picture.copy().save(out, name, **options)
        yield out.getvalue()
    out = io.BytesIO()
    picture.resize((1024, 1024)).save(out, "JPEG", icc_profile=_wide_profile())
    yield out.getvalue()


def _wide_profile() -> bytes:
    """sRGB with another red, so that colours are converted."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = int.from_bytes(profile[profile.index(b"rXYZ") + 4 :][:4], "big")
    profile[at + 8 : at + 20] = struct.pack(">3i", 33700, 15800, 0)
    return bytes(profile)

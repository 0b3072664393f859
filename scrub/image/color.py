"""Converts a picture's colours to sRGB in place, by two threads, a strip each at a time.

littlecms takes longer than decoding and encoding together, and Pillow lets other threads run meanwhile.
Strips stay in the processor's cache, and never is there a second whole picture.
"""

import threading
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_STRIP_PIXELS = 1 << 20
_THREADS = 2
_LEVELS = 17


def _every_colour() -> Image.Image:
    """All of a grid, `_LEVELS` in each channel."""
    levels = bytes(level * 255 // (_LEVELS - 1) for level in range(_LEVELS))
    dots = b"".join(bytes((red, green, blue)) for blue in levels for green in levels for red in levels)
    return Image.frombytes("RGB", (_LEVELS * _LEVELS, _LEVELS), dots)


_GRID = _every_colour()


def convert_to_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> None:
    """`image` is RGB or RGBA; its alpha stays. Raises ImageCms.PyCMSError for an unusable profile."""
    if is_srgb(profile):
        return
    transform = ImageCms.buildTransform(profile, _SRGB, image.mode, image.mode)
    strips = _Strips(image.size)
    failures: list[Exception] = []

    def work() -> None:
        try:
            for box in strips:
                part = image.crop(box)
                ImageCms.applyTransform(part, transform, inPlace=True)
                image.paste(part, box)
        except Exception as error:
            failures.append(error)

    helpers = [threading.Thread(target=work) for _ in range(min(_THREADS, strips.count) - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]


def is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether no colour of a grid moves by more than one of 255 levels. A name proves nothing."""
    there = ImageCms.applyTransform(_GRID, ImageCms.buildTransform(profile, _SRGB, "RGB", "RGB"))
    difference = ImageChops.difference(_GRID, there or _GRID)
    return not any(sum(band.histogram()[2:]) for band in difference.split())


class _Strips:
    """Boxes of whole rows that cover a picture; several threads may take from one iterator."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._width, self._height = size
        self._rows = max(1, _STRIP_PIXELS // max(1, self._width))
        self.count = -(-self._height // self._rows)
        self._tops = iter(range(0, self._height, self._rows))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        while True:
            with self._lock:
                top = next(self._tops, None)
            if top is None:
                return
            yield 0, top, self._width, min(self._height, top + self._rows)

"""Brings a picture's colours to sRGB, strip by strip and in two threads.

littlecms takes longer than decoding and encoding together, and Pillow lets other threads run meanwhile; the
profiles of most phones and cameras fit into tables (`scrub.image.primaries`). Strips stay in the processor's
cache, and never is there a second whole picture.
"""

from collections.abc import Callable

from PIL import Image, ImageChops, ImageCms

from scrub.image.strips import Box, Strips

_SRGB = ImageCms.createProfile("sRGB")
_STRIP_PIXELS = 1 << 16
_FROM_PIXELS = 1 << 20
"""Below, the tables would take longer to make than littlecms takes to convert."""
_LEVELS = 17
Converter = Callable[[Image.Image, Box], Image.Image]
"""A box of the picture in sRGB, in memory that the next one may take again."""


def _every_colour() -> Image.Image:
    """All of a grid, `_LEVELS` in each channel."""
    levels = bytes(level * 255 // (_LEVELS - 1) for level in range(_LEVELS))
    dots = b"".join(bytes((red, green, blue)) for blue in levels for green in levels for red in levels)
    return Image.frombytes("RGB", (_LEVELS * _LEVELS, _LEVELS), dots)


_GRID = _every_colour()


def convert_to_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> None:
    """`image` is RGB or RGBA; its alpha stays. Raises ImageCms.PyCMSError for an unusable profile."""
    begin = conversion(profile, image.mode, image.size)
    if begin is None:
        return

    def work() -> None:
        convert = begin()
        for _, box in strips:
            image.paste(convert(image, box), box)

    strips = Strips(image.size, max(1, _STRIP_PIXELS // max(1, image.width)))
    strips.advance(image.height)
    strips.in_two_threads(work)


def conversion(
    profile: ImageCms.ImageCmsProfile, mode: str, size: tuple[int, int]
) -> Callable[[], Converter] | None:
    """What each thread calls once for a `Converter` of pictures of that mode, RGB or RGBA; None where the
    colours are sRGB's. Raises ImageCms.PyCMSError for an unusable profile.
    """
    plain = ImageCms.buildTransform(profile, _SRGB, "RGB", "RGB")
    if changes_nothing(plain):
        return None
    transform = plain if mode == "RGB" else ImageCms.buildTransform(profile, _SRGB, mode, mode)
    if mode == "RGB" and size[0] * size[1] >= _FROM_PIXELS:
        from scrub.image.primaries import tables_of  # small pictures need no numpy  # noqa: PLC0415

        tables = tables_of(profile, ImageCms.ImageCmsProfile(_SRGB), transform)
        if tables is not None:
            return tables.converter

    def convert(image: Image.Image, box: Box) -> Image.Image:
        part = image.crop(box)
        ImageCms.applyTransform(part, transform, inPlace=True)
        return part

    return lambda: convert


def changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether no colour of a grid moves by more than one of 255 levels: a profile's name proves nothing."""
    there = ImageCms.applyTransform(_GRID, transform)
    difference = ImageChops.difference(_GRID, there or _GRID)
    return not any(sum(band.histogram()[2:]) for band in difference.split())

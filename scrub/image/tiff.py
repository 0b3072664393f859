"""Opens one page of a TIFF file as a person means it: its samples over the range that the file declares.

Pillow brings 16 bits to 8 by clipping, takes signed samples for unsigned ones, and knows no declared range:
12 bits in 16 come out black. So gray pages of more than 8 bits, or with a sign, are read here as numbers.
Sources: TIFF 6.0 (sections 4, 18, 19), its tags MinSampleValue to SMaxSampleValue.
"""

import io
from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin

from scrub.image.tiff_directory import HEIGHT, Directory, alone
from scrub.report import Refusal

_PHOTOMETRIC, _FORMAT = 262, 339
_WHITE_IS_ZERO, _BLACK_IS_ZERO = 0, 1
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_STRIP = 256  # rows
_SQUARE = 1.15  # dots this much higher than wide, or wider than high, are still square
_MOST_STRETCHED = 8.0
Numbers = NDArray[np.float64]


def open_page(data: bytes, page: Directory, check_size: Callable[[tuple[int, int]], None]) -> Image.Image:
    """Loaded, upright, of square dots; gray ones 8 bits. `info` has `reduced` where depth was lost, and `cut`
    where strips of it are missing: it has fewer rows, then, or black ones if it isn't packed.

    Raises Refusal, and whatever Pillow does.
    """
    check_size(page.size)
    is_gray = page.samples == 1 and page.photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO)
    as_numbers = is_gray and (page.bits > 8 or (page.bits == 8 and page.sample_format == _SIGNED))
    if not as_numbers and page.sample_format == _FLOAT:
        raise Refusal("unsupported")
    values = {_PHOTOMETRIC: _BLACK_IS_ZERO} if as_numbers else {}
    if as_numbers and page.sample_format in (
        _UNSIGNED,
        _SIGNED,
    ):  # what Pillow reads in either order of bytes
        values[_FORMAT] = _SIGNED if page.bits > 16 else _UNSIGNED
    rows = page.whole_rows(len(data))
    cut = rows < page.size[1]
    if cut and (rows == 0 or (page.is_packed and HEIGHT not in page.places)):
        raise Refusal("truncated")
    if cut and page.is_packed:
        values[HEIGHT] = rows
    image = _opened(alone(data, page, values))
    check_size(image.size)
    deep = not is_gray and page.bits == 16 and _narrower(page)
    if deep:
        picture = _both_bytes(alone(data, page, values), image, page)
    elif as_numbers:
        _load(image)
        picture = _scaled(image, page)
    else:
        _load(image)
        picture = image
    picture.info |= {"reduced": page.bits > 8, "cut": cut}
    stored = (page.size[0], values.get(HEIGHT, page.size[1]))
    return _with_square_dots(picture, stored, float(page.shape_of_dots), check_size)


def _opened(data: bytes) -> TiffImagePlugin.TiffImageFile:
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except SyntaxError:  # a layout of samples that Pillow doesn't know
        raise Refusal("unsupported") from None
    image.info.pop("xmp", None)  # a packet that is no bytes, but text, costs Pillow the picture
    return image


def _load(image: TiffImagePlugin.TiffImageFile) -> None:
    """Strips that are missing are left out: whether any are, the directory has told."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _narrower(page: Directory) -> bool:
    return page.declared_range is not None or 0 < page.declared_maximum < 0x8000


def _scaled(image: Image.Image, page: Directory) -> Image.Image:
    """8 bits of gray; black and white where the file says that they are."""
    numbers = _numbers(image, page)
    low, high = _range(page, *_extremes(image, numbers))
    return _to_gray(image, numbers, low, high, inverted=page.photometric == _WHITE_IS_ZERO)


def _numbers(image: Image.Image, page: Directory) -> Callable[[Image.Image], Numbers]:
    """Reads a strip as the numbers that the file means; Pillow was told that they are unsigned."""
    signed = page.sample_format == _SIGNED
    kinds = {"L": ("u1", "i1"), "I;16": ("<u2", "<i2"), "I;16B": (">u2", ">i2"), "I": ("=u4", "=i4")}
    if image.mode == "F":
        return lambda strip: np.nan_to_num(np.asarray(strip, dtype=np.float64))
    if image.mode not in kinds:
        raise Refusal("unsupported")
    kind = kinds[image.mode][signed]
    return lambda strip: (
        np.frombuffer(strip.tobytes(), dtype=kind).reshape(strip.height, strip.width).astype(np.float64)
    )


def _extremes(image: Image.Image, numbers: Callable[[Image.Image], Numbers]) -> tuple[float, float]:
    lows, highs = zip(*((strip.min(), strip.max()) for strip in map(numbers, _strips(image))), strict=True)
    return float(min(lows)), float(max(highs))


def _range(page: Directory, low: float, high: float) -> tuple[float, float]:
    """What is black and what is white: as declared, but never so that something there is lost beyond it.

    MaxSampleValue is a statistic, and only tells how many bits are used. Signed, long and floating-point
    numbers without a word about them are taken for shorter ones if they could be, else stretched.
    """
    declared = page.declared_range
    if declared is not None and (declared[0] <= low and high <= declared[1]):
        return declared
    if declared is not None and declared[0] <= high and low <= declared[1]:
        return min(low, declared[0]), max(high, declared[1])
    if page.sample_format == _FLOAT and low >= 0 and high <= 1:
        return 0.0, 1.0
    if page.sample_format != _UNSIGNED or page.bits > 16:
        usual = next((float(most) for most in (0xFF, 0xFFFF) if low >= 0 and high <= most), None)
        return (low, high) if usual is None else (0.0, usual)
    used = int(max(high, page.declared_maximum if page.declared_maximum < 1 << page.bits else 0))
    bits = used.bit_length() if page.declared_maximum else page.bits
    return 0.0, float((1 << max(bits, 1)) - 1)


def _to_gray(
    image: Image.Image, numbers: Callable[[Image.Image], Numbers], low: float, high: float, *, inverted: bool
) -> Image.Image:
    gray = Image.new("L", image.size)
    scale = 255 / (high - low) if high > low else 0.0
    top = 0
    for strip in _strips(image):
        dots = np.clip((numbers(strip) - low) * scale, 0, 255)
        dots = np.floor(255 - dots if inverted else dots).astype(np.uint8)
        gray.paste(Image.fromarray(dots), (0, top))
        top += strip.height
    gray.info = {key: image.info[key] for key in ("icc_profile",) if key in image.info}
    image.close()
    return gray


def _strips(image: Image.Image) -> "list[Image.Image]":
    return [
        image.crop((0, top, image.width, min(image.height, top + _STRIP)))
        for top in range(0, image.height, _STRIP)
    ]


def _both_bytes(data: bytes, image: TiffImagePlugin.TiffImageFile, page: Directory) -> Image.Image:
    """Colours of 16 bits of which fewer are used. Pillow gives the upper byte, and is asked for the other."""
    _load(image)
    lower = _opened(data)
    lower.tile = [_swapped(tile) for tile in lower.tile]
    _load(lower)
    declared = page.declared_range
    high = declared[1] if declared is not None else float((1 << page.declared_maximum.bit_length()) - 1)
    low = declared[0] if declared is not None else 0.0
    out = Image.new(image.mode, image.size)
    for top in range(0, image.height, _STRIP):
        box = (0, top, image.width, min(image.height, top + _STRIP))
        whole = np.asarray(image.crop(box)).astype(np.float64) * 256 + np.asarray(lower.crop(box))
        dots = np.clip((whole - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
        out.paste(Image.frombytes(image.mode, (box[2], box[3] - top), dots.tobytes()), (0, top))
    out.info = image.info.copy()
    image.close()
    lower.close()
    return out


def _swapped(tile: "ImageFile._Tile") -> "ImageFile._Tile":
    """A raw mode that reads the other byte of two."""
    mode, *rest = cast("tuple[str, ...]", tile.args)
    native = {"N": "B", "L": "B", "B": "L"}
    return tile._replace(args=(mode[:-1] + native[mode[-1]], *rest))


def _with_square_dots(
    image: Image.Image,
    stored: tuple[int, int],
    shape: float,
    check_size: Callable[[tuple[int, int]], None],
) -> Image.Image:
    """A fax has twice as many dots across as up. Dots are added, never taken away."""
    if image.size != stored:  # it was turned by a quarter
        shape = 1 / shape if image.size == stored[::-1] else 1.0
    if 1 / _SQUARE <= shape <= _SQUARE or not 1 / _MOST_STRETCHED <= shape <= _MOST_STRETCHED:
        return image
    width, height = image.size
    size = (width, round(height * shape)) if shape > 1 else (round(width / shape), height)
    check_size(size)
    plain = image.convert("L" if image.mode == "1" else "RGB") if image.mode in ("1", "P") else image
    square = plain.resize(size, Image.Resampling.BILINEAR)
    square.info = image.info.copy()
    return square

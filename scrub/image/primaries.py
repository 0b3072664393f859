"""The colours of Display P3, Adobe RGB and their like, in tables: a sixth of littlecms' time, and never more
than one of 255 levels beside it.

Such a profile has three primaries and a curve each. Where blue is sRGB's blue, as in these two, the new red
and green come of the old red and green alone, and the new blue of what those two add, in `_STEPS` steps, and
of the old blue: two lookups a dot. What the tables say is compared with littlecms before any is used.
Sources: ICC.1:2022, 10.6 (curveType) and 10.18 (parametricCurveType); IEC 61966-2-1.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms, _imaging

from scrub.image.strips import Box

Dots = NDArray[np.uint32]
"""RGB as Pillow keeps it, red in the lowest byte and nothing in the highest."""
Curve = NDArray[np.float64]
"""Brightness, 0 to 1, for each of 256 levels."""

_STEPS = 1024
_FINE = 1 << 16
_PIECE = 1 << 15
_FREE_OF_BLUE, _MOST = 0.001, 16
_PARAMETERS = {0: 1, 3: 5, 4: 7}
_PLAIN = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_LEVELS = np.linspace(0, 1, 256)


def _encoded() -> NDArray[np.uint32]:
    """The level of sRGB for each of `_FINE` brightnesses from 0 to 1."""
    light = np.linspace(0, 1, _FINE)
    levels = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return (levels * 255 + 0.5).astype(np.uint32)


_ENCODED = _encoded()


@dataclass(frozen=True, slots=True)
class Tables:
    """`first`, by the old green and red: the new ones, and above them the step of what they add to blue.
    `second`, by that step and the old blue: the new blue in its place, below a highest byte of 255.
    """

    first: Dots
    second: Dots

    def converter(self) -> Callable[[Image.Image, Box], Image.Image]:
        """For one thread: a box of an RGB picture in sRGB, in memory that the next one takes again."""
        place, new, step = np.empty(_PIECE, np.intp), np.empty(_PIECE, np.uint32), np.empty(_PIECE, np.uint32)
        kept: list[Dots] = [np.empty(0, np.uint32)]

        def convert(image: Image.Image, box: Box) -> Image.Image:
            left, top, right, bottom = box
            width, height = right - left, bottom - top
            if kept[0].size < width * height:
                kept[0] = np.empty(width * height, np.uint32)
            dots = kept[0][: width * height]
            core = _imaging.map_buffer(dots, (width, height), "raw", 0, ("RGB", 0, 1))
            core.paste(image.im, (-left, -top, image.width - left, image.height - top))
            for start in range(0, dots.size, _PIECE):
                part = dots[start : start + _PIECE]
                self.convert(part, place[: part.size], new[: part.size], step[: part.size])
            return Image.new("RGB", (1, 1))._new(core)

        return convert

    def convert(self, dots: Dots, place: NDArray[np.intp], new: Dots, step: Dots) -> None:
        """In place, with three pieces of memory of the same length."""
        place[:] = dots.view(np.uint16)[::2]
        self.first.take(place, out=new, mode="clip")
        np.right_shift(new, 8, out=step)
        step.view(np.uint8)[::4] = dots.view(np.uint8)[2::4]
        place[:] = step
        self.second.take(place, out=dots, mode="clip")
        dots.view(np.uint16)[::2] = new.view(np.uint16)[::2]


def tables_of(
    profile: ImageCms.ImageCmsProfile, srgb: ImageCms.ImageCmsProfile, transform: ImageCms.ImageCmsTransform
) -> Tables | None:
    """None where `transform`, from `profile` to `srgb`, can't be had in tables that agree with it."""
    try:
        curves = [_curve(profile.tobytes(), tag) for tag in (b"rTRC", b"gTRC", b"bTRC")]
        matrix = np.linalg.solve(_primaries(srgb), _primaries(profile))
    except (struct.error, ValueError, TypeError, np.linalg.LinAlgError):
        return None
    sane = all(np.isfinite(each).all() and abs(each).max() < _MOST for each in (matrix, *curves))
    if not sane or abs(matrix[:2, 2]).max() > _FREE_OF_BLUE:
        return None
    red, green, blue = (
        np.rint(curve[:, None] * column * (_FINE - 1)).astype(np.intp)
        for curve, column in zip(curves, matrix.T, strict=True)
    )
    reds, greens, added = ((green[:, None, part] + red[:, part]).reshape(-1) for part in range(3))
    low, width = int(added.min()), max(1, int(np.ptp(added)))
    steps = ((added - low) * (_STEPS - 1) + width // 2) // width
    first = _level(reds) | _level(greens) << np.uint32(8) | steps.astype(np.uint32) << np.uint32(16)
    starts = low + np.rint(np.arange(_STEPS) * (width / (_STEPS - 1))).astype(np.intp)
    second = _level((starts[:, None] + blue[:, 2]).reshape(-1))
    second <<= np.uint32(16)
    second |= np.uint32(0xFF000000)
    tables = Tables(first, second)
    return tables if _agree(tables, transform) else None


def _level(sums: NDArray[np.intp]) -> Dots:
    """Of brightnesses in steps of `_FINE`, which are overwritten: a new array costs a child more than it."""
    np.clip(sums, 0, _FINE - 1, out=sums)
    return _ENCODED.take(sums)


def _primaries(profile: ImageCms.ImageCmsProfile) -> NDArray[np.float64]:
    """A column each, in XYZ. Raises TypeError where there are none."""
    kept = profile.profile
    columns = (kept.red_colorant, kept.green_colorant, kept.blue_colorant)
    return np.array([cast(tuple[tuple[float, float, float], object], each)[0] for each in columns]).T


def _curve(profile: bytes, tag: bytes) -> Curve:
    """Raises struct.error, or ValueError for a curve of another kind."""
    (count,) = struct.unpack_from(">I", profile, 128)
    for number in range(min(count, 64)):
        name, at, _ = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if name == tag:
            return _curve_at(profile, at)
    raise ValueError


def _curve_at(profile: bytes, at: int) -> Curve:
    kind, points = struct.unpack_from(">4s4xI", profile, at)
    if kind == b"curv":
        if points == 0:
            return _LEVELS
        values = np.array(struct.unpack_from(f">{min(points, _FINE)}H", profile, at + 12), np.float64)
        if points == 1:
            return cast(Curve, np.power(_LEVELS, values[0] / 256))
        return cast(Curve, np.interp(_LEVELS, np.linspace(0, 1, len(values)), values / 65535))
    function = points >> 16
    if kind != b"para" or function not in _PARAMETERS:
        raise ValueError
    numbers = struct.unpack_from(f">{_PARAMETERS[function]}i", profile, at + 12)
    g, a, b, c, d, e, f = (np.array(numbers) / 65536).tolist() + list(_PLAIN[len(numbers) :])
    with np.errstate(all="ignore"):
        curve = np.power((a * _LEVELS + b).clip(0), g) + e
        return cast(Curve, np.where(d > _LEVELS, c * _LEVELS + f, curve))


def _agree(tables: Tables, transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether no colour of a grid, denser where it is dark, ends more than a level beside the transform."""
    levels = np.unique(
        np.concatenate([np.arange(0, 12), np.arange(15, 64, 7), np.arange(69, 256, 12), [255]])
    )
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")
    dots = (red | green << 8 | blue << 16).astype(np.uint32).reshape(-1)
    grid = Image.frombytes("RGB", (len(levels), len(levels) ** 2), dots.tobytes(), "raw", "RGBX")
    there = ImageCms.applyTransform(grid, transform)
    if there is None:
        return False
    ours = tables.converter()(grid, (0, 0, *grid.size))
    difference = ImageChops.difference(ours, there)
    return not any(sum(band.histogram()[2:]) for band in difference.split())

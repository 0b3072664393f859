"""What two other readers of PDFs, poppler and mupdf, show of a page, and where two pictures of it differ."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Dots = NDArray[np.uint8]
"""Height x width x 3."""

_DPI = "150"
_PROGRAMS = {
    "poppler": ("pdftoppm", "-q", "-r", _DPI, "-cropbox", "FILE"),
    "mupdf": ("mutool", "draw", "-q", "-r", _DPI, "-F", "ppm", "-o", "-", "FILE"),
}
_HEAD = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")
READERS = tuple(_PROGRAMS)


def skip_without_readers() -> None:
    for program in ("pdftoppm", "pdftotext", "mutool"):
        if shutil.which(program) is None:
            pytest.skip(f"left out: {program} is not installed")


def pages(reader: str, file: Path) -> Iterator[Dots]:
    """Each page as `reader` draws it on a screen, at 150 dots an inch."""
    arguments = [str(file) if part == "FILE" else part for part in _PROGRAMS[reader]]
    out = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    at = 0
    while at < len(out):
        head = _HEAD.match(out, at)
        assert head is not None
        width, height, start = int(head[1]), int(head[2]), head.end()
        yield np.frombuffer(out, np.uint8, width * height * 3, start).reshape(height, width, 3)
        at = start + width * height * 3


def words(file: Path) -> list[str]:
    """Each page's text, as a search finds it."""
    run = subprocess.run(["pdftotext", "-q", str(file), "-"], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().split("\f")[:-1]


def difference(first: Dots, second: Dots) -> NDArray[np.uint8]:
    """Height x width: of each dot, the largest difference of its colours. Pages of two sizes differ."""
    if first.shape != second.shape:
        return np.full(first.shape[:2], 255, np.uint8)
    if np.array_equal(first, second):
        return np.zeros(first.shape[:2], np.uint8)
    apart = np.maximum(first, second) - np.minimum(first, second)
    return np.asarray(np.maximum(np.maximum(apart[:, :, 0], apart[:, :, 1]), apart[:, :, 2]), np.uint8)


def resized(dots: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Brought to `size`, height x width."""
    if dots.shape == size:
        return dots
    return np.asarray(Image.fromarray(dots).resize(size[::-1], Image.Resampling.BOX))


def spread(dots: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Height x width: whether any dot is set up to `by` dots away, across and up."""
    for axis in (0, 1):
        total = np.cumsum(np.pad(dots, [(by + 1, by) if axis == each else (0, 0) for each in (0, 1)]), axis)
        ahead = np.take(total, range(2 * by + 1, total.shape[axis]), axis)
        dots = ahead > np.take(total, range(total.shape[axis] - 2 * by - 1), axis)
    return dots

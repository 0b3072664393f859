"""The dots of a gray page of a copy, as `scrub.pdf.writer` packs them."""

import zlib

import numpy as np
from numpy.typing import NDArray

from scrub.redact.document import Page
from scrub.report import Refusal


def small_gray_of(page: Page) -> NDArray[np.uint8]:
    """Every second dot of every second row. Raises Refusal like `gray_of`."""
    packed = _packed(page).reshape(page.height, page.width // 2)
    return packed[::2] & np.uint8(0xF0)


def gray_of(page: Page) -> NDArray[np.uint8]:
    """Rows of dots, 0 to 255. Raises Refusal for a page that does not hold them all."""
    packed = _packed(page)
    gray = np.empty((len(packed), 2), np.uint8)
    np.multiply(packed >> 4, 17, out=gray[:, 0])
    np.multiply(packed & 15, 17, out=gray[:, 1])
    return gray.reshape(page.height, page.width)


def _packed(page: Page) -> NDArray[np.uint8]:
    half = page.width * page.height // 2
    packed = np.frombuffer(zlib.decompressobj().decompress(page.stream, half), np.uint8)
    if page.width % 2 or len(packed) != half:
        raise Refusal("broken")
    return packed

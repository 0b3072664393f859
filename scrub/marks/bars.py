"""Bar codes and square codes in a picture, read by zxing-cpp.

What a code says is outside words like any: a path or an escape in it is shown as letters, and nothing else.
"""

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from scrub.marks.found import WHOLE, Mark, printable

MAX_CODES = 8
_BLOCK = 8
MAX_DOTS = 2 << 20
"""Of the copy that is looked at."""


def bars(gray: NDArray[np.uint8], part: int = 0, page: int = 0) -> list[Mark]:
    """Those in rows of dots."""
    height, width = gray.shape
    found = []
    for code in zxingcpp.read_barcodes(gray)[:MAX_CODES]:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        across = [min(max(0, corner.x * WHOLE // width), WHOLE) for corner in corners]
        down = [min(max(0, corner.y * WHOLE // height), WHOLE) for corner in corners]
        box = min(across), min(down), max(across), max(down)
        found.append(Mark("code", part, page, box=box, words=printable(code.text)))
    return found


def may_hold_some(gray: NDArray[np.uint8]) -> bool:
    """Whether half of a place of some blocks is black, sharply: letters are thinner. For drawn pages,
    of which most have none: to read codes costs three times as much as all else.
    """
    height, width = (side // _BLOCK * _BLOCK for side in gray.shape)
    if not height or not width:
        return False
    dots = gray[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK) < 128
    dark = dots.mean(axis=(1, 3), dtype=np.float32)
    mixed = (dark > 0.3) & (dark < 0.7)
    beside = mixed[:-1, :-1].astype(np.uint8) + mixed[1:, :-1] + mixed[:-1, 1:] + mixed[1:, 1:]
    return bool((beside >= 3).any())

"""Bar codes and square codes in a picture, read by zxing-cpp.

What a code says is outside words like any: a path or an escape in it is shown as letters, and nothing else.
"""

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from scrub.marks.found import WHOLE, Mark, printable

MAX_CODES = 8
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

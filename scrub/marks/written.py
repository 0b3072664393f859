"""Whether a picture looks like a screen or a page: small signs on an even ground, in many places.

A guess, for whoever is asked whether the words in it shall be read: letters are dark on pale, or the other
way round, in small blocks most of whose dots are of one gray; leaves and faces have every gray.
"""

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

_BLOCK = 16
_CONTRAST = 60
_GROUND = 10
"""Grays beside a block's most common one that are its ground."""

_LEAST, _MOST = 0.35, 0.93
"""Of a block's dots, how many may be ground where a letter is."""

_STEPS = 24
"""Of a block's neighbours along a row, how many differ clearly at least: strokes have two edges."""

_LOOKED_AT = 1000
_BLOCKS = 4
"""Of those that are looked at, which is one in five of a screen's, so that a line of words is one."""

_SHARE = 0.15
"""Of the blocks in which anything is."""


def looks_written(gray: Gray) -> bool:
    """Rows of dots."""
    rows, columns = gray.shape[0] // _BLOCK, gray.shape[1] // _BLOCK
    count = rows * columns
    if not count:
        return False
    chosen = np.arange(0, count, max(1, count // _LOOKED_AT))
    down, across = chosen // columns, chosen % columns
    blocks = gray[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    seen = blocks[down, :, across].reshape(len(chosen), -1)
    seen = seen[seen.max(1) - seen.min(1) > _CONTRAST].astype(np.int16)
    if not len(seen):
        return False
    middle = np.median(seen, axis=1).astype(np.int16)
    ground = (np.abs(seen - middle[:, None]) <= _GROUND).mean(1)
    steps = np.abs(np.diff(seen.reshape(-1, _BLOCK, _BLOCK), axis=2)) > _CONTRAST // 3
    written = (ground > _LEAST) & (ground < _MOST) & (steps.sum((1, 2)) > _STEPS)
    return bool(written.sum() >= _BLOCKS and written.mean() > _SHARE)

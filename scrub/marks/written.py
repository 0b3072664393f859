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

_BLOCKS = 24
"""In all, so that a line of words is one."""


def looks_written(gray: Gray) -> bool:
    """Rows of dots."""
    height, width = (side // _BLOCK * _BLOCK for side in gray.shape)
    if not height or not width:
        return False
    blocks = gray[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    most, least = blocks.max((1, 3)), blocks.min((1, 3))
    rows, columns = (most - least > _CONTRAST).nonzero()
    if rows.size > 1200:  # a sample is enough, and bounded
        pick = np.linspace(0, rows.size - 1, 1200).astype(np.int64)
        rows, columns = rows[pick], columns[pick]
    seen = blocks[rows, :, columns].astype(np.int16)
    if not len(seen):
        return False
    middle = np.median(seen.reshape(len(seen), -1), axis=1).astype(np.int16)
    ground = (np.abs(seen - middle[:, None, None]) <= _GROUND).mean((1, 2))
    steps = (np.abs(np.diff(seen, axis=2)) > _CONTRAST // 3).sum((1, 2))
    written = (ground > _LEAST) & (ground < _MOST) & (steps > _STEPS)
    return bool(written.sum() >= _BLOCKS and written.mean() > 0.15)

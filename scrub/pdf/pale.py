"""What stays of a gray page's pale dots: letters and lines that a person reads, not a printer's dots.

A colour printer hides its number and the time in yellow dots, a tenth of a millimetre wide and a millimetre
apart. In gray they are as pale as a carbon copy or a yellow pen, but each stands alone. So what is not
darker than `WHITE` is white unless it belongs to a patch of connected dots, clearly darker than the paper
around and longer than a dot can be. docs/adr/0102-pale-is-not-white.md
"""

import numpy as np
from numpy.typing import NDArray

from scrub.pdf.writer import WHITE

PALE = WHITE - 1
"""What is kept becomes the palest gray that isn't white."""

_DARKER = 8  # than the paper: a dot of a patch
_CLEARLY = 14  # some dots of it
_ENOUGH = 6  # so many of these
_LENGTH = 0.9  # millimetres: the longer side of a patch
_NEAR = 1.0  # millimetres from a patch: a decimal point
_POINT = 60  # its ink, in grays times dots: twice that of the largest dot of a printer
_AROUND = 2  # dots beside darker ones are the edges of letters
_BLOCK = 64  # dots a side
_FLAT = 0.3  # share of the pale dots that have one value on a page that wasn't scanned
_MILLIMETRE = 25.4
_ROUNDS = 64  # a patch that winds about more often counts as several

Mask = NDArray[np.bool_]


def without_specks(gray: bytes, width: int, height: int, resolution: int) -> bytes:
    """The page with `PALE` for what stays and 255 for what doesn't; what is darker is as it was."""
    dark, paper = _among(gray, range(WHITE)).reshape(height, width), _flat_paper(gray)
    beside = _around(dark, _AROUND)
    if paper is not None:
        clear = _among(gray, range(WHITE, paper - _CLEARLY + 1)).reshape(height, width)
        if not (clear > beside).any():
            return gray.translate(_CLIPPED)
    dots = np.frombuffer(gray, np.uint8).reshape(height, width)
    darker = (_paper(dots) if paper is None else np.int16(paper)) - dots.astype(np.int16)
    clear = (darker >= _CLEARLY) & ~beside
    ink = np.where((darker >= _DARKER) & ~beside, darker, 0)
    kept = _patches(ink, clear, resolution)
    kept = _around(kept, _AROUND) & (darker >= _DARKER) & ~dark
    clipped = np.where(kept, np.uint8(PALE), np.where(dark, dots, np.uint8(255)))
    return clipped.tobytes()


_CLIPPED = bytes(value if value < WHITE else 255 for value in range(256))


def _among(gray: bytes, values: range) -> Mask:
    return np.frombuffer(gray.translate(bytes(value in values for value in range(256))), np.bool_)


def _flat_paper(gray: bytes) -> int | None:
    """How light the paper is where it is the same everywhere, as on a page that wasn't scanned."""
    if gray.count(255) >= _FLAT * len(gray):
        return 255
    counts = np.bincount(np.frombuffer(gray, np.uint8), minlength=256)[WHITE:]
    most = int(counts.argmax())
    return WHITE + most if counts[most] >= _FLAT * counts.sum() else None


def _paper(dots: NDArray[np.uint8]) -> NDArray[np.int16]:
    """How light the paper is at each dot: that of the lightest dots around."""
    height, width = dots.shape
    down, across = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.pad(dots, ((0, down * _BLOCK - height), (0, across * _BLOCK - width)), mode="edge")
    blocks = padded.reshape(down, _BLOCK, across, _BLOCK).swapaxes(1, 2).reshape(down, across, -1)
    lightest = np.partition(blocks[:, :, ::7], -_BLOCK * _BLOCK // 35, axis=2)[:, :, -_BLOCK * _BLOCK // 35]
    wide = lightest.astype(np.int16).repeat(_BLOCK, 0).repeat(_BLOCK, 1)
    return wide[:height, :width]


def _around(mask: Mask, reach: int) -> Mask:
    """With all within `reach` dots. What is at a row's end counts as beside the next row's beginning."""
    wide = mask.reshape(-1)
    for apart in (1, mask.shape[1]):
        narrow, wide = wide, wide.copy()
        for step in range(apart, min(reach * apart + 1, len(wide)), apart):
            wide[step:] |= narrow[:-step]
            wide[:-step] |= narrow[step:]
    return wide.reshape(mask.shape)


def _patches(ink: NDArray[np.int16], clear: Mask, resolution: int) -> Mask:
    """The patches of connected dots that stay: the long ones with enough of `clear` among them, and points
    beside these that hold more ink than a printer's dot does. `ink`: how much darker than paper each dot is.
    """
    width = ink.shape[1]
    edges = np.diff(np.pad(ink > 0, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]  # of runs in a row
    labels = _connected(rows * (width + 2) + starts, ends - starts, width + 2)

    def in_patches(dots: NDArray[np.int16] | Mask) -> NDArray[np.float64]:
        sums = np.concatenate(([0], np.cumsum(dots.reshape(-1), dtype=np.int64)))
        of_runs = sums[rows * width + ends] - sums[rows * width + starts]
        return np.bincount(labels, of_runs.astype(np.float64), minlength=len(labels)).astype(np.float64)

    top, bottom = _extremes(labels, rows, rows + 1)
    left, right = _extremes(labels, starts, ends)
    long = np.maximum(bottom - top, right - left) >= _LENGTH * resolution / _MILLIMETRE
    fits = long & (in_patches(clear) >= _ENOUGH)
    kept = _painted(rows, starts, ends, fits[labels], ink.shape)
    if not kept.any():
        return kept
    near = in_patches(_around(kept, round(_NEAR * resolution / _MILLIMETRE))) > 0
    fits |= near & (in_patches(ink) >= _POINT)
    return _painted(rows, starts, ends, fits[labels], ink.shape)


def _painted(
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    chosen: Mask,
    shape: tuple[int, ...],
) -> Mask:
    """The dots of runs."""
    steps = np.zeros((shape[0], shape[1] + 1), np.int8)
    steps[rows[chosen], starts[chosen]] += 1
    steps[rows[chosen], ends[chosen]] -= 1
    return np.cumsum(steps, axis=1, dtype=np.int8)[:, :-1].astype(np.bool_)


def _connected(places: NDArray[np.int64], lengths: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """A label of each run, the number of one that it is connected with, also by a corner. `places`: where a
    run begins, counted along rows of `width`, which are longer than the page is wide.
    """
    ends = places + lengths
    first = np.searchsorted(ends, places - width, side="left")
    last = np.searchsorted(places, ends - width, side="right")
    count = np.maximum(last - first, 0)  # runs of the row above that it touches
    below = np.repeat(np.arange(len(places)), count)
    above = np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(below))
    labels = np.arange(len(places))
    for _ in range(_ROUNDS):
        lowest = np.minimum(labels[below], labels[above])
        before = labels.copy()
        np.minimum.at(labels, labels[below], lowest)
        np.minimum.at(labels, labels[above], lowest)
        labels = labels[labels]
        if np.array_equal(labels, before):
            break
    return labels


def _extremes(
    labels: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    smallest = np.full(len(labels), np.iinfo(np.int64).max)
    largest = np.zeros(len(labels), np.int64)
    np.minimum.at(smallest, labels, low)
    np.maximum.at(largest, labels, high)
    return smallest, largest

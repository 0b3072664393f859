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
_CLEARLY = 14  # some dots of it, on paper that is not the same everywhere
_ENOUGH = 6  # so many of these
_LENGTH = 0.9  # millimetres: the longer side of a patch
_NEAR = 1.0  # millimetres from a patch: a decimal point
_POINT = 60  # its ink, in grays times dots: twice that of the largest dot of a printer
_AROUND = 2  # dots beside darker ones are the edges of letters
_BLOCK = 64  # dots a side
_FLAT = 0.3  # share of the pale dots that have one value on a page that wasn't scanned
_MILLIMETRE = 25.4
_BAND = 2 * _BLOCK  # rows that are looked at together: arrays of a whole page are memory
_PART = 1 << 16  # dots whose values are counted at once
_BESIDE = np.uint8(128)  # a dot beside darker ones; no dot is so much darker than paper
_ROUNDS = 64  # a patch that winds about more often counts as several

Mask = NDArray[np.bool_]
Grays = NDArray[np.uint8]


def without_specks(gray: bytearray, width: int, height: int, resolution: int) -> None:
    """Puts `PALE` for what stays and 255 for what doesn't; what is darker is as it was."""
    dots = np.frombuffer(gray, np.uint8)
    flat = _flat_paper(dots)
    ink = np.zeros(len(dots), np.uint8)  # what stays zero takes no memory
    least = _CLEARLY if flat is None else _DARKER
    clear = False
    for top in range(0, height, _BAND):
        found = _pale_of(dots, width, (top, min(top + _BAND, height)), flat)
        if found.any():
            ink[top * width : top * width + len(found)] = found
            clear = clear or bool(_within(found, least).any())
    if clear:
        rows = _rows_of(_within(ink, _DARKER), width)
        kept = _around(_patches(ink[rows], least, width, resolution), width, _AROUND)
        kept &= ink[rows] & ~_BESIDE != 0
        dots[rows][kept] = PALE


def _pale_of(dots: Grays, width: int, rows: tuple[int, int], flat: int | None) -> Grays:
    """Of some rows of a page, a band: how much darker than paper each dot is that isn't darker than `WHITE`,
    or 0 for hardly, with `_BESIDE` for what may be a letter's edge. They become white.
    """
    top, bottom = rows
    band, above = dots[top * width : bottom * width], min(top, _AROUND + 1)
    dark = dots[(top - above) * width : (bottom + _AROUND + 1) * width] < WHITE
    own = slice(above * width, above * width + len(band))
    beside = _around(dark, width, _AROUND)[own]
    light = dark[own].view(np.uint8) - np.uint8(1)  # 255 where it isn't dark
    paper = _paper(band.reshape(-1, width)).reshape(-1) if flat is None else np.uint8(flat)
    darker = np.minimum(band, paper)
    np.subtract(paper, darker, out=darker)
    darker &= light
    band |= light
    darker *= darker >= _DARKER
    edges = beside & (darker != 0)
    darker |= edges.view(np.uint8) * _BESIDE
    return darker


def _within(ink: Grays, least: int) -> Mask:
    """Where there is at least so much of it, and no letter beside."""
    return (ink - np.uint8(least)) < _BESIDE - least


def _rows_of(mask: Mask, width: int) -> slice:
    """Those from its first dot to its last one, and a few around."""
    rows = np.flatnonzero(mask.reshape(-1, width).any(1))
    return slice(max(0, int(rows[0]) - _AROUND) * width, (int(rows[-1]) + 1 + _AROUND) * width)


def _flat_paper(dots: Grays) -> int | None:
    """How light the paper is where it is the same everywhere, as on a page that wasn't scanned."""
    parts = [dots[start : start + _PART] for start in range(0, len(dots), _PART)]
    if sum(np.count_nonzero(part == 255) for part in parts) >= _FLAT * len(dots):
        return 255
    counts = sum((np.bincount(part, minlength=256) for part in parts), np.zeros(256, np.int64))[WHITE:]
    most = int(counts.argmax())
    return WHITE + most if counts[most] >= _FLAT * counts.sum() else None


def _paper(dots: Grays) -> Grays:
    """How light the paper is at each dot: that of the lightest dots around."""
    height, width = dots.shape
    down, across = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.pad(dots, ((0, down * _BLOCK - height), (0, across * _BLOCK - width)), mode="edge")
    blocks = padded.reshape(down, _BLOCK, across, _BLOCK).swapaxes(1, 2).reshape(down, across, -1)
    lightest = np.partition(blocks[:, :, ::7], -_BLOCK * _BLOCK // 35, axis=2)[:, :, -_BLOCK * _BLOCK // 35]
    return lightest.repeat(_BLOCK, 0).repeat(_BLOCK, 1)[:height, :width]


def _around(mask: Mask, width: int, reach: int) -> Mask:
    """With all within `reach` dots. What is at a row's end counts as beside the next row's beginning."""
    wide = mask
    for apart in (1, width):
        narrow, wide = wide, wide.copy()
        for step in range(apart, min(reach * apart + 1, len(wide)), apart):
            wide[step:] |= narrow[:-step]
            wide[:-step] |= narrow[step:]
    return wide


def _patches(ink: Grays, least: int, width: int, resolution: int) -> Mask:
    """The patches of connected dots that stay: the long ones with enough dots of at least `least` among them,
    and points beside these that hold more ink than a printer's dot does.
    """
    places = np.flatnonzero(_within(ink, _DARKER))
    first = np.flatnonzero((np.diff(places, prepend=-2) != 1) | (places % width == 0))  # of each run in a row
    starts, lengths = places[first], np.diff(first, append=len(places))
    rows, columns = starts // width, starts % width
    labels = _connected(rows * (width + 2) + columns, lengths, width + 2)

    def in_patches(there: Grays | Mask) -> NDArray[np.float64]:
        of_runs = np.add.reduceat(there, first, dtype=np.int64).astype(np.float64)
        return np.bincount(labels, of_runs, minlength=len(labels)).astype(np.float64)

    top, bottom = _extremes(labels, rows, rows + 1)
    left, right = _extremes(labels, columns, columns + lengths)
    long = np.maximum(bottom - top, right - left) >= _LENGTH * resolution / _MILLIMETRE
    fits = long & (in_patches(ink[places] >= least) >= _ENOUGH)
    points = ~fits & (in_patches(ink[places]) >= _POINT)
    kept = np.zeros(len(ink), np.bool_)
    kept[places[np.repeat(fits[labels], lengths)]] = True
    if fits.any() and points.any():
        near = _around(kept, width, round(_NEAR * resolution / _MILLIMETRE))
        points &= in_patches(near[places]) > 0
        kept[places[np.repeat(points[labels], lengths)]] = True
    return kept


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

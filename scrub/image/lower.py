"""Takes a sensor's fine pattern out of a picture: half the size, slightly turned, cropped, bent and noised.

Each sensor has pixels that see a little more or less than their neighbours. That pattern (PRNU) survives a
JPEG and a change of size, and ties two pictures to one camera (Lukas, Fridrich, Goljan, "Digital camera
identification from sensor pattern noise", 2006). Whoever compares must first lay one over the other, to the
dot. The turn and the crop, and a bend of a few pixels that is another one in each corner, all drawn anew for
each picture, make that a long search; softening and noise make what it looks for faint. It isn't gone.

The draw is random, so this choice alone gives other bytes each time: nobody who has the rules can undo it.
"""

import math
import secrets
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SMALLEST = 64
"""A picture with a shorter side stays as it is: there is too little in it for a comparison."""

_SCALE = (0.46, 0.54)
_TURN = (0.4, 1.4)  # degrees, to either side
_CROP = (0.0, 0.03)  # of a side, besides what the turn leaves empty
_BEND = 2.5  # dots
_KNOTS = 5  # in each direction, at which the bend is drawn
_CELL = 64  # dots
_SOFT = 0.7  # dots
_NOISE = 3.0  # levels, the standard deviation
_STRIP = 256  # rows

Floats = NDArray[np.float64]


def lowered(image: Image.Image, chance: np.random.Generator | None = None) -> Image.Image:
    """A new picture in the mode of `image` (L, RGB or RGBA), which is closed. None of its pixels was there.

    `chance`: for measurements only; from the system's random numbers otherwise.
    """
    if min(image.size) < SMALLEST:
        return image
    chance = chance or np.random.Generator(np.random.PCG64(secrets.randbits(256)))
    scale = chance.uniform(*_SCALE)
    small = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX)
    image.close()
    turned = _turned(small, chance)
    small.close()
    turned = turned.filter(ImageFilter.GaussianBlur(_SOFT))
    _add_noise(turned, chance)
    return turned


def _turned(image: Image.Image, chance: np.random.Generator) -> Image.Image:
    """The part that stays inside when the picture is turned and bent, and a little less, somewhere there."""
    turn = math.radians(chance.uniform(*_TURN)) * (1 if chance.random() < 0.5 else -1)
    width, height = image.size
    cosine, sine = math.cos(turn), math.sin(turn)
    inside = 1 / (cosine + abs(sine) * max(width / height, height / width))
    inside -= 2 * (_BEND + 1) / min(width, height)
    kept = inside * (1 - chance.uniform(*_CROP))
    across, up = max(1, int(width * kept)), max(1, int(height * kept))
    x = width / 2 + chance.uniform(-0.5, 0.5) * (width * inside - across)
    y = height / 2 + chance.uniform(-0.5, 0.5) * (height * inside - up)
    columns, rows = ([*range(0, side, _CELL), side] for side in (across, up))
    over, down = np.meshgrid(np.array(columns) - across / 2, np.array(rows) - up / 2)
    places = np.stack((x + cosine * over - sine * down, y + sine * over + cosine * down))
    places += [_bend(places.shape[1:], chance) for _ in range(2)]
    mesh = [
        ((left, top, right, bottom), _corners(places[:, row : row + 2, column : column + 2]))
        for row, (top, bottom) in enumerate(pairwise(rows))
        for column, (left, right) in enumerate(pairwise(columns))
    ]
    return image.transform((across, up), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _corners(places: Floats) -> tuple[float, ...]:
    """Where a cell's corners come from, (2, 2, 2), in Pillow's order: from the upper left one, downwards."""
    order = ((0, 0), (1, 0), (1, 1), (0, 1))
    return tuple(float(place) for row, column in order for place in places[:, row, column])


def _bend(shape: tuple[int, ...], chance: np.random.Generator) -> Floats:
    """How far each place moves, (rows, columns): drawn at a few knots, straight in between."""
    knots = chance.uniform(-_BEND, _BEND, (_KNOTS, _KNOTS))
    down, over = (np.linspace(0, _KNOTS - 1, count) for count in shape)
    rows = np.stack([np.interp(over, np.arange(_KNOTS), knot) for knot in knots])
    return np.stack([np.interp(down, np.arange(_KNOTS), column) for column in rows.T], axis=1)


def _add_noise(image: Image.Image, chance: np.random.Generator) -> None:
    """In place, a strip at a time; an alpha stays."""
    for top in range(0, image.height, _STRIP):
        box = (0, top, image.width, min(image.height, top + _STRIP))
        part = image.crop(box)
        dots = np.asarray(part).astype(np.float32)
        colours = dots[..., :3] if dots.ndim == 3 else dots
        colours += _NOISE * chance.standard_normal(colours.shape, dtype=np.float32)
        noisy = np.clip(np.rint(dots), 0, 255).astype(np.uint8)
        image.paste(Image.frombytes(part.mode, part.size, noisy.tobytes()), box)

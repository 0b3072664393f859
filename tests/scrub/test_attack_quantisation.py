"""A clean JPEG tells the quantisation table of its source (adr/0128), except at lower resolution."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.quantisation import gray_of, named, on_any_grid, on_the_grid, steps
from scrub import engine
from scrub.report import Choices

_SIZE = (768, 512)


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A scene with edges in all sizes, packed with quality 75 by an imagined camera."""
    chance = np.random.default_rng(4)
    scene = np.zeros(_SIZE[::-1])
    for cells, strength in ((6, 50.0), (24, 25.0), (96, 12.0), (768, 3.0)):
        small = chance.normal(0, strength, (cells * 2 // 3, cells)).astype(np.float32)
        scene += np.asarray(Image.fromarray(small).resize(_SIZE, Image.Resampling.BICUBIC))
    out = io.BytesIO()
    dots = np.clip(scene + 128, 0, 255).astype(np.uint8)
    Image.merge("RGB", [Image.fromarray(dots)] * 3).save(out, "JPEG", quality=75)
    return out.getvalue()


def _right(data: bytes, choices: Choices) -> int:
    """So many of the first nine steps the better of two estimators names."""
    truth = steps(Image.open(io.BytesIO(data)))
    gray, last = gray_of(engine.scrub(data, choices).content)
    found = named(on_the_grid(gray, last, (0.45, 1.6))), named(on_any_grid(gray, 0, 0))
    return max(sum(a == b for a, b in zip(each, truth, strict=True)) for each in found)


def test_what_docs_say_stays_does_stay(photo: bytes) -> None:
    assert _right(photo, Choices()) >= 7


def test_an_estimator_of_the_cameras_quantisation_table_sees_nothing_at_lower_resolution(
    photo: bytes,
) -> None:
    assert _right(photo, Choices(lower_resolution=True)) <= 3
